"""What changes papers."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

from festival.exhibitors.models import Application, Paper
from festival.exhibitors.papers import rules
from festival.exhibitors.papers.states import PaperKind, PaperState
from festival.exhibitors.states import ApplicationState
from festival.extensions import db
from festival.shared.errors import FieldRefused, NotFound, RuleBroken
from festival.shared.files import store_file
from festival.shared.journal import APPLICANT, Actor, write_journal
from festival.shared.sentences import mark

OVER = frozenset({ApplicationState.DECLINED, ApplicationState.WITHDRAWN})


def add_paper(
    application: Application,
    *,
    kind: PaperKind,
    data: bytes,
    original_name: str,
    folder: Path,
    now: datetime,
    today: date,
    expires_on: date | None = None,
    question_code: str = "",
    actor: Actor = APPLICANT,
) -> Paper:
    """Keep a private file with the application; an answer takes the place of the one before.

    Raises ``FieldRefused`` (file, expires_on) and ``RuleBroken`` when it is over.
    """
    if application.state in OVER:
        raise RuleBroken(mark("Nothing is added to an application that is over."))
    if expires_on is not None and expires_on < today:
        raise FieldRefused("expires_on", mark("This paper has lapsed already."))
    if question_code:
        for each in [one for one in application.papers if one.question_code == question_code]:
            application.papers.remove(each)
    if len(application.papers) >= rules.MOST_PAPERS:
        raise FieldRefused("file", mark("There are twenty papers already. Remove one first."))
    file = store_file(
        data, folder=folder, now=now, original_name=original_name,
        edition_id=application.edition_id, field=question_code or "file",
    )  # fmt: skip
    paper = Paper(
        kind=kind, file=file, expires_on=expires_on, question_code=question_code,
        state=PaperState.RECEIVED, created_at=now,
    )  # fmt: skip
    application.papers.append(paper)
    db.session.flush()
    _write("paper_added", paper, now=now, actor=actor)
    return paper


def remove_paper(paper: Paper, *, now: datetime, actor: Actor = APPLICANT) -> None:
    """Take a paper away again; what the organizers have checked stays."""
    if paper.state is PaperState.CHECKED:
        raise RuleBroken(
            mark("The organizers have checked this paper, so it stays."),
            next_step=mark("Add a newer one; the organizers look at it as well."),
        )
    _write("paper_removed", paper, now=now, actor=actor)
    paper.application.papers.remove(paper)


def check_paper(
    paper: Paper, *, to: PaperState, note: str = "", now: datetime, actor: Actor
) -> None:
    """The organizers accept a paper or not; raises ``FieldRefused`` (note) without a reason."""
    if paper.state is to:
        return
    if not rules.may_move(paper.state, to=to):
        raise RuleBroken(mark("This paper cannot be moved on in this way."))
    if to is PaperState.REFUSED and not note.strip():
        raise FieldRefused("note", mark("Say why: the applicant reads it."))
    before = paper.state
    paper.state, paper.note = to, note
    paper.checked_at, paper.checked_by_id = now, actor.person_id
    _write("paper_checked", paper, now=now, actor=actor, before=before)


def get_paper(application: Application, *, code: str) -> Paper:
    """The paper of this application whose file has this code; raises ``NotFound``."""
    for each in application.papers:
        if each.file.code == code:
            return each
    raise NotFound(mark("There is no such paper."))


def _write(
    action: str, paper: Paper, *, now: datetime, actor: Actor, before: PaperState | None = None
) -> None:
    """The file's own name is a person's word and stays out of the journal."""
    write_journal(
        action, actor=actor, entity="application", key=paper.application.code, now=now,
        edition_id=paper.application.edition_id,
        before={"state": before.value} if before else None,
        after={"kind": paper.kind.value, "state": paper.state.value,
               "file": paper.file.code},
    )  # fmt: skip
