"""Who has the clock: one of all, the next within seconds; no wall clock has a say."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import timedelta

import pytest
import sqlalchemy as sa

from festival.accounts.models import Person
from festival.extensions import db
from festival.shared import lease as leases
from festival.shared.clock import utc_now
from festival.shared.lease import ClockLease, Lease, RowLease, clock_seen, lease_for
from festival.shared.work import work
from tests.factories.world import World

PATIENCE = 0.4


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leases, "PATIENCE", PATIENCE)


@pytest.fixture
def two(world: World) -> Iterator[tuple[Lease, Lease]]:
    made = lease_for(db.engine), lease_for(db.engine)
    yield made
    for each in made:
        each.give_up()


def hold_soon(lease: Lease, *, seconds: float = 3.0) -> float:
    """Try every 50 ms as a candidate does; answers how long it took."""
    began = time.monotonic()
    while not lease.try_to_hold():
        assert time.monotonic() - began < seconds
        time.sleep(0.05)
    return time.monotonic() - began


@pytest.mark.both_databases
def test_one_holds_and_the_other_waits(two: tuple[Lease, Lease]) -> None:
    first, second = two
    assert first.try_to_hold()
    for _ in range(12):
        time.sleep(0.05)
        assert first.try_to_hold()
        assert not second.try_to_hold()
    assert first.is_held()
    assert not second.is_held()


@pytest.mark.both_databases
def test_who_gives_up_is_followed_at_once(two: tuple[Lease, Lease]) -> None:
    first, second = two
    assert first.try_to_hold()
    first.give_up()
    assert not first.is_held()
    assert hold_soon(second) < PATIENCE


def test_whose_row_stands_still_is_followed_after_patience(two: tuple[Lease, Lease]) -> None:
    first, second = two
    assert first.try_to_hold()
    took = hold_soon(second)
    assert PATIENCE <= took < PATIENCE * 3
    assert not first.is_held()
    assert not first.try_to_hold()


@pytest.mark.both_databases
def test_who_cannot_make_sure_steps_down_by_itself(two: tuple[Lease, Lease]) -> None:
    first, _ = two
    assert first.try_to_hold()
    time.sleep(PATIENCE + 0.05)
    assert not first.is_held()
    assert first.try_to_hold()  # nobody had it meanwhile
    assert first.is_held()


@pytest.mark.both_databases
def test_a_connection_that_is_cut_ends_it_at_once(two: tuple[Lease, Lease]) -> None:
    first, second = two
    if isinstance(first, RowLease):
        pytest.skip("a row of SQLite is held without a connection")
    assert first.try_to_hold()
    cut = sa.text(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE application_name = 'festival clock' AND datname = current_database()"
    )
    db.session.execute(cut)
    db.session.commit()
    assert not first.try_to_hold()
    assert not first.is_held()
    hold_soon(second)


@pytest.mark.parametrize("hours", [-26, 26])
def test_a_wall_clock_that_was_set_changes_nothing(
    two: tuple[Lease, Lease], monkeypatch: pytest.MonkeyPatch, hours: int
) -> None:
    """A lease that ended at a time of day would now have two holders, or none for a day."""
    first, second = two
    assert first.try_to_hold()
    monkeypatch.setattr(leases, "utc_now", lambda: utc_now() + timedelta(hours=hours))
    assert not second.try_to_hold()
    assert first.try_to_hold()
    assert PATIENCE <= hold_soon(second) < PATIENCE * 3


def test_a_long_write_leaves_nobody_with_the_clock_and_then_one(
    world: World, two: tuple[Lease, Lease], monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite has one writer: while an import writes, no beat and no taking over is possible."""
    monkeypatch.setattr(leases, "BEAT", 0.05)
    first, second = RowLease(db.engine.url), RowLease(db.engine.url)
    assert first.try_to_hold()
    locked, enough = threading.Event(), threading.Event()

    def write_for_long() -> None:
        with world.app.app_context(), work():
            db.session.execute(sa.update(Person).values(name=Person.name))
            locked.set()
            enough.wait(5)

    writer = threading.Thread(target=write_for_long)
    writer.start()
    assert locked.wait(5)
    for _ in range(12):
        time.sleep(0.05)
        first.try_to_hold()
        assert not second.try_to_hold()
    assert not first.is_held()
    enough.set()
    writer.join()
    held = [first.try_to_hold(), second.try_to_hold()]
    assert sum(held) == 1


def test_two_that_see_a_row_standing_still_are_not_both_followers(world: World) -> None:
    """The conditional UPDATE decides; a hundred candidates at once make one holder."""
    gone = RowLease(db.engine.url)
    assert gone.try_to_hold()
    many = [RowLease(db.engine.url) for _ in range(12)]
    for each in many:
        assert not each.try_to_hold()
    time.sleep(PATIENCE + 0.1)
    start, held = threading.Barrier(len(many)), []

    def run(lease: RowLease) -> None:
        start.wait()
        held.append(lease.try_to_hold())

    threads = [threading.Thread(target=run, args=(each,)) for each in many]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(held) == 1


@pytest.mark.both_databases
def test_the_doctor_sees_whether_anybody_has_the_clock(two: tuple[Lease, Lease]) -> None:
    assert not clock_seen(db.engine, now=utc_now())
    assert two[0].try_to_hold()
    assert clock_seen(db.engine, now=utc_now())
    if db.engine.dialect.name == "sqlite":
        assert not clock_seen(db.engine, now=utc_now() + timedelta(minutes=1))
    two[0].give_up()
    patience = time.monotonic() + 5  # the server notices the closed connection in its own time
    while clock_seen(db.engine, now=utc_now()) and time.monotonic() < patience:
        time.sleep(0.05)
    assert not clock_seen(db.engine, now=utc_now())


def test_without_its_table_nobody_has_the_clock(world: World) -> None:
    ClockLease.__table__.drop(db.engine)  # type: ignore[attr-defined]
    lease = RowLease(db.engine.url)
    assert not lease.try_to_hold()
    assert not lease.is_held()
    lease.give_up()
