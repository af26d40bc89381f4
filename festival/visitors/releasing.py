"""Places that nobody came for go to others; whoever came through the door keeps theirs.

The door and the clock meet in the booking's row: the door writes ``claimed_at`` while the booking
is live, the clock ends the booking while ``claimed_at`` is empty.  Each is one conditional UPDATE,
so whichever is first is seen by the other, and nobody who is inside loses a place.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update

from festival.extensions import db
from festival.mail.actions import queue_mail
from festival.shared.journal import SYSTEM, write_journal
from festival.visitors import events
from festival.visitors.household import lock_row
from festival.visitors.models import Booking, Registration
from festival.visitors.places import give_back, place_text, take
from festival.visitors.rules import Claimed
from festival.visitors.states import BookingState, Claim


def claim_places(registration_id: int, *, occurrence_id: int, now: datetime) -> Claimed:
    """The household is at the session's door: its places stay from now on.

    Released places are taken again while there is room for all of them.
    """
    if _mark_claimed(registration_id, occurrence_id=occurrence_id, now=now):
        return Claimed(Claim.KEPT)
    row = _released(registration_id, occurrence_id=occurrence_id)
    if row is None:
        return Claimed(Claim.NONE)
    lock_row(row.registration)
    db.session.refresh(row)
    if row.state != BookingState.RELEASED:  # the household itself was quicker
        kept = _mark_claimed(registration_id, occurrence_id=occurrence_id, now=now)
        return Claimed(Claim.KEPT if kept else Claim.NONE)
    edition_id = row.registration.edition_id
    if not take(occurrence_id, people=row.people, edition_id=edition_id):
        return Claimed(Claim.GONE, row.released_at)
    row.state, row.booked_at, row.claimed_at = BookingState.BOOKED, now, now
    _write("booked", row, edition_id=edition_id, before=0, after=row.people, now=now)
    return Claimed(Claim.TAKEN_AGAIN, row.released_at)


def unclaim_places(registration_id: int, *, occurrence_id: int) -> None:
    """The scan was taken back: the household counts as not come yet."""
    db.session.execute(
        update(Booking)
        .where(Booking.registration_id == registration_id, Booking.occurrence_id == occurrence_id)
        .values(claimed_at=None)
    )


def release_booking(booking_id: int, *, now: datetime) -> bool:
    """End a live booking that nobody claimed: places back, household told, ``places_freed``.

    False when there is nothing to release (any more); doing it twice is doing it once.
    """
    row = db.session.get(Booking, booking_id)
    if row is None:
        return False
    lock_row(row.registration)
    ended = db.session.scalar(
        update(Booking)
        .where(
            Booking.id == booking_id,
            Booking.state == BookingState.BOOKED,
            Booking.claimed_at.is_(None),
        )
        .values(state=BookingState.RELEASED, released_at=now)
        .returning(Booking.id)
        .execution_options(synchronize_session=False)
    )
    db.session.refresh(row)
    if ended is None:
        return False
    edition_id = row.registration.edition_id
    give_back(row.occurrence_id, people=row.people, edition_id=edition_id)
    _write("places_released", row, edition_id=edition_id, before=row.people, after=0, now=now)
    tell_freed(row, now=now)
    _mail_released(row, registration=row.registration, now=now)
    return True


def tell_freed(booking: Booking, *, people: int | None = None, now: datetime) -> None:
    """The news that places of an occurrence are free again; a waiting list would listen."""
    events.places_freed.send(
        tell_freed,
        event=events.PlacesFreed(
            occurrence_id=booking.occurrence_id,
            edition_id=booking.registration.edition_id,
            people=booking.people if people is None else people,
            at=now,
        ),
    )


def _mark_claimed(registration_id: int, *, occurrence_id: int, now: datetime) -> bool:
    mine = db.session.scalar(
        update(Booking)
        .where(
            Booking.registration_id == registration_id,
            Booking.occurrence_id == occurrence_id,
            Booking.state == BookingState.BOOKED,
        )
        .values(claimed_at=now)
        .returning(Booking.id)
        .execution_options(synchronize_session=False)
    )
    return mine is not None


def _released(registration_id: int, *, occurrence_id: int) -> Booking | None:
    return db.session.scalar(
        select(Booking).where(
            Booking.registration_id == registration_id,
            Booking.occurrence_id == occurrence_id,
            Booking.state == BookingState.RELEASED,
        )
    )


def _write(
    action: str, row: Booking, *, edition_id: int, before: int, after: int, now: datetime
) -> None:
    write_journal(
        action,
        actor=SYSTEM,
        entity="booking",
        key=row.id,
        now=now,
        edition_id=edition_id,
        before={"people": before},
        after={"people": after, "occurrence": row.occurrence_id},
    )


def _mail_released(row: Booking, *, registration: Registration, now: datetime) -> None:
    """One mail per release; the instant of the booking names it, as places can be booked again."""
    if registration.email:
        queue_mail(
            "places_released",
            key=f"places_released:{registration.code}:{row.occurrence_id}:{row.booked_at.isoformat()}",
            recipient=registration.email,
            recipient_name=registration.name,
            locale=registration.locale,
            edition_id=registration.edition_id,
            context={
                "edition": registration.edition,
                "booking": row,
                "occurrence": row.occurrence,
                "title": row.occurrence.session.title,
                "place": place_text(row.occurrence),
            },
            now=now,
        )
