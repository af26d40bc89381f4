"""Real processes of a drill: started, killed, watched by what they write into a file.

Run as a program this module is a worker of the drill::

    python -m tests.drills.processes <variant> <database> <folder> <diary>

Every line of the diary is ``<what> <process> <seconds> <key>``; the seconds are those of the
machine's monotonic clock, which all processes share.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from apscheduler.schedulers.background import BackgroundScheduler
from flask import Flask

from festival import create_app
from festival.shared import running, tasks
from festival.shared.appointments import ASKED, Appointment, appointments
from festival.shared.tasks import TaskResult, TaskRun, task
from festival.site import clock
from festival.site.clock import Candidate
from festival.site.working import Worker
from tests.conftest import settings_for_tests
from tests.factories.world import World

ROOT = Path(__file__).resolve().parents[2]
TICK = "drill_tick"
SLOW = "drill_slow"
STEPS = 40
STUCK_AFTER = timedelta(seconds=3)
"""In the drill; the real one is twenty seconds, with the same second between two beats."""


HAND_OVER_THE_DOOR = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.environ.update(LISTEN_FDS="1", LISTEN_PID=str(os.getpid()))
os.execv(sys.executable, [sys.executable, *sys.argv[2:]])
"""


@dataclass(frozen=True, slots=True)
class Line:
    what: str
    process: int
    at: float
    key: str


