"""News from the programme that concerns those who booked, hold or take part."""

from __future__ import annotations

from festival.programme import events
from festival.visitors.news.actions import audience_of, tell


def connect() -> None:
    """Listen; called once at the start."""
    events.programme_published.connect(_tell)
    events.audience_asked.connect(_count)


def _tell(_sender: object, *, event: events.ProgrammePublished) -> int:
    return tell(event)


def _count(_sender: object, *, event: events.AudienceAsked) -> events.Audience:
    return audience_of(event.edition, event.news)
