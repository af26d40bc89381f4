"""Long work as people see it: what runs, for whom, how far it is, what came of it.

``enqueue`` writes a row in the transaction of its cause; after the commit a worker is told.  A room
says in its ``jobs.py`` how a kind of work is done::

    @task("badge_sheet")
    def print_sheet(run: TaskRun) -> TaskResult:
        for number, badge in enumerate(badges):
            run.report(number, len(badges))
        run.keep_file("badges.pdf", content)
        return {"text": "…", "links": [{"label": "Badges", "href": "/en/…"}]}

The function opens its own units of work (``with work(): …``), may be run again after a crash and so
must be safe to repeat, and raises ``RuleBroken`` with the sentence that the person shall read.  It
calls ``report`` often, inside its units of work too: there it is stopped when somebody cancels it.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from flask import current_app, has_app_context
from sqlalchemy import JSON, ForeignKey, Index, Text, UniqueConstraint, event, select, text, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from festival.extensions import Model, db
from festival.shared.columns import Code, Moment, PrimaryKey, Short, UtcDateTime, state_column
from festival.shared.once import insert_once
from festival.shared.queue import TaskQueue
from festival.shared.results import keep_result
from festival.shared.tokens import make_code

logger = logging.getLogger(__name__)

STUCK_AFTER = timedelta(seconds=20)
"""A running task whose heart has not beaten for so long has lost its worker.

Its heart beats every second; twice SQLite's patience with a lock (10 s) is the longest that a
living one was seen to miss.  Who is thought dead wrongly is stopped at its next report.
"""
MOST_ATTEMPTS = 3


class TaskState(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


GOING = (TaskState.WAITING, TaskState.RUNNING)
CAN_START_AGAIN = (TaskState.FAILED, TaskState.CANCELLED)


class Task(Model):
    """One piece of work for the worker, written in the same transaction as its cause."""

    __tablename__ = "task"
    __table_args__ = (
        UniqueConstraint("key"),
        Index("ix_task_state_heartbeat", "state", "heartbeat_at"),
        Index("ix_task_edition", "edition_id", "id"),
    )

    id: Mapped[PrimaryKey]
    code: Mapped[Code] = mapped_column(unique=True)
    """Public code in the URL of its page."""
    key: Mapped[Short]
    """Idempotency: the same key is the same work."""
    kind: Mapped[Short]
    edition_id: Mapped[int | None] = mapped_column(ForeignKey("edition.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    title: Mapped[Short]
    payload: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    state: Mapped[TaskState] = mapped_column(state_column(TaskState), default=TaskState.WAITING)
    attempts: Mapped[int] = mapped_column(default=0)
    claim: Mapped[Code] = mapped_column(default="")
    """Random mark of the run that has it; only that run may say how it ended."""
    is_cancel_asked: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    """Somebody wants it to stop; the run finds that out with its next heartbeat."""
    progress: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    result: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    error: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[Moment]
    heartbeat_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


TaskResult = Mapping[str, Any] | None
"""JSON.  ``text`` (a sentence) and ``links`` (each ``label`` and ``href``) show on its page."""


class StopReason(StrEnum):
    """Why a run is asked to stop."""

    CANCELLED = "cancelled"
    WORKER_ENDS = "worker_ends"
    """The process is told to end; another one does the task."""
    TAKEN_AWAY = "taken_away"
    """It was thought dead, and somebody else has the task."""


class TaskCancelled(BaseException):
    """Raised by ``report`` in the middle of the work, so that nothing of it is kept.

    Not an ``Exception``, so that no ``except Exception`` of the work goes on in spite of it.
    """


STOPPING = threading.Event()
"""Set when this process is told to end; timed work looks at it between one thing and the next."""


@dataclass
class TaskRun:
    """One run of a task, handed to its function."""

    code: str
    kind: str
    edition_id: int | None
    person_id: int | None
    payload: dict[str, Any] = field(default_factory=dict)
    progress: int = 0
    total: int = 0
    file: str = ""
    stop_reason: StopReason | None = None

    def report(self, progress: int, total: int) -> None:
        """Say how far it is.  Written within a second by the heartbeat, in its own transaction.

        Raises ``TaskCancelled`` when the work is to stop here.
        """
        self.total = total
        self.progress = progress
        if self.stop_reason is not None:
            raise TaskCancelled

    def keep_file(self, name: str, content: bytes) -> None:
        """Keep the work's file; people download it from the task's page for ``KEPT_FOR``."""
        keep_result(self.code, name, content)
        self.file = name


TaskFunction = Callable[[TaskRun], TaskResult]
FUNCTIONS: dict[str, TaskFunction] = {}


@dataclass(frozen=True, slots=True)
class TimedJob:
    """Something that is done again and again; must bear being done by two workers at once."""

    name: str
    seconds: int
    run: Callable[[], object]


TIMED: dict[str, TimedJob] = {}


def task(kind: str) -> Callable[[TaskFunction], TaskFunction]:
    """Register the function that does one kind of work; it stands in a room's ``jobs.py``."""

    def register(function: TaskFunction) -> TaskFunction:
        FUNCTIONS[kind] = function
        return function

    return register


