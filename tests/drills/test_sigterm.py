"""SIGTERM under load: no request that was taken is broken off, running work ends or is resumed.

Once for ``serve`` (web and worker in one process, SQLite): a request counts as taken when the
connection was made; while nobody listens, connections are refused, which is no fault.  Once for
gunicorn with ``worker`` beside it (PostgreSQL), as the units in ``deploy/`` start them: systemd
keeps the door open, so that during a restart visitors wait and nobody is refused either.
"""

from __future__ import annotations

import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from festival.extensions import db
from festival.shared.tasks import Task, TaskState
from tests.drills.processes import Crew
from tests.drills.served import Answers, Visitors, ask
from tests.factories.world import World
from tests.redis_server import free_port

EXIT_SECONDS = 30
STEPS = 60
GUNICORN = (
    "-m", "gunicorn", "--worker-class", "gthread", "--workers", "2", "--threads", "8",
    "--graceful-timeout", "25", "tests.drills.served:app",
)  # fmt: skip


def terminate(crew: Crew, processes: list[subprocess.Popen[bytes]]) -> float:
    """SIGTERM to all of them; answers how many seconds the last one took to end."""
    began = time.monotonic()
    for process in processes:
        process.send_signal(signal.SIGTERM)
    for process in processes:
        assert process.wait(EXIT_SECONDS) == 0
        del crew.processes[process.pid]
    return time.monotonic() - began


def undone() -> int:
    db.session.rollback()
    return len(db.session.scalars(select(Task.id).where(Task.state != TaskState.DONE)).all())


def start(
    crew: Crew, port: int, *, door: socket.socket | None = None, **environment: str
) -> list[subprocess.Popen[bytes]]:
    served = ("-m", "tests.drills.served")
    if door is None:
        started = [crew.run(*served, "serve", "--port", str(port), **environment)]
    else:
        started = [crew.run(*GUNICORN, door=door), crew.run(*served, "worker")]
    crew.wait_until("it serves", lambda: ask(Answers(), port, "GET", "/healthz")[0] == 200)
    return started


def load(answers: Answers, port: int, page: str, prefix: str) -> Visitors:
    """Six visitors: each causes work and waits for the answer, then reads a page."""

    def visit(number: int, turn: int) -> None:
        name = f"{prefix}{number}-{turn}"
        status, _, _ = ask(answers, port, "POST", f"/drill/drill_tick/{name}?seconds=0.2")
        if status == 200:
            answers.done.append(name)
        ask(answers, port, "GET", page)
        if answers.refused > 20:
            time.sleep(0.2)

    return Visitors(6, visit)


@pytest.fixture
def door(world: World) -> Iterator[socket.socket | None]:
    """What systemd does for gunicorn; ``serve`` opens its door by itself."""
    if db.engine.dialect.name == "sqlite":
        yield None
        return
    with socket.create_server(("127.0.0.1", 0), backlog=512) as made:
        yield made


@pytest.mark.both_databases
def test_an_end_in_good_order(world: World, tmp_path: Path, door: socket.socket | None) -> None:
    answers, page = Answers(), f"{world.here.path}/programme"
    port = door.getsockname()[1] if door else free_port()
    with Crew(world, tmp_path) as crew:
        processes = start(crew, port, door=door)
        with load(answers, port, page, "a"):
            ask(answers, port, "POST", f"/drill/drill_slow/long?steps={STEPS}")
            crew.wait_until("long work is under way", lambda: len(crew.diary.lines("step")) > 3)
            time.sleep(1)
            took = terminate(crew, processes)
            assert crew.diary.lines("slow") == []
            assert undone() >= 1
            start(crew, port, door=door)
        crew.wait_until("what was left is done", lambda: undone() == 0)
        steps = [int(line.key.rpartition(":")[2]) for line in crew.diary.lines("step")]
        assert steps.count(0) == 2  # resumed from its beginning by the next process
        assert len(crew.diary.lines("slow")) == 1
        done = [line.key for line in crew.diary.lines("tick")]
    assert took < EXIT_SECONDS
    assert answers.broken == []
    assert answers.faults == []
    assert door is None or answers.refused == 0
    assert len(answers.done) > 20
    assert sorted(done) == sorted(answers.done)  # each once, and none that was answered is lost


def test_the_drill_would_see_requests_that_are_broken_off(world: World, tmp_path: Path) -> None:
    answers, port, page = Answers(), free_port(), f"{world.here.path}/programme"
    with Crew(world, tmp_path) as crew:
        processes = start(crew, port, FESTIVAL_DRILL_BROKEN="ending")
        with load(answers, port, page, "a"):
            time.sleep(1.5)
            terminate(crew, processes)
    assert answers.broken != []
