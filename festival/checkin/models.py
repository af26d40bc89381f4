"""Gates, door links, scans and admissions."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from festival.badges.models import Badge
from festival.checkin.states import Verdict
from festival.extensions import Model
from festival.festivals.models import Edition, Venue
from festival.programme.models import Occurrence
from festival.shared.columns import Hash, Moment, PrimaryKey, Short, UtcDateTime, state_column


class Gate(Model):
    """An entrance that is counted."""

    __tablename__ = "gate"
    __table_args__ = (UniqueConstraint("edition_id", "name"),)

    id: Mapped[PrimaryKey]
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"), index=True)
    venue_id: Mapped[int | None] = mapped_column(ForeignKey("venue.id"))
    name: Mapped[Short]
    venue: Mapped[Venue | None] = relationship()


class DoorLink(Model):
    """Opens the scanner for one gate or one occurrence, without an account."""

    __tablename__ = "door_link"
    __table_args__ = (
        CheckConstraint(
            "(gate_id IS NULL) <> (occurrence_id IS NULL)", name="one_gate_or_occurrence"
        ),
    )

    id: Mapped[PrimaryKey]
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"), index=True)
    token_hash: Mapped[Hash] = mapped_column(unique=True)
    label: Mapped[Short]
    gate_id: Mapped[int | None] = mapped_column(ForeignKey("gate.id"))
    occurrence_id: Mapped[int | None] = mapped_column(ForeignKey("occurrence.id"))
    expires_at: Mapped[Moment]
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[Moment]
    edition: Mapped[Edition] = relationship()
    gate: Mapped[Gate | None] = relationship()
    occurrence: Mapped[Occurrence | None] = relationship()


class Scan(Model):
    """One attempt at a door, whatever came of it."""

    __tablename__ = "scan"
    __table_args__ = (Index("ix_scan_edition_received", "edition_id", "received_at"),)

    id: Mapped[PrimaryKey]
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"))
    door_link_id: Mapped[int] = mapped_column(ForeignKey("door_link.id"), index=True)
    client_key: Mapped[str] = mapped_column(String(64), unique=True)
    """Made by the phone; sending it twice stores it once."""
    badge_id: Mapped[int | None] = mapped_column(ForeignKey("badge.id"), index=True)
    code_hash: Mapped[Hash]
    """Of what was read, so that an unknown code can be traced without being kept."""
    verdict: Mapped[Verdict] = mapped_column(state_column(Verdict))
    people: Mapped[int] = mapped_column(default=0)
    scanned_at: Mapped[Moment]
    """By the phone's clock."""
    received_at: Mapped[Moment]
    """By ours."""
    is_offline: Mapped[bool] = mapped_column(default=False)
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    door_link: Mapped[DoorLink] = relationship()
    badge: Mapped[Badge | None] = relationship()


class Admission(Model):
    """What counts: one badge let in, once per day at the gates, once per occurrence."""

    __tablename__ = "admission"
    __table_args__ = (
        UniqueConstraint("badge_id", "scope"),
        Index("ix_admission_edition_day", "edition_id", "day"),
    )

    id: Mapped[PrimaryKey]
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"))
    badge_id: Mapped[int] = mapped_column(ForeignKey("badge.id"))
    scope: Mapped[str] = mapped_column(String(60))
    """``entry:2027-05-14`` or ``occurrence:123``."""
    scan_id: Mapped[int] = mapped_column(ForeignKey("scan.id"))
    gate_id: Mapped[int | None] = mapped_column(ForeignKey("gate.id"), index=True)
    occurrence_id: Mapped[int | None] = mapped_column(ForeignKey("occurrence.id"), index=True)
    day: Mapped[date] = mapped_column(Date)
    """Local day of the edition."""
    people: Mapped[int]
    admitted_at: Mapped[Moment]
    gate: Mapped[Gate | None] = relationship()
