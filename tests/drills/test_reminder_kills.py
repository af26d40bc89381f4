"""kill -9 of workers while reminders leave: everybody is reminded, nobody by two messages.

Four workers, each a candidate for the clock; the reminder goes its whole way: appointment, task,
outbox, SMTP.  ``DRILL_KILLS=50`` makes it 50 kills among 1,000 mails.
"""

from __future__ import annotations

import os
import random
import signal
import socket
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from festival.extensions import db
from festival.mail.models import OutboxMessage
from festival.mail.states import MessageState
from festival.shared.tasks import Task
from tests.drills.processes import Crew
from tests.drills.reminded import THINKS, Taken, count_taken, prepare
from tests.factories.world import World

LONG = int(os.environ.get("DRILL_KILLS", "0"))
KILLS = {"sqlite": LONG or 8, "postgresql": LONG or 4}
MAILS = 20 * LONG if LONG else 300
WORKERS = 4
LINES = 2
"""Connections to the mail server that one worker has at most."""
LONGEST = 120 + 4 * LONG


class Workers:
    """Four of one variant, with the settings of the drill; whoever is left is killed at the end."""

    def __init__(self, crew: Crew, settings: dict[str, str], *, variant: str = "ours") -> None:
        self._crew = crew
        self.alive: list[int] = []
        self._parent = crew.run("-m", "tests.drills.reminded", variant, **settings)
        crew.wait_until("all is imported", lambda: crew.diary.lines("ready"))

    def __enter__(self) -> Workers:
        for _ in range(WORKERS):
            self.start_one()
        return self

    def __exit__(self, *_: object) -> None:
        for number in list(self.alive):
            self.kill(number)

    def start_one(self) -> None:
        born = len(self._crew.diary.lines("born"))
        self._parent.send_signal(signal.SIGUSR1)
        self._crew.wait_until(
            "one more is born", lambda: len(self._crew.diary.lines("born")) > born
        )
        self.alive.append(self._crew.diary.lines("born")[-1].process)

    def kill(self, number: int) -> None:
        self.alive.remove(number)
        os.kill(number, signal.SIGKILL)


@pytest.fixture
def crew(world: World, tmp_path: Path) -> Iterator[Crew]:
    with Crew(world, tmp_path) as made:
        yield made


def open_mail_server(crew: Crew) -> dict[str, str]:
    """Start it; answers the settings with which workers find it."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    crew.run("-m", "tests.drills.reminded", "server", port)
    crew.wait_until("the mail server listens", lambda: crew.diary.lines("listening"))
    return {
        "FESTIVAL_SMTP_HOST": "127.0.0.1",
        "FESTIVAL_SMTP_PORT": port,
        "FESTIVAL_SMTP_TIMEOUT": "2",
        "FESTIVAL_MAIL_CONNECTIONS": str(LINES),
        "FESTIVAL_MAIL_FROM": "festival@example.org",
    }


def count_of_mails(crew: Crew) -> int:
    return len(count_taken(crew.diary).times)


def kill_meanwhile(crew: Crew, workers: Workers, *, kills: int) -> None:
    """Kill one of the workers whenever so many mails have arrived; another takes its place.

    The numbers of mails, and whom it hits, are drawn from a seed, so every kill falls within the
    run however fast the machine is.
    """
    dice = random.Random(f"reminders {kills}")
    for moment in sorted(dice.sample(range(MAILS - 10), kills)):
        crew.wait_until(
            f"mail {moment} has come",
            lambda moment=moment: count_of_mails(crew) >= moment,
            seconds=LONGEST,
        )
        time.sleep(dice.uniform(0, THINKS))
        workers.kill(dice.choice(workers.alive))
        workers.start_one()


def interrupted_mails() -> int:
    """How often a message was begun once more; nothing but a kill makes that happen here."""
    db.session.rollback()
    return db.session.scalar(select(func.sum(OutboxMessage.attempts - 1))) or 0


def states() -> Counter[MessageState]:
    db.session.rollback()
    return Counter(db.session.scalars(select(OutboxMessage.state)))


def attempts_by_recipient() -> dict[str, int]:
    db.session.rollback()
    rows = db.session.execute(select(OutboxMessage.recipient, OutboxMessage.attempts)).all()
    found = {recipient: attempts for recipient, attempts in rows}
    assert len(found) == len(rows), "two messages to one recipient"
    return found


def tell(what: str, taken: Taken) -> None:
    numbers = sorted(Counter(taken.times.values()).items())
    how_often = ", ".join(f"{count} × {times}" for times, count in numbers)
    print(f"\n  {what}: mails by how often they came: {how_often}")


@pytest.mark.both_databases
def test_nobody_is_left_out_or_reminded_by_two_messages(
    world: World, crew: Crew, capsys: pytest.CaptureFixture[str]
) -> None:
    kills = KILLS[db.engine.dialect.name]
    prepare(world.here, households=MAILS)
    settings = open_mail_server(crew)
    begun = time.monotonic()
    with Workers(crew, settings) as workers:
        kill_meanwhile(crew, workers, kills=kills)
        crew.wait_until(
            "all is sent", lambda: states() == {MessageState.SENT: MAILS}, seconds=LONGEST
        )
    taken, attempts = count_taken(crew.diary), attempts_by_recipient()
    interrupted = interrupted_mails()
    with capsys.disabled():
        tell(f"{kills} kills on {db.engine.dialect.name}", taken)
        print(
            f"  {interrupted} were being sent by the dead, {taken.repeats} of them came twice; "
            f"{time.monotonic() - begun:.0f} s"
        )
    assert taken.times.keys() == attempts.keys()
    assert len(attempts) == MAILS
    assert all(len(names) == 1 for names in taken.names.values()), "a repeat under another name"
    assert all(taken.times[each] <= attempts[each] for each in attempts)
    assert taken.repeats <= interrupted <= kills * LINES
    reminders = select(func.count()).select_from(Task).where(Task.kind == "remind_of_day")
    assert db.session.scalar(reminders) == 1


def test_a_scheduler_in_each_of_four_workers_reminds_everybody_four_times(
    world: World, crew: Crew, capsys: pytest.CaptureFixture[str]
) -> None:
    """The same households, mail server and counting: what the drill would see without the clock."""
    households = 30
    prepare(world.here, households=households)
    settings = open_mail_server(crew)
    with Workers(crew, settings, variant="plain"):
        crew.wait_for_start(WORKERS)
        crew.wait_until(
            "all have sent", lambda: len(crew.diary.lines("taken")) >= WORKERS * households
        )
    taken = count_taken(crew.diary)
    with capsys.disabled():
        tell("a scheduler in each worker", taken)
    assert set(taken.times.values()) == {WORKERS}
    assert taken.repeats == (WORKERS - 1) * households
