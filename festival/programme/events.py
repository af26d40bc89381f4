"""News of the programme for the rooms above: sent when it is published, inside the unit of work.

A listener connects with ``occurrence_moved.connect(function)`` and is called as
``function(sender, event=…)``.  It may write rows and queue mail; it must not commit.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from blinker import Namespace

_news = Namespace()

occurrence_moved = _news.signal("occurrence-moved")
"""Time, length or place of a published occurrence changed; ``event`` is an OccurrenceMoved."""
occurrence_cancelled = _news.signal("occurrence-cancelled")
"""A published occurrence will not be held; ``event`` is an OccurrenceCancelled."""


@dataclass(frozen=True, slots=True)
class OccurrenceMoved:
    """Instants in UTC; places as people read them, empty where none is given."""

    edition_id: int
    occurrence_id: int
    uid: str
    sequence: int
    session_code: str
    title: str
    starts_at_before: datetime
    starts_at: datetime
    minutes_before: int
    minutes: int
    place_before: str
    place: str
    version: int
    now: datetime


@dataclass(frozen=True, slots=True)
class OccurrenceCancelled:
    """The occurrence was cancelled, or left the programme with its session."""

    edition_id: int
    occurrence_id: int
    uid: str
    sequence: int
    session_code: str
    title: str
    starts_at: datetime
    minutes: int
    place: str
    version: int
    now: datetime
