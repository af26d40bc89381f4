"""Registrations, age bands and bookings."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from festival.extensions import Model
from festival.festivals.models import Edition
from festival.programme.models import Occurrence
from festival.shared.columns import Code, Hash, Moment, PrimaryKey, Short, UtcDateTime, state_column
from festival.visitors.states import AgeBand, BookingState, RegistrationSource, RegistrationState


class Registration(Model):
    """One household or group in one edition."""

    __tablename__ = "registration"
    __table_args__ = (CheckConstraint("people > 0", name="people_positive"),)

    id: Mapped[PrimaryKey]
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"), index=True)
    code: Mapped[Code] = mapped_column(unique=True)
    """Short, for the desk; opens nothing."""
    manage_hash: Mapped[Hash] = mapped_column(unique=True)
    """Hash of the secret in the household's own link.  The form makes the secret and sends it, so
    a second press of the button is the same registration."""
    name: Mapped[Short] = mapped_column(default="")
    email: Mapped[str] = mapped_column(String(254), default="")
    locale: Mapped[str] = mapped_column(String(10))
    people: Mapped[int]
    state: Mapped[RegistrationState] = mapped_column(
        state_column(RegistrationState), default=RegistrationState.ACTIVE
    )
    source: Mapped[RegistrationSource] = mapped_column(
        state_column(RegistrationSource), default=RegistrationSource.WEB
    )
    created_at: Mapped[Moment]
    edition: Mapped[Edition] = relationship()
    bookings: Mapped[list[Booking]] = relationship(back_populates="registration")


class PartyBand(Model):
    """How many of a household are in one age band.  Counted, never shown for one household
    to anybody but itself."""

    __tablename__ = "party_band"

    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"), primary_key=True)
    band: Mapped[AgeBand] = mapped_column(state_column(AgeBand), primary_key=True)
    people: Mapped[int]


class Booking(Model):
    """Places of one registration in one occurrence; one row for both, whatever its state."""

    __tablename__ = "booking"
    __table_args__ = (
        UniqueConstraint("registration_id", "occurrence_id"),
        CheckConstraint("people > 0", name="people_positive"),
    )

    id: Mapped[PrimaryKey]
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"))
    occurrence_id: Mapped[int] = mapped_column(ForeignKey("occurrence.id"), index=True)
    people: Mapped[int]
    state: Mapped[BookingState] = mapped_column(
        state_column(BookingState), default=BookingState.BOOKED
    )
    booked_at: Mapped[Moment]
    cancelled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    claimed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the household came through the session's door; places that are claimed stay."""
    released_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When unclaimed places went to others, also after the household took some again."""
    registration: Mapped[Registration] = relationship(back_populates="bookings")
    occurrence: Mapped[Occurrence] = relationship()
