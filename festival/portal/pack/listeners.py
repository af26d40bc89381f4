"""News from the room below that concerns packs."""

from __future__ import annotations

from festival.exhibitors.events import ApplicationLeft, application_left
from festival.portal.pack.actions import forget_pack


def connect() -> None:
    """Listen; called once at the start."""
    application_left.connect(_forget)


def _forget(_sender: object, *, event: ApplicationLeft) -> None:
    forget_pack(event.application_id)
