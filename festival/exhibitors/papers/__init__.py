"""Papers that an exhibitor has to show: insurance, risk assessment, safeguarding.

Words: a *paper* is a private file with the day on which it lapses; the organizers *check* it.

Rules: a paper is read by the organization's own people, the holder of the application's link, and
the organizers and reviewers of its edition, and by nobody else; whose paper lapses before the
festival ends is told in time.
"""