def every(seconds: int) -> Callable[[Callable[[], object]], Callable[[], object]]:
    """Register timed work: a function without arguments, called in an application context.

    The one clock hands its name to the queue, any worker does it.  In one process it never runs
    twice at a time, but two workers may call it at once: it claims by a conditional UPDATE.
    """

    def register(function: Callable[[], object]) -> Callable[[], object]:
        name = f"{function.__module__}.{function.__name__}"
        TIMED[name] = TimedJob(name=name, seconds=seconds, run=function)
        return function

    return register


def enqueue(
    kind: str,
    *,
    key: str,
    title: str,
    payload: Mapping[str, Any],
    edition_id: int | None = None,
    person_id: int | None = None,
    now: datetime,
) -> Task:
    """Write down one piece of work; a worker takes it after the commit.

    ``key`` (at most 200 characters) makes the same work the same task: a double click answers
    the task that is there.  ``payload`` is JSON.  Raises ``ValueError`` for an unknown kind.
    """
    if kind not in FUNCTIONS:
        raise ValueError(f"no room does work of the kind {kind!r}")
    code = make_code(12)
    insert_once(
        Task,
        unique="key",
        code=code,
        key=key,
        kind=kind,
        edition_id=edition_id,
        person_id=person_id,
        title=title,
        payload=dict(payload),
        state=TaskState.WAITING,
        attempts=0,
        claim="",
        progress=0,
        total=0,
        error="",
        created_at=now,
    )
    found = db.session.scalars(select(Task).where(Task.key == key)).one()
    tell_after_commit(found.code)
    return found


def start_again(code: str, *, edition_id: int | None) -> bool:
    """Put a failed or cancelled task back among the waiting; False when there is none here."""
    done = db.session.scalar(
        update(Task)
        .where(Task.code == code, Task.edition_id == edition_id, Task.state.in_(CAN_START_AGAIN))
        .values(
            state=TaskState.WAITING,
            attempts=0,
            error="",
            progress=0,
            finished_at=None,
            is_cancel_asked=False,
        )
        .returning(Task.id)
    )
    if done is not None:
        tell_after_commit(code)
    return done is not None


def cancel_task(code: str, *, edition_id: int | None, now: datetime) -> bool:
    """Cancel a waiting task at once, ask a running one to stop; False when it does neither.

    A running one stops at its next report and keeps nothing of what it had begun.
    """
    here = (Task.code == code, Task.edition_id == edition_id)
    waiting = db.session.scalar(
        update(Task)
        .where(*here, Task.state == TaskState.WAITING)
        .values(state=TaskState.CANCELLED, finished_at=now)
        .returning(Task.id)
    )
    if waiting is not None:
        return True
    running = db.session.scalar(
        update(Task)
        .where(*here, Task.state == TaskState.RUNNING)
        .values(is_cancel_asked=True)
        .returning(Task.id)
    )
    return running is not None


def task_queue() -> TaskQueue:
    """The queue of the present application."""
    queue: TaskQueue = current_app.extensions["task_queue"]
    return queue


def tell_after_commit(code: str) -> None:
    """Tell the workers, once this unit of work has committed, that the task waits."""
    db.session().info.setdefault("tasks_to_hand_over", set()).add(code)


def wake_after_commit(name: str) -> None:
    """Have the timed job ``name`` run soon, once this unit of work has committed.

    ``name`` is that of the function, ``"festival.mail.jobs.deliver"``.  It costs no row and may be
    lost with the queue: the clock runs the job anyway.  Raises ``ValueError`` for an unknown name.
    """
    if name not in TIMED:
        raise ValueError(f"no timed job is called {name!r}")
    db.session().info.setdefault("jobs_to_wake", set()).add(name)


@event.listens_for(Session, "after_commit")
def _hand_over(session: Session) -> None:
    """Wake a worker; when the queue is not reachable, the clock finds the rows."""
    if session.in_nested_transaction() or not has_app_context():
        return
    codes = session.info.pop("tasks_to_hand_over", ())
    names = session.info.pop("jobs_to_wake", ())
    try:
        for code in codes:
            task_queue().hand_over(code)
        for name in names:
            task_queue().fire(name)
    except Exception:
        logger.warning("the queue is not reachable; %s wait for the clock", [*codes, *names])


@event.listens_for(Session, "after_rollback")
def _forget(session: Session) -> None:
    session.info.pop("tasks_to_hand_over", None)
    session.info.pop("jobs_to_wake", None)
