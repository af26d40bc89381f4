"""What there is to read about festivals, editions, venues and spaces."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from festival.extensions import db
from festival.festivals.models import Edition, Festival, OpeningHours, Space, Venue


def festivals_with_editions() -> list[Festival]:
    """Every festival of the installation by name, each with its editions, newest first."""
    return list(
        db.session.scalars(
            select(Festival).options(selectinload(Festival.editions)).order_by(Festival.name)
        )
    )


def find_festival(slug: str) -> Festival | None:
    return db.session.scalar(select(Festival).where(Festival.slug == slug))


def venues_with_spaces(edition_id: int) -> list[Venue]:
    """Venues by name, each with its spaces and opening hours; three queries, however many."""
    return list(
        db.session.scalars(
            select(Venue)
            .where(Venue.edition_id == edition_id)
            .options(selectinload(Venue.spaces), selectinload(Venue.opening_hours))
            .order_by(Venue.name)
        )
    )


def find_venue(edition_id: int, slug: str) -> Venue | None:
    return db.session.scalar(
        select(Venue).where(Venue.edition_id == edition_id, Venue.slug == slug)
    )


def find_space(edition_id: int, slug: str) -> Space | None:
    return db.session.scalar(
        select(Space).where(Space.edition_id == edition_id, Space.slug == slug)
    )


def venue_slugs(edition_id: int) -> set[str]:
    return set(db.session.scalars(select(Venue.slug).where(Venue.edition_id == edition_id)))


def space_slugs(edition_id: int) -> set[str]:
    return set(db.session.scalars(select(Space.slug).where(Space.edition_id == edition_id)))


def hours_of(venue_id: int) -> list[OpeningHours]:
    """Opening hours of a venue by day and time."""
    return list(
        db.session.scalars(
            select(OpeningHours)
            .where(OpeningHours.venue_id == venue_id)
            .order_by(OpeningHours.day, OpeningHours.opens_at)
        )
    )


def edition_slugs(festival_id: int) -> set[str]:
    return set(db.session.scalars(select(Edition.slug).where(Edition.festival_id == festival_id)))
