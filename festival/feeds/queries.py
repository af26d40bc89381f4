"""What the room asks its tables and those below."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from festival.accounts.models import Person
from festival.extensions import db
from festival.feeds.models import PersonalFeed, ProgrammeImport
from festival.feeds.rules import KnownOccurrence, KnownSession
from festival.festivals.models import Edition, Festival, Space
from festival.festivals.states import EditionState
from festival.programme.models import (
    Occurrence,
    Presenter,
    ProgrammeSession,
    ProgrammeVersion,
    SessionPresenter,
    Strand,
)
from festival.programme.states import OccurrenceState, SessionState
from festival.shared.tokens import token_hash
from festival.visitors.models import Booking, Registration


def known_sessions(edition: Edition) -> list[KnownSession]:
    """The draft programme as an import compares it; four queries, however many sessions.

    Of an imported session only the imported times count: those that an organizer added here are
    nothing that a file could speak about.
    """
    held = _occurrences(edition)
    presenters = _presenters(edition)
    rows = db.session.execute(
        select(ProgrammeSession, Strand.name)
        .outerjoin(Strand, Strand.id == ProgrammeSession.strand_id)
        .where(ProgrammeSession.edition_id == edition.id)
        .order_by(ProgrammeSession.id)
    )
    return [
        _known(row, strand or "", held=held.get(row.id, []), presenters=presenters.get(row.id, []))
        for row, strand in rows
    ]


def _known(
    row: ProgrammeSession,
    strand: str,
    *,
    held: list[tuple[KnownOccurrence, bool]],
    presenters: list[str],
) -> KnownSession:
    imported = row.source_key is not None
    return KnownSession(
        code=row.code,
        guids=tuple(each for each in (row.guid, row.source_key) if each),
        title=row.title,
        occurrences=tuple(occ for occ, came_in in held if came_in or not imported),
        is_imported=imported and row.state != SessionState.WITHDRAWN,
        subtitle=row.subtitle,
        abstract=row.abstract,
        description=row.description,
        kind_label=row.type_label,
        strand=strand,
        language=row.language,
        presenters=tuple(presenters),
        links=tuple((each["url"], each.get("title", "")) for each in row.links),
        age_min=row.age_min,
        age_max=row.age_max,
        equipment=row.bring,
    )


def _occurrences(edition: Edition) -> dict[int, list[tuple[KnownOccurrence, bool]]]:
    """Session's row → its times, each with whether it was imported."""
    found: dict[int, list[tuple[KnownOccurrence, bool]]] = defaultdict(list)
    rows = db.session.execute(
        select(Occurrence, Space.name)
        .outerjoin(Space, Space.id == Occurrence.space_id)
        .where(Occurrence.edition_id == edition.id)
        .order_by(Occurrence.starts_at, Occurrence.id)
    )
    for row, space in rows:
        known = KnownOccurrence(
            uids=tuple(each for each in (row.uid, row.source_uid) if each),
            starts_at=row.starts_at,
            minutes=row.minutes,
            room=space or "",
            is_cancelled=row.state == OccurrenceState.CANCELLED,
        )
        found[row.session_id].append((known, row.source_uid is not None))
    return found


def _presenters(edition: Edition) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    rows = db.session.execute(
        select(SessionPresenter.session_id, Presenter.name)
        .join(SessionPresenter.presenter)
        .where(Presenter.edition_id == edition.id)
        .order_by(SessionPresenter.session_id, SessionPresenter.position)
    )
    for session_id, name in rows:
        found[session_id].append(name)
    return found


def withdrawn_codes(edition: Edition) -> set[str]:
    """Codes of the sessions that are withdrawn."""
    return set(
        db.session.scalars(
            select(ProgrammeSession.code).where(
                ProgrammeSession.edition_id == edition.id,
                ProgrammeSession.state == SessionState.WITHDRAWN,
            )
        )
    )


def imports_of(edition: Edition, *, most: int = 50) -> list[tuple[ProgrammeImport, str]]:
    """The last imports with the name of who brought them, newest first, without the files."""
    rows = db.session.execute(
        select(ProgrammeImport, Person.name)
        .outerjoin(Person, Person.id == ProgrammeImport.created_by_id)
        .where(ProgrammeImport.edition_id == edition.id)
        .order_by(ProgrammeImport.id.desc())
        .limit(most)
    )
    return [(row, name or "") for row, name in rows]


def find_import(edition: Edition, *, code: str) -> ProgrammeImport | None:
    """An import of this edition."""
    return db.session.scalar(
        select(ProgrammeImport).where(
            ProgrammeImport.edition_id == edition.id, ProgrammeImport.code == code
        )
    )


def open_editions() -> list[Edition]:
    """Editions that are not archived, by festival and year."""
    return list(
        db.session.scalars(
            select(Edition)
            .join(Edition.festival)
            .where(Edition.state != EditionState.ARCHIVED)
            .order_by(Festival.slug, Edition.slug)
        )
    )


def find_edition(address: str) -> Edition | None:
    """The edition that ``festival/edition`` names."""
    festival, _, edition = address.strip("/").partition("/")
    return db.session.scalar(
        select(Edition)
        .join(Edition.festival)
        .where(Festival.slug == festival, Edition.slug == edition)
    )


def published_at(edition: Edition) -> datetime | None:
    """When the present version was published."""
    if not edition.programme_version:
        return None
    return db.session.scalar(
        select(ProgrammeVersion.published_at).where(
            ProgrammeVersion.edition_id == edition.id,
            ProgrammeVersion.number == edition.programme_version,
        )
    )


def find_personal_feed(token: str) -> PersonalFeed | None:
    """The personal feed with this secret, also a revoked one."""
    return db.session.scalar(
        select(PersonalFeed)
        .where(PersonalFeed.token_hash == token_hash(token))
        .options(joinedload(PersonalFeed.registration).joinedload(Registration.edition))
    )


def live_feed_of(registration: Registration) -> PersonalFeed | None:
    """The household's personal feed that is not revoked."""
    return db.session.scalar(
        select(PersonalFeed)
        .where(PersonalFeed.registration_id == registration.id, PersonalFeed.revoked_at.is_(None))
        .order_by(PersonalFeed.id.desc())
    )


def count_revoked_feeds(registration: Registration) -> int:
    """How many personal feeds of the household were revoked."""
    return (
        db.session.scalar(
            select(func.count(PersonalFeed.id)).where(
                PersonalFeed.registration_id == registration.id,
                PersonalFeed.revoked_at.is_not(None),
            )
        )
        or 0
    )


def bookings_of(registration: Registration) -> list[Booking]:
    """All bookings of a household, cancelled ones too, with what is held."""
    return list(
        db.session.scalars(
            select(Booking)
            .where(Booking.registration_id == registration.id)
            .options(
                joinedload(Booking.occurrence).joinedload(Occurrence.session),
                joinedload(Booking.occurrence).joinedload(Occurrence.space).joinedload(Space.venue),
            )
            .order_by(Booking.id)
        )
    )
