"""Ways in for vehicles: made, changed, removed while nothing hangs on them."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import select, update

from festival.extensions import db
from festival.festivals.models import Edition
from festival.portal.slots import queries
from festival.portal.slots.models import Slot, SlotBooking, VehicleGate
from festival.portal.slots.states import BookingState
from festival.shared.errors import FieldRefused, RuleBroken
from festival.shared.journal import Actor, write_journal
from festival.shared.sentences import mark
from festival.shared.tokens import make_code


@dataclass(frozen=True, slots=True)
class GateValues:
    name: str
    address: str = ""
    note: str = ""


def make_gate(edition: Edition, values: GateValues, *, actor: Actor, now: datetime) -> VehicleGate:
    """A new gate.  Raises ``FieldRefused`` (name) where the edition has one of that name."""
    _check_name(edition.id, values.name)
    gate = VehicleGate(
        edition_id=edition.id, code=make_code(), created_at=now, changed_at=now, **asdict(values)
    )
    db.session.add(gate)
    db.session.flush()
    _note("gate_made", gate, actor=actor, now=now)
    return gate


def change_gate(gate: VehicleGate, values: GateValues, *, actor: Actor, now: datetime) -> None:
    """Change name, address and note; the calendars of who has booked there hear of it."""
    _check_name(gate.edition_id, values.name, besides=gate.id)
    is_elsewhere = (gate.name, gate.address) != (values.name, values.address)
    gate.name, gate.address, gate.note = values.name, values.address, values.note
    gate.changed_at = now
    db.session.flush()
    if is_elsewhere:
        db.session.execute(
            update(SlotBooking)
            .where(
                SlotBooking.state == BookingState.BOOKED,
                SlotBooking.slot_id.in_(select(Slot.id).where(Slot.gate_id == gate.id)),
            )
            .values(sequence=SlotBooking.sequence + 1, changed_at=now)
            .execution_options(synchronize_session=False)
        )
    _note("gate_changed", gate, actor=actor, now=now)


def remove_gate(gate: VehicleGate, *, actor: Actor, now: datetime) -> None:
    """Raises ``RuleBroken`` while it has slots."""
    if queries.has_slots(gate.id):
        raise RuleBroken(
            mark("This gate still has slots, so it stays."),
            next_step=mark("Remove its slots first."),
        )
    _note("gate_removed", gate, actor=actor, now=now)
    db.session.delete(gate)
    db.session.flush()


def _check_name(edition_id: int, name: str, *, besides: int = 0) -> None:
    known = db.session.scalar(
        select(VehicleGate.id).where(
            VehicleGate.edition_id == edition_id,
            VehicleGate.name == name,
            VehicleGate.id != besides,
        )
    )
    if known is not None:
        raise FieldRefused("name", mark("There is a gate of this name already."))


def _note(action: str, gate: VehicleGate, *, actor: Actor, now: datetime) -> None:
    write_journal(
        action, actor=actor, entity="vehicle_gate", key=gate.code, now=now,
        edition_id=gate.edition_id,
        after={"name": gate.name, "address": gate.address},
    )  # fmt: skip
