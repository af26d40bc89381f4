"""Unclaimed places go to others: at their minute, once, and never from who is inside."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from festival.badges.queries import badge_of
from festival.checkin import actions, jobs
from festival.checkin.models import Admission, DoorLink, Scan
from festival.checkin.states import Verdict
from festival.extensions import db
from festival.mail.models import OutboxMessage
from festival.programme.states import OccurrenceState
from festival.shared.journal import SYSTEM, JournalEntry
from festival.shared.tasks import TaskRun
from festival.shared.work import work
from festival.visitors import events
from festival.visitors import releasing as visitors_releasing
from festival.visitors.actions import book, cancel_booking
from festival.visitors.models import Booking, Registration
from festival.visitors.releasing import release_booking
from festival.visitors.states import BookingState, Claim
from tests.factories.checkin import scan
from tests.factories.release import HORIZON, RELEASE, SOON, START, Stage
from tests.factories.visitors import make_household, publish
from tests.factories.world import NOW, World


def test_by_default_nothing_is_ever_released(world: World) -> None:
    stage = Stage(world.here, minutes=None)
    stage.household()
    assert stage.planned(START) == []
    stage.release(RELEASE + SOON)
    assert stage.states() == [BookingState.BOOKED]


@pytest.mark.parametrize(("minutes", "at"), [(10, RELEASE), (0, START), (-5, START - SOON / 2)])
def test_the_clock_knows_the_minute(world: World, minutes: int, at: datetime) -> None:
    stage = Stage(world.here, minutes=minutes)
    planned = stage.planned(START - HORIZON / 2)
    assert [(each.at, each.kind) for each in planned] == [(at, "release_places")]
    assert planned[0].until == START + timedelta(minutes=60)
    assert planned[0].edition_id == world.here.edition.id
    assert stage.planned(at - HORIZON - timedelta(seconds=1)) == []


def test_a_session_without_a_door_keeps_its_places(world: World) -> None:
    """Nobody could claim a place there: everybody would lose it while sitting inside."""
    stage = Stage(world.here)
    stage.household()
    actions.revoke_door_link(stage.door, actor=SYSTEM, now=NOW)
    db.session.commit()
    assert stage.planned(START) == []
    stage.release(RELEASE)
    assert stage.states() == [BookingState.BOOKED]


def test_a_cancelled_session_releases_nothing(world: World) -> None:
    stage = Stage(world.here)
    stage.household()
    stage.occurrence.state = OccurrenceState.CANCELLED
    db.session.commit()
    publish(world.here)
    assert stage.planned(START) == []
    stage.release(RELEASE)
    assert stage.states() == [BookingState.BOOKED]


def test_a_household_that_books_again_at_the_same_instant_keeps_its_places(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between looking and locking, its other phone has taken the places."""
    stage = Stage(world.here)
    row, _badge, _token = stage.household()
    stage.release(RELEASE)

    def other_phone(registration: Registration) -> None:
        found = select(Booking).where(Booking.registration_id == registration.id)
        db.session.scalars(found).one().state = BookingState.BOOKED
        db.session.flush()

    monkeypatch.setattr(visitors_releasing, "lock_row", other_phone)
    claimed = visitors_releasing.claim_places(
        row.id, occurrence_id=stage.occurrence.id, now=RELEASE
    )
    assert claimed.claim == Claim.KEPT


def test_who_has_not_come_loses_the_places_and_who_came_keeps_them(world: World) -> None:
    stage = Stage(world.here)
    stage.household(email="late@example.org")
    _row, badge, _token = stage.household()
    assert scan(stage.door, badge, at=START).verdict == Verdict.ADMITTED
    heard: list[events.PlacesFreed] = []

    def hear(_sender: object, *, event: events.PlacesFreed) -> None:
        heard.append(event)

    with events.places_freed.connected_to(hear):
        stage.release(RELEASE)

    assert stage.states() == [BookingState.RELEASED, BookingState.BOOKED]
    assert stage.taken == 2
    assert [(each.people, each.at) for each in heard] == [(2, RELEASE)]
    mail = db.session.scalars(
        select(OutboxMessage).where(OutboxMessage.kind == "places_released")
    ).one()
    assert mail.recipient == "late@example.org"
    assert "Bookbinding for beginners" in mail.subject
    line = db.session.scalars(
        select(JournalEntry).where(JournalEntry.action == "places_released")
    ).one()
    assert (line.before, line.after) == (
        {"people": 2},
        {"people": 0, "occurrence": stage.occurrence.id},
    )


