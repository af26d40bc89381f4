"""Many press at once for the last places; on both databases.

The control beside it counts first and inserts then, as is often done, and sells too many.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, text

from festival.extensions import db
from festival.programme.models import Occurrence
from festival.shared.errors import RuleBroken
from festival.shared.work import work
from festival.visitors.actions import (
    Party,
    SessionFull,
    book,
    cancel_booking,
    cancel_registration,
    change_party,
)
from festival.visitors.models import Booking, Registration
from festival.visitors.states import BookingState
from tests.factories.visitors import make_bookable, make_household
from tests.factories.world import NOW, World

THREADS = 40
PLACES = 10
ROUNDS = 3

Attempt = Callable[[int, int], bool]


def press_all_at_once(
    app: Flask, attempt: Attempt, *, occurrence_id: int, households: list[int]
) -> list[bool]:
    """Each household in a thread of its own; all wait for one another, then press."""
    barrier = threading.Barrier(len(households))

    def press(registration_id: int) -> bool:
        with app.app_context():
            barrier.wait(timeout=30)
            try:
                return attempt(registration_id, occurrence_id)
            finally:
                db.session.remove()

    with ThreadPoolExecutor(len(households)) as pool:
        return list(pool.map(press, households))


def book_one_place(registration_id: int, occurrence_id: int) -> bool:
    with work():
        row = db.session.get_one(Registration, registration_id)
        try:
            book(row, occurrence_id=occurrence_id, people=1, now=NOW)
        except SessionFull:
            return False
    return True


def count_then_insert(registration_id: int, occurrence_id: int) -> bool:
    """The broken way: what was counted is old by the time that the row is written."""
    taken = db.session.scalar(
        select(func.count()).select_from(Booking).where(Booking.occurrence_id == occurrence_id)
    )
    db.session.rollback()
    time.sleep(0.02)  # the page is rendered, the person thinks, another server is slow
    if (taken or 0) >= PLACES:
        return False
    with work():
        db.session.add(
            Booking(
                registration_id=registration_id,
                occurrence_id=occurrence_id,
                people=1,
                booked_at=NOW,
            )
        )
    return True


def booked(occurrence_id: int) -> int:
    return (
        db.session.scalar(
            select(func.coalesce(func.sum(Booking.people), 0)).where(
                Booking.occurrence_id == occurrence_id, Booking.state == BookingState.BOOKED
            )
        )
        or 0
    )


def households_of(world: World) -> list[int]:
    return [make_household(world.here, people=1)[0].id for _ in range(THREADS)]


@pytest.mark.both_databases
def test_forty_press_for_ten_places_and_exactly_ten_get_one(world: World) -> None:
    households = households_of(world)
    rounds = [make_bookable(world.here, capacity=PLACES).id for _ in range(ROUNDS)]
    db.session.remove()

    for occurrence_id in rounds:
        results = press_all_at_once(
            world.app, book_one_place, occurrence_id=occurrence_id, households=households
        )
        db.session.rollback()  # look anew: the last round was read in an older snapshot

        assert results.count(True) == PLACES
        assert booked(occurrence_id) == PLACES
        assert db.session.get_one(Occurrence, occurrence_id).places_taken == PLACES


@pytest.mark.both_databases
def test_control_counting_first_sells_too_many(world: World) -> None:
    households = households_of(world)
    occurrence_id = make_bookable(world.here, capacity=PLACES).id
    db.session.remove()

    results = press_all_at_once(
        world.app, count_then_insert, occurrence_id=occurrence_id, households=households
    )

    assert results.count(True) > PLACES, "if this fails, the drill above proves nothing"
    assert booked(occurrence_id) > PLACES


@pytest.mark.both_databases
def test_one_household_that_presses_many_times_books_once(world: World) -> None:
    row, _ = make_household(world.here, people=1)
    occurrence_id, household = make_bookable(world.here, capacity=PLACES).id, row.id
    db.session.remove()

    results = press_all_at_once(
        world.app, book_one_place, occurrence_id=occurrence_id, households=[household] * 8
    )

    assert results == [True] * 8
    assert db.session.get_one(Occurrence, occurrence_id).places_taken == 1


@pytest.mark.both_databases
def test_households_that_book_and_cancel_in_all_orders_never_lock_each_other(world: World) -> None:
    """Random histories in parallel; afterwards what is taken is what is booked, everywhere."""
    occurrences = [make_bookable(world.here, capacity=6).id for _ in range(3)]
    households = [make_household(world.here, people=3)[0].id for _ in range(8)]
    db.session.remove()

    def live(registration_id: int, _unused: int) -> bool:
        dice = random.Random(registration_id)
        for _ in range(12):
            with work():
                row = db.session.get_one(Registration, registration_id)
                act_somehow(row, occurrences, dice)
        return True

    press_all_at_once(world.app, live, occurrence_id=0, households=households)

    for occurrence_id in occurrences:
        taken = db.session.get_one(Occurrence, occurrence_id).places_taken
        assert taken == booked(occurrence_id) <= 6


def act_somehow(row: Registration, occurrences: list[int], dice: random.Random) -> None:
    occurrence_id = dice.choice(occurrences)
    try:
        if dice.random() < 0.7:
            book(row, occurrence_id=occurrence_id, people=dice.randint(1, 3), now=NOW)
        else:
            cancel_booking(row, occurrence_id=occurrence_id, now=NOW)
    except RuleBroken:
        return  # full, or nothing to cancel: both are right answers


STEP = st.tuples(
    st.sampled_from(["book", "cancel", "leave", "grow"]),
    st.integers(0, 2),
    st.integers(0, 1),
    st.integers(0, 5),
)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(STEP, max_size=12))
def test_after_any_history_what_is_taken_is_what_is_booked(
    world: World, history: list[tuple[str, int, int, int]]
) -> None:
    households = [make_household(world.here, people=3)[0] for _ in range(3)]
    occurrences = [make_bookable(world.here, capacity=5) for _ in range(2)]

    for number, (what, who, where, people) in enumerate(history):
        row, now = households[who], NOW + timedelta(minutes=number)
        try:
            if what == "book":
                book(row, occurrence_id=occurrences[where].id, people=people, now=now)
            elif what == "cancel":
                cancel_booking(row, occurrence_id=occurrences[where].id, now=now)
            elif what == "grow":
                change_party(row, Party(people=people), now=now)
            else:
                cancel_registration(row, now=now)
        except RuleBroken:
            pass  # refused for a good reason; nothing may have changed
        assert_books_balance([each.id for each in occurrences])
    db.session.commit()
    assert_books_balance([each.id for each in occurrences])


def assert_books_balance(occurrences: list[int]) -> None:
    for number in occurrences:
        taken = db.session.scalar(
            text("SELECT places_taken FROM occurrence WHERE id = :id"), {"id": number}
        )
        assert taken == booked(number)
        assert 0 <= taken <= 5
