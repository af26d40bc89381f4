"""What other rooms ask the programme."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time

from sqlalchemy import func, select
from sqlalchemy.orm import contains_eager

from festival.accounts.models import Person
from festival.cities.models import TwinCity
from festival.exhibitors.models import ActivityOffer, Application, Organization
from festival.exhibitors.states import ApplicationState
from festival.extensions import db
from festival.festivals.models import Edition, OpeningHours, Space, Venue
from festival.programme.document import from_document
from festival.programme.models import (
    Occurrence,
    Presenter,
    ProgrammeSession,
    ProgrammeVersion,
    SessionPresenter,
    Strand,
)
from festival.programme.published import PublishedProgramme
from festival.programme.rules import SessionValues
from festival.programme.rules.clashes import Hours
from festival.programme.snapshot import ENTITY
from festival.programme.states import SessionState, Telling
from festival.shared.journal import JournalEntry
from festival.shared.translations import translations_of

KEPT = 12
"""Programmes kept in memory; one of 480 sessions takes about 2 MB."""


class _Shelf:
    """The last programmes that were read, by digest; safe between threads."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._kept: OrderedDict[str, PublishedProgramme] = OrderedDict()
        self._lock = threading.Lock()

    def find(self, digest: str) -> PublishedProgramme | None:
        with self._lock:
            programme = self._kept.get(digest)
            if programme is not None:
                self._kept.move_to_end(digest)
            return programme

    def keep(self, digest: str, programme: PublishedProgramme) -> None:
        with self._lock:
            self._kept[digest] = programme
            self._kept.move_to_end(digest)
            while len(self._kept) > self.most:
                self._kept.popitem(last=False)


_shelf = _Shelf(KEPT)


def published_programme(edition: Edition) -> PublishedProgramme:
    """The published version; an empty programme with version 0 where nothing is published.

    It is kept in memory under the digest of its document.  The digest is asked for each time, one
    light query: a number alone would also name a version whose publication was rolled back.
    """
    return programme_of_version(edition, number=edition.programme_version)


def programme_of_version(edition: Edition, *, number: int) -> PublishedProgramme:
    """An earlier or the present version; 0 and unknown numbers are the empty programme."""
    digest = number and db.session.scalar(
        select(ProgrammeVersion.digest).where(
            ProgrammeVersion.edition_id == edition.id, ProgrammeVersion.number == number
        )
    )
    if not digest:
        return _nothing_published(edition)
    programme = _shelf.find(digest)
    if programme is None:
        document = db.session.scalars(
            select(ProgrammeVersion.document).where(
                ProgrammeVersion.edition_id == edition.id, ProgrammeVersion.number == number
            )
        ).one()
        programme = from_document(document)
        _shelf.keep(digest, programme)
    return programme


def _nothing_published(edition: Edition) -> PublishedProgramme:
    return PublishedProgramme(
        festival_slug=edition.festival.slug,
        edition_slug=edition.slug,
        title=edition.title,
        city_name=edition.festival.city_name,
        time_zone=edition.time_zone,
        languages=tuple(edition.languages),
        starts_on=edition.starts_on,
        ends_on=edition.ends_on,
        version=0,
        published_at=None,
    )


def places_left(ids: Iterable[int]) -> dict[int, int | None]:
    """Occurrence id → places that can still be booked; None where nobody counts.

    Unknown ids are left out.
    """
    wanted = list(ids)
    if not wanted:
        return {}
    rows = db.session.execute(
        select(Occurrence.id, Occurrence.capacity, Occurrence.places_taken).where(
            Occurrence.id.in_(wanted)
        )
    )
    return {
        number: None if capacity is None else capacity - taken for number, capacity, taken in rows
    }


def full_occurrences(edition: Edition) -> frozenset[int]:
    """Ids of bookable occurrences of which every place is taken."""
    return frozenset(
        db.session.scalars(
            select(Occurrence.id).where(
                Occurrence.edition_id == edition.id,
                Occurrence.is_bookable,
                Occurrence.places_taken >= Occurrence.capacity,
            )
        )
    )


