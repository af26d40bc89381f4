"""The exhibitor's printable pack: having it made, seeing how far it is, taking it along."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from flask import abort, current_app, flash, g, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask.wrappers import Response
from flask_babel import gettext as _
from flask_login import current_user

from festival.exhibitors.models import Application
from festival.portal.pack import actions, queries
from festival.portal.pack.documents import digest_of, language_of, sheet_of
from festival.portal.pack.models import ExhibitorPack
from festival.portal.pack.shelf import file_of, folder_of
from festival.portal.states import Chore
from festival.portal.views.room import blueprint, own_exhibitor_or_404
from festival.shared.access import Who, open_to
from festival.shared.clock import utc_now
from festival.shared.languages import LANGUAGES
from festival.shared.tasks import GOING, Task, TaskState
from festival.shared.work import unit_of_work


@dataclass(frozen=True, slots=True)
class Shown:
    """How a pack stands."""

    pack: ExhibitorPack | None
    task: Task | None
    path: Path | None
    is_true: bool
    """What is on the shelf says what holds now."""

    @property
    def is_going(self) -> bool:
        return self.task is not None and self.task.state in GOING

    @property
    def has_failed(self) -> bool:
        return self.task is not None and self.task.state == TaskState.FAILED


@blueprint.get("/exhibitor/<code>/pack")
@open_to(Who.SIGNED_IN)
def pack(code: str) -> ResponseReturnValue:
    """How the pack stands; reloads itself while the worker is at it."""
    application = own_exhibitor_or_404(code)
    language = language_of(application)
    answer = make_response(
        render_template(
            "portal/pack/pack.html",
            application=application,
            shown=_shown(application),
            language=LANGUAGES[language],
        )
    )
    answer.headers["Vary"] = "HX-Request, Cookie"
    return answer


@blueprint.post("/exhibitor/<code>/pack")
@open_to(Who.SIGNED_IN)
@unit_of_work
def order_pack(code: str) -> ResponseReturnValue:
    """Have it made, or made anew."""
    application = own_exhibitor_or_404(code)
    actions.order_pack(
        application,
        href=url_for("portal.office_pack", code=code),
        person_id=current_user.person_id,
        now=utc_now(),
    )
    flash(_("Your pack is being made."), "success")
    return redirect(url_for("portal.pack", code=code), 303)


@blueprint.get("/exhibitor/<code>/pack.pdf")
@open_to(Who.SIGNED_IN)
def pack_file(code: str) -> ResponseReturnValue:
    """The PDF, for the organization's own people."""
    return pack_answer(own_exhibitor_or_404(code))


def pack_answer(application: Application) -> ResponseReturnValue:
    """The PDF as a file to keep; never in a cache, because it holds badges."""
    path = file_of(
        queries.find_pack(application.id),
        code=application.code,
        folder=folder_of(current_app.config["SETTINGS"]),
    )
    if path is None:
        abort(404)
    answer = Response(path.read_bytes(), mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f"attachment; filename=pack-{application.code}.pdf"
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer


def chores(application: Application, *, now: datetime) -> list[Chore]:
    """Having the pack made once; it has no date of its own."""
    found = queries.find_pack(application.id)
    return [
        Chore(
            key="pack",
            title=_("Have your pack made and print it"),
            href=url_for("portal.pack", code=application.code),
            due=None,
            done=found is not None and found.made_at is not None,
        )
    ]


def _shown(application: Application) -> Shown:
    row = queries.find_pack(application.id)
    path = file_of(row, code=application.code, folder=folder_of(current_app.config["SETTINGS"]))
    is_true = False
    if row is not None and path is not None:
        facts = queries.facts_of(g.edition, [application])[application.id]
        is_true = digest_of(sheet_of(facts, edition=g.edition)) == row.digest
    return Shown(pack=row, task=queries.task_of(row), path=path, is_true=is_true)
