"""How work ends before its end: cancelled, given back by a worker that ends or is dead."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from festival.accounts.models import Person
from festival.extensions import db
from festival.shared import running
from festival.shared.clock import utc_now
from festival.shared.running import ask_runs_to_stop, give_back_runs, run_task, take_back_stuck
from festival.shared.tasks import (
    FUNCTIONS,
    STOPPING,
    STUCK_AFTER,
    Task,
    TaskResult,
    TaskRun,
    TaskState,
    cancel_task,
    start_again,
    task_queue,
)
from festival.shared.work import work
from festival.site import working
from festival.site.working import Worker
from tests.factories.world import World
from tests.site.test_tasks import KIND, look, put

pytestmark = pytest.mark.usefixtures("empty_queue")
GHOST = "half-done@example.org"


@pytest.fixture
def empty_queue(world: World) -> Iterator[None]:
    task_queue()._huey.flush()
    yield
    FUNCTIONS.pop(KIND, None)


def half_done(begun: threading.Event) -> Callable[[TaskRun], TaskResult]:
    """Work that has written something, uncommitted, when it reports."""

    def write_slowly(run: TaskRun) -> TaskResult:
        with work():
            db.session.add(Person(email=GHOST, name="Half", locale="en", created_at=utc_now()))
            db.session.flush()
            begun.set()
            for step in range(400):
                run.report(step, 400)
                time.sleep(0.02)
        return None

    return write_slowly


def counted() -> int:
    db.session.rollback()
    found = db.session.scalar(select(func.count()).select_from(Person).where(Person.email == GHOST))
    return found or 0


def in_thread(world: World, code: str) -> threading.Thread:
    def run() -> None:
        with world.app.app_context():
            run_task(code)

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def cancelled(world: World, code: str) -> bool:
    with work():
        return cancel_task(code, edition_id=world.here.edition.id, now=utc_now())


def test_waiting_work_is_cancelled_at_once(world: World) -> None:
    FUNCTIONS[KIND] = lambda _run: {"text": "must not be done"}
    code = put(world)
    assert cancelled(world, code)
    assert not run_task(code)
    task = look(code)
    assert (task.state, task.result) == (TaskState.CANCELLED, None)
    assert not cancelled(world, code)
    with work():
        assert start_again(code, edition_id=world.here.edition.id)
    assert run_task(code)
    assert look(code).state == TaskState.DONE


def test_a_neighbour_cancels_nothing(world: World) -> None:
    FUNCTIONS[KIND] = lambda _run: None
    code = put(world)
    with work():
        assert not cancel_task(code, edition_id=world.there.edition.id, now=utc_now())
    assert look(code).state == TaskState.WAITING


@pytest.mark.both_databases
def test_running_work_stops_at_its_next_report_and_keeps_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On SQLite the work holds the write lock meanwhile, so it works between its units here."""
    monkeypatch.setattr(running, "HEARTBEAT", 0.05)
    begun = threading.Event()
    if world.app.config["SETTINGS"].database.startswith("sqlite"):

        def wait(run: TaskRun) -> TaskResult:
            begun.set()
            for step in range(400):
                run.report(step, 400)
                time.sleep(0.02)
            with work():
                db.session.add(Person(email=GHOST, name="x", locale="en", created_at=utc_now()))
            return None

        FUNCTIONS[KIND] = wait
    else:
        FUNCTIONS[KIND] = half_done(begun)
    code = put(world)
    thread = in_thread(world, code)
    assert begun.wait(5)
    assert cancelled(world, code)
    thread.join(timeout=6)
    assert not thread.is_alive()
    task = look(code)
    assert (task.state, task.error, counted()) == (TaskState.CANCELLED, "", 0)