def was_published(edition: Edition, *, uid: str) -> bool:
    """Whether an occurrence stands, or once stood, in the published programme."""
    programme = published_programme(edition)
    present = any(occ.uid == uid for _session, occ in programme.held)
    return present or any(gone == uid for gone, _sequence in programme.retired)


def values_of(session: ProgrammeSession) -> SessionValues:
    """What is saved about a session, as an organizer enters it."""
    codes = db.session.scalars(
        select(Presenter.code)
        .join(SessionPresenter, SessionPresenter.presenter_id == Presenter.id)
        .where(SessionPresenter.session_id == session.id)
        .order_by(SessionPresenter.position)
    )
    return SessionValues(
        title=session.title,
        kind=session.kind,
        subtitle=session.subtitle,
        abstract=session.abstract,
        description=session.description,
        language=session.language,
        languages=tuple(session.languages),
        type_label=session.type_label,
        strand=session.strand.slug if session.strand else "",
        organization=session.organization.code if session.organization else "",
        city=session.twin_city.slug if session.twin_city else "",
        presenters=tuple(codes),
        attendance_mode=session.attendance_mode,
        stream_url=session.stream_url,
        age_min=session.age_min,
        age_max=session.age_max,
        tags=tuple(session.tags),
        cost=session.cost,
        bring=session.bring,
        links=tuple((each["url"], each.get("title", "")) for each in session.links),
        translations=translations_of(ENTITY, ids=[session.id]).get(session.id, {}),
    )


def opening_hours_of(edition: Edition) -> Hours:
    """Venue slug → day → opening hours, for ``rules.clashes_between``."""
    rows = db.session.execute(
        select(Venue.slug, OpeningHours.day, OpeningHours.opens_at, OpeningHours.closes_at)
        .join(OpeningHours.venue)
        .where(Venue.edition_id == edition.id)
        .order_by(OpeningHours.day, OpeningHours.opens_at)
    )
    found: dict[str, dict[date, tuple[tuple[time, time], ...]]] = {}
    for slug, day, opens, closes in rows:
        days = found.setdefault(slug, {})
        days[day] = (*days.get(day, ()), (opens, closes))
    return found


def find_session(edition: Edition, *, code: str) -> ProgrammeSession | None:
    """A session of this edition's draft."""
    return db.session.scalar(
        select(ProgrammeSession).where(
            ProgrammeSession.edition_id == edition.id, ProgrammeSession.code == code
        )
    )


def find_occurrence(edition: Edition, *, uid: str) -> Occurrence | None:
    """An occurrence of this edition's draft."""
    return db.session.scalar(
        select(Occurrence).where(Occurrence.edition_id == edition.id, Occurrence.uid == uid)
    )


def states_of_sessions(edition: Edition) -> dict[str, SessionState]:
    """Code → state of every session of the draft."""
    rows = db.session.execute(
        select(ProgrammeSession.code, ProgrammeSession.state).where(
            ProgrammeSession.edition_id == edition.id
        )
    )
    return {code: state for code, state in rows}


def offers_waiting(edition: Edition) -> list[ActivityOffer]:
    """Activities of accepted organizations that are not in the programme yet, by organization."""
    taken = select(ProgrammeSession.offer_id).where(
        ProgrammeSession.edition_id == edition.id, ProgrammeSession.offer_id.is_not(None)
    )
    return list(
        db.session.scalars(
            select(ActivityOffer)
            .join(ActivityOffer.application)
            .join(Application.organization)
            .where(
                Application.edition_id == edition.id,
                Application.state == ApplicationState.ACCEPTED,
                ActivityOffer.id.not_in(taken),
            )
            .options(
                contains_eager(ActivityOffer.application).contains_eager(Application.organization)
            )
            .order_by(Organization.name, ActivityOffer.position, ActivityOffer.id)
        )
    )


