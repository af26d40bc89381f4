"""The page of a piece of long work: how far it is, what came of it."""

from __future__ import annotations

from flask import abort, flash, g, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select

from festival.extensions import db
from festival.shared.access import Role, current_actor, has_role, open_to
from festival.shared.addresses import edition_blueprint
from festival.shared.clock import utc_now
from festival.shared.errors import RuleBroken
from festival.shared.journal import write_journal
from festival.shared.sentences import mark
from festival.shared.tasks import Task, TaskState, start_again
from festival.shared.work import unit_of_work

blueprint = edition_blueprint("tasks", __name__)

EVERYBODY_HERE = (
    Role.ORGANIZER,
    Role.REVIEWER,
    Role.DOOR_LEAD,
    Role.PRESS_OFFICER,
    Role.EVALUATOR,
)


def _task_here(code: str) -> Task:
    """The task of this edition; only organizers see other people's."""
    task = db.session.scalar(select(Task).where(Task.edition_id == g.edition.id, Task.code == code))
    if task is None:
        abort(404)
    if task.person_id != current_user.person_id and not has_role(Role.ORGANIZER):
        abort(404)
    return task


@blueprint.get("/organize/tasks/<code>")
@open_to(*EVERYBODY_HERE)
def task(code: str) -> ResponseReturnValue:
    found = _task_here(code)
    is_going = found.state in (TaskState.WAITING, TaskState.RUNNING)
    page = render_template("site/task.html", task=found, is_going=is_going)
    response = make_response(page)
    response.headers["Vary"] = "HX-Request, Cookie"
    return response


@blueprint.post("/organize/tasks/<code>/again")
@open_to(*EVERYBODY_HERE)
@unit_of_work
def again(code: str) -> ResponseReturnValue:
    """Put a failed task back among the waiting."""
    found = _task_here(code)
    if not start_again(found.code, edition_id=g.edition.id):
        raise RuleBroken(mark("Only work that has failed can be started again."))
    write_journal(
        "task_started_again",
        actor=current_actor(),
        entity="task",
        key=found.code,
        now=utc_now(),
        edition_id=g.edition.id,
        after={"title": found.title},
    )
    flash(_("It is started again."), "success")
    return redirect(url_for("tasks.task", code=found.code), 303)
