"""When a message is tried again, when it is given up, and what of it an organizer may read."""

from __future__ import annotations

import re
from datetime import timedelta

PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 5, 10, 20, 30, 60, 60, 60))
"""Between one try and the next; four hours and eight minutes in all."""

LINE_PAUSES = tuple(timedelta(seconds=seconds) for seconds in (5, 5, 10, 15, 30, 60))
"""Between one call to a mail server that does not answer and the next; then every minute."""

PATIENCE = 5
"""How many times the time-out one message's dialogue may last in all."""

SECRET_LINK = re.compile(
    r"(/(?:password|setup|r|application|invitation|door|embargoed|choice|personal|exhibitor"
    r"|return|given)/)"
    r"[A-Za-z0-9_\-]{16,}"
)
"""Links that are a permission by themselves: whoever opens one acts as its holder."""


def pause_after(attempts: int) -> timedelta | None:
    """How long to wait after the ``attempts``-th try has failed; None: give the message up."""
    return PAUSES[attempts - 1] if 1 <= attempts <= len(PAUSES) else None


def longest_dialogue(timeout: float) -> float:
    """Seconds after which a dialogue is cut, however little the server sends at a time."""
    return timeout * PATIENCE


def stuck_after(timeout: float) -> timedelta:
    """A message being sent for so long has lost its worker: longer than any dialogue may last."""
    return timedelta(seconds=longest_dialogue(timeout) + max(5.0, timeout))


def line_pause(failures: int) -> timedelta:
    """How long to leave a mail server alone that has not answered ``failures`` times running."""
    return LINE_PAUSES[min(failures, len(LINE_PAUSES)) - 1]


def is_hopeless(code: int, *, about_recipient: bool) -> bool:
    """Whether trying again is of no use: the server refused the recipient for good.

    Other permanent refusals (wrong password, sender not allowed) are the configuration's and may
    be mended meanwhile, so the message waits.
    """
    return about_recipient and 500 <= code < 600


def without_secrets(text: str) -> str:
    """The text with links that would let the reader act as somebody else made unusable."""
    return SECRET_LINK.sub(r"\1•••", text)