def test_doing_it_twice_is_doing_it_once(world: World) -> None:
    stage = Stage(world.here)
    stage.household(email="late@example.org")
    booking_id = db.session.scalars(select(Booking.id)).one()
    stage.release(RELEASE)
    stage.release(RELEASE)
    with work():
        assert release_booking(booking_id, now=RELEASE) is False
        assert release_booking(999_999, now=RELEASE) is False
    assert stage.taken == 0
    kinds = db.session.scalars(
        select(func.count()).where(OutboxMessage.kind == "places_released")
    ).one()
    assert kinds == 1


def test_a_session_that_moved_is_released_at_its_new_time(world: World) -> None:
    stage = Stage(world.here)
    stage.household()
    before = stage.planned(START)[0].key
    stage.occurrence.starts_at = START + HORIZON
    db.session.commit()
    assert stage.planned(START)[0].key == before, "people come when it was published"
    publish(world.here)

    stage.release(RELEASE)

    assert stage.states() == [BookingState.BOOKED]
    after = stage.planned(START + HORIZON)[0]
    assert (after.at, after.key != before) == (RELEASE + HORIZON, True)


def test_it_is_not_done_after_the_end(world: World) -> None:
    stage = Stage(world.here)
    stage.household()
    stage.release(START + 2 * HORIZON)
    assert stage.states() == [BookingState.BOOKED]


def test_who_comes_after_the_release_has_the_places_again_while_there_is_room(
    world: World,
) -> None:
    stage = Stage(world.here)
    _row, badge, _token = stage.household()
    stage.release(RELEASE)

    result = scan(stage.door, badge, at=RELEASE + SOON)

    assert (result.verdict, result.released_at) == (Verdict.ADMITTED, RELEASE)
    assert (stage.states(), stage.taken) == ([BookingState.BOOKED], 2)
    stage.release(RELEASE + SOON)
    assert stage.states() == [BookingState.BOOKED], "a second round takes nothing from them"


def test_who_comes_after_the_release_and_finds_it_full_is_not_counted(world: World) -> None:
    stage = Stage(world.here, capacity=2)
    _row, badge, _token = stage.household()
    stage.release(RELEASE)
    stage.occurrence.places_taken = 2  # the door gave them to others
    db.session.commit()
    browser = world.browser()
    path = f"/door/{stage.token}/scans"

    with time_machine.travel(RELEASE + SOON, tick=False):
        sent = {"key": str(uuid4()), "code": badge.code}
        answer = browser.post(path, json=sent).get_json()
        again = browser.post(path, json=sent).get_json()

    assert answer["verdict"] == again["verdict"] == "released"
    assert "10:10" in answer["detail"]
    assert answer["count"] == {"inside": 0}
    assert db.session.scalars(select(Scan.verdict)).one() == Verdict.RELEASED
    assert db.session.scalar(select(func.count(Admission.id))) == 0
    stage.occurrence.places_taken = 0  # somebody left
    db.session.commit()
    assert scan(stage.door, badge, at=RELEASE + SOON).verdict == Verdict.ADMITTED


def test_a_scan_made_without_network_before_the_release_counts(world: World) -> None:
    stage = Stage(world.here, capacity=2)
    _row, badge, _token = stage.household()
    stage.release(RELEASE)
    stage.occurrence.places_taken = 2
    db.session.commit()
    sent_at = RELEASE + SOON

    result = actions.check_in(
        stage.door,
        key=str(uuid4()),
        code=badge.code,
        scanned_at=START,
        sent_at=sent_at,
        now=sent_at,
    )

    assert (result.verdict, result.released_at) == (Verdict.ADMITTED, None)
    assert stage.taken == 2


def test_a_scan_that_was_taken_back_claims_nothing(world: World) -> None:
    stage = Stage(world.here)
    _row, badge, _token = stage.household()
    key = str(uuid4())
    scan(stage.door, badge, at=START, key=key)
    actions.undo_scan(stage.door, key=key, now=START)
    db.session.commit()
    stage.release(RELEASE)
    assert stage.states() == [BookingState.RELEASED]


