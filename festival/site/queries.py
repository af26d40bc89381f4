"""What the home pages need to know."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from festival.accounts.models import RoleGrant
from festival.cities.models import TwinCity
from festival.exhibitors.models import Organization
from festival.extensions import db
from festival.festivals.models import Edition, Festival, Venue
from festival.festivals.states import EditionState


@dataclass(frozen=True)
class Calendar:
    """Editions that everybody may see, sorted by what a visitor looks for."""

    running: list[Edition] = field(default_factory=list)
    coming: list[Edition] = field(default_factory=list)
    past: list[Edition] = field(default_factory=list)

    @property
    def next_edition(self) -> Edition | None:
        """What stands first on the home page: what runs now, else what comes next."""
        return next(iter([*self.running, *self.coming]), None)

    @property
    def is_empty(self) -> bool:
        return not (self.running or self.coming or self.past)


def public_calendar(*, now: datetime) -> Calendar:
    """All public and archived editions; each one's day is the day in its own zone."""
    found = Calendar()
    editions = db.session.scalars(
        select(Edition)
        .join(Edition.festival)
        .where(Edition.state != EditionState.DRAFT)
        .order_by(Edition.starts_on, Festival.name)
    )
    for edition in editions:
        today = now.astimezone(ZoneInfo(edition.time_zone)).date()
        if edition.ends_on < today or edition.state == EditionState.ARCHIVED:
            found.past.insert(0, edition)
        elif edition.starts_on <= today:
            found.running.append(edition)
        else:
            found.coming.append(edition)
    return found


def editions_worked_on(person_id: int, *, is_administrator: bool) -> list[Edition]:
    """Editions in which the person has a role (an administrator: all), newest first."""
    query = select(Edition).join(Edition.festival).order_by(Edition.starts_on.desc(), Edition.id)
    if not is_administrator:
        granted = select(RoleGrant.edition_id).where(RoleGrant.person_id == person_id)
        query = query.where(Edition.id.in_(granted))
    return list(db.session.scalars(query))


def cities_spoken_for(person_id: int) -> list[tuple[TwinCity, Edition]]:
    """Twin cities that the person speaks for, each with the newest edition of its festival."""
    cities = db.session.scalars(
        select(TwinCity)
        .join(RoleGrant, RoleGrant.twin_city_id == TwinCity.id)
        .where(RoleGrant.person_id == person_id)
        .order_by(TwinCity.name)
    ).all()
    pairs = [(city, _newest_edition(city.festival_id)) for city in cities]
    return [(city, edition) for city, edition in pairs if edition is not None]


def organizations_spoken_for(person_id: int) -> list[tuple[Organization, Edition]]:
    """Organizations that the person speaks for, each with the newest edition of its festival."""
    organizations = db.session.scalars(
        select(Organization)
        .join(RoleGrant, RoleGrant.organization_id == Organization.id)
        .where(RoleGrant.person_id == person_id)
        .order_by(Organization.name)
    ).all()
    pairs = [(each, _newest_edition(each.festival_id)) for each in organizations]
    return [(each, edition) for each, edition in pairs if edition is not None]


def _newest_edition(festival_id: int) -> Edition | None:
    """The latest edition that is not a draft."""
    return db.session.scalar(
        select(Edition)
        .where(Edition.festival_id == festival_id, Edition.state != EditionState.DRAFT)
        .order_by(Edition.starts_on.desc())
        .limit(1)
    )


def venues_of(edition_id: int) -> list[Venue]:
    """Venues by name, each with its spaces loaded."""
    return list(
        db.session.scalars(
            select(Venue)
            .where(Venue.edition_id == edition_id)
            .options(selectinload(Venue.spaces))
            .order_by(Venue.name)
        )
    )


def cities_of(festival_id: int) -> list[TwinCity]:
    return list(
        db.session.scalars(
            select(TwinCity).where(TwinCity.festival_id == festival_id).order_by(TwinCity.name)
        )
    )


def mapped_editions() -> list[Edition]:
    """Editions whose pages the map of the site lists."""
    return list(
        db.session.scalars(
            select(Edition).where(Edition.state != EditionState.DRAFT).order_by(Edition.id)
        )
    )


def is_anybody_there() -> bool:
    """Whether the installation has a festival at all."""
    return db.session.scalar(select(Festival.id).limit(1)) is not None


def days_until(edition: Edition, *, now: datetime) -> int:
    """Local days until the first day; 0 on it and after it."""
    today: date = now.astimezone(ZoneInfo(edition.time_zone)).date()
    return max(0, (edition.starts_on - today).days)