def strands_of(edition: Edition) -> list[tuple[Strand, int]]:
    """Strands in their order, each with the number of its sessions."""
    rows = db.session.execute(
        select(Strand, func.count(ProgrammeSession.id))
        .outerjoin(ProgrammeSession, ProgrammeSession.strand_id == Strand.id)
        .where(Strand.edition_id == edition.id)
        .group_by(Strand.id)
        .order_by(Strand.position, Strand.name)
    )
    return [(strand, count) for strand, count in rows]


def presenters_of(edition: Edition) -> list[tuple[Presenter, int]]:
    """Presenters by name, each with the number of sessions they lead."""
    rows = db.session.execute(
        select(Presenter, func.count(SessionPresenter.session_id))
        .outerjoin(SessionPresenter, SessionPresenter.presenter_id == Presenter.id)
        .where(Presenter.edition_id == edition.id)
        .group_by(Presenter.id)
        .order_by(Presenter.name, Presenter.id)
    )
    return [(presenter, count) for presenter, count in rows]


def versions_of(edition: Edition) -> list[tuple[ProgrammeVersion, str]]:
    """Published versions with the name of who published, the newest first, without documents."""
    rows = db.session.execute(
        select(ProgrammeVersion, Person.name)
        .outerjoin(Person, Person.id == ProgrammeVersion.published_by_id)
        .where(ProgrammeVersion.edition_id == edition.id)
        .order_by(ProgrammeVersion.number.desc())
    )
    return [(version, name or "") for version, name in rows]


@dataclass(frozen=True, slots=True)
class Told:
    """Who was told of a publication, as its journal says."""

    telling: Telling
    mails: int
    reason: str = ""


def find_told(edition: Edition, *, number: int) -> Told | None:
    """None for versions that were published before this was written down."""
    entry = db.session.scalar(
        select(JournalEntry.after)
        .where(
            JournalEntry.entity == "programme_version",
            JournalEntry.entity_key == str(number),
            JournalEntry.edition_id == edition.id,
            JournalEntry.action == "published",
        )
        .order_by(JournalEntry.id.desc())
    )
    if not entry or "telling" not in entry:
        return None
    return Told(Telling(entry["telling"]), entry["mails"], entry.get("reason", ""))


def organizations_to_choose(edition: Edition) -> list[tuple[str, str]]:
    """(code, name) of the organizations accepted in this edition, by name."""
    rows = db.session.execute(
        select(Organization.code, Organization.name)
        .join(Application, Application.organization_id == Organization.id)
        .where(Application.edition_id == edition.id, Application.state == ApplicationState.ACCEPTED)
        .order_by(Organization.name)
    )
    return [(code, name) for code, name in rows]


def cities_to_choose(edition: Edition) -> list[TwinCity]:
    """Twin cities of the festival, by name."""
    return list(
        db.session.scalars(
            select(TwinCity)
            .where(TwinCity.festival_id == edition.festival_id)
            .order_by(TwinCity.name)
        )
    )


def spaces_to_choose(edition: Edition) -> list[Space]:
    """Spaces with their venues, by venue and name."""
    return list(
        db.session.scalars(
            select(Space)
            .join(Space.venue)
            .where(Space.edition_id == edition.id)
            .options(contains_eager(Space.venue))
            .order_by(Venue.name, Space.name)
        )
    )


def find_strand(edition: Edition, *, slug: str) -> Strand | None:
    return db.session.scalar(
        select(Strand).where(Strand.edition_id == edition.id, Strand.slug == slug)
    )


def find_presenter(edition: Edition, *, code: str) -> Presenter | None:
    return db.session.scalar(
        select(Presenter).where(Presenter.edition_id == edition.id, Presenter.code == code)
    )


def find_offer(edition: Edition, *, number: int) -> ActivityOffer | None:
    """An offer that was made for this edition."""
    return db.session.scalar(
        select(ActivityOffer)
        .join(ActivityOffer.application)
        .where(Application.edition_id == edition.id, ActivityOffer.id == number)
    )
