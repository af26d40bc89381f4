"""How applications are judged and decided on: an inner room of the exhibitors' room.

Words: the *rubric* is a list of *criteria* with weights; a *review* is one person's scores for one
application; a *conflict* keeps a person away from an application; a *round* is a set of decisions
whose mails leave together; a *trial* is a decision that somebody only tries.

Rules: whoever has a conflict of interest sees nothing of the application; a reviewer sees the
others' scores after giving their own; decisions can be undone until their mails leave.
"""
