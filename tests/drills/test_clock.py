"""kill -9 of the process that has the clock, four times over, with four workers.

The next one must have it within ten seconds, never two at once, and everything that falls due
meanwhile is done: late rather than never, and once.
"""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import func, select

from festival.extensions import db
from festival.shared.tasks import Task, TaskState
from tests.drills.processes import TICK, Crew, overlaps
from tests.factories.world import World

KILLS = int(os.environ.get("DRILL_KILLS", "3"))
WORKERS = 4
LONGEST = 10.0


def kill_the_clock(crew: Crew, *, kills: int) -> list[float]:
    """Kill the holder again and again; answers the seconds until the next one had the clock."""
    took = []
    crew.wait_until("somebody has the clock", crew.holder)
    for _ in range(kills):
        crew.wait_until("the holder works", lambda: len(crew.diary.lines("tick")) > len(took))
        holder = crew.holder()
        assert holder is not None
        at = crew.kill(holder)
        crew.start()
        crew.wait_until("another has the clock", lambda at=at: crew.holder(since=at))
        took.append(next(x.at for x in crew.diary.lines("holds") if x.at > at) - at)
    return took


def waiting_ticks() -> int:
    db.session.rollback()
    left = select(func.count()).select_from(Task).where(Task.kind == TICK)
    return db.session.scalar(left.where(Task.state != TaskState.DONE)) or 0


def keys() -> list[int]:
    db.session.rollback()
    found = db.session.scalars(select(Task.key).where(Task.kind == TICK)).all()
    return sorted(int(key.removeprefix("tick:")) for key in found)


@pytest.mark.both_databases
def test_the_next_has_the_clock_within_ten_seconds(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Crew(world, tmp_path) as crew:
        crew.start(number=WORKERS)
        crew.wait_for_start(WORKERS)
        took = kill_the_clock(crew, kills=KILLS)
        done = len(crew.diary.lines("tick"))
        crew.wait_until("it goes on", lambda: len(crew.diary.lines("tick")) > done + 2)
        crew.wait_until("all is done", lambda: waiting_ticks() <= 1)
    with capsys.disabled():
        print(f"\n  fail-over on {db.engine.dialect.name}: {', '.join(f'{x:.1f}' for x in took)} s")
    assert max(took) < LONGEST
    assert overlaps(crew.diary) == 0
    seconds = keys()
    assert seconds == list(range(seconds[0], seconds[-1] + 1)), "a second was left out"
    times = Counter(line.key for line in crew.diary.lines("tick"))
    assert sum(times.values()) - len(times) <= KILLS  # who was killed after doing it, before saying


def test_without_a_lease_the_drill_sees_two_clocks(world: World, tmp_path: Path) -> None:
    with Crew(world, tmp_path) as crew:
        crew.start("without_lease", number=2)
        crew.wait_for_start(2)
        crew.wait_until(
            "both say so", lambda: len({x.process for x in crew.diary.lines("holds")}) == 2
        )
        before = len(crew.diary.lines("holds"))
        crew.wait_until("again", lambda: len(crew.diary.lines("holds")) > before + 50)
    assert overlaps(crew.diary) >= 1


def test_a_scheduler_in_each_of_four_workers_does_everything_four_times(
    world: World, tmp_path: Path
) -> None:
    """What the clock is for: this is how other systems sent every mail four times."""
    with Crew(world, tmp_path) as crew:
        crew.start("plain", number=WORKERS)
        crew.wait_for_start(WORKERS)
        crew.wait_until("all fired", lambda: len(crew.diary.lines("tick")) >= WORKERS * 5)
    times = Counter(line.key for line in crew.diary.lines("tick"))
    assert max(times.values()) == WORKERS
