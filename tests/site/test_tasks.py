"""Long work: written with its cause, done once, shown while it runs, taken over from the dead."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest
from sqlalchemy import select

from festival.extensions import db
from festival.shared import running
from festival.shared.access import Role
from festival.shared.clock import utc_now
from festival.shared.errors import RuleBroken
from festival.shared.running import hand_over_waiting, run_task, take_back_stuck
from festival.shared.tasks import (
    FUNCTIONS,
    MOST_ATTEMPTS,
    STUCK_AFTER,
    Task,
    TaskFunction,
    TaskResult,
    TaskRun,
    TaskState,
    enqueue,
    task_queue,
)
from festival.shared.work import work
from festival.site.working import Worker
from tests.factories.world import World
from tests.forms import submit

KIND = "test_counting"


@pytest.fixture
def counting() -> Iterator[list[TaskRun]]:
    """A kind of work that remembers its runs."""
    runs: list[TaskRun] = []

    def count(run: TaskRun) -> TaskResult:
        runs.append(run)
        run.report(3, 4)
        return {"text": "Counted.", "links": [{"label": "Look", "href": "/en/"}]}

    FUNCTIONS[KIND] = count
    yield runs
    del FUNCTIONS[KIND]


def put(world: World, key: str = "k", **more: object) -> str:
    values = {"title": "Counting", "payload": {"n": 1}, "edition_id": world.here.edition.id}
    with work():
        return enqueue(KIND, key=key, now=utc_now(), **(values | more)).code  # type: ignore[arg-type]


def state_of(code: str) -> TaskState:
    return look(code).state


def look(code: str) -> Task:
    db.session.rollback()
    db.session.expire_all()
    return db.session.scalars(select(Task).where(Task.code == code)).one()


@pytest.fixture(autouse=True)
def empty_queue(world: World) -> None:
    task_queue()._huey.flush()


@pytest.mark.both_databases
def test_work_is_done_once(world: World, counting: list[TaskRun]) -> None:
    code = put(world)
    assert (run_task(code), run_task(code)) == (True, False)
    task = look(code)
    assert (task.state, task.progress, task.total) == (TaskState.DONE, 3, 4)
    assert task.result is not None
    assert task.result["text"] == "Counted."
    assert [run.payload for run in counting] == [{"n": 1}]


@pytest.mark.both_databases
def test_the_same_key_is_the_same_work(world: World, counting: list[TaskRun]) -> None:
    assert put(world, "a") == put(world, "a")
    assert put(world, "a") != put(world, "b")


def test_a_kind_that_nobody_does_is_a_fault_of_ours(world: World) -> None:
    with pytest.raises(ValueError, match="no room"):
        enqueue("unheard_of", key="k", title="?", payload={}, now=utc_now())


def test_the_worker_is_told_after_the_commit_only(world: World, counting: list[TaskRun]) -> None:
    with pytest.raises(RuntimeError), work():
        enqueue(KIND, key="k", title="x", payload={}, now=utc_now())
        raise RuntimeError
    assert task_queue().size() == 0
    put(world)
    assert task_queue().size() == 1


def test_what_the_queue_has_lost_the_clock_hands_over(
    world: World, counting: list[TaskRun]
) -> None:
    code = put(world)
    task_queue()._huey.flush()
    hand_over_waiting()
    assert task_queue().size() == 1
    hand_over_waiting()
    assert task_queue().size() == 1
    assert state_of(code) == TaskState.WAITING


def test_a_queue_that_is_away_does_not_stop_the_request(
    world: World, counting: list[TaskRun], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_code: str) -> None:
        raise ConnectionError("the queue is away")

    monkeypatch.setattr(task_queue(), "hand_over", refuse)
    assert state_of(put(world)) == TaskState.WAITING


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        (RuleBroken("There are %(n)s too many.", n=3), "There are 3 too many."),
        (ZeroDivisionError("secret detail"), running.OUR_FAULT),
    ],
)
def test_a_fault_is_said_to_people_in_words(
    world: World, counting: list[TaskRun], fault: Exception, sentence: str
) -> None:
    def fail(_run: TaskRun) -> TaskResult:
        raise fault

    FUNCTIONS[KIND] = fail
    code = put(world)
    assert run_task(code)
    assert (look(code).state, look(code).error) == (TaskState.FAILED, sentence)


def _taken_by_a_dead_worker(code: str, *, attempts: int = 1) -> None:
    for _ in range(attempts):
        assert running._claim(code, claim="dead", now=utc_now()) is not None
        if attempts > 1:
            take_back_stuck(now=utc_now() + STUCK_AFTER * 2)


def test_a_dead_workers_task_waits_again(world: World, counting: list[TaskRun]) -> None:
    code = put(world)
    _taken_by_a_dead_worker(code)
    take_back_stuck(now=utc_now() + STUCK_AFTER / 2)
    assert state_of(code) == TaskState.RUNNING
    take_back_stuck(now=utc_now() + STUCK_AFTER * 2)
    assert state_of(code) == TaskState.WAITING
    assert run_task(code)


def test_what_kills_three_workers_is_given_up(world: World, counting: list[TaskRun]) -> None:
    code = put(world)
    _taken_by_a_dead_worker(code, attempts=MOST_ATTEMPTS)
    assert (look(code).state, look(code).error) == (TaskState.FAILED, running.GIVEN_UP)


def test_who_was_thought_dead_does_not_say_how_it_ended(
    world: World, counting: list[TaskRun]
) -> None:
    code = put(world)
    run = running._claim(code, claim="slow", now=utc_now())
    assert run is not None
    take_back_stuck(now=utc_now() + STUCK_AFTER * 2)
    assert run_task(code)
    running._finish(run, claim="slow", state=TaskState.FAILED, error="late")
    assert state_of(code) == TaskState.DONE


def test_progress_and_heartbeat_are_written_while_it_runs(
    world: World, counting: list[TaskRun], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "HEARTBEAT", 0.02)
    seen: list[tuple[int, int]] = []

    def slowly(run: TaskRun) -> TaskResult:
        run.report(7, 9)
        before = look(run.code).heartbeat_at
        for _ in range(100):
            time.sleep(0.02)
            task = look(run.code)
            if task.progress and task.heartbeat_at != before:
                seen.append((task.progress, task.total))
                break
        return None

    FUNCTIONS[KIND] = slowly
    assert run_task(put(world))
    assert seen == [(7, 9)]


@pytest.mark.both_databases
def test_eight_workers_at_once_do_it_once(world: World, counting: list[TaskRun]) -> None:
    code, start, workers = put(world), threading.Barrier(8), 8

    def one() -> None:
        with world.app.app_context():
            start.wait()
            run_task(code)

    threads = [threading.Thread(target=one) for _ in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(counting) == 1


def test_a_running_worker_takes_what_is_handed_over(world: World, counting: list[TaskRun]) -> None:
    """The real consumer and the real clock, in threads, as `serve` starts them."""
    worker = Worker(world.app, threads=1)
    worker.start()
    try:
        code = put(world)
        for _ in range(100):
            time.sleep(0.05)
            if state_of(code) == TaskState.DONE:
                break
    finally:
        worker.stop()
    assert state_of(code) == TaskState.DONE
    assert len(counting) == 1


def address(world: World, code: str) -> str:
    return f"{world.here.path}/organize/tasks/{code}"


def test_the_page_follows_the_work(world: World, counting: list[TaskRun]) -> None:
    browser, code = world.browser_as(Role.ORGANIZER), put(world)
    waiting = browser.get(address(world, code)).get_data(as_text=True)
    assert 'http-equiv="refresh"' in waiting
    assert 'hx-trigger="every 2s"' in waiting
    run_task(code)
    done = browser.get(address(world, code)).get_data(as_text=True)
    assert 'href="/en/">Look' in done
    assert "refresh" not in done
    assert "hx-trigger" not in done


def test_failed_work_is_started_again(world: World, counting: list[TaskRun]) -> None:
    works: TaskFunction = FUNCTIONS[KIND]
    FUNCTIONS[KIND] = lambda _run: {}["nothing"]
    browser, code = world.browser_as(Role.ORGANIZER), put(world)
    run_task(code)
    FUNCTIONS[KIND] = works
    task_queue()._huey.flush()
    assert submit(browser, address(world, code)).status_code == 303
    assert task_queue().size() == 1
    assert run_task(code)
    token = browser.get("/en/account").get_data(as_text=True).split('token" value="')[1]
    sent = {"csrf_token": token.split('"')[0]}
    assert browser.post(f"{address(world, code)}/again", data=sent).status_code == 409


def test_others_see_only_their_own_work(world: World, counting: list[TaskRun]) -> None:
    reviewer = world.here.people["reviewer"]
    own, others = put(world, "own", person_id=reviewer.id), put(world, "other")
    browser = world.browser(reviewer)
    assert browser.get(address(world, own)).status_code == 200
    assert browser.get(address(world, others)).status_code == 404
    neighbour = world.browser_as(Role.ORGANIZER, at=world.there)
    for code in (own, others):
        assert neighbour.get(f"{world.there.path}/organize/tasks/{code}").status_code == 404
