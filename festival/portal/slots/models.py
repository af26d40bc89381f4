"""Gates, slots and who has booked which."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from festival.exhibitors.models import Application
from festival.extensions import Model
from festival.portal.slots.states import BookingState, SlotKind, SlotState
from festival.shared.columns import Code, Moment, PrimaryKey, Short, state_column


class VehicleGate(Model):
    """A way in for the vehicles of exhibitors."""

    __tablename__ = "vehicle_gate"
    __table_args__ = (UniqueConstraint("edition_id", "name"),)

    id: Mapped[PrimaryKey]
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"), index=True)
    code: Mapped[Code] = mapped_column(unique=True)
    name: Mapped[Short]
    address: Mapped[str] = mapped_column(String(400), default="")
    note: Mapped[str] = mapped_column(Text, default="")
    """How to get in: exhibitors and the gate's staff read it."""
    created_at: Mapped[Moment]
    changed_at: Mapped[Moment]


class Slot(Model):
    """A span of time at a gate."""

    __tablename__ = "gate_slot"
    __table_args__ = (
        UniqueConstraint("gate_id", "kind", "starts_at"),
        Index("ix_gate_slot_edition_starts", "edition_id", "starts_at"),
        CheckConstraint("minutes > 0", name="minutes_positive"),
        CheckConstraint("vehicles > 0", name="vehicles_positive"),
        CheckConstraint("taken >= 0", name="taken_not_negative"),
        CheckConstraint("taken <= vehicles", name="not_overfull"),
        CheckConstraint("longest_cm IS NULL OR longest_cm > 0", name="longest_positive"),
    )

    id: Mapped[PrimaryKey]
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"))
    gate_id: Mapped[int] = mapped_column(ForeignKey("vehicle_gate.id"), index=True)
    code: Mapped[Code] = mapped_column(unique=True)
    kind: Mapped[SlotKind] = mapped_column(state_column(SlotKind))
    starts_at: Mapped[Moment]
    minutes: Mapped[int]
    vehicles: Mapped[int]
    """How many can be there in this time."""
    taken: Mapped[int] = mapped_column(default=0)
    """Changed only by a guarded UPDATE, see actions.claiming."""
    longest_cm: Mapped[int | None]
    """The longest vehicle, trailer included, that can come; None where any can."""
    state: Mapped[SlotState] = mapped_column(state_column(SlotState), default=SlotState.OPEN)
    version: Mapped[int] = mapped_column(default=1)
    """Raised when an organizer changes it, not when somebody books."""
    changed_at: Mapped[Moment]
    gate: Mapped[VehicleGate] = relationship()

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.minutes)

    @property
    def is_open(self) -> bool:
        return self.state is SlotState.OPEN

    @property
    def left(self) -> int:
        return self.vehicles - self.taken


class SlotBooking(Model):
    """An exhibitor's slot of one kind; stays as cancelled, so that its calendar hears of it."""

    __tablename__ = "slot_booking"
    __table_args__ = (UniqueConstraint("application_id", "kind"),)

    id: Mapped[PrimaryKey]
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"), index=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    slot_id: Mapped[int | None] = mapped_column(ForeignKey("gate_slot.id"), index=True)
    """None once a cancelled one's slot was removed."""
    kind: Mapped[SlotKind] = mapped_column(state_column(SlotKind))
    state: Mapped[BookingState] = mapped_column(
        state_column(BookingState), default=BookingState.BOOKED
    )
    vehicle: Mapped[Short] = mapped_column(default="")
    """Make or number plate, so that the staff recognize it."""
    length_cm: Mapped[int] = mapped_column(default=0)
    """0 for whoever comes on foot, by bicycle or with a cart."""
    uid: Mapped[str] = mapped_column(String(255), unique=True)
    """iCalendar UID; made once, whatever slot it is."""
    sequence: Mapped[int] = mapped_column(default=0)
    """iCalendar SEQUENCE: +1 whenever time, gate or state change."""
    booked_at: Mapped[Moment]
    changed_at: Mapped[Moment]
    application: Mapped[Application] = relationship()
    slot: Mapped[Slot | None] = relationship()
