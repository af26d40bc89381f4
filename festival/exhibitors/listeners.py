"""News from the rooms below that concern exhibitors."""

from __future__ import annotations

from festival.exhibitors.calls.actions import clone_calls
from festival.festivals import events


def connect() -> None:
    """Listen; called once at the start."""
    events.edition_cloned.connect(_clone_calls)


def _clone_calls(_sender: object, *, event: events.EditionCloned) -> None:
    clone_calls(event.source, into=event.copy, now=event.now, actor=event.actor)