def test_work_that_cannot_stop_any_more_is_done(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    FUNCTIONS[KIND] = lambda _run: {"text": "done"}
    code = put(world)
    claim = running._claim(code, claim="it", now=utc_now())
    assert claim is not None
    assert cancelled(world, code)
    running._finish(claim, claim="it", state=TaskState.DONE, result={"text": "done"})
    assert look(code).state == TaskState.DONE


def test_no_except_of_the_work_swallows_the_cancelling(world: World) -> None:
    def stubborn(run: TaskRun) -> TaskResult:
        ask_runs_to_stop()
        try:
            run.report(1, 2)
        except Exception:
            return {"text": "went on in spite of it"}
        return None

    FUNCTIONS[KIND] = stubborn
    code = put(world)
    assert run_task(code)
    task = look(code)
    assert (task.state, task.attempts, task.result) == (TaskState.WAITING, 0, None)
    assert task_queue().size() == 2  # told when it was put, and when it was given back


def test_a_worker_that_ends_gives_its_work_to_the_next(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The real worker, told to end in the middle of work that would take eight seconds."""
    monkeypatch.setattr(working, "ENDS_BY_ITSELF", 0.1)
    begun = threading.Event()
    FUNCTIONS[KIND] = half_done(begun)
    worker = Worker(world.app, threads=1)
    worker.start()
    code = put(world)
    assert begun.wait(10)
    began = time.monotonic()
    worker.stop()
    assert time.monotonic() - began < 4
    assert (look(code).state, look(code).attempts, counted()) == (TaskState.WAITING, 0, 0)
    assert not STOPPING.is_set()
    FUNCTIONS[KIND] = lambda _run: {"text": "by the next"}
    assert run_task(code)
    assert look(code).result == {"text": "by the next"}


def test_work_that_never_reports_is_given_back_when_the_worker_must_end(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(working, "ENDS_BY_ITSELF", 0.1)
    monkeypatch.setattr(working, "ENDS_AT_REPORT", 0.1)
    begun, enough = threading.Event(), threading.Event()

    def deaf(_run: TaskRun) -> TaskResult:
        begun.set()
        enough.wait(20)
        return {"text": "too late"}

    FUNCTIONS[KIND] = deaf
    worker = Worker(world.app, threads=1)
    worker.start()
    code = put(world)
    assert begun.wait(10)
    worker.stop()
    assert look(code).state == TaskState.WAITING
    enough.set()
    for _consumer in worker._consumers:
        for _each, thread in _consumer.worker_threads:
            thread.join(5)
    assert (look(code).state, look(code).result) == (TaskState.WAITING, None)
    assert give_back_runs() == 0


def test_a_process_that_ends_begins_nothing(world: World) -> None:
    FUNCTIONS[KIND] = lambda _run: None
    code = put(world)
    STOPPING.set()
    try:
        assert not run_task(code)
    finally:
        STOPPING.clear()
    assert look(code).state == TaskState.WAITING


def test_cancelled_work_of_a_dead_worker_is_over(world: World) -> None:
    FUNCTIONS[KIND] = lambda _run: None
    code = put(world)
    assert running._claim(code, claim="dead", now=utc_now()) is not None
    assert cancelled(world, code)
    take_back_stuck(now=utc_now() + STUCK_AFTER * 2)
    assert look(code).state == TaskState.CANCELLED


def test_who_was_thought_dead_stops_at_the_next_report(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "HEARTBEAT", 0.05)
    begun = threading.Event()

    def wait(run: TaskRun) -> TaskResult:
        begun.set()
        for step in range(400):
            run.report(step, 400)
            time.sleep(0.02)
        return {"text": "by the one thought dead"}

    FUNCTIONS[KIND] = wait
    code = put(world)
    thread = in_thread(world, code)
    assert begun.wait(5)
    with work():
        db.session.execute(
            update(Task).where(Task.code == code).values(state=TaskState.WAITING, claim="")
        )
    thread.join(timeout=6)
    assert not thread.is_alive()
    assert (look(code).state, look(code).result) == (TaskState.WAITING, None)


def test_while_somebody_writes_for_long_nobody_is_thought_dead(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The lock was held, so the heart could not beat: it gets its chance first."""
    FUNCTIONS[KIND] = lambda _run: None
    monkeypatch.setattr(running, "HEARTBEAT", 0.05)
    code = put(world)
    assert running._claim(code, claim="alive", now=utc_now() - STUCK_AFTER * 2) is not None
    locked, enough = threading.Event(), threading.Event()

    def write_for_long() -> None:
        with world.app.app_context(), work():
            db.session.execute(update(Person).values(name=Person.name))
            locked.set()
            enough.wait(5)

    writer = threading.Thread(target=write_for_long)
    writer.start()
    assert locked.wait(5)
    threading.Timer(0.4, enough.set).start()
    take_back_stuck(now=utc_now())
    writer.join()
    assert look(code).state == TaskState.RUNNING
    take_back_stuck(now=utc_now() + timedelta(seconds=5))
    assert look(code).state == TaskState.WAITING
