"""Runs tasks: claim, do, say how it ended.  Safe with many workers and with their sudden death."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from flask import Flask, current_app
from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError

from festival.extensions import db
from festival.shared.clock import utc_now
from festival.shared.errors import RuleBroken
from festival.shared.results import forget_old_results
from festival.shared.sentences import mark
from festival.shared.tasks import (
    FUNCTIONS,
    MOST_ATTEMPTS,
    STOPPING,
    STUCK_AFTER,
    TIMED,
    StopReason,
    Task,
    TaskCancelled,
    TaskResult,
    TaskRun,
    TaskState,
    every,
    task_queue,
    tell_after_commit,
)
from festival.shared.tokens import make_code
from festival.shared.work import intending_to_write, work

logger = logging.getLogger(__name__)

HEARTBEAT = 1.0
"""Seconds between two looks at the progress."""
OUR_FAULT = mark("Something went wrong on our side. The fault was written down; try it again.")
GIVEN_UP = mark("The worker was stopped several times in the middle of this.")


_here: dict[str, TaskRun] = {}
"""Runs of this process by their claim."""


def run_task(code: str) -> bool:
    """Do the task if it still waits; False when somebody else has it or it is done."""
    if STOPPING.is_set():
        return False
    claim = make_code(20)
    run = _claim(code, claim=claim, now=utc_now())
    if run is None:
        return False
    _here[claim] = run
    try:
        with _heartbeat(run, claim=claim):
            result = FUNCTIONS[run.kind](run)
    except TaskCancelled:
        _stop(run, claim=claim)
    except RuleBroken as broken:
        _finish(run, claim=claim, state=TaskState.FAILED, error=broken.spoken())
    except Exception:
        logger.exception("task %s (%s) failed", run.code, run.kind)
        _finish(run, claim=claim, state=TaskState.FAILED, error=OUR_FAULT)
    else:
        _finish(run, claim=claim, state=TaskState.DONE, result=result)
    finally:
        _here.pop(claim, None)
    return True


def _stop(run: TaskRun, *, claim: str) -> None:
    """The work has stopped in the middle and kept nothing."""
    if run.stop_reason == StopReason.CANCELLED:
        _finish(run, claim=claim, state=TaskState.CANCELLED)
    elif run.stop_reason == StopReason.WORKER_ENDS:
        _give_back(claim)


def ask_runs_to_stop() -> None:
    """This process ends: its tasks stop at their next report and wait for another worker."""
    for run in list(_here.values()):
        run.stop_reason = run.stop_reason or StopReason.WORKER_ENDS


def ask_run_to_stop(code: str) -> None:
    """If this task runs in this very process, it stops without the database being asked.

    On SQLite work that holds the write lock could not be cancelled otherwise.
    """
    for run in list(_here.values()):
        if run.code == code:
            run.stop_reason = run.stop_reason or StopReason.CANCELLED


def give_back_runs() -> int:
    """This process ends now: what still runs in it waits again; answers how much that was.

    What such a run writes afterwards dies with the process or, at worst, is done once more: tasks
    are safe to repeat.
    """
    claims = list(_here)
    for claim in claims:
        _give_back(claim)
    return len(claims)


def _give_back(claim: str) -> None:
    """Not its fault: the try does not count."""
    with work():
        code = db.session.scalar(
            update(Task)
            .where(Task.claim == claim, Task.state == TaskState.RUNNING)
            .values(state=TaskState.WAITING, claim="", attempts=Task.attempts - 1)
            .returning(Task.code)
        )
        if code is not None:
            tell_after_commit(code)


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
                result={**(result or {}), **({"file": run.file} if run.file else {})} or None,
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
                .returning(Task.is_cancel_asked)
            )
            try:
                with db.engine.begin() as connection:
                    is_cancel_asked = connection.scalar(statement)
            except OperationalError:  # the work itself holds SQLite's write lock: next time
                continue
            if is_cancel_asked is None:
                run.stop_reason = run.stop_reason or StopReason.TAKEN_AWAY
            elif is_cancel_asked:
                run.stop_reason = run.stop_reason or StopReason.CANCELLED


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
    """Tasks without a heartbeat wait again, or have failed after the third time.

    SQLite: while somebody wrote for long, no heart could beat.  Who had to wait for the lock here
    has learned nothing about the hearts, and looks again next time.
    """
    stuck = (Task.state == TaskState.RUNNING, Task.heartbeat_at < now - STUCK_AFTER)
    if db.session.scalar(select(Task.id).where(*stuck).limit(1)) is None:
        return
    began = time.monotonic()
    with work():
        db.session.execute(
            update(Task)
            .where(*stuck, Task.is_cancel_asked)
            .values(state=TaskState.CANCELLED, claim="", finished_at=now)
        )
        if time.monotonic() - began > HEARTBEAT:
            db.session.rollback()
            return
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


@every(seconds=3600)
def forget_results() -> None:
    """Once an hour: files of tasks whose month is over."""
    forget_old_results(now=utc_now())
