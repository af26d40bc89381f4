"""News from the programme that concerns those who booked: told once, in their language."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from festival.mail.actions import queue_mail
from festival.programme import events
from festival.visitors.queries import bookers_of


def connect() -> None:
    """Listen; called once at the start."""
    events.occurrence_moved.connect(_tell_of_move)
    events.occurrence_cancelled.connect(_tell_of_cancellation)


def _tell_of_move(_sender: object, *, event: events.OccurrenceMoved) -> None:
    before = {"starts_at": event.starts_at_before, "place": event.place_before}
    _tell(event.occurrence_id, event=event, before=before, now=event.now)


def _tell_of_cancellation(_sender: object, *, event: events.OccurrenceCancelled) -> None:
    _tell(event.occurrence_id, event=event, before=None, now=event.now)


def _tell(
    occurrence_id: int,
    *,
    event: events.OccurrenceMoved | events.OccurrenceCancelled,
    before: dict[str, Any] | None,
    now: datetime,
) -> None:
    """One mail per household and change; the occurrence's sequence number names the change."""
    for booking, registration in bookers_of(occurrence_id):
        if not registration.email:
            continue
        queue_mail(
            "session_changed",
            key=f"session_changed:{registration.code}:{occurrence_id}:{event.sequence}",
            recipient=registration.email,
            recipient_name=registration.name,
            locale=registration.locale,
            edition_id=registration.edition_id,
            context={
                "edition": registration.edition,
                "event": event,
                "before": before,
                "people": booking.people,
            },
            now=now,
        )
