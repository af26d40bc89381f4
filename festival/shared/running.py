"""Runs tasks: claim, do, say how it ended.  Safe with many workers and with their sudden death."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from flask import Flask, current_app
from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError

from festival.extensions import db
from festival.shared.clock import utc_now
from festival.shared.errors import RuleBroken
from festival.shared.sentences import mark
from festival.shared.tasks import (
    FUNCTIONS,
    MOST_ATTEMPTS,
    STUCK_AFTER,
    TIMED,
    Task,
    TaskResult,
    TaskRun,
    TaskState,
    every,
    task_queue,
)
from festival.shared.tokens import make_code
from festival.shared.work import intending_to_write, work

logger = logging.getLogger(__name__)

HEARTBEAT = 1.0
"""Seconds between two looks at the progress."""
OUR_FAULT = mark("Something went wrong on our side. The fault was written down; try it again.")
GIVEN_UP = mark("The worker was stopped several times in the middle of this.")


def run_task(code: str) -> bool:
    """Do the task if it still waits; False when somebody else has it or it is done."""
    claim = make_code(20)
    run = _claim(code, claim=claim, now=utc_now())
    if run is None:
        return False
    try:
        with _heartbeat(run, claim=claim):
            result = FUNCTIONS[run.kind](run)
    except RuleBroken as broken:
        _finish(run, claim=claim, state=TaskState.FAILED, error=broken.spoken())
    except Exception:
        logger.exception("task %s (%s) failed", run.code, run.kind)
        _finish(run, claim=claim, state=TaskState.FAILED, error=OUR_FAULT)
    else:
        _finish(run, claim=claim, state=TaskState.DONE, result=result)
    return True


_running: dict[str, bool] = {}
"""Timed jobs that run in this process, and whether they were asked for again meanwhile."""
_running_lock = threading.Lock()


def run_timed(name: str) -> None:
    """Do a timed job; a fault is written down and does not stop the next time.

    Asked for while it runs in this process, it runs once more afterwards, never twice at a time.
    """
    with _running_lock:
        if name in _running:
            _running[name] = True
            return
        _running[name] = False
    while True:
        try:
            TIMED[name].run()
        except Exception:
            logger.exception("timed work %s failed; it is tried again", name)
        db.session.remove()
        with _running_lock:
            if not _running.pop(name):
                return
            _running[name] = False


def _claim(code: str, *, claim: str, now: datetime) -> TaskRun | None:
    """One conditional UPDATE decides whose it is."""
    with work():
        row = db.session.execute(
            update(Task)
            .where(Task.code == code, Task.state == TaskState.WAITING)
            .values(
                state=TaskState.RUNNING,
                claim=claim,
                attempts=Task.attempts + 1,
                heartbeat_at=now,
            )
            .returning(Task.kind, Task.edition_id, Task.person_id, Task.payload)
        ).one_or_none()
    if row is None:
        return None
    return TaskRun(code, row.kind, row.edition_id, row.person_id, dict(row.payload))


def _finish(
    run: TaskRun, *, claim: str, state: TaskState, result: TaskResult = None, error: str = ""
) -> None:
    """Say how it ended, unless the run was taken from us meanwhile."""
    with work():
        db.session.execute(
            update(Task)
            .where(Task.code == run.code, Task.claim == claim, Task.state == TaskState.RUNNING)
            .values(
                state=state,
                result=dict(result) if result is not None else None,
                error=error,
                progress=run.progress,
                total=run.total,
                finished_at=utc_now(),
            )
        )


@contextmanager
def _heartbeat(run: TaskRun, *, claim: str) -> Iterator[None]:
    """Meanwhile another thread writes progress and heartbeat, so the work is never interrupted."""
    stop = threading.Event()
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    thread = threading.Thread(
        target=_beat, args=(app, run, claim, stop), name=f"heart of {run.code}", daemon=True
    )
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _beat(app: Flask, run: TaskRun, claim: str, stop: threading.Event) -> None:
    with app.app_context(), intending_to_write():
        while not stop.wait(HEARTBEAT):
            statement = (
                update(Task)
                .where(Task.code == run.code, Task.claim == claim)
                .values(progress=run.progress, total=run.total, heartbeat_at=utc_now())
            )
            try:
                with db.engine.begin() as connection:
                    connection.execute(statement)
            except OperationalError:  # the work itself holds SQLite's write lock: next time
                continue


@every(seconds=5)
def hand_over_waiting() -> None:
    """Give back what lost its worker, give up what lost three, and wake the queue."""
    take_back_stuck(now=utc_now())
    if task_queue().size() > 0:
        return
    waiting = db.session.scalars(
        select(Task.code).where(Task.state == TaskState.WAITING).order_by(Task.id).limit(100)
    ).all()
    for code in waiting:
        task_queue().hand_over(code)


def take_back_stuck(*, now: datetime) -> None:
    """Tasks without a heartbeat wait again, or have failed after the third time."""
    stuck = (Task.state == TaskState.RUNNING, Task.heartbeat_at < now - STUCK_AFTER)
    if db.session.scalar(select(Task.id).where(*stuck).limit(1)) is None:
        return
    with work():
        db.session.execute(
            update(Task)
            .where(*stuck, Task.attempts < MOST_ATTEMPTS)
            .values(state=TaskState.WAITING, claim="")
        )
        db.session.execute(
            update(Task)
            .where(*stuck, Task.attempts >= MOST_ATTEMPTS)
            .values(state=TaskState.FAILED, claim="", error=GIVEN_UP, finished_at=now)
        )
