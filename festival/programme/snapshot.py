"""The draft tables of one edition as a PublishedProgramme, read in a constant number of queries.

Publication, the clash page and the difference before publishing all look at the same snapshot.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from festival.extensions import db
from festival.festivals.models import Edition, Space, Venue
from festival.programme.models import (
    Occurrence,
    Presenter,
    ProgrammeSession,
    SessionPresenter,
    Strand,
)
from festival.programme.published import (
    PublishedCity,
    PublishedOccurrence,
    PublishedPerson,
    PublishedProgramme,
    PublishedSession,
    PublishedSpace,
    PublishedStrand,
    PublishedVenue,
)
from festival.programme.rules.versions import in_order
from festival.programme.states import SessionState
from festival.shared.translations import Texts, translations_of

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
ENTITY = "programme_session"
"""Under this name the texts of sessions are translated (shared.translations)."""


@dataclass
class _Facts:
    """What sessions refer to, by row number."""

    strands: dict[int, PublishedStrand]
    venues: dict[int, PublishedVenue]
    spaces: dict[int, PublishedSpace]
    presenters: dict[int, list[PublishedPerson]]
    occurrences: dict[int, list[PublishedOccurrence]]
    translations: Texts = field(default_factory=dict)


def draft_programme(
    edition: Edition, *, states: Collection[SessionState] = (SessionState.READY,)
) -> PublishedProgramme:
    """The sessions that are in one of ``states``; ``version`` is that of the published programme.

    ``sequence`` is 0 and ``changed_at`` the epoch: a snapshot does not know what was published.
    """
    sessions = db.session.scalars(
        select(ProgrammeSession)
        .where(ProgrammeSession.edition_id == edition.id, ProgrammeSession.state.in_(states))
        .options(joinedload(ProgrammeSession.organization), joinedload(ProgrammeSession.twin_city))
    ).all()
    facts = _facts_of(edition, sessions)
    return PublishedProgramme(
        festival_slug=edition.festival.slug,
        edition_slug=edition.slug,
        title=edition.title,
        city_name=edition.festival.city_name,
        time_zone=edition.time_zone,
        languages=tuple(edition.languages),
        starts_on=edition.starts_on,
        ends_on=edition.ends_on,
        version=edition.programme_version,
        published_at=None,
        strands=tuple(facts.strands.values()),
        venues=tuple(facts.venues.values()),
        spaces=tuple(facts.spaces.values()),
        sessions=tuple(sorted((_session(each, facts) for each in sessions), key=in_order)),
    )


def _facts_of(edition: Edition, sessions: Sequence[ProgrammeSession]) -> _Facts:
    strands = db.session.scalars(
        select(Strand)
        .where(Strand.edition_id == edition.id)
        .order_by(Strand.position, Strand.name, Strand.id)
    )
    venues = {
        each.id: _venue(each)
        for each in db.session.scalars(
            select(Venue).where(Venue.edition_id == edition.id).order_by(Venue.name, Venue.id)
        )
    }
    spaces = {
        each.id: _space(each, venues[each.venue_id])
        for each in db.session.scalars(
            select(Space).where(Space.edition_id == edition.id).order_by(Space.name, Space.id)
        )
    }
    return _Facts(
        strands={each.id: PublishedStrand(each.slug, each.name, each.accent) for each in strands},
        venues=venues,
        spaces=spaces,
        presenters=_presenters_of(edition),
        occurrences=_occurrences_of(edition, spaces),
        translations=translations_of(ENTITY, ids=[each.id for each in sessions]),
    )


def _presenters_of(edition: Edition) -> dict[int, list[PublishedPerson]]:
    found: dict[int, list[PublishedPerson]] = defaultdict(list)
    rows = db.session.execute(
        select(SessionPresenter.session_id, Presenter.code, Presenter.name, Presenter.affiliation)
        .join(SessionPresenter.presenter)
        .where(Presenter.edition_id == edition.id)
        .order_by(SessionPresenter.session_id, SessionPresenter.position)
    )
    for session_id, code, name, affiliation in rows:
        found[session_id].append(PublishedPerson(code, name, affiliation))
    return found


def _occurrences_of(
    edition: Edition, spaces: dict[int, PublishedSpace]
) -> dict[int, list[PublishedOccurrence]]:
    found: dict[int, list[PublishedOccurrence]] = defaultdict(list)
    rows = db.session.scalars(
        select(Occurrence)
        .where(Occurrence.edition_id == edition.id)
        .order_by(Occurrence.starts_at, Occurrence.uid)
    )
    for row in rows:
        found[row.session_id].append(published_occurrence(row, spaces=spaces))
    return found


def published_occurrence(
    row: Occurrence, *, spaces: dict[int, PublishedSpace]
) -> PublishedOccurrence:
    """One occurrence of the draft; ``spaces`` by row number."""
    return PublishedOccurrence(
        id=row.id,
        uid=row.uid,
        sequence=0,
        changed_at=EPOCH,
        starts_at=row.starts_at,
        minutes=row.minutes,
        space=spaces[row.space_id] if row.space_id is not None else None,
        status=row.state.value,
        bookable=row.is_bookable,
        capacity=row.capacity,
    )


def _venue(row: Venue) -> PublishedVenue:
    return PublishedVenue(
        slug=row.slug,
        name=row.name,
        address=row.address,
        latitude=row.latitude,
        longitude=row.longitude,
        access_facts=tuple(row.access_facts),
    )


def _space(row: Space, venue: PublishedVenue) -> PublishedSpace:
    return PublishedSpace(
        slug=row.slug,
        name=row.name,
        venue=venue,
        capacity=row.capacity,
        features=tuple(row.features),
    )


def published_space(row: Space) -> PublishedSpace:
    """A space with its venue as the public sees it."""
    return _space(row, _venue(row.venue))


def _session(row: ProgrammeSession, facts: _Facts) -> PublishedSession:
    city = row.twin_city
    return PublishedSession(
        code=row.code,
        guid=row.guid,
        kind=row.kind.value,
        title=row.title,
        language=row.language,
        subtitle=row.subtitle,
        abstract=row.abstract,
        description=row.description,
        strand=facts.strands.get(row.strand_id) if row.strand_id is not None else None,
        type_label=row.type_label,
        languages=tuple(row.languages),
        age_min=row.age_min,
        age_max=row.age_max,
        tags=tuple(row.tags),
        cost=row.cost,
        bring=row.bring,
        presenters=tuple(facts.presenters.get(row.id, ())),
        organization=row.organization.name if row.organization else "",
        city=PublishedCity(city.slug, city.name, city.country, city.time_zone) if city else None,
        attendance_mode=row.attendance_mode.value,
        stream_url=row.stream_url,
        links=tuple((each["url"], each.get("title", "")) for each in row.links),
        occurrences=tuple(facts.occurrences.get(row.id, ())),
        translations=facts.translations.get(row.id, {}),
    )
