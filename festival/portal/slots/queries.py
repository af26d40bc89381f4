"""What is asked about gates, slots and bookings."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from festival.exhibitors.models import Application, Organization
from festival.exhibitors.states import PROMISED
from festival.extensions import db
from festival.festivals.models import Edition
from festival.festivals.states import EditionState
from festival.portal.slots.models import Slot, SlotBooking, VehicleGate
from festival.portal.slots.rules import SlotFacts
from festival.portal.slots.states import BookingState, SlotKind, SlotState

WITH_APPLICANT = joinedload(SlotBooking.application).joinedload(Application.organization)


def gates_of(edition_id: int) -> list[VehicleGate]:
    """Gates by name."""
    return list(
        db.session.scalars(
            select(VehicleGate)
            .where(VehicleGate.edition_id == edition_id)
            .order_by(VehicleGate.name, VehicleGate.id)
        )
    )


def find_gate(edition_id: int, code: str) -> VehicleGate | None:
    return db.session.scalar(
        select(VehicleGate).where(VehicleGate.edition_id == edition_id, VehicleGate.code == code)
    )


def has_slots(gate_id: int) -> bool:
    return db.session.scalar(select(Slot.id).where(Slot.gate_id == gate_id).limit(1)) is not None


def slots_of(edition_id: int, *, kind: SlotKind | None = None) -> list[Slot]:
    """Slots with their gates, by time, then by gate."""
    query = (
        select(Slot)
        .join(Slot.gate)
        .where(Slot.edition_id == edition_id)
        .options(joinedload(Slot.gate))
        .order_by(Slot.starts_at, VehicleGate.name, Slot.id)
    )
    if kind is not None:
        query = query.where(Slot.kind == kind)
    return list(db.session.scalars(query))


def find_slot(edition_id: int, code: str) -> Slot | None:
    return db.session.scalar(
        select(Slot)
        .where(Slot.edition_id == edition_id, Slot.code == code)
        .options(joinedload(Slot.gate))
    )


def slot_facts(row: Slot) -> SlotFacts:
    return SlotFacts(
        gate=row.gate.name,
        kind=row.kind,
        starts_at=row.starts_at,
        left=row.left,
        longest_cm=row.longest_cm,
        is_open=row.state is SlotState.OPEN,
    )


def bookings_on(slot_id: int) -> list[SlotBooking]:
    """Who has booked a slot, the first first."""
    return list(
        db.session.scalars(
            select(SlotBooking)
            .where(SlotBooking.slot_id == slot_id, SlotBooking.state == BookingState.BOOKED)
            .options(WITH_APPLICANT)
            .order_by(SlotBooking.booked_at, SlotBooking.id)
        )
    )


def bookings_in(edition_id: int) -> list[tuple[SlotBooking, Slot]]:
    """All live bookings of an edition with slot, gate and organization, by gate and time."""
    rows = db.session.execute(
        select(SlotBooking, Slot)
        .join(Slot, Slot.id == SlotBooking.slot_id)
        .join(Slot.gate)
        .where(SlotBooking.edition_id == edition_id, SlotBooking.state == BookingState.BOOKED)
        .options(joinedload(Slot.gate), WITH_APPLICANT)
        .order_by(VehicleGate.name, Slot.starts_at, SlotBooking.id)
    )
    return [(booking, slot) for booking, slot in rows]


def bookings_of(application_id: int, *, also_cancelled: bool = False) -> list[SlotBooking]:
    """The exhibitor's slots, at most one of each kind, with slot and gate."""
    query = (
        select(SlotBooking)
        .where(SlotBooking.application_id == application_id)
        .options(joinedload(SlotBooking.slot).joinedload(Slot.gate))
        .order_by(SlotBooking.id)
    )
    if not also_cancelled:
        query = query.where(SlotBooking.state == BookingState.BOOKED)
    return list(db.session.scalars(query))


def find_booking(application_id: int, kind: SlotKind) -> SlotBooking | None:
    """The row of this kind, also a cancelled one."""
    return db.session.scalar(
        select(SlotBooking)
        .where(SlotBooking.application_id == application_id, SlotBooking.kind == kind)
        .options(joinedload(SlotBooking.slot).joinedload(Slot.gate))
    )


def longest_booked(slot_id: int) -> SlotBooking | None:
    """The live booking with the longest vehicle."""
    return db.session.scalar(
        select(SlotBooking)
        .where(SlotBooking.slot_id == slot_id, SlotBooking.state == BookingState.BOOKED)
        .options(WITH_APPLICANT)
        .order_by(SlotBooking.length_cm.desc(), SlotBooking.id)
        .limit(1)
    )


def without_slot(edition_id: int, *, kind: SlotKind = SlotKind.SET_UP) -> list[Application]:
    """Exhibitors with a promised place and no slot of the kind, by name."""
    has_one = select(SlotBooking.application_id).where(
        SlotBooking.edition_id == edition_id,
        SlotBooking.kind == kind,
        SlotBooking.state == BookingState.BOOKED,
    )
    return list(
        db.session.scalars(
            select(Application)
            .join(Application.organization)
            .where(
                Application.edition_id == edition_id,
                Application.state.in_(PROMISED),
                Application.id.not_in(has_one),
            )
            .options(joinedload(Application.organization))
            .order_by(Organization.name, Application.id)
        )
    )


def editions_with_slots(begin: datetime, end: datetime) -> list[tuple[Edition, datetime]]:
    """(edition, first set-up slot) of editions that are not archived, where that slot is after
    ``begin`` and within a week after ``end``."""
    starts = (
        select(Slot.edition_id, func.min(Slot.starts_at).label("first"))
        .where(Slot.kind == SlotKind.SET_UP)
        .group_by(Slot.edition_id)
        .subquery()
    )
    rows = db.session.execute(
        select(Edition, starts.c.first)
        .join(starts, starts.c.edition_id == Edition.id)
        .where(
            Edition.state != EditionState.ARCHIVED,
            starts.c.first.between(begin, end + timedelta(days=7)),
        )
        .order_by(Edition.id)
    )
    return [(edition, starts_at) for edition, starts_at in rows]


def first_and_last(edition_id: int, *, kind: SlotKind) -> tuple[datetime, datetime] | None:
    """Beginnings of the first and the last slot of the kind; nothing where there is none."""
    first, last = db.session.execute(
        select(func.min(Slot.starts_at), func.max(Slot.starts_at)).where(
            Slot.edition_id == edition_id, Slot.kind == kind
        )
    ).one()
    return (first, last) if first is not None else None
