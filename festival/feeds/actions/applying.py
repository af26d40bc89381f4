"""Writing an imported programme into the draft tables: the whole of it in one unit of work."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from festival.extensions import db
from festival.feeds.actions.surroundings import Surroundings
from festival.feeds.imported import ImportedOccurrence, ImportedProgramme, ImportedSession
from festival.feeds.intake import MINUTES_WITHOUT_END, fitted, kind_of
from festival.feeds.queries import known_sessions
from festival.feeds.report import plan_digest, value_text
from festival.feeds.rules import ImportPlan, KnownSession, OccurrencePair, SessionMatch, plan_import
from festival.festivals.models import Edition
from festival.programme.actions import publish_programme, withdraw_session
from festival.programme.actions.sessions import mark_changed
from festival.programme.models import Occurrence, ProgrammeSession, SessionPresenter
from festival.programme.snapshot import ENTITY
from festival.programme.states import OccurrenceState, SessionState
from festival.shared.errors import StaleVersion
from festival.shared.journal import Actor, write_journal
from festival.shared.sentences import mark
from festival.shared.tokens import make_code

Progress = Callable[[int, int], None]
BATCH = 100
COLUMNS = {
    "title": "title", "subtitle": "subtitle", "abstract": "abstract",
    "description": "description", "kind_label": "type_label", "age_min": "age_min",
    "age_max": "age_max", "equipment": "bring",
}  # fmt: skip
"""Fields of an imported session and the columns that hold them as they are."""


@dataclass(frozen=True, slots=True)
class Applied:
    """How many sessions an import wrote; ``version``: the number published, 0 for none."""

    new: int
    changed: int
    same: int
    missing: int
    withdrawn: int = 0
    version: int = 0


def apply_import(
    edition: Edition,
    programme: ImportedProgramme,
    *,
    actor: Actor,
    now: datetime,
    expected: str = "",
    withdraw_missing: bool = False,
    publish: bool = False,
    progress: Progress | None = None,
) -> Applied:
    """Take the programme in.  Nothing is ever deleted; the same file again changes nothing.

    ``expected``: ``plan_digest`` of the plan that somebody agreed to; ``StaleVersion`` when it is
    another one by now.  ``progress`` is told (sessions written, sessions to write).
    """
    _lock(edition)
    programme = fitted(programme)
    known = known_sessions(edition)
    plan = plan_import(programme.sessions, known=known)
    _refuse_another(plan, expected=expected)
    writer = _Writer(edition, programme, plan, known=known, actor=actor, now=now)
    writer.write(progress or _quiet)
    withdrawn = writer.withdraw(plan.missing) if withdraw_missing else 0
    applied = Applied(
        new=len(plan.new),
        changed=len(plan.changed),
        same=len(plan.same),
        missing=len(plan.missing),
        withdrawn=withdrawn,
        version=_publish(edition, programme, actor=actor, now=now) if publish else 0,
    )
    if not plan.is_empty or withdrawn:
        write_journal(
            "programme imported", actor=actor, entity="programme_import",
            key=programme.file[:200], now=now, edition_id=edition.id, after=asdict(applied),
        )  # fmt: skip
    return applied


def _refuse_another(plan: ImportPlan, *, expected: str) -> None:
    if expected and expected != plan_digest(plan):
        raise StaleVersion(
            mark("The programme has changed since this file was checked."),
            kept=mark("Nothing was imported."),
            next_step=mark("Check the file again and look at what it would change now."),
        )


def _quiet(_done: int, _total: int) -> None:
    """Nobody asked how far it is."""


def _lock(edition: Edition) -> None:
    """Two imports at once come one after the other."""
    db.session.flush()
    db.session.scalars(
        select(Edition)
        .where(Edition.id == edition.id)
        .with_for_update(of=Edition)
        .execution_options(populate_existing=True)
    ).one()


def _publish(edition: Edition, programme: ImportedProgramme, *, actor: Actor, now: datetime) -> int:
    db.session.flush()
    return publish_programme(edition, actor=actor, now=now, note=programme.file[:200]).number


class _Writer:
    """One import being written."""

    def __init__(
        self,
        edition: Edition,
        programme: ImportedProgramme,
        plan: ImportPlan,
        *,
        known: list[KnownSession],
        actor: Actor,
        now: datetime,
    ) -> None:
        self.edition = edition
        self.plan = plan
        self.actor = actor
        self.now = now
        self.around = Surroundings(edition, programme, actor=actor, now=now)
        self.names = {name for each in known for name in each.identifiers}

    def write(self, progress: Progress) -> None:
        total = len(self.plan.new) + len(self.plan.changed)
        progress(0, total)
        self.around.prepare()
        self._change_present()
        for begin in range(0, len(self.plan.new), BATCH):
            progress(len(self.plan.changed) + begin, total)
            self._add(self.plan.new[begin : begin + BATCH])
        progress(total, total)

    def withdraw(self, missing: tuple[KnownSession, ...]) -> int:
        rows = self._rows([each.code for each in missing])
        for row in rows.values():
            withdraw_session(row, actor=self.actor, now=self.now)
        return len(rows)

    def _add(self, sessions: tuple[ImportedSession, ...]) -> None:
        """A batch of new sessions with their times and people, in three bulk statements."""
        rows = [self._new_row(each) for each in sessions]
        db.session.add_all(rows)
        db.session.flush()
        for row, session in zip(rows, sessions, strict=True):
            db.session.add_all(self._new_time(row.id, held) for held in session.occurrences)
            db.session.add_all(self._links(row.id, session))
        db.session.flush()

    def _new_row(self, session: ImportedSession) -> ProgrammeSession:
        return ProgrammeSession(
            edition_id=self.edition.id,
            code=make_code(6),
            guid=str(uuid.uuid4()),
            kind=kind_of(session.kind_label),
            state=SessionState.READY,
            language=session.language,
            languages=[session.language] if session.language else [],
            strand_id=self.around.strand_id(session.strand),
            tags=[],
            links=_links_of(session),
            source_key=self._source_key(session),
            version=1,
            created_at=self.now,
            changed_at=self.now,
            **{column: getattr(session, name) for name, column in COLUMNS.items()},
        )

    def _source_key(self, session: ImportedSession) -> str:
        """The file's own guid where it is nobody else's, so that the session is found again."""
        guid = session.guid or ""
        if not guid or guid in self.names:
            return f"imported:{uuid.uuid4()}"
        self.names.add(guid)
        return guid

    def _new_time(self, session_id: int, held: ImportedOccurrence) -> Occurrence:
        return Occurrence(
            edition_id=self.edition.id,
            session_id=session_id,
            uid=str(uuid.uuid4()),
            source_uid=held.uid,
            starts_at=held.starts_at,
            minutes=held.minutes or MINUTES_WITHOUT_END,
            space_id=self.around.space_id(held.room),
            state=OccurrenceState.CANCELLED if held.is_cancelled else OccurrenceState.CONFIRMED,
            cancelled_at=self.now if held.is_cancelled else None,
            is_bookable=False,
            places_taken=0,
        )

    def _links(self, session_id: int, session: ImportedSession) -> list[SessionPresenter]:
        return [
            SessionPresenter(session_id=session_id, presenter_id=number, position=position)
            for position, number in enumerate(self.around.presenter_ids(session))
        ]

    def _change_present(self) -> None:
        renamed = [each for each in self.plan.same if self._has_new_names(each)]
        matches = [*self.plan.changed, *renamed]
        rows = self._rows([each.known.code for each in matches])
        for match in matches:
            row = rows[match.known.code]
            self._take_names(row, match)
            if match.changes:
                self._change(row, match)
        db.session.flush()

    def _rows(self, codes: list[str]) -> dict[str, ProgrammeSession]:
        if not codes:
            return {}
        rows = db.session.scalars(
            select(ProgrammeSession)
            .where(ProgrammeSession.edition_id == self.edition.id, ProgrammeSession.code.in_(codes))
            .options(
                selectinload(ProgrammeSession.occurrences),
                selectinload(ProgrammeSession.presenter_links),
            )
        )
        return {row.code: row for row in rows}

    def _has_new_names(self, match: SessionMatch) -> bool:
        """Whether the file knows the session or one of its times by a name that we do not."""
        known = set(match.known.identifiers)
        theirs = {match.imported.guid, *(occ.uid for occ in match.imported.occurrences)}
        return bool({name for name in theirs if name} - known - self.names)

    def _take_names(self, row: ProgrammeSession, match: SessionMatch) -> None:
        """Remember the names of the newest file; a session entered here becomes an imported one."""
        guid = match.imported.guid
        if row.source_key is None or (guid and guid not in self.names):
            row.source_key = self._source_key(match.imported)
        by_uid = {each.uid: each for each in row.occurrences}
        for pair in match.occurrences:
            if pair.known and pair.imported:
                held = by_uid[pair.known.uids[0]]
                if held.source_uid is None or pair.imported.uid:
                    held.source_uid = pair.imported.uid

    def _change(self, row: ProgrammeSession, match: SessionMatch) -> None:
        for change in match.changes:
            if change.field in COLUMNS:
                setattr(row, COLUMNS[change.field], change.after)
            else:
                getattr(self, f"_change_{change.field}")(row, match)
        mark_changed(row, now=self.now)
        write_journal(
            "session changed by import",
            actor=self.actor,
            entity=ENTITY,
            key=row.code,
            now=self.now,
            edition_id=self.edition.id,
            before={each.field: value_text(each.before) for each in match.changes},
            after={each.field: value_text(each.after) for each in match.changes},
        )

    def _change_language(self, row: ProgrammeSession, match: SessionMatch) -> None:
        row.language = match.imported.language
        row.languages = list(dict.fromkeys([match.imported.language, *row.languages]))

    def _change_strand(self, row: ProgrammeSession, match: SessionMatch) -> None:
        row.strand_id = self.around.strand_id(match.imported.strand)

    def _change_links(self, row: ProgrammeSession, match: SessionMatch) -> None:
        row.links = _links_of(match.imported)

    def _change_presenters(self, row: ProgrammeSession, match: SessionMatch) -> None:
        kept = {each.presenter_id: each for each in row.presenter_links}
        links = []
        for position, number in enumerate(self.around.presenter_ids(match.imported)):
            link = kept.get(number) or SessionPresenter(presenter_id=number)
            link.position = position
            links.append(link)
        row.presenter_links = links

    def _change_occurrences(self, row: ProgrammeSession, match: SessionMatch) -> None:
        by_uid = {each.uid: each for each in row.occurrences}
        for pair in match.occurrences:
            if not pair.is_change:
                continue
            if pair.known is None:
                assert pair.imported is not None
                db.session.add(self._new_time(row.id, pair.imported))
            else:
                self._change_time(by_uid[pair.known.uids[0]], pair)

    def _change_time(self, held: Occurrence, pair: OccurrencePair) -> None:
        """Moves keep the row and its bookings; what the file no longer has is cancelled."""
        new = pair.imported
        if new is not None:
            held.starts_at = new.starts_at
            held.minutes = new.minutes or held.minutes
            if new.room:
                held.space_id = self.around.space_id(new.room)
        is_cancelled = new is None or new.is_cancelled
        if is_cancelled != (held.state == OccurrenceState.CANCELLED):
            held.state = OccurrenceState.CANCELLED if is_cancelled else OccurrenceState.CONFIRMED
            held.cancelled_at = self.now if is_cancelled else None


def _links_of(session: ImportedSession) -> list[dict[str, str]]:
    return [{"url": url, "title": title} for url, title in session.links]
