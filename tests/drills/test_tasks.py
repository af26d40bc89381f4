"""kill -9 of a worker in the middle of a task: another one does it, and its effect is there once.

The task of the drill has forty steps of a tenth of a second.  The broken variant leaves out what
finds the silent task, as a queue alone would: Huey deletes a message when it is taken.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from festival.extensions import db
from festival.shared import running
from festival.shared.clock import utc_now
from festival.shared.tasks import FUNCTIONS, Task, TaskState, enqueue, task_queue
from festival.shared.work import work
from tests.drills.processes import SLOW, STEPS, Crew
from tests.factories.world import World


def put_slow(name: str) -> str:
    FUNCTIONS.setdefault(SLOW, lambda _run: None)  # never run here
    with work():
        return enqueue(
            SLOW, key=f"slow:{name}", title="Slow", payload={"name": name}, now=utc_now()
        ).code


def look(code: str) -> Task:
    db.session.rollback()
    return db.session.scalars(
        select(Task).where(Task.code == code).execution_options(populate_existing=True)
    ).one()


def steps_of(crew: Crew) -> dict[int, list[int]]:
    """Steps by the process that did them."""
    done: dict[int, list[int]] = {}
    for line in crew.diary.lines("step"):
        done.setdefault(line.process, []).append(int(line.key.rpartition(":")[2]))
    return done


@pytest.mark.both_databases
def test_a_task_outlives_its_worker(world: World, tmp_path: Path) -> None:
    with Crew(world, tmp_path) as crew:
        crew.start(number=2)
        crew.wait_for_start(2)
        code = put_slow("a")
        crew.wait_until("it is under way", lambda: len(crew.diary.lines("step")) > 3)
        victim = crew.diary.lines("step")[0].process
        killed = crew.kill(victim)
        crew.wait_until("it is done", lambda: look(code).state == TaskState.DONE, seconds=40)
        ended = crew.diary.lines("slow")
        assert look(code).attempts == 2
        assert look(code).result == {"text": f"by {ended[0].process}"}
    assert [line.key for line in ended] == ["a"]
    assert ended[0].process != victim
    steps = steps_of(crew)
    assert steps[ended[0].process] == list(range(STEPS))
    assert max(steps[victim]) < STEPS - 1
    begun_again = min(x.at for x in crew.diary.lines("step") if x.process != victim)
    assert begun_again - killed < 3 + 5 + 8  # silence, the clock's look, the clock's own fail-over


def test_without_the_look_for_silent_tasks_it_would_be_lost(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same kill, and only the queue to bring it back: the message is gone with the worker."""
    with Crew(world, tmp_path) as crew:
        crew.start("without_recovery", number=2)
        crew.wait_for_start(2)
        code = put_slow("b")
        crew.wait_until("it is under way", lambda: len(crew.diary.lines("step")) > 3)
        crew.kill(crew.diary.lines("step")[0].process)
        count = len(crew.diary.lines("tick"))
        crew.wait_until(
            "the other worker goes on", lambda: len(crew.diary.lines("tick")) > count + 9
        )
        assert look(code).state == TaskState.RUNNING
        assert task_queue().size() == 0
        assert crew.diary.lines("slow") == []
    running.take_back_stuck(now=utc_now() + running.STUCK_AFTER * 2)
    assert look(code).state == TaskState.WAITING
