"""Badges: one opaque code per household, exhibitor or crew member, on a phone or on paper.

Words: a *code* is what the QR holds; a *badge* is the code and whom it is for; *revoking* ends a
badge, *reissuing* gives a new code.

Rules: a code is unguessable, belongs to one edition and says nothing about a person; it is
looked up by its hash; a revoked badge stays revoked.
"""
