"""Publishing: the whole draft, or one change of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import select

from festival.extensions import db
from festival.festivals.models import Edition
from festival.programme.document import digest_of, to_document
from festival.programme.events import ProgrammePublished, programme_published
from festival.programme.models import Occurrence, ProgrammeVersion
from festival.programme.published import PublishedOccurrence, PublishedProgramme
from festival.programme.queries import published_programme
from festival.programme.rules import difference, numbered, with_occurrences
from festival.programme.rules.news import news_between
from festival.programme.snapshot import draft_programme, published_occurrence, published_space
from festival.programme.states import Telling
from festival.shared.errors import FieldRefused
from festival.shared.journal import Actor, write_journal
from festival.shared.sentences import mark

ENTITY = "programme_version"


@dataclass(frozen=True, slots=True)
class _Order:
    """Who publishes, when, with which note, and whether those concerned are told."""

    actor: Actor
    now: datetime
    note: str = ""
    telling: Telling = Telling.NOW
    reason: str = ""


def publish_programme(
    edition: Edition,
    *,
    actor: Actor,
    now: datetime,
    note: str = "",
    telling: Telling = Telling.NOW,
    reason: str = "",
) -> ProgrammeVersion:
    """Freeze all sessions that are ready into the next version.

    Clashes do not forbid it.  Listeners of ``programme.events.programme_published`` hear once what
    all of it changes; ``telling`` says whether they tell the people concerned now, later or not
    at all, which asks for a ``reason`` (``FieldRefused``).
    """
    if telling == Telling.NOBODY and not reason.strip():
        raise FieldRefused("reason", mark("Say why nobody needs to be told; it is written down."))
    order = _Order(actor, now, note=note, telling=telling, reason=reason.strip())
    _lock(edition)
    before = published_programme(edition)
    after = numbered(draft_programme(edition), before=before, now=now)
    return _keep_version(edition, before=before, after=after, order=order)


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
    return _keep_version(edition, before=before, after=after, order=_Order(actor, now, note=note))


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
    edition: Edition, *, before: PublishedProgramme, after: PublishedProgramme, order: _Order
) -> ProgrammeVersion:
    document = to_document(after)
    version = ProgrammeVersion(
        edition_id=edition.id,
        number=after.version,
        published_at=order.now,
        published_by_id=order.actor.person_id,
        note=order.note,
        document=document,
        digest=digest_of(document),
        changes=[asdict(each) for each in difference(before, after)],
    )
    db.session.add(version)
    edition.programme_version = after.version
    db.session.flush()
    event = ProgrammePublished(
        edition=edition,
        version=after.version,
        version_before=before.version,
        time_zone=after.time_zone,
        news=news_between(before, after),
        telling=order.telling,
        actor=order.actor,
        now=order.now,
    )
    mails = sum(count for _, count in programme_published.send(publish_programme, event=event))
    _note(version, order=order, sessions=len(after.sessions), mails=mails)
    return version


def _note(version: ProgrammeVersion, *, order: _Order, sessions: int, mails: int) -> None:
    """The journal's line; the version's page shows from it who was told."""
    after = {"sessions": sessions, "changes": len(version.changes), "note": order.note}
    after |= {"telling": order.telling.value, "mails": mails}
    if order.reason:
        after["reason"] = order.reason
    write_journal(
        "published",
        actor=order.actor,
        entity=ENTITY,
        key=version.number,
        now=order.now,
        edition_id=version.edition_id,
        after=after,
    )
