"""The clock plans what the database says is due, enqueues it once, forgets what no longer is."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from sqlalchemy import select

from festival.extensions import db
from festival.shared.appointments import LOOKBACK, Appointment, appointments
from festival.shared.clock import utc_now
from festival.shared.lease import Lease, lease_for
from festival.shared.running import run_timed
from festival.shared.tasks import FUNCTIONS, TIMED, Task, every, task_queue, wake_after_commit
from festival.shared.work import work
from festival.site import clock as clocks
from festival.site.clock import Candidate, Clock
from festival.site.working import Worker
from tests.factories.world import World
from tests.site.conftest import KIND, T0, enqueued, remind, wait_for

ROOT = Path(__file__).resolve().parents[2]


def planned(clock: Clock) -> dict[str, datetime]:
    jobs = clock._scheduler.get_jobs()
    return {job.id[3:]: job.trigger.run_date for job in jobs if job.id.startswith("at:")}


@pytest.mark.both_databases
def test_what_will_be_is_planned_and_what_is_due_is_enqueued_once(
    clock: Clock, said: list[Appointment]
) -> None:
    said += [remind("due", T0), remind("soon", T0 + timedelta(minutes=5))]
    with time_machine.travel(T0, tick=False):
        clock.plan()
        assert enqueued() == ["due"]
        assert planned(clock) == {"soon": T0 + timedelta(minutes=5)}
        clock.plan()
    assert enqueued() == ["due"]


def test_what_moves_is_planned_anew_and_what_is_gone_is_dropped(
    clock: Clock, said: list[Appointment]
) -> None:
    later = T0 + timedelta(minutes=5)
    said[:] = [remind("stays", later), remind("moves", later), remind("goes", later)]
    with time_machine.travel(T0, tick=False):
        clock.plan()
        said[:] = [remind("stays", later), remind("moves", later + timedelta(minutes=9))]
        clock.plan()
        assert planned(clock) == {"stays": later, "moves": later + timedelta(minutes=9)}
        said[:] = [remind("stays", later, n=2)]
        clock.plan()
        job = clock._scheduler.get_job("at:stays")
    assert job.args[0].payload == {"n": 2}
    assert enqueued() == []


def test_late_rather_than_never_but_not_when_it_is_over(
    clock: Clock, said: list[Appointment]
) -> None:
    long_ago = T0 - timedelta(hours=40)
    said += [remind("late", long_ago), remind("over", long_ago, until=T0 - timedelta(seconds=1))]
    said += [remind("just", long_ago, until=T0), remind("older", T0 - LOOKBACK - timedelta(days=1))]
    with time_machine.travel(T0, tick=False):
        clock.plan()
    assert enqueued() == ["late", "just"]


def test_what_was_done_before_this_clock_is_not_done_again(
    world: World, clock: Clock, lease: Lease, said: list[Appointment]
) -> None:
    said += [remind("once", T0)]
    with time_machine.travel(T0, tick=False):
        clock.plan()
        Clock(world.app, lease).plan()
        clock.keep(said[0])
    assert enqueued() == ["once"]


def test_a_room_that_fails_stops_no_other_and_keeps_what_it_had(
    clock: Clock, said: list[Appointment]
) -> None:
    fails = []

    @appointments
    def other(*, now: datetime, horizon: timedelta) -> Iterable[Appointment]:
        yield remind("other", T0 + timedelta(minutes=3))
        if fails:
            raise ZeroDivisionError

    said += [remind("first", T0 + timedelta(minutes=2))]
    with time_machine.travel(T0, tick=False):
        clock.plan()
        fails.append(True)
        said += [remind("second", T0 + timedelta(minutes=4))]
        clock.plan()
    assert set(planned(clock)) == {"first", "second", "other"}


def test_who_no_longer_has_the_clock_does_nothing(
    clock: Clock, lease: Lease, said: list[Appointment]
) -> None:
    said += [remind("due", T0)]
    lease.give_up()
    with time_machine.travel(T0, tick=False):
        clock.plan()
        clock.keep(said[0])
        clock.fire("festival.shared.running.hand_over_waiting")
    assert enqueued() == []
    assert task_queue().fired() == set()


def test_an_appointment_of_an_unknown_kind_stops_no_other(
    clock: Clock, said: list[Appointment]
) -> None:
    said += [
        Appointment(key="x", at=T0, kind="unheard_of", title="x"),
        remind("due", T0 + timedelta(seconds=1)),
    ]
    with time_machine.travel(T0 + timedelta(seconds=2), tick=False):
        clock.plan()
    assert enqueued() == ["due"]


def test_a_timed_job_waits_in_the_queue_only_once(clock: Clock) -> None:
    name = "festival.shared.running.hand_over_waiting"
    for _ in range(3):
        clock.fire(name)
    assert task_queue()._timed.pending_count() == 1


@pytest.mark.parametrize(
    ("key", "at"),
    [("", T0), ("x" * 201, T0), ("x", T0.replace(tzinfo=None))],
)
def test_an_appointment_without_key_or_zone_is_a_fault_of_ours(key: str, at: datetime) -> None:
    with pytest.raises(ValueError, match=r"key|zone"):
        remind(key, at)
    with pytest.raises(ValueError, match="zone"):
        remind("x", T0, until=T0.replace(tzinfo=None))


@pytest.mark.both_databases
def test_a_real_worker_does_it_at_its_instant(
    world: World, clock: Clock, said: list[Appointment]
) -> None:
    """Candidate, APScheduler, queue and threads as `worker` starts them."""
    clock._lease.give_up()
    did: list[datetime] = []
    FUNCTIONS[KIND] = lambda _run: did.append(utc_now())  # type: ignore[func-returns-value]
    at = utc_now() + timedelta(seconds=2.5)
    said.append(remind("now", at))
    worker = Worker(world.app, threads=1)
    worker.start()
    try:
        wait_for("the clock", lambda: worker.has_the_clock)
        wait_for("the reminder", lambda: did)
    finally:
        worker.stop()
    assert not worker.has_the_clock
    assert enqueued() == ["now"]
    assert timedelta(0) <= did[0] - at < timedelta(seconds=5)


def test_when_the_machines_clock_is_set_back_timed_jobs_go_on(
    world: World, clock: Clock, said: list[Appointment], monkeypatch: pytest.MonkeyPatch
) -> None:
    """APScheduler plans by the wall clock: set back by an hour, it would sleep for an hour."""
    fired: list[float] = []
    TIMED.clear()

    @every(seconds=1)
    def tick() -> None:
        """Never run here: only fired."""

    monkeypatch.setattr(task_queue(), "fire", lambda _name: fired.append(time.monotonic()))
    monkeypatch.setattr(clocks, "BEAT", 0.1)
    clock._lease.give_up()
    candidate = Candidate(world.app)
    candidate.start()
    try:
        wait_for("the clock", lambda: candidate.has_the_clock and len(fired) > 1)
        with time_machine.travel(utc_now() - timedelta(hours=1), tick=True):
            before = len(fired)
            wait_for("it goes on", lambda: len(fired) > before + 1, seconds=8)
    finally:
        candidate.stop()


def test_a_candidate_that_loses_the_clock_stops_it(world: World, said: list[Appointment]) -> None:
    lease = lease_for(db.engine)
    candidate = Candidate(world.app, lease=lease)
    candidate.start()
    try:
        wait_for("the clock", lambda: candidate.has_the_clock)
        thief = lease_for(db.engine)
        lease.give_up()
        assert thief.try_to_hold()
        wait_for("it steps down", lambda: candidate._clock is None)
    finally:
        candidate.stop()
        thief.give_up()


def test_a_fault_of_a_beat_does_not_end_the_thread(
    world: World, said: list[Appointment], monkeypatch: pytest.MonkeyPatch
) -> None:
    lease = lease_for(db.engine)
    monkeypatch.setattr(clocks, "BEAT", 0.05)
    stumbles = iter([True, True])
    whole = lease.try_to_hold

    def stumbling() -> bool:
        if next(stumbles, False):
            raise ZeroDivisionError
        return whole()

    monkeypatch.setattr(lease, "try_to_hold", stumbling)
    candidate = Candidate(world.app, lease=lease)
    candidate.start()
    try:
        wait_for("the clock", lambda: candidate.has_the_clock)
    finally:
        candidate.stop()


def test_the_web_application_brings_no_clock_and_no_thread(world: World) -> None:
    """Import it and answer a request, in a process of its own: nothing else runs there."""
    settings = world.app.config["SETTINGS"]
    program = (
        "import threading\n"
        "from wsgi import app\n"
        "assert app.test_client().get('/healthz').status_code == 200\n"
        "print([each.name for each in threading.enumerate()])\n"
    )
    answer = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=60,
        env={
            "FESTIVAL_ENVIRONMENT": "test",
            "FESTIVAL_INSTANCE_PATH": str(settings.instance_path),
            "FESTIVAL_BASE_URL": "http://localhost",
            "PATH": "",
        },
    )  # fmt: skip
    assert answer.stdout.strip() == "['MainThread']", answer.stderr


@pytest.mark.both_databases
def test_a_job_is_woken_after_the_commit_only(world: World) -> None:
    name = "festival.shared.running.hand_over_waiting"
    task_queue()._timed.flush()
    with pytest.raises(RuntimeError), work():
        wake_after_commit(name)
        raise RuntimeError
    assert task_queue().fired() == set()
    with work():
        wake_after_commit(name)
        assert task_queue().fired() == set()
    assert task_queue().fired() == {name}
    with work():
        wake_after_commit(name)
    assert task_queue()._timed.pending_count() == 1
    with pytest.raises(ValueError, match="timed job"), work():
        wake_after_commit("festival.nobody.knows")


@pytest.mark.both_databases
def test_what_is_woken_runs_within_a_second(world: World, said: list[Appointment]) -> None:
    ran: list[float] = []

    @every(seconds=3600)
    def deliver_now() -> None:
        ran.append(time.monotonic())

    worker = Worker(world.app, threads=1)
    worker.start()
    try:
        wait_for("the clock's own first time", lambda: ran)
        before = len(ran)
        with work():
            db.session.execute(select(Task.id))
            wake_after_commit(f"{__name__}.deliver_now")
        committed = time.monotonic()
        wait_for("the job", lambda: len(ran) > before)
    finally:
        worker.stop()
    assert ran[before] - committed < 2


def test_a_timed_job_that_is_asked_for_while_it_runs_runs_once_more(
    said: list[Appointment], world: World
) -> None:
    begun, enough, runs = threading.Event(), threading.Event(), []

    @every(seconds=3600)
    def slow() -> None:
        runs.append(threading.current_thread().name)
        begun.set()
        enough.wait(5)
        if len(runs) == 1:
            raise ZeroDivisionError  # a fault ends neither the thread nor the next time

    name = f"{__name__}.slow"

    def do() -> None:
        with world.app.app_context():
            run_timed(name)

    first = threading.Thread(target=do, name="first")
    first.start()
    assert begun.wait(5)
    for _ in range(3):
        do()  # comes back at once
    enough.set()
    first.join(5)
    assert runs == ["first", "first"]
