"""What was counted, in a number of queries that does not depend on how much was counted.

Audience and contributors are told apart by the kind of the badge.  A badge that was lost and
issued again stays one bearer, so nobody is counted twice for a new piece of paper.  Whatever
was let in by a scan that was undone later does not count.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import CTE, ColumnElement, Subquery, func, select
from sqlalchemy.orm import aliased

from festival.badges.models import Badge
from festival.badges.states import CONTRIBUTORS
from festival.checkin.models import Admission, Gate, Scan
from festival.evaluation.returns.models import HostReturn
from festival.evaluation.returns.states import CountMethod
from festival.exhibitors.models import Organization
from festival.extensions import db
from festival.festivals.models import Edition, Space, Venue
from festival.programme.models import Occurrence, ProgrammeSession, Strand
from festival.programme.queries import published_programme
from festival.visitors.models import Booking, PartyBand, Registration
from festival.visitors.states import AgeBand, BookingState, RegistrationState


@dataclass(frozen=True, slots=True)
class EntryCount:
    """People let in at the entrances of one venue on one day; ``venue`` None: gate without one."""

    day: date
    venue: str | None
    people: int


@dataclass(frozen=True, slots=True)
class ParticipationCount:
    """People let in to one session on one day."""

    day: date
    code: str
    title: str
    venue: str | None
    district: str
    strand: str | None
    accent: str
    organization: str | None
    sector: str | None
    people: int


@dataclass(frozen=True, slots=True)
class HostCount:
    """What a host told of one time that it held a session, beside what else is known of it."""

    code: str
    title: str
    starts_at: datetime
    """As published: a draft that moved since says nothing about when it was held."""
    method: CountMethod
    people: int
    filed_at: datetime
    """When it was filed, or changed last."""
    booked: int | None
    """Places taken; None where nothing could be booked."""
    scanned: int | None
    """Audience let in at its door; None where nobody was."""


@dataclass(frozen=True, slots=True)
class Counts:
    """Everything counted in one edition up to now."""

    registrations: int
    registered_people: int
    booked_places: int
    unique_visitors: int
    contributors: int
    entries: tuple[EntryCount, ...]
    participations: tuple[ParticipationCount, ...]
    told: tuple[HostCount, ...]
    """By start; never added to scans or bookings."""
    bands: dict[AgeBand, int]
    """People registered by age band, as far as said."""
    last_scan_at: datetime | None
    """When the last scan reached us; None while nobody has scanned."""


def count_all(edition: Edition) -> Counts:
    """Everything counted in the edition, in eleven queries."""
    registrations, people = _registered(edition.id)
    return Counts(
        registrations=registrations,
        registered_people=people,
        booked_places=_booked_places(edition.id),
        unique_visitors=_count_bearers(edition.id, _is_audience()),
        contributors=_count_bearers(edition.id, Badge.kind.in_(CONTRIBUTORS)),
        entries=_entries(edition.id),
        participations=_participations(edition.id),
        told=_told_by_hosts(edition),
        bands=_bands(edition.id),
        last_scan_at=db.session.scalar(
            select(func.max(Scan.received_at)).where(Scan.edition_id == edition.id)
        ),
    )


def _registered(edition_id: int) -> tuple[int, int]:
    row = db.session.execute(
        select(func.count(), func.coalesce(func.sum(Registration.people), 0)).where(
            Registration.edition_id == edition_id, Registration.state == RegistrationState.ACTIVE
        )
    ).one()
    return row[0], row[1]


def _booked_places(edition_id: int) -> int:
    return (
        db.session.scalar(
            select(func.coalesce(func.sum(Booking.people), 0))
            .join(Booking.registration)
            .where(
                Registration.edition_id == edition_id,
                Registration.state == RegistrationState.ACTIVE,
                Booking.state == BookingState.BOOKED,
            )
        )
        or 0
    )


def _bands(edition_id: int) -> dict[AgeBand, int]:
    rows = db.session.execute(
        select(PartyBand.band, func.sum(PartyBand.people))
        .join(Registration, Registration.id == PartyBand.registration_id)
        .where(Registration.edition_id == edition_id, Registration.state == "active")
        .group_by(PartyBand.band)
    )
    found = {band: people for band, people in rows}
    return {band: found.get(band, 0) for band in AgeBand} if found else {}


def _is_audience() -> ColumnElement[bool]:
    return Badge.kind.not_in(CONTRIBUTORS)


def _first_badges(edition_id: int) -> CTE:
    """(badge_id, first_id) of every badge that replaces another, however often reissued."""
    steps = (
        select(Badge.id.label("badge_id"), Badge.replaces_id.label("first_id"))
        .where(Badge.edition_id == edition_id, Badge.replaces_id.is_not(None))
        .cte("steps", recursive=True)
    )
    older = aliased(Badge)
    steps = steps.union_all(
        select(steps.c.badge_id, older.replaces_id)
        .join(older, older.id == steps.c.first_id)
        .where(older.replaces_id.is_not(None))
    )
    first = aliased(Badge)
    return (
        select(steps.c.badge_id, steps.c.first_id)
        .join(first, first.id == steps.c.first_id)
        .where(first.replaces_id.is_(None))
        .cte("first_badges")
    )


def _let_in(edition_id: int, who: ColumnElement[bool]) -> Subquery:
    """One row per bearer and day at the gates, and per bearer and occurrence."""
    first = _first_badges(edition_id)
    bearer = func.coalesce(first.c.first_id, Badge.id).label("bearer_id")
    return (
        select(
            bearer,
            Admission.day,
            Admission.occurrence_id,
            func.min(Admission.gate_id).label("gate_id"),
            func.max(Admission.people).label("people"),
        )
        .select_from(Admission)
        .join(Badge, Badge.id == Admission.badge_id)
        .join(Scan, Scan.id == Admission.scan_id)
        .outerjoin(first, first.c.badge_id == Badge.id)
        .where(Admission.edition_id == edition_id, Scan.undone_at.is_(None), who)
        .group_by(bearer, Admission.scope, Admission.day, Admission.occurrence_id)
        .subquery()
    )


def _count_bearers(edition_id: int, who: ColumnElement[bool]) -> int:
    rows = _let_in(edition_id, who)
    each = select(func.max(rows.c.people).label("people")).group_by(rows.c.bearer_id).subquery()
    return db.session.scalar(select(func.coalesce(func.sum(each.c.people), 0))) or 0


def _entries(edition_id: int) -> tuple[EntryCount, ...]:
    rows = _let_in(edition_id, _is_audience())
    found = db.session.execute(
        select(rows.c.day, Venue.name, func.sum(rows.c.people))
        .select_from(rows)
        .outerjoin(Gate, Gate.id == rows.c.gate_id)
        .outerjoin(Venue, Venue.id == Gate.venue_id)
        .where(rows.c.occurrence_id.is_(None))
        .group_by(rows.c.day, Venue.name)
        .order_by(rows.c.day, Venue.name)
    )
    return tuple(EntryCount(day, venue, people) for day, venue, people in found)


def _participations(edition_id: int) -> tuple[ParticipationCount, ...]:
    rows = _let_in(edition_id, _is_audience())
    columns = (
        rows.c.day,
        ProgrammeSession.code,
        ProgrammeSession.title,
        Venue.name,
        func.coalesce(Venue.district, ""),
        Strand.name,
        func.coalesce(Strand.accent, ""),
        Organization.name,
        Organization.sector,
    )
    found = db.session.execute(
        select(*columns, func.sum(rows.c.people))
        .select_from(rows)
        .join(Occurrence, Occurrence.id == rows.c.occurrence_id)
        .join(ProgrammeSession, ProgrammeSession.id == Occurrence.session_id)
        .outerjoin(Space, Space.id == Occurrence.space_id)
        .outerjoin(Venue, Venue.id == Space.venue_id)
        .outerjoin(Strand, Strand.id == ProgrammeSession.strand_id)
        .outerjoin(Organization, Organization.id == ProgrammeSession.organization_id)
        .group_by(*columns)
        .order_by(rows.c.day, ProgrammeSession.code)
    )
    return tuple(ParticipationCount(*row) for row in found)


def people_let_in(edition: Edition, *, occurrence_ids: Collection[int]) -> dict[int, int]:
    """Occurrence id → audience let in at its door; times at which nobody was are left out."""
    rows = _let_in(edition.id, _is_audience() & Admission.occurrence_id.in_(occurrence_ids))
    found = db.session.execute(
        select(rows.c.occurrence_id, func.sum(rows.c.people)).group_by(rows.c.occurrence_id)
    )
    return {number: people for number, people in found}


def _told_by_hosts(edition: Edition) -> tuple[HostCount, ...]:
    rows = db.session.execute(
        select(
            Occurrence.id, ProgrammeSession.code, ProgrammeSession.title, Occurrence.starts_at,
            HostReturn.method, HostReturn.total, HostReturn.changed_at, Occurrence.is_bookable,
            Occurrence.places_taken,
        )
        .join(Occurrence, Occurrence.id == HostReturn.occurrence_id)
        .join(ProgrammeSession, ProgrammeSession.id == Occurrence.session_id)
        .where(HostReturn.edition_id == edition.id)
        .order_by(Occurrence.starts_at, ProgrammeSession.title, Occurrence.id)
    ).all()  # fmt: skip
    scanned = people_let_in(edition, occurrence_ids=[row[0] for row in rows])
    held = {each.id: each.starts_at for _session, each in published_programme(edition).held}
    return tuple(
        HostCount(
            code, title, held.get(number, starts_at), method, people, filed_at,
            booked=taken if is_bookable else None, scanned=scanned.get(number),
        )
        for number, code, title, starts_at, method, people, filed_at, is_bookable, taken in rows
    )  # fmt: skip
