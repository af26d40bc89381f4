"""The front of the house: home pages, the organizer's desk, health, commands, error pages.

Words: the *desk* is the organizer's page that says what waits today.  Only this room may look into
every other.

Rules: the home page works without an account; health says whether the process lives, readiness
whether it can serve; an error says what happened, what was kept and what to do.
"""
