"""Who has which slot.

One conditional UPDATE decides, on both databases.  Rows are locked in this order everywhere:
application, slots by their ids, bookings.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from sqlalchemy import or_, update

from festival.exhibitors.models import Application
from festival.exhibitors.moving import lock
from festival.exhibitors.states import PROMISED
from festival.extensions import db
from festival.portal.slots import queries, rules
from festival.portal.slots.actions import telling
from festival.portal.slots.models import Slot, SlotBooking
from festival.portal.slots.states import BookingState, SlotKind, SlotState
from festival.shared.errors import FieldRefused, NotFound, RuleBroken
from festival.shared.journal import Actor, write_journal
from festival.shared.sentences import mark


@dataclass(frozen=True, slots=True)
class Load:
    """What comes: a vehicle with its length in centimetres, 0 for none."""

    length_cm: int = 0
    vehicle: str = ""


class SlotRefused(FieldRefused):
    """This slot cannot be had; the field says whether the time or the vehicle is the reason."""


def book_slot(
    application: Application, slot: Slot, load: Load, *, actor: Actor, now: datetime
) -> SlotBooking:
    """Book the slot, or change to it; the one that the exhibitor had before becomes free.

    Raises ``RuleBroken`` where no place is promised, ``SlotRefused`` (slot, length_cm).
    """
    lock(application)
    if application.state not in PROMISED or application.edition_id != slot.edition_id:
        raise RuleBroken(mark("Only an exhibitor who takes part can book a slot."))
    booking = queries.find_booking(application.id, slot.kind)
    had = booking.slot_id if booking and booking.state is BookingState.BOOKED else None
    if had == slot.id:
        _check_length(slot, load, now=now)
    else:
        _exchange(slot, load, had=had, now=now)
    booking = _write(booking, application, slot, load, is_new=had != slot.id, now=now)
    _note("slot_booked", booking, application, actor=actor, now=now)
    return booking


def cancel_slot(application: Application, kind: SlotKind, *, actor: Actor, now: datetime) -> None:
    """Give the slot back; a second press changes nothing."""
    lock(application)
    booking = queries.find_booking(application.id, kind)
    if booking is not None and booking.state is BookingState.BOOKED:
        give_up(booking, application, actor=actor, now=now)


def release_of(application_id: int, *, actor: Actor, now: datetime) -> None:
    """The application takes no part any more: its slots become free."""
    application = db.session.get_one(Application, application_id)
    for booking in queries.bookings_of(application_id):
        give_up(booking, application, actor=actor, now=now)


def move_booking(booking: SlotBooking, slot: Slot, *, actor: Actor, now: datetime) -> None:
    """An organizer puts an exhibitor into another slot of the same kind and tells it by mail.

    Raises ``SlotRefused``.
    """
    application = booking.application
    lock(application)
    db.session.refresh(booking)
    before = booking.slot
    if booking.state is not BookingState.BOOKED or before is None:
        raise NotFound(mark("This exhibitor has given the slot back meanwhile."))
    if slot.kind is not booking.kind or slot.edition_id != booking.edition_id:
        raise SlotRefused("slot", mark("Choose a slot of the same kind."))
    if slot.id == before.id:
        return
    load, was = Load(booking.length_cm, booking.vehicle), telling.place_of(before)
    _exchange(slot, load, had=before.id, now=now)
    _write(booking, application, slot, load, is_new=True, now=now)
    _note("slot_booking_moved", booking, application, actor=actor, now=now)
    telling.tell_moved(booking, application, slot=slot, was=was, now=now)


def give_up(booking: SlotBooking, application: Application, *, actor: Actor, now: datetime) -> None:
    """Mark a live booking as cancelled and make room in its slot."""
    if booking.slot_id is not None:
        _give_back(booking.slot_id)
    booking.state, booking.changed_at = BookingState.CANCELLED, now
    booking.sequence += 1
    db.session.flush()
    _note("slot_given_back", booking, application, actor=actor, now=now)


def _exchange(slot: Slot, load: Load, *, had: int | None, now: datetime) -> None:
    """Claim one slot and give another back, the one with the lower id first."""
    if had is not None and had < slot.id:
        _give_back(had)
    _claim(slot, load, now=now)
    if had is not None and had > slot.id:
        _give_back(had)


def _claim(slot: Slot, load: Load, *, now: datetime) -> None:
    claimed = db.session.execute(
        update(Slot)
        .where(
            Slot.id == slot.id,
            Slot.taken < Slot.vehicles,
            Slot.state == SlotState.OPEN,
            Slot.starts_at > now,
            or_(Slot.longest_cm.is_(None), Slot.longest_cm >= load.length_cm),
        )
        .values(taken=Slot.taken + 1)
        .returning(Slot.id)
        .execution_options(synchronize_session=False)
    ).scalar_one_or_none()
    db.session.refresh(slot)
    if claimed is None:
        raise _refused(slot, load, now=now)


def _give_back(slot_id: int) -> None:
    db.session.execute(
        update(Slot)
        .where(Slot.id == slot_id, Slot.taken > 0)
        .values(taken=Slot.taken - 1)
        .execution_options(synchronize_session=False)
    )
    db.session.refresh(db.session.get_one(Slot, slot_id))


def _check_length(slot: Slot, load: Load, *, now: datetime) -> None:
    """Who has the slot already may only bring another vehicle."""
    if not rules.takes(queries.slot_facts(slot), load.length_cm):
        raise _refused(slot, load, now=now)


def _refused(slot: Slot, load: Load, *, now: datetime) -> SlotRefused:
    facts = [queries.slot_facts(each) for each in queries.slots_of(slot.edition_id, kind=slot.kind)]
    gates = rules.gates_that_take(facts, kind=slot.kind, length_cm=load.length_cm, now=now)
    refusal = rules.refusal_for(
        queries.slot_facts(slot), length_cm=load.length_cm, now=now, gates=gates
    )
    if refusal is None:  # it became free again between the two statements
        return SlotRefused("slot", mark("Somebody was quicker. Please choose again."))
    return SlotRefused(refusal.field, refusal.sentence, **refusal.values)


def _write(
    booking: SlotBooking | None,
    application: Application,
    slot: Slot,
    load: Load,
    *,
    is_new: bool,
    now: datetime,
) -> SlotBooking:
    """The one row of this exhibitor and kind, made or changed."""
    if booking is None:
        booking = SlotBooking(
            edition_id=slot.edition_id, application_id=application.id, kind=slot.kind,
            uid=f"{uuid4()}@slots", sequence=0, booked_at=now,
        )  # fmt: skip
        db.session.add(booking)
    elif is_new:
        booking.sequence += 1
        booking.booked_at = now
    booking.slot, booking.state, booking.changed_at = slot, BookingState.BOOKED, now
    booking.vehicle, booking.length_cm = load.vehicle, load.length_cm
    db.session.flush()
    return booking


def _note(
    action: str, booking: SlotBooking, application: Application, *, actor: Actor, now: datetime
) -> None:
    slot = booking.slot
    write_journal(
        action, actor=actor, entity="application", key=application.code, now=now,
        edition_id=booking.edition_id,
        after={
            "kind": booking.kind.value, "slot": slot.code if slot else "",
            "length_cm": booking.length_cm,
        },
    )  # fmt: skip
