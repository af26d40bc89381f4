"""What is held, when and where: hands-on activities and conference sessions.

Words: a *session* is something held (its kind says activity or conference); an *occurrence* is one
time that it is held; a *strand* is a theme; a *version* is the programme as it was published.

Rules: the draft may hold clashes, the organizer is warned and not forbidden; the public sees the
last published version and nothing else; identifiers in feeds never change.
"""
