"""When and where a session is held: adding, moving, cancelling."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import select

from festival.extensions import db
from festival.festivals.models import Edition, Space
from festival.programme.actions.publishing import publish_changes_of
from festival.programme.actions.sessions import mark_changed
from festival.programme.models import Occurrence, ProgrammeSession
from festival.programme.queries import was_published
from festival.programme.rules import OccurrenceValues, refusal_for_occurrence
from festival.programme.states import OccurrenceState
from festival.shared.errors import FieldRefused, RuleBroken
from festival.shared.journal import Actor, write_journal
from festival.shared.sentences import mark


def add_occurrence(
    session: ProgrammeSession, values: OccurrenceValues, *, actor: Actor, now: datetime
) -> Occurrence:
    """Hold the session once (more); shown with the next publication."""
    _check(values, places_taken=0)
    space = _space(session.edition_id, values.space)
    occurrence = Occurrence(
        edition_id=session.edition_id,
        session=session,
        uid=str(uuid.uuid4()),
        starts_at=values.starts_at,
        minutes=values.minutes,
        space=space,
        is_bookable=values.is_bookable,
        capacity=values.capacity,
        places_taken=0,
        state=OccurrenceState.CONFIRMED,
    )
    db.session.add(occurrence)
    mark_changed(session, now=now)
    db.session.flush()
    _note("occurrence added", occurrence, actor=actor, now=now, after=_facts(occurrence))
    return occurrence


def move_occurrence(
    occurrence: Occurrence,
    values: OccurrenceValues,
    *,
    actor: Actor,
    now: datetime,
    publish: bool = False,
) -> None:
    """Give it another time, place or number of places.

    ``publish`` tells the public at once, and only this; whoever booked hears of it then.
    """
    db.session.flush()  # what is not written yet would be lost by reading anew
    db.session.refresh(occurrence, with_for_update={"of": Occurrence})
    _check(values, places_taken=occurrence.places_taken)
    space = _space(occurrence.edition_id, values.space)
    before = _facts(occurrence)
    occurrence.starts_at = values.starts_at
    occurrence.minutes = values.minutes
    occurrence.space = space
    occurrence.is_bookable = values.is_bookable
    occurrence.capacity = values.capacity
    db.session.flush()
    after = _facts(occurrence)
    if before != after:
        mark_changed(occurrence.session, now=now)
        _note("occurrence moved", occurrence, actor=actor, now=now, before=before, after=after)
    if publish:
        _publish(occurrence, actor=actor, now=now)


def cancel_occurrence(
    occurrence: Occurrence, *, actor: Actor, now: datetime, publish: bool = True
) -> None:
    """Cancel, and tell the public in the same step unless ``publish`` is false.

    It stays in the programme and in calendars as cancelled.
    """
    if occurrence.state == OccurrenceState.CANCELLED:
        return
    occurrence.state = OccurrenceState.CANCELLED
    occurrence.cancelled_at = now
    mark_changed(occurrence.session, now=now)
    db.session.flush()
    _note("occurrence cancelled", occurrence, actor=actor, now=now, before=_facts(occurrence))
    if publish:
        _publish(occurrence, actor=actor, now=now)


def restore_occurrence(occurrence: Occurrence, *, actor: Actor, now: datetime) -> None:
    """Take a cancellation back; shown with the next publication."""
    if occurrence.state == OccurrenceState.CONFIRMED:
        return
    occurrence.state = OccurrenceState.CONFIRMED
    occurrence.cancelled_at = None
    mark_changed(occurrence.session, now=now)
    _note("occurrence restored", occurrence, actor=actor, now=now, after=_facts(occurrence))


def remove_occurrence(occurrence: Occurrence, *, actor: Actor, now: datetime) -> None:
    """Remove what nobody has seen yet; what was published can only be cancelled."""
    edition = db.session.get_one(Edition, occurrence.edition_id)
    if was_published(edition, uid=occurrence.uid) or occurrence.places_taken:
        raise RuleBroken(
            mark("This time was published already; calendars and bookings refer to it."),
            next_step=mark("Cancel it instead, so that everybody is told."),
        )
    _note("occurrence removed", occurrence, actor=actor, now=now, before=_facts(occurrence))
    mark_changed(occurrence.session, now=now)
    occurrence.session.occurrences.remove(occurrence)
    db.session.flush()


def _publish(occurrence: Occurrence, *, actor: Actor, now: datetime) -> None:
    edition = db.session.get_one(Edition, occurrence.edition_id)
    publish_changes_of(edition, occurrences=[occurrence], actor=actor, now=now)


def _check(values: OccurrenceValues, *, places_taken: int) -> None:
    refusal = refusal_for_occurrence(values, places_taken=places_taken)
    if refusal:
        raise FieldRefused(*refusal, taken=places_taken)


def _space(edition_id: int, slug: str) -> Space | None:
    if not slug:
        return None
    space = db.session.scalar(
        select(Space).where(Space.edition_id == edition_id, Space.slug == slug)
    )
    if space is None:
        raise FieldRefused("space", mark("Choose one of the list."))
    return space


def _facts(occurrence: Occurrence) -> dict[str, Any]:
    return {
        "starts_at": occurrence.starts_at.isoformat(),
        "minutes": occurrence.minutes,
        "space": occurrence.space.slug if occurrence.space else "",
        "bookable": occurrence.is_bookable,
        "capacity": occurrence.capacity,
    }


def _note(
    action: str,
    occurrence: Occurrence,
    *,
    actor: Actor,
    now: datetime,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    write_journal(
        action,
        actor=actor,
        entity="occurrence",
        key=occurrence.uid,
        now=now,
        edition_id=occurrence.edition_id,
        before=before,
        after=after,
    )
