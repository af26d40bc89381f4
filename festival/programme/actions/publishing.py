"""Publishing: the whole draft, or one change of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import select

from festival.extensions import db
from festival.festivals.models import Edition
from festival.programme.document import digest_of, to_document
from festival.programme.events import (
    OccurrenceCancelled,
    OccurrenceMoved,
    occurrence_cancelled,
    occurrence_moved,
)
from festival.programme.models import Occurrence, ProgrammeVersion
from festival.programme.published import PublishedOccurrence, PublishedProgramme, PublishedSession
from festival.programme.queries import published_programme
from festival.programme.rules import difference, numbered, with_occurrences
from festival.programme.rules.versions import place_text, tells_calendars
from festival.programme.snapshot import draft_programme, published_occurrence, published_space
from festival.shared.journal import Actor, write_journal


def publish_programme(
    edition: Edition, *, actor: Actor, now: datetime, note: str = ""
) -> ProgrammeVersion:
    """Freeze all sessions that are ready into the next version.

    Clashes do not forbid it.  Listeners of ``programme.events`` hear what moved or was cancelled.
    """
    _lock(edition)
    before = published_programme(edition)
    after = numbered(draft_programme(edition), before=before, now=now)
    return _keep_version(edition, before=before, after=after, actor=actor, now=now, note=note)


def publish_changes_of(
    edition: Edition,
    *,
    occurrences: Iterable[Occurrence],
    actor: Actor,
    now: datetime,
    note: str = "",
) -> ProgrammeVersion | None:
    """Publish only what changed in these occurrences; the rest stays as it was published.

    None when none of them stands in the published version or nothing about them changed.
    """
    db.session.flush()
    _lock(edition)
    before = published_programme(edition)
    changed = [_frozen(each) for each in occurrences]
    after = numbered(with_occurrences(before, changed), before=before, now=now)
    if not difference(before, after):
        return None
    return _keep_version(edition, before=before, after=after, actor=actor, now=now, note=note)


def _lock(edition: Edition) -> None:
    """Two publications at once come one after the other."""
    db.session.scalars(
        select(Edition)
        .where(Edition.id == edition.id)
        .with_for_update(of=Edition)
        .execution_options(populate_existing=True)
    ).one()


def _frozen(row: Occurrence) -> PublishedOccurrence:
    spaces = {row.space.id: published_space(row.space)} if row.space is not None else {}
    return published_occurrence(row, spaces=spaces)


def _keep_version(
    edition: Edition,
    *,
    before: PublishedProgramme,
    after: PublishedProgramme,
    actor: Actor,
    now: datetime,
    note: str,
) -> ProgrammeVersion:
    document = to_document(after)
    version = ProgrammeVersion(
        edition_id=edition.id,
        number=after.version,
        published_at=now,
        published_by_id=actor.person_id,
        note=note,
        document=document,
        digest=digest_of(document),
        changes=[asdict(each) for each in difference(before, after)],
    )
    db.session.add(version)
    edition.programme_version = after.version
    write_journal(
        "published",
        actor=actor,
        entity="programme_version",
        key=after.version,
        now=now,
        edition_id=edition.id,
        after={"sessions": len(after.sessions), "changes": len(version.changes), "note": note},
    )
    db.session.flush()
    _tell(edition, before=before, after=after, now=now)
    return version


def _tell(
    edition: Edition, *, before: PublishedProgramme, after: PublishedProgramme, now: datetime
) -> None:
    """Send the news, in the order of the programme before."""
    present = {occ.uid: (each, occ) for each in after.sessions for occ in each.occurrences}
    for session, old in before.held:
        if old.is_cancelled:
            continue
        later = present.get(old.uid)
        if later is None or later[1].is_cancelled:
            event = _cancelled(edition, session, old, sequence=old.sequence + 1, now=now)
            occurrence_cancelled.send(publish_programme, event=event)
        elif tells_calendars(old, later[1]):
            moved = _moved(edition, later[0], old=old, new=later[1], now=now)
            occurrence_moved.send(publish_programme, event=moved)


def _cancelled(
    edition: Edition,
    session: PublishedSession,
    occurrence: PublishedOccurrence,
    *,
    sequence: int,
    now: datetime,
) -> OccurrenceCancelled:
    return OccurrenceCancelled(
        edition_id=edition.id,
        occurrence_id=occurrence.id,
        uid=occurrence.uid,
        sequence=sequence,
        session_code=session.code,
        title=session.title,
        starts_at=occurrence.starts_at,
        minutes=occurrence.minutes,
        place=place_text(occurrence.space),
        version=edition.programme_version,
        now=now,
    )


def _moved(
    edition: Edition,
    session: PublishedSession,
    *,
    old: PublishedOccurrence,
    new: PublishedOccurrence,
    now: datetime,
) -> OccurrenceMoved:
    return OccurrenceMoved(
        edition_id=edition.id,
        occurrence_id=new.id,
        uid=new.uid,
        sequence=new.sequence,
        session_code=session.code,
        title=session.title,
        starts_at_before=old.starts_at,
        starts_at=new.starts_at,
        minutes_before=old.minutes,
        minutes=new.minutes,
        place_before=place_text(old.space),
        place=place_text(new.space),
        version=edition.programme_version,
        now=now,
    )
