"""Pages of long work: what runs, by whom, how far it is, what came of it; cancel, try again.

The team of an edition sees its own work there, organizers all of the edition's, administrators
everything, with what belongs to no edition.
"""

from __future__ import annotations

from flask import (
    abort,
    flash,
    g,
    make_response,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select

from festival.extensions import db
from festival.shared.access import Role, Who, current_actor, has_role, open_to
from festival.shared.addresses import edition_blueprint, page_asked_for, plain_blueprint
from festival.shared.clock import utc_now
from festival.shared.errors import RuleBroken
from festival.shared.journal import write_journal
from festival.shared.results import find_result
from festival.shared.running import ask_run_to_stop
from festival.shared.sentences import mark
from festival.shared.tasks import (
    CAN_START_AGAIN,
    GOING,
    Task,
    TaskState,
    cancel_task,
    start_again,
)
from festival.shared.work import several_units, unit_of_work, work
from festival.site.task_queries import (
    PAGE,
    Shown,
    Whose,
    count_tasks,
    starter_of,
    tasks_on_page,
)

blueprint = edition_blueprint("tasks", __name__)
everything = plain_blueprint("all_tasks", __name__)

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


def _task_anywhere(code: str) -> Task:
    """Any task; its page stands open to administrators only."""
    return db.session.scalar(select(Task).where(Task.code == code)) or abort(404)


@blueprint.get("/organize/tasks")
@open_to(*EVERYBODY_HERE)
def tasks() -> ResponseReturnValue:
    """The work of this edition."""
    own = None if has_role(Role.ORGANIZER) else current_user.person_id
    return _list(Whose(g.edition.id, person_id=own), room="tasks")


@everything.get("/tasks")
@open_to(Who.ADMINISTRATOR)
def tasks_of_all() -> ResponseReturnValue:
    """The work of all editions, and what belongs to none."""
    return _list(Whose(None), room="all_tasks")


def _list(whose: Whose, *, room: str) -> ResponseReturnValue:
    asked = request.args.get("show", Shown.ALL)
    shown = Shown(asked) if asked in set(Shown) else Shown.ALL
    counts = count_tasks(whose)
    last = max(1, -(-counts[shown] // PAGE))
    number = min(page_asked_for(), last)
    lines = tasks_on_page(whose, shown=shown, number=number)
    return _fragment(
        render_template(
            "site/tasks.html",
            lines=lines,
            counts=counts,
            shown=shown,
            number=number,
            last=last,
            is_all=room == "all_tasks",
            is_own=whose.person_id is not None,
            list_endpoint="all_tasks.tasks_of_all" if room == "all_tasks" else "tasks.tasks",
            room=room,
            is_going=counts[Shown.GOING] > 0,
            going=GOING,
        )
    )


def _fragment(page: str) -> ResponseReturnValue:
    """The same address answers the browser and htmx, which takes its part out of the page."""
    response = make_response(page)
    response.headers["Vary"] = "HX-Request, Cookie"
    return response


@blueprint.get("/organize/tasks/<code>")
@open_to(*EVERYBODY_HERE)
def task(code: str) -> ResponseReturnValue:
    """One piece of work."""
    return _page(_task_here(code), room="tasks")


@everything.get("/tasks/<code>")
@open_to(Who.ADMINISTRATOR)
def task_of_all(code: str) -> ResponseReturnValue:
    """One piece of work, of whatever edition."""
    return _page(_task_anywhere(code), room="all_tasks")


def _page(found: Task, *, room: str) -> ResponseReturnValue:
    suffix = "" if room == "tasks" else "_of_all"
    file = (found.result or {}).get("file", "")
    return _fragment(
        render_template(
            "site/task.html",
            task=found,
            is_going=found.state in GOING,
            started_by=starter_of(found),
            file=file,
            has_file=find_result(found.code, file) is not None,
            addresses={
                name: url_for(f"{room}.{name}{suffix}", code=found.code)
                for name in ("task", "again", "cancel", "file")
            },
            list_href=url_for(f"{room}.tasks{suffix}"),
        )
    )


@blueprint.get("/organize/tasks/<code>/file")
@open_to(*EVERYBODY_HERE)
def file(code: str) -> ResponseReturnValue:
    """What the work has made, for as long as it is kept."""
    return _download(_task_here(code))


@everything.get("/tasks/<code>/file")
@open_to(Who.ADMINISTRATOR)
def file_of_all(code: str) -> ResponseReturnValue:
    """The same, for an administrator."""
    return _download(_task_anywhere(code))


def _download(found: Task) -> ResponseReturnValue:
    """Always as a file to keep, never shown in the browser: people wrote what is in it."""
    name = (found.result or {}).get("file", "")
    path = find_result(found.code, name) or abort(404)
    response = send_file(path, as_attachment=True, download_name=name)
    response.headers["Cache-Control"] = "private, no-store"
    return response


@blueprint.post("/organize/tasks/<code>/again")
@open_to(*EVERYBODY_HERE)
@unit_of_work
def again(code: str) -> ResponseReturnValue:
    """Put failed or cancelled work back among the waiting."""
    _start(_task_here(code))
    return redirect(url_for("tasks.task", code=code), 303)


@everything.post("/tasks/<code>/again")
@open_to(Who.ADMINISTRATOR)
@unit_of_work
def again_of_all(code: str) -> ResponseReturnValue:
    """The same, for an administrator."""
    _start(_task_anywhere(code))
    return redirect(url_for("all_tasks.task_of_all", code=code), 303)


def _start(found: Task) -> None:
    if found.state not in CAN_START_AGAIN or not start_again(
        found.code, edition_id=found.edition_id
    ):
        raise RuleBroken(mark("Only work that has failed can be started again."))
    _note("task_started_again", found)
    flash(_("It is started again."), "success")


@blueprint.post("/organize/tasks/<code>/cancel")
@open_to(*EVERYBODY_HERE)
@several_units
def cancel(code: str) -> ResponseReturnValue:
    """Stop work that waits or runs."""
    _cancel(_task_here(code))
    return redirect(url_for("tasks.task", code=code), 303)


@everything.post("/tasks/<code>/cancel")
@open_to(Who.ADMINISTRATOR)
@several_units
def cancel_of_all(code: str) -> ResponseReturnValue:
    """The same, for an administrator."""
    _cancel(_task_anywhere(code))
    return redirect(url_for("all_tasks.task_of_all", code=code), 303)


def _cancel(found: Task) -> None:
    """Asked without a unit of work: the work itself may hold SQLite's write lock."""
    code, edition_id, was_going = found.code, found.edition_id, found.state in GOING
    if was_going:
        ask_run_to_stop(code)
    with work():
        found = _task_anywhere(code)
        done = cancel_task(code, edition_id=edition_id, now=utc_now())
        if not done and not (was_going and found.state == TaskState.CANCELLED):
            raise RuleBroken(mark("This work has ended already; there is nothing to cancel."))
        _note("task_cancelled", found)
    flash(_("It stops, and nothing of it is kept."), "success")


def _note(what: str, found: Task) -> None:
    write_journal(
        what,
        actor=current_actor(),
        entity="task",
        key=found.code,
        now=utc_now(),
        edition_id=found.edition_id,
        after={"title": found.title},
    )
