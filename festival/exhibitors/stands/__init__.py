"""Stands on floor plans: where in the hall an exhibitor stands, and a proposal for all of them.

Words: a *floor plan* is one hall or yard with its background and its circuits; a *stand* is a
rectangle on it with a number; a *wish* says who wants to be near or apart; a *proposal* is a whole
allocation that a constraint solver worked out and that nobody has accepted yet.

Lengths are whole centimetres, power is in watts.  What a violated constraint is stands once, in
``rules``: the sentences that an organizer reads while assigning by hand and the check of every
proposal are the same functions.
"""
