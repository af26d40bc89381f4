"""News that concern stands: who leaves gives the stand back, a cloned edition has the halls."""

from __future__ import annotations

from festival.exhibitors.events import ApplicationLeft, application_left
from festival.exhibitors.stands.actions.cloning import clone_plans
from festival.exhibitors.stands.actions.giving import release_of
from festival.festivals.events import EditionCloned, edition_cloned


def connect() -> None:
    """Listen; called once at the start, after the room whose calls are cloned."""
    application_left.connect(_release)
    edition_cloned.connect(_clone)


def _release(_sender: object, *, event: ApplicationLeft) -> None:
    release_of(event.application_id, actor=event.actor, now=event.now)


def _clone(_sender: object, *, event: EditionCloned) -> None:
    clone_plans(event.source, into=event.copy, actor=event.actor, now=event.now)