class Diary:
    """A file that several processes append to; a line of theirs is never torn."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.touch()

    def write(self, what: str, key: str = "-") -> None:
        line = f"{what} {os.getpid()} {time.monotonic():.4f} {key}\n".encode()
        descriptor = os.open(self.path, os.O_WRONLY | os.O_APPEND)
        os.write(descriptor, line)
        os.close(descriptor)

    def begin(self) -> int:
        """The second since 1970 with which the drill begins; 0 before that is known."""
        path = self.path.with_suffix(".begin")
        return int(path.read_text() or 0) if path.exists() else 0

    def lines(self, what: str) -> list[Line]:
        found = []
        for text in self.path.read_text().splitlines():
            word, process, at, key = text.split(" ", 3)
            if word == what:
                found.append(Line(word, int(process), float(at), key))
        return found


class Crew:
    """Processes of a drill; whoever is left at the end is killed."""

    def __init__(self, world: World, folder: Path) -> None:
        self.diary = Diary(folder / "diary")
        self._settings = world.app.config["SETTINGS"]
        self._folder = folder
        self.processes: dict[int, subprocess.Popen[bytes]] = {}

    def __enter__(self) -> Crew:
        return self

    def __exit__(self, *_: object) -> None:
        for process in self.processes.values():
            process.kill()
        for process in self.processes.values():
            process.wait()

    def start(self, variant: str = "ours", *, number: int = 1) -> None:
        """Start workers of the drill."""
        place = [self._settings.database, str(self._settings.instance_path)]
        for _ in range(number):
            self.run("-m", __name__, variant, *place, str(self.diary.path))

    def run(
        self, *arguments: str, door: socket.socket | None = None, **environment: str
    ) -> subprocess.Popen[bytes]:
        """Start Python with the settings of the drill; with an open door, as systemd hands it."""
        if door is not None:
            arguments = ("-c", HAND_OVER_THE_DOOR, str(door.fileno()), *arguments)
        own = {
            "FESTIVAL_ENVIRONMENT": "development",
            "FESTIVAL_SECRET_KEY": self._settings.secret_key,
            "FESTIVAL_DATABASE_URL": self._settings.database_url,
            "FESTIVAL_INSTANCE_PATH": str(self._settings.instance_path),
            "FESTIVAL_DRILL_DIARY": str(self.diary.path),
        }
        with (self._folder / "output").open("ab") as output:
            process = subprocess.Popen(
                [sys.executable, *arguments], cwd=ROOT, stdout=output, stderr=output,
                env={**os.environ, **own, **environment},
                pass_fds=(door.fileno(),) if door else (),
            )  # fmt: skip
        self.processes[process.pid] = process
        return process

    def kill(self, number: int) -> float:
        """SIGKILL; answers when."""
        self.processes[number].send_signal(signal.SIGKILL)
        at = time.monotonic()
        self.processes.pop(number).wait()
        return at

    def wait_until(self, what: str, holds: Callable[[], object], *, seconds: float = 30) -> None:
        deadline = time.monotonic() + seconds
        while not holds():
            if time.monotonic() > deadline:
                said = (self._folder / "output").read_text()[-3000:]
                raise AssertionError(f"{what}: not within {seconds} s; they said:\n{said}")
            time.sleep(0.02)

    def wait_for_start(self, number: int) -> None:
        """All have started: the first second of the drill is the one after the next."""
        self.wait_until("all have started", lambda: len(self.diary.lines("started")) >= number)
        self.diary.path.with_suffix(".begin").write_text(str(int(time.time()) + 2))

    def holder(self, *, since: float = 0.0) -> int | None:
        """Who said last that it has the clock."""
        said = [line for line in self.diary.lines("holds") if line.at > since]
        return said[-1].process if said else None


def overlaps(diary: Diary) -> int:
    """How often a process said that it has the clock between two such lines of another one."""
    first: dict[int, float] = {}
    last: dict[int, float] = {}
    for line in diary.lines("holds"):
        first.setdefault(line.process, line.at)
        last[line.process] = line.at
    return sum(
        1
        for one in first
        for other in first
        if one != other and first[one] <= first[other] <= last[one]
    )


class HeldByEverybody:
    """The broken variant: a lease that everybody has."""

    def try_to_hold(self) -> bool:
        return True

    def is_held(self) -> bool:
        return True

    def give_up(self) -> None:
        return None


def _learn_the_drill(diary: Diary) -> None:
    """Work of the drill: a tick for every second since the beginning, and something slow."""
    ASKED.clear()

    @appointments
    def ticks(*, now: datetime, horizon: timedelta) -> Iterable[Appointment]:
        second = diary.begin()
        while second and second <= (now + min(horizon, timedelta(seconds=90))).timestamp():
            at = datetime.fromtimestamp(second, UTC)
            yield Appointment(key=f"tick:{second}", at=at, kind=TICK, title="Tick")
            second += 1

    @task(TICK)
    def tick(run: TaskRun) -> TaskResult:
        diary.write("tick", run.code)
        return None

    learn_slow(diary)


def learn_slow(diary: Diary) -> None:
    """Work that takes four seconds and reports at every tenth."""

    @task(SLOW)
    def slow(run: TaskRun) -> TaskResult:
        steps = run.payload.get("steps", STEPS)
        for step in range(steps):
            diary.write("step", f"{run.payload['name']}:{step}")
            run.report(step, steps)
            time.sleep(0.1)
        diary.write("slow", run.payload["name"])
        return {"text": f"by {os.getpid()}"}


def _say_who_has_it(diary: Diary, candidate: Candidate) -> None:
    while True:
        if candidate.has_the_clock:
            diary.write("holds")
        time.sleep(0.02)


def _plain(app: Flask, diary: Diary) -> None:
    """What a scheduler in every worker does, without a lease and without keys."""
    scheduler = BackgroundScheduler(timezone="UTC")
    diary.write("started")
    while not diary.begin():
        time.sleep(0.05)
    for second in range(diary.begin(), diary.begin() + 5):
        scheduler.add_job(
            diary.write, "date", args=["tick", f"plain:{second}"],
            run_date=datetime.fromtimestamp(second, UTC),
        )  # fmt: skip
    scheduler.start()


def main(variant: str, url: str, folder: str, diary_path: str) -> None:
    app, diary = create_app(settings_for_tests(Path(folder), url)), Diary(Path(diary_path))
    _learn_the_drill(diary)
    tasks.STUCK_AFTER = running.STUCK_AFTER = STUCK_AFTER
    clock.ASK_SECONDS = 2
    told = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: told.set())
    if variant == "plain":
        _plain(app, diary)
        told.wait()
        return
    if variant == "without_recovery":
        running.take_back_stuck = lambda **_: None  # type: ignore[assignment]
    worker = Worker(app)
    if variant == "without_lease":
        worker._candidate = Candidate(app, lease=HeldByEverybody())
    worker.start()
    watching = (diary, worker._candidate)
    threading.Thread(target=_say_who_has_it, args=watching, daemon=True).start()
    diary.write("started")
    told.wait()
    worker.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
