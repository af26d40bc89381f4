"""Slots: made in a row, changed one by one, closed, removed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select, update

from festival.extensions import db
from festival.festivals.models import Edition
from festival.portal.slots import queries, rules
from festival.portal.slots.actions import telling
from festival.portal.slots.actions.claiming import give_up
from festival.portal.slots.models import Slot, SlotBooking, VehicleGate
from festival.portal.slots.states import MOVES, BookingState, SlotKind, SlotState
from festival.shared.errors import FieldRefused, RuleBroken, StaleVersion
from festival.shared.journal import Actor, write_journal
from festival.shared.sentences import mark
from festival.shared.tokens import make_code


@dataclass(frozen=True, slots=True)
class Series:
    """Slots one after the other; times are on the edition's clock, ``longest_cm`` None: any."""

    kind: SlotKind
    day: date
    first: time
    last: time
    minutes: int
    vehicles: int
    longest_cm: int | None


@dataclass(frozen=True, slots=True)
class SlotValues:
    """What an organizer can change of one slot; the instant is aware."""

    gate: VehicleGate
    starts_at: datetime
    minutes: int
    vehicles: int
    longest_cm: int | None


def make_slots(
    edition: Edition, gate: VehicleGate, series: Series, *, actor: Actor, now: datetime
) -> int:
    """Make all slots of the series that the gate does not have yet; answers how many.

    Raises ``FieldRefused`` (last, minutes).
    """
    fault = rules.fault_of_series(first=series.first, last=series.last, minutes=series.minutes)
    if fault is not None:
        raise FieldRefused(fault.field, fault.sentence, **fault.values)
    db.session.refresh(gate, with_for_update=True)  # two at once make each slot once
    known = set(
        db.session.scalars(
            select(Slot.starts_at).where(Slot.gate_id == gate.id, Slot.kind == series.kind)
        )
    )
    starts = rules.starts_of(
        series.day, first=series.first, last=series.last, minutes=series.minutes,
        zone=ZoneInfo(edition.time_zone),
    )  # fmt: skip
    made = [
        Slot(
            edition_id=edition.id, gate=gate, code=make_code(), kind=series.kind, starts_at=start,
            minutes=series.minutes, vehicles=series.vehicles, longest_cm=series.longest_cm,
            changed_at=now,
        )
        for start in starts
        if start not in known
    ]  # fmt: skip
    db.session.add_all(made)
    db.session.flush()
    write_journal(
        "slots_made", actor=actor, entity="vehicle_gate", key=gate.code, now=now,
        edition_id=edition.id,
        after={"kind": series.kind.value, "day": series.day.isoformat(), "slots": len(made)},
    )  # fmt: skip
    return len(made)


def change_slot(
    slot: Slot, values: SlotValues, *, version: int, actor: Actor, now: datetime
) -> int:
    """Change time, gate, places or length; answers how many exhibitors were told.

    Raises ``StaleVersion``, ``FieldRefused`` (vehicles, longest_cm, starts).
    """
    db.session.refresh(slot, with_for_update={"of": Slot})
    if slot.version != version:
        raise StaleVersion(
            mark("Somebody else has changed this slot meanwhile."),
            kept=mark("Nothing was overwritten."),
            next_step=mark("Open it again and look at what it says now."),
        )
    _check_booked(slot, values)
    _check_free_time(slot, values)
    was = telling.place_of(slot)
    moved = (slot.starts_at, slot.minutes, slot.gate_id) != (
        values.starts_at, values.minutes, values.gate.id,
    )  # fmt: skip
    slot.gate, slot.starts_at, slot.minutes = values.gate, values.starts_at, values.minutes
    slot.vehicles, slot.longest_cm = values.vehicles, values.longest_cm
    slot.version += 1
    slot.changed_at = now
    db.session.flush()
    _note("slot_changed", slot, actor=actor, now=now, before=was)
    return _tell_all(slot, was=was, now=now) if moved else 0


def move_state(slot: Slot, *, to: SlotState, actor: Actor, now: datetime) -> None:
    """Close it for new bookings, or open it again; the same twice changes nothing."""
    if to not in MOVES[slot.state]:
        return
    slot.state, slot.changed_at = to, now
    slot.version += 1
    db.session.flush()
    _note(f"slot_{to.value}", slot, actor=actor, now=now)


def remove_slot(slot: Slot, *, sure: bool, actor: Actor, now: datetime) -> int:
    """Remove it; who has booked it is told, if the organizer is sure.  Answers how many were.

    Raises ``RuleBroken`` where it is booked and the organizer has not said that they are sure.
    """
    db.session.refresh(slot, with_for_update={"of": Slot})
    was, booked = telling.place_of(slot), queries.bookings_on(slot.id)
    if booked and not sure:
        raise RuleBroken(
            mark("Somebody has booked this slot, so it stays."),
            next_step=mark("Open it and say that you are sure: who has booked it gets a mail."),
        )
    for booking in booked:
        give_up(booking, booking.application, actor=actor, now=now)
        telling.tell_removed(booking, booking.application, was=was, now=now)
    _note("slot_removed", slot, actor=actor, now=now, before=was)
    db.session.execute(
        update(SlotBooking)
        .where(SlotBooking.slot_id == slot.id, SlotBooking.state == BookingState.CANCELLED)
        .values(slot_id=None)
        .execution_options(synchronize_session=False)
    )
    db.session.execute(
        delete(Slot).where(Slot.id == slot.id).execution_options(synchronize_session=False)
    )
    db.session.expunge(slot)
    db.session.expire_all()
    return len(booked)


def _check_booked(slot: Slot, values: SlotValues) -> None:
    if values.vehicles < slot.taken:
        raise FieldRefused("vehicles", mark("%(taken)s have booked it already."), taken=slot.taken)
    longest = queries.longest_booked(slot.id)
    if (
        longest is not None
        and values.longest_cm is not None
        and longest.length_cm > values.longest_cm
    ):
        raise FieldRefused(
            "longest_cm",
            mark("%(name)s has booked it with a vehicle of %(length)s m. Move them first."),
            name=longest.application.organization.name,
            length=rules.metres(longest.length_cm),
        )


def _check_free_time(slot: Slot, values: SlotValues) -> None:
    other = db.session.scalar(
        select(Slot.id).where(
            Slot.gate_id == values.gate.id,
            Slot.kind == slot.kind,
            Slot.starts_at == values.starts_at,
            Slot.id != slot.id,
        )
    )
    if other is not None:
        raise FieldRefused("starts", mark("This gate has a slot that begins then already."))


def _tell_all(slot: Slot, *, was: telling.WhenAndWhere, now: datetime) -> int:
    booked = queries.bookings_on(slot.id)
    for booking in booked:
        booking.sequence += 1
        booking.changed_at = now
        db.session.flush()
        telling.tell_moved(booking, booking.application, slot=slot, was=was, now=now)
    return len(booked)


def _note(
    action: str,
    slot: Slot,
    *,
    actor: Actor,
    now: datetime,
    before: telling.WhenAndWhere | None = None,
) -> None:
    write_journal(
        action, actor=actor, entity="gate_slot", key=slot.code, now=now, edition_id=slot.edition_id,
        before={"starts_at": before.starts_at.isoformat(), "gate": before.gate} if before else None,
        after={
            "starts_at": slot.starts_at.isoformat(), "minutes": slot.minutes,
            "gate": slot.gate.name, "vehicles": slot.vehicles, "longest_cm": slot.longest_cm,
        },
    )  # fmt: skip
