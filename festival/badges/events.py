"""News that this room sends up: listeners act in the same unit of work, before the commit.

A listener connects with ``badge_replaced.connect(function)`` and is called as
``function(sender, event=…)``.  It may write rows and queue mail; it must not commit.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from blinker import Namespace

_news = Namespace()

badge_replaced = _news.signal("badge-replaced")
"""A lost badge has a successor, whoever asked for it; ``event`` is a BadgeReplaced."""


@dataclass(frozen=True, slots=True)
class BadgeReplaced:
    """The old badge is revoked, the new one opens the door; both by their row's number."""

    old_id: int
    new_id: int
    now: datetime
