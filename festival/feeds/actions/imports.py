"""Files that somebody brought: kept with what they would change, applied once by the worker."""

from __future__ import annotations

import hashlib
from datetime import datetime

from sqlalchemy import select, update

from festival.extensions import db
from festival.feeds.actions.applying import Applied, Progress, apply_import
from festival.feeds.imported import ImportedProgramme, ImportRefused
from festival.feeds.intake import fitted
from festival.feeds.models import ImportState, ProgrammeImport
from festival.feeds.queries import known_sessions, withdrawn_codes
from festival.feeds.reading.detect import read_programme
from festival.feeds.report import Report, report_of
from festival.feeds.rules import plan_import
from festival.festivals.models import Edition
from festival.shared.errors import NotFound, RuleBroken
from festival.shared.journal import SYSTEM, Actor, write_journal
from festival.shared.sentences import mark
from festival.shared.tasks import Task, TaskState, enqueue, start_again
from festival.shared.tokens import make_code

KIND = "apply_import"
TITLE = mark("Import a programme")
STARTING = (ImportState.CHECKED, ImportState.FAILED)


def look_at(edition: Edition, programme: ImportedProgramme) -> Report:
    """What taking the programme in would change now; reads only."""
    programme = fitted(programme)
    plan = plan_import(programme.sessions, known=known_sessions(edition))
    return report_of(programme, plan, edition=edition, withdrawn=withdrawn_codes(edition))


def read_file(edition: Edition, content: bytes, *, file_name: str) -> ImportedProgramme:
    """The file's programme, on the edition's clock where it names none; ``ImportRefused``."""
    return read_programme(content, file_name=file_name, default_time_zone=edition.time_zone)


def keep_import(
    edition: Edition, content: bytes, *, file_name: str, actor: Actor, now: datetime
) -> ProgrammeImport:
    """Read the file and keep it with its report.  ``ImportRefused``: nothing is kept."""
    programme = read_file(edition, content, file_name=file_name)
    row = ProgrammeImport(
        edition_id=edition.id,
        code=make_code(10),
        file_name=file_name[:200],
        sha256=hashlib.sha256(content).hexdigest(),
        content=content,
        state=ImportState.CHECKED,
        report=look_at(edition, programme),
        created_by_id=actor.person_id,
        created_at=now,
    )
    db.session.add(row)
    db.session.flush()
    _note("import checked", row, actor=actor, now=now)
    return row


def check_again(row: ProgrammeImport, *, edition: Edition) -> None:
    """Compare the kept file with the programme as it is now."""
    if row.state not in STARTING:
        raise RuleBroken(mark("This file is being imported, or was imported already."))
    programme = read_file(edition, row.content, file_name=row.file_name)
    row.report = look_at(edition, programme)
    row.state = ImportState.CHECKED


def start_applying(
    row: ProgrammeImport,
    *,
    digest: str,
    withdraw_missing: bool,
    publish: bool,
    locale: str,
    next_href: str,
    actor: Actor,
    now: datetime,
) -> Task:
    """Hand the import to the worker; a second press answers the same piece of work.

    ``digest`` is of the plan that was shown; the worker refuses when it is another one by then.
    """
    if row.state == ImportState.APPLIED:
        raise RuleBroken(mark("This file was imported already."))
    started = _claim(row)
    task = enqueue(
        KIND,
        key=f"{KIND} {row.code} {digest[:40]}",
        title=TITLE,
        payload={
            "code": row.code,
            "digest": digest,
            "withdraw_missing": withdraw_missing,
            "publish": publish,
            "actor": actor.label,
            "locale": locale,
            "href": next_href,
        },
        edition_id=row.edition_id,
        person_id=actor.person_id,
        now=now,
    )
    if task.state == TaskState.FAILED:
        start_again(task.code, edition_id=row.edition_id)
    if started:
        _note("import started", row, actor=actor, now=now)
    return task


def _claim(row: ProgrammeImport) -> bool:
    """One conditional UPDATE decides who starts it."""
    started = db.session.scalar(
        update(ProgrammeImport)
        .where(ProgrammeImport.id == row.id, ProgrammeImport.state.in_(STARTING))
        .values(state=ImportState.APPLYING)
        .returning(ProgrammeImport.id)
        .execution_options(synchronize_session="fetch")
    )
    return started is not None


def apply_kept(
    code: str,
    *,
    edition_id: int,
    digest: str,
    withdraw_missing: bool,
    publish: bool,
    actor: Actor,
    now: datetime,
    progress: Progress | None = None,
) -> Applied | None:
    """Apply a kept import; None when it was applied already, so that it may be called again."""
    row = db.session.scalar(
        select(ProgrammeImport)
        .where(ProgrammeImport.code == code, ProgrammeImport.edition_id == edition_id)
        .with_for_update(of=ProgrammeImport)
    )
    if row is None:
        raise NotFound(mark("There is no such import."))
    if row.state == ImportState.APPLIED:
        return None
    edition = db.session.get_one(Edition, edition_id)
    try:
        programme = read_file(edition, row.content, file_name=row.file_name)
    except ImportRefused as refused:
        raise RuleBroken(mark("The file can no longer be read.")) from refused
    applied = apply_import(
        edition,
        programme,
        expected=digest,
        withdraw_missing=withdraw_missing,
        publish=publish,
        actor=actor,
        now=now,
        progress=progress,
    )
    row.state = ImportState.APPLIED
    row.applied_at = now
    row.content = b""
    return applied


def give_up(code: str, *, edition_id: int, now: datetime) -> None:
    """Note that applying failed, so that it can be checked and started again."""
    row = db.session.scalar(
        select(ProgrammeImport).where(
            ProgrammeImport.code == code,
            ProgrammeImport.edition_id == edition_id,
            ProgrammeImport.state != ImportState.APPLIED,
        )
    )
    if row is not None:
        row.state = ImportState.FAILED
        _note("import failed", row, actor=SYSTEM, now=now)


def _note(action: str, row: ProgrammeImport, *, actor: Actor, now: datetime) -> None:
    write_journal(
        action,
        actor=actor,
        entity="programme_import",
        key=row.code,
        now=now,
        edition_id=row.edition_id,
        after={"file": row.file_name, "sha256": row.sha256},
    )
