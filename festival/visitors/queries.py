"""What is asked about registrations and bookings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import joinedload

from festival.extensions import db
from festival.festivals.models import Edition, Space
from festival.programme.models import Occurrence
from festival.programme.published import PublishedOccurrence, PublishedSession
from festival.programme.queries import published_programme
from festival.programme.states import OccurrenceState
from festival.visitors.models import Booking, PartyBand, Registration
from festival.visitors.rules import Slot
from festival.visitors.states import AgeBand, BookingState, RegistrationState


@dataclass(frozen=True, slots=True)
class BookedPlace:
    """One booking as its household sees it: time and place as they were published."""

    occurrence_id: int
    uid: str
    session_code: str
    title: str
    starts_at: datetime
    minutes: int
    place: str
    people: int
    is_cancelled: bool

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.minutes)

    @property
    def slot(self) -> Slot:
        return Slot(title=self.title, starts_at=self.starts_at, minutes=self.minutes)


@dataclass(frozen=True, slots=True)
class Totals:
    """Of the registrations that are not cancelled; ``by_band`` in the order of the bands."""

    registrations: int
    people: int
    booked_places: int
    by_band: tuple[tuple[AgeBand, int], ...]


def booked_places(registration: Registration, *, locale: str) -> list[BookedPlace]:
    """What the household has booked, by start."""
    rows = db.session.scalars(
        select(Booking)
        .where(Booking.registration_id == registration.id, Booking.state == BookingState.BOOKED)
        .options(
            joinedload(Booking.occurrence).joinedload(Occurrence.session),
            joinedload(Booking.occurrence).joinedload(Occurrence.space).joinedload(Space.venue),
        )
    ).all()
    if not rows:
        return []
    published = {occ.id: (each, occ) for each, occ in _held(registration.edition)}
    places = [_booked_place(row, published.get(row.occurrence_id), locale=locale) for row in rows]
    return sorted(places, key=lambda place: (place.starts_at, place.title))


def find_bookable(
    edition: Edition, *, uid: str
) -> tuple[PublishedSession, PublishedOccurrence] | None:
    """The published occurrence with this uid; what is not published cannot be booked."""
    for session, occurrence in _held(edition):
        if occurrence.uid == uid:
            return session, occurrence
    return None


def find_booking(registration: Registration, *, occurrence_id: int) -> Booking | None:
    """The household's live booking in an occurrence."""
    return db.session.scalar(
        select(Booking).where(
            Booking.registration_id == registration.id,
            Booking.occurrence_id == occurrence_id,
            Booking.state == BookingState.BOOKED,
        )
    )


def bands_of(registration: Registration) -> dict[AgeBand, int]:
    """Band → people, for the household's own eyes."""
    rows = db.session.execute(
        select(PartyBand.band, PartyBand.people).where(PartyBand.registration_id == registration.id)
    )
    return {band: people for band, people in rows}


def find_registration(edition: Edition, *, code: str) -> Registration | None:
    """A registration of this edition by its desk code."""
    return db.session.scalar(
        select(Registration).where(
            Registration.edition_id == edition.id, Registration.code == code.strip().lower()
        )
    )


def registrations_of(
    edition: Edition, *, search: str = "", number: int = 1, per_page: int = 50
) -> tuple[list[Registration], int]:
    """(one page of registrations, newest first; how many there are in all)."""
    query = _matching(edition, search=search)
    total = db.session.scalar(select(func.count()).select_from(query.subquery())) or 0
    rows = db.session.scalars(
        query.order_by(Registration.created_at.desc(), Registration.id.desc())
        .offset((number - 1) * per_page)
        .limit(per_page)
    ).all()
    return list(rows), total


def totals_of(edition: Edition) -> Totals:
    """How many households and people are registered, and how many places they booked."""
    active = _active(edition)
    registrations, people = db.session.execute(
        select(func.count(Registration.id), func.coalesce(func.sum(Registration.people), 0)).where(
            *active
        )
    ).one()
    bands = {
        band: count
        for band, count in db.session.execute(
            select(PartyBand.band, func.sum(PartyBand.people))
            .join(Registration, Registration.id == PartyBand.registration_id)
            .where(*active)
            .group_by(PartyBand.band)
        )
    }
    places = db.session.scalar(
        select(func.coalesce(func.sum(Booking.people), 0))
        .join(Booking.registration)
        .where(*active, Booking.state == BookingState.BOOKED)
    )
    return Totals(
        registrations=registrations,
        people=people,
        booked_places=places or 0,
        by_band=tuple((band, bands.get(band, 0)) for band in AgeBand),
    )


def bookers_of(occurrence_id: int) -> list[tuple[Booking, Registration]]:
    """Live bookings of an occurrence with their households, by booking."""
    rows = db.session.execute(
        select(Booking, Registration)
        .join(Booking.registration)
        .where(Booking.occurrence_id == occurrence_id, Booking.state == BookingState.BOOKED)
        .order_by(Booking.id)
    )
    return [(booking, registration) for booking, registration in rows]


def _active(edition: Edition) -> tuple[ColumnElement[bool], ...]:
    return (
        Registration.edition_id == edition.id,
        Registration.state == RegistrationState.ACTIVE,
    )


def _matching(edition: Edition, *, search: str) -> Select[Registration]:
    query = select(Registration).where(Registration.edition_id == edition.id)
    for word in search.split()[:6]:
        query = query.where(
            or_(
                Registration.name.icontains(word, autoescape=True),
                Registration.email.icontains(word, autoescape=True),
                Registration.code == word.lower(),
            )
        )
    return query


def _held(edition: Edition) -> tuple[tuple[PublishedSession, PublishedOccurrence], ...]:
    return published_programme(edition).held


def _booked_place(
    row: Booking,
    published: tuple[PublishedSession, PublishedOccurrence] | None,
    *,
    locale: str,
) -> BookedPlace:
    """As published; from the draft only where the published programme does not know it."""
    draft = row.occurrence
    if published is None:
        space = draft.space
        return BookedPlace(
            occurrence_id=draft.id, uid=draft.uid, session_code=draft.session.code,
            title=draft.session.title, starts_at=draft.starts_at, minutes=draft.minutes,
            place=f"{space.name}, {space.venue.name}" if space else "", people=row.people,
            is_cancelled=draft.state == OccurrenceState.CANCELLED,
        )  # fmt: skip
    session, held = published
    return BookedPlace(
        occurrence_id=held.id, uid=held.uid, session_code=session.code,
        title=session.text("title", locale), starts_at=held.starts_at, minutes=held.minutes,
        place=f"{held.space.name}, {held.space.venue.name}" if held.space else "",
        people=row.people,
        is_cancelled=held.is_cancelled or draft.state == OccurrenceState.CANCELLED,
    )  # fmt: skip
