"""A clock that asks one room only, and what that room answers."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from festival.extensions import db
from festival.shared.appointments import ASKED, LOOKBACK, Appointment, appointments
from festival.shared.lease import Lease, lease_for
from festival.shared.tasks import FUNCTIONS, TIMED, Task, task_queue
from festival.site.clock import Clock
from tests.factories.world import World

KIND = "test_reminding"
T0 = datetime(2027, 5, 14, 8, 0, tzinfo=UTC)


@pytest.fixture
def said() -> Iterator[list[Appointment]]:
    """What the only room that is asked answers."""
    answer: list[Appointment] = []
    kept, kept_jobs = dict(ASKED), dict(TIMED)
    ASKED.clear()

    @appointments
    def reminders(*, now: datetime, horizon: timedelta) -> Iterable[Appointment]:
        return [each for each in answer if now - LOOKBACK <= each.at <= now + horizon]

    FUNCTIONS[KIND] = lambda _run: None
    yield answer
    for register, before in ((ASKED, kept), (TIMED, kept_jobs)):
        register.clear()
        register.update(before)  # type: ignore[arg-type]
    del FUNCTIONS[KIND]


@pytest.fixture
def lease(world: World) -> Iterator[Lease]:
    made = lease_for(db.engine)
    assert made.try_to_hold()
    yield made
    made.give_up()


@pytest.fixture
def clock(world: World, said: list[Appointment], lease: Lease) -> Clock:
    task_queue()._huey.flush()
    task_queue()._timed.flush()
    return Clock(world.app, lease)


def remind(key: str, at: datetime, *, until: datetime | None = None, n: int = 1) -> Appointment:
    return Appointment(key=key, at=at, kind=KIND, title="A reminder", payload={"n": n}, until=until)


def enqueued() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(Task.key).where(Task.kind == KIND).order_by(Task.id)))


def wait_for(what: str, holds: Callable[[], object], *, seconds: float = 10.0) -> None:
    """Look every 50 ms."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, what
        time.sleep(0.05)