def test_who_was_let_in_before_booking_keeps_the_places(world: World) -> None:
    stage = Stage(world.here)
    row, _token = make_household(world.here)
    badge = badge_of(row.id)
    assert badge is not None
    scan(stage.door, badge, at=START - SOON)
    book(row, occurrence_id=stage.occurrence.id, people=2, now=NOW)
    db.session.commit()
    stage.release(RELEASE)
    assert stage.states() == [BookingState.BOOKED]


def test_a_household_may_book_again_or_let_it_be(world: World) -> None:
    stage = Stage(world.here)
    row, _badge, _token = stage.household()
    stage.release(RELEASE)
    cancel_booking(row, occurrence_id=stage.occurrence.id, now=RELEASE)
    assert stage.taken == 0, "what was released is not given back a second time"
    book(row, occurrence_id=stage.occurrence.id, people=1, now=NOW)
    db.session.commit()
    assert (stage.states(), stage.taken) == ([BookingState.BOOKED], 1)


@pytest.mark.both_databases
@pytest.mark.parametrize("order", [("door", "clock"), ("clock", "door"), ("together",)])
def test_the_door_and_the_clock_in_the_same_second(
    app: Flask, world: World, order: tuple[str, ...]
) -> None:
    """Whoever is let in has the places, whether the door or the clock was first.

    The clock works with the list that it read before anybody came.
    """
    stage = Stage(world.here, capacity=20)
    codes = [stage.household(people=1)[1].code for _ in range(8)]
    bookings = list(db.session.scalars(select(Booking.id).order_by(Booking.id)))
    door_id = stage.door.id
    db.session.rollback()

    def come(number: int) -> None:
        door = db.session.get_one(DoorLink, door_id)
        actions.check_in(door, key=str(uuid4()), code=codes[number], now=RELEASE)

    def release(number: int) -> None:
        release_booking(bookings[number], now=RELEASE)

    everybody = range(len(codes))
    steps = {"door": [(come, each) for each in everybody],
             "clock": [(release, each) for each in everybody]}  # fmt: skip
    steps["together"] = [each for pair in zip(*steps.values(), strict=True) for each in pair]
    for name in order:
        at_once(app, steps[name])

    assert db.session.scalar(select(func.count(Admission.id))) == len(codes)
    assert stage.states() == [BookingState.BOOKED] * len(codes), "there was room for all"
    assert stage.taken == len(codes)
    if order[0] != "together":
        released = select(func.count()).where(Booking.released_at.is_not(None))
        assert db.session.scalar(released) == (0 if order[0] == "door" else len(codes))


def at_once(app: Flask, steps: list[tuple[Callable[[int], None], int]]) -> None:
    """Each step in a thread and a unit of work of its own, all let go together."""
    barrier = threading.Barrier(len(steps))

    def run(step: tuple[Callable[[int], None], int]) -> None:
        with app.app_context():
            barrier.wait(timeout=30)
            try:
                with work():
                    step[0](step[1])
            finally:
                db.session.remove()

    with ThreadPoolExecutor(len(steps)) as pool:
        list(pool.map(run, steps))


@pytest.mark.both_databases
def test_two_workers_release_once(app: Flask, world: World) -> None:
    stage = Stage(world.here, capacity=20)
    for _ in range(6):
        stage.household(people=2, email="family@example.org")
    barrier = threading.Barrier(2)

    def run(_number: int) -> None:
        with app.app_context():
            barrier.wait(timeout=30)
            run = TaskRun("code", "release_places", 1, None, {"occurrence": occurrence_id})
            jobs.release_places(run)
            db.session.remove()

    occurrence_id = stage.occurrence.id
    db.session.rollback()
    with time_machine.travel(RELEASE, tick=False), ThreadPoolExecutor(2) as pool:
        list(pool.map(run, range(2)))

    assert stage.taken == 0
    assert set(stage.states()) == {BookingState.RELEASED}
    mails = select(func.count()).where(OutboxMessage.kind == "places_released")
    assert db.session.scalar(mails) == 6
    lines = select(func.count()).where(JournalEntry.action == "places_released")
    assert db.session.scalar(lines) == 6
