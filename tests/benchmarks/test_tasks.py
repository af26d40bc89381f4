"""Figures of the queue and of the clock: an empty task, a second's worth of them, ten kills."""

from __future__ import annotations

import resource
import statistics
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from festival.extensions import db
from festival.shared.clock import utc_now
from festival.shared.tasks import FUNCTIONS, TaskResult, TaskRun, enqueue, task_queue
from festival.shared.work import work
from festival.site.working import Worker
from tests.drills.processes import Crew
from tests.drills.test_clock import WORKERS, kill_the_clock
from tests.factories.world import World

pytestmark = pytest.mark.benchmark
KIND = "bench_empty"
ONE_BY_ONE = 60
AT_ONCE = 400
KILLS = 10


@pytest.fixture
def done(world: World) -> Iterator[list[float]]:
    """Instants at which an empty task was done, by a worker in this process."""
    at: list[float] = []
    task_queue()._huey.flush()

    def empty(_run: TaskRun) -> TaskResult:
        at.append(time.perf_counter())
        return None

    FUNCTIONS[KIND] = empty
    yield at
    del FUNCTIONS[KIND]


def put(key: str) -> None:
    enqueue(KIND, key=key, title="Empty", payload={}, now=utc_now())


def wait_until(done: list[float], number: int) -> None:
    deadline = time.monotonic() + 120
    while len(done) < number:
        assert time.monotonic() < deadline, f"{len(done)} of {number}"
        time.sleep(0.001)


@pytest.mark.both_databases
@pytest.mark.filterwarnings("ignore::ResourceWarning")  # Huey leaves its listeners to the collector
@pytest.mark.parametrize("is_queue_in_postgresql", [False, True])
def test_an_empty_task(world: World, done: list[float], is_queue_in_postgresql: bool) -> None:
    """From the commit that wrote it to its function, one by one; then four hundred at once."""
    settings = world.app.config["SETTINGS"]
    if is_queue_in_postgresql:
        if db.engine.dialect.name == "sqlite":
            pytest.skip("the queue of an installation with SQLite is a file")
        own = settings.model_copy(update={"queue_url": settings.database_url})
        world.app.config["SETTINGS"] = own
        for name in ("_huey", "_timed", "_deliver", "_fire"):
            task_queue().__dict__.pop(name, None)
    worker = Worker(world.app, threads=2)
    worker.start()
    try:
        time.sleep(2)
        latencies = []
        for number in range(ONE_BY_ONE):
            with work():
                put(f"one:{number}")
            committed = time.perf_counter()
            wait_until(done, number + 1)
            latencies.append(done[-1] - committed)
            time.sleep(0.02 * (number % 7))
        done.clear()
        cpu = resource.getrusage(resource.RUSAGE_SELF)
        began = time.perf_counter()
        with work():
            for number in range(AT_ONCE):
                put(f"many:{number}")
        wait_until(done, AT_ONCE)
        took = max(done) - began
        after = resource.getrusage(resource.RUSAGE_SELF)
    finally:
        worker.stop()
        world.app.config["SETTINGS"] = settings
        if is_queue_in_postgresql:
            for name in ("_huey", "_timed", "_deliver", "_fire"):
                task_queue().__dict__.pop(name, None)
    used = after.ru_utime + after.ru_stime - cpu.ru_utime - cpu.ru_stime
    slowest = sorted(latencies)[-3]
    print(
        f"\nempty task on {db.engine.dialect.name}, queue in "
        f"{'PostgreSQL' if is_queue_in_postgresql else 'a file'}: "
        f"latency {statistics.median(latencies) * 1000:.0f} ms (95 %: {slowest * 1000:.0f} ms), "
        f"{AT_ONCE / took:.0f} tasks/s with 2 threads, {used / AT_ONCE * 1000:.1f} ms CPU each"
    )
    assert threading.active_count() < 60


@pytest.mark.both_databases
def test_fail_over_of_the_clock(world: World, tmp_path: Path) -> None:
    """kill -9 of whoever has the clock, ten times, with four workers."""
    with Crew(world, tmp_path) as crew:
        crew.start(number=WORKERS)
        crew.wait_for_start(WORKERS)
        took = kill_the_clock(crew, kills=KILLS)
    print(
        f"\nfail-over on {db.engine.dialect.name}, {KILLS} kills: median "
        f"{statistics.median(took):.1f} s, longest {max(took):.1f} s "
        f"({', '.join(f'{each:.1f}' for each in took)})"
    )
