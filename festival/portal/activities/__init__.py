"""An exhibitor's own activities: who booked, who came, what it told.

Rules: each number carries its source and none is added to another; nobody's name is shown.
"""
