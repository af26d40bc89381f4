"""An application that loses its promised place gives its stand back in the same unit of work."""

from __future__ import annotations

from festival.exhibitors.events import ApplicationLeft, application_left
from festival.exhibitors.stands.actions.giving import release_of


def connect() -> None:
    """Listen; called once at the start."""
    application_left.connect(_release)


def _release(_sender: object, *, event: ApplicationLeft) -> None:
    release_of(event.application_id, actor=event.actor, now=event.now)
