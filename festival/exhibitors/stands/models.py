"""Floor plans, circuits, stands, who has which, wishes, and proposals."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from festival.exhibitors.models import Application
from festival.exhibitors.stands.states import NoiseZone, ProposalState, StandState, WishKind
from festival.extensions import Model
from festival.festivals.models import Edition, Space, Venue
from festival.shared.columns import (
    Code,
    Hash,
    Moment,
    PrimaryKey,
    Short,
    UtcDateTime,
    state_column,
)
from festival.shared.pictures import StoredPicture


class FloorPlan(Model):
    """One hall, corridor or yard of an edition, seen from above."""

    __tablename__ = "floor_plan"
    __table_args__ = (
        CheckConstraint("width_cm > 0", name="width_positive"),
        CheckConstraint("depth_cm > 0", name="depth_positive"),
    )

    id: Mapped[PrimaryKey]
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"), index=True)
    venue_id: Mapped[int | None] = mapped_column(ForeignKey("venue.id"), index=True)
    space_id: Mapped[int | None] = mapped_column(ForeignKey("space.id"), index=True)
    code: Mapped[Code] = mapped_column(unique=True)
    name: Mapped[Short]
    width_cm: Mapped[int]
    depth_cm: Mapped[int]
    quiet_distance_cm: Mapped[int] = mapped_column(default=600)
    """Gap that lies between somebody loud and somebody who needs quiet."""
    is_public: Mapped[bool] = mapped_column(default=False)
    picture_id: Mapped[int | None] = mapped_column(ForeignKey("stored_picture.id"))
    drawing: Mapped[str] = mapped_column(Text, default="")
    """A background in SVG, written anew by us (see ``drawings``); empty without one."""
    version: Mapped[int] = mapped_column(default=1)
    """Raised when the plan or the place or the number of a stand changes."""
    created_at: Mapped[Moment]
    changed_at: Mapped[Moment]
    edition: Mapped[Edition] = relationship()
    venue: Mapped[Venue | None] = relationship()
    space: Mapped[Space | None] = relationship()
    picture: Mapped[StoredPicture | None] = relationship()
    circuits: Mapped[list[PowerCircuit]] = relationship(
        back_populates="plan", cascade="all, delete-orphan", order_by="PowerCircuit.name"
    )
    stands: Mapped[list[Stand]] = relationship(
        back_populates="plan", cascade="all, delete-orphan", order_by="Stand.position"
    )


class PowerCircuit(Model):
    """What one fuse carries, however many stands hang on it."""

    __tablename__ = "power_circuit"
    __table_args__ = (
        UniqueConstraint("plan_id", "name"),
        CheckConstraint("watts >= 0", name="watts_not_negative"),
    )

    id: Mapped[PrimaryKey]
    plan_id: Mapped[int] = mapped_column(ForeignKey("floor_plan.id"), index=True)
    name: Mapped[Code]
    watts: Mapped[int]
    plan: Mapped[FloorPlan] = relationship(back_populates="circuits")


class Stand(Model):
    """A rectangle on a plan that one exhibitor can have."""

    __tablename__ = "stand"
    __table_args__ = (
        UniqueConstraint("plan_id", "number"),
        CheckConstraint("width_cm > 0", name="width_positive"),
        CheckConstraint("depth_cm > 0", name="depth_positive"),
        CheckConstraint("rotation in (0, 90)", name="rotation_right_angle"),
    )

    id: Mapped[PrimaryKey]
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"), index=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("floor_plan.id"), index=True)
    circuit_id: Mapped[int | None] = mapped_column(ForeignKey("power_circuit.id"), index=True)
    class_id: Mapped[int | None] = mapped_column(ForeignKey("stand_class.id"), index=True)
    code: Mapped[Code] = mapped_column(unique=True)
    number: Mapped[str] = mapped_column(String(12))
    """As it is painted on the floor; its letters (``B`` of ``B12``) name the area."""
    position: Mapped[int] = mapped_column(default=0)
    x_cm: Mapped[int]
    y_cm: Mapped[int]
    width_cm: Mapped[int]
    depth_cm: Mapped[int]
    rotation: Mapped[int] = mapped_column(default=0)
    """0 or 90 degrees: width and depth change places on the floor."""
    watts: Mapped[int] = mapped_column(default=0)
    """What its own socket gives; 0 is a stand without one."""
    has_water: Mapped[bool] = mapped_column(default=False)
    has_internet: Mapped[bool] = mapped_column(default=False)
    is_step_free: Mapped[bool] = mapped_column(default=True)
    is_indoor: Mapped[bool] = mapped_column(default=True)
    floor_load_kg: Mapped[int | None]
    """What a square metre of the floor bears."""
    noise_zone: Mapped[NoiseZone] = mapped_column(state_column(NoiseZone), default=NoiseZone.NORMAL)
    state: Mapped[StandState] = mapped_column(state_column(StandState), default=StandState.FREE)
    note: Mapped[Short] = mapped_column(default="")
    """For the organizers: whom it is kept for, why it is blocked."""
    version: Mapped[int] = mapped_column(default=1)
    plan: Mapped[FloorPlan] = relationship(back_populates="stands")
    circuit: Mapped[PowerCircuit | None] = relationship()
    assignment: Mapped[StandAssignment | None] = relationship(back_populates="stand")


class StandAssignment(Model):
    """An exhibitor has a stand.  Both columns are unique: nobody has two, none is given twice."""

    __tablename__ = "stand_assignment"
    __table_args__ = (UniqueConstraint("stand_id"), UniqueConstraint("application_id"))

    id: Mapped[PrimaryKey]
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"), index=True)
    stand_id: Mapped[int] = mapped_column(ForeignKey("stand.id"))
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    is_pinned: Mapped[bool] = mapped_column(default=False)
    """Proposals leave it where it is."""
    assigned_at: Mapped[Moment]
    assigned_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    stand: Mapped[Stand] = relationship(back_populates="assignment")
    application: Mapped[Application] = relationship()


class PlacementWish(Model):
    """Two exhibitors would like to stand near each other, or far from each other."""

    __tablename__ = "placement_wish"
    __table_args__ = (UniqueConstraint("application_id", "other_id"),)

    id: Mapped[PrimaryKey]
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"), index=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    """The one with the lower number, so that a pair has one wish."""
    other_id: Mapped[int] = mapped_column(ForeignKey("application.id"), index=True)
    kind: Mapped[WishKind] = mapped_column(state_column(WishKind))
    created_at: Mapped[Moment]
    application: Mapped[Application] = relationship(foreign_keys=[application_id])
    other: Mapped[Application] = relationship(foreign_keys=[other_id])


class StandProposal(Model):
    """An allocation that the solver worked out, kept until somebody decides."""

    __tablename__ = "stand_proposal"

    id: Mapped[PrimaryKey]
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"), index=True)
    code: Mapped[Code] = mapped_column(unique=True)
    task_code: Mapped[Code] = mapped_column(default="")
    state: Mapped[ProposalState] = mapped_column(
        state_column(ProposalState), default=ProposalState.COMPUTING
    )
    fingerprint: Mapped[Hash] = mapped_column(default="")
    """Hash of all that the solver was told; another one now means that the proposal is stale."""
    result: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    """``documents.proposal_document`` says what it holds."""
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    """Who had which stand before it was accepted and after, for taking it back."""
    created_at: Mapped[Moment]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
