"""Festivals, editions, venues, spaces and opening hours."""

from __future__ import annotations

from datetime import date, datetime, time

from sqlalchemy import (
    CheckConstraint,
    Date,
    Float,
    ForeignKey,
    String,
    Text,
    Time,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from festival.extensions import Model
from festival.festivals.states import EditionState
from festival.shared.columns import (
    Code,
    Moment,
    PrimaryKey,
    Short,
    UtcDateTime,
    Words,
    state_column,
)


class Festival(Model):
    """What a city holds again and again; keeps many editions."""

    __tablename__ = "festival"

    id: Mapped[PrimaryKey]
    slug: Mapped[Code] = mapped_column(unique=True)
    name: Mapped[Short]
    city_name: Mapped[Short]
    country: Mapped[str] = mapped_column(String(2))
    """ISO 3166-1 alpha-2."""
    time_zone: Mapped[Code]
    default_language: Mapped[str] = mapped_column(String(10), default="en")
    about: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[Moment]
    editions: Mapped[list[Edition]] = relationship(
        back_populates="festival", order_by="Edition.starts_on.desc()"
    )


class Edition(Model):
    """One year of a festival."""

    __tablename__ = "edition"
    __table_args__ = (
        UniqueConstraint("festival_id", "slug"),
        CheckConstraint("ends_on >= starts_on", name="ends_after_start"),
        CheckConstraint("inhabitants IS NULL OR inhabitants > 0", name="inhabitants_positive"),
    )

    id: Mapped[PrimaryKey]
    festival_id: Mapped[int] = mapped_column(ForeignKey("festival.id"))
    slug: Mapped[Code]
    title: Mapped[Short]
    theme: Mapped[str] = mapped_column(String(400), default="")
    about: Mapped[str] = mapped_column(Text, default="")
    starts_on: Mapped[date] = mapped_column(Date)
    ends_on: Mapped[date] = mapped_column(Date)
    time_zone: Mapped[Code]
    languages: Mapped[Words]
    """Languages of its public pages, the first is the default."""
    inhabitants: Mapped[int | None]
    inhabitants_year: Mapped[int | None]
    """Year of the count or estimate, quoted beside every share of inhabitants."""
    state: Mapped[EditionState] = mapped_column(
        state_column(EditionState), default=EditionState.DRAFT
    )
    contact_email: Mapped[str] = mapped_column(String(254), default="")
    registration_opens_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    registration_closes_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    places_released_after: Mapped[int | None]
    """Minutes after a session's start (before it when negative) at which booked places that nobody
    claimed at its door go to others; None: never."""
    programme_version: Mapped[int] = mapped_column(default=0)
    """Number of the published version; 0 before the first publication."""
    content_version: Mapped[int] = mapped_column(default=0)
    """Raised by every change that a cached public page could show (title, venue, release …)."""
    created_at: Mapped[Moment]
    festival: Mapped[Festival] = relationship(back_populates="editions", lazy="joined")
    venues: Mapped[list[Venue]] = relationship(back_populates="edition", order_by="Venue.name")


class Venue(Model):
    """An address where things happen."""

    __tablename__ = "venue"
    __table_args__ = (UniqueConstraint("edition_id", "slug"),)

    id: Mapped[PrimaryKey]
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"), index=True)
    slug: Mapped[Code]
    name: Mapped[Short]
    address: Mapped[str] = mapped_column(String(400), default="")
    district: Mapped[Short] = mapped_column(default="")
    latitude: Mapped[float | None] = mapped_column(Float)
    longitude: Mapped[float | None] = mapped_column(Float)
    access_facts: Mapped[Words]
    """Names from festivals.states.ACCESS_FACTS."""
    access_note: Mapped[str] = mapped_column(Text, default="")
    edition: Mapped[Edition] = relationship(back_populates="venues")
    spaces: Mapped[list[Space]] = relationship(back_populates="venue", order_by="Space.name")
    opening_hours: Mapped[list[OpeningHours]] = relationship(
        back_populates="venue", order_by="OpeningHours.day", cascade="all, delete-orphan"
    )


class Space(Model):
    """A room, a tent or a lawn in a venue."""

    __tablename__ = "space"
    __table_args__ = (
        UniqueConstraint("edition_id", "slug"),
        CheckConstraint("capacity IS NULL OR capacity > 0", name="capacity_positive"),
    )

    id: Mapped[PrimaryKey]
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"), index=True)
    venue_id: Mapped[int] = mapped_column(ForeignKey("venue.id"), index=True)
    slug: Mapped[Code]
    name: Mapped[Short]
    floor: Mapped[Short] = mapped_column(default="")
    capacity: Mapped[int | None]
    features: Mapped[Words]
    """Names from festivals.states.SPACE_FEATURES."""
    venue: Mapped[Venue] = relationship(back_populates="spaces")


class OpeningHours(Model):
    """When a venue is open on one day; wall-clock times in the edition's zone."""

    __tablename__ = "opening_hours"
    __table_args__ = (
        UniqueConstraint("venue_id", "day", "opens_at"),
        CheckConstraint("closes_at > opens_at", name="closes_after_opening"),
    )

    id: Mapped[PrimaryKey]
    venue_id: Mapped[int] = mapped_column(ForeignKey("venue.id"))
    day: Mapped[date] = mapped_column(Date)
    opens_at: Mapped[time] = mapped_column(Time)
    closes_at: Mapped[time] = mapped_column(Time)
    venue: Mapped[Venue] = relationship(back_populates="opening_hours")


class Strand(Model):
    """A theme that runs through the edition; carries one accent colour."""

    __tablename__ = "strand"
    __table_args__ = (UniqueConstraint("edition_id", "slug"),)

    id: Mapped[PrimaryKey]
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"), index=True)
    slug: Mapped[Code]
    name: Mapped[Short]
    accent: Mapped[Code]
    position: Mapped[int] = mapped_column(default=0)
