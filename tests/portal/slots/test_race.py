"""Many press at once for the last places at a gate; on both databases.

The control beside it counts first and inserts then, as is often done, and lets too many in.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from festival.exhibitors.models import Application, Organization
from festival.exhibitors.states import ApplicationState, Sector
from festival.extensions import db
from festival.portal.slots import actions
from festival.portal.slots.actions import Load
from festival.portal.slots.models import Slot, SlotBooking
from festival.portal.slots.states import BookingState, SlotKind
from festival.shared.errors import RuleBroken
from festival.shared.journal import SYSTEM
from festival.shared.tokens import make_code
from festival.shared.work import work
from tests.factories.portal import make_gate, make_slots
from tests.factories.world import NOW, World

THREADS = 24
PLACES = 5
ROUNDS = 3


def make_many(world: World, count: int) -> list[int]:
    """Accepted applications without anything in them."""
    rows = []
    for number in range(count):
        organization = Organization(
            festival=world.here.festival, code=make_code(), name=f"Exhibitor {number}",
            sector=Sector.NGO, contact_email=f"e{number}@race.example", created_at=NOW,
        )  # fmt: skip
        rows.append(
            Application(
                edition=world.here.edition, organization=organization, code=make_code(),
                resume_hash=make_code(40), state=ApplicationState.ACCEPTED, created_at=NOW,
                changed_at=NOW, needs={},
            )
        )  # fmt: skip
    db.session.add_all(rows)
    db.session.commit()
    return [each.id for each in rows]


def press_all_at_once(
    world: World, attempt: Callable[[int], bool], applications: list[int]
) -> list[bool]:
    barrier = threading.Barrier(len(applications))

    def press(application_id: int) -> bool:
        with world.app.app_context():
            barrier.wait(timeout=30)
            try:
                return attempt(application_id)
            finally:
                db.session.remove()

    with ThreadPoolExecutor(len(applications)) as pool:
        return list(pool.map(press, applications))


def book(application_id: int, slot_id: int) -> bool:
    with work():
        row = db.session.get_one(Application, application_id)
        try:
            slot = db.session.get_one(Slot, slot_id)
            actions.book_slot(row, slot, Load(), actor=SYSTEM, now=NOW)
        except RuleBroken:
            db.session.rollback()
            return False
    return True


def count_then_insert(application_id: int, slot_id: int) -> bool:
    """The broken way: what was counted is old by the time that the row is written."""
    taken = booked(slot_id)
    db.session.rollback()
    time.sleep(0.02)  # the page is rendered, the person thinks, another server is slow
    if taken >= PLACES:
        return False
    with work():
        db.session.add(
            SlotBooking(
                edition_id=db.session.get_one(Slot, slot_id).edition_id, slot_id=slot_id,
                application_id=application_id, kind=SlotKind.SET_UP, uid=make_code(30),
                booked_at=NOW, changed_at=NOW,
            )
        )  # fmt: skip
    return True


def booked(slot_id: int) -> int:
    return (
        db.session.scalar(
            select(func.count())
            .select_from(SlotBooking)
            .where(SlotBooking.slot_id == slot_id, SlotBooking.state == BookingState.BOOKED)
        )
        or 0
    )


def slots_with(world: World, vehicles: int) -> list[int]:
    gate = make_gate(world.here)
    return [each.id for each in make_slots(world.here, gate, vehicles=vehicles)]


@pytest.mark.both_databases
def test_all_press_for_the_last_places_and_exactly_so_many_get_one(world: World) -> None:
    applications, slots = make_many(world, THREADS), slots_with(world, PLACES)
    db.session.remove()

    for slot_id in slots[:ROUNDS]:
        held = [booked(each) for each in slots]
        db.session.rollback()
        results = press_all_at_once(world, lambda who, to=slot_id: book(who, to), applications)
        db.session.rollback()

        assert results.count(True) == PLACES
        assert booked(slot_id) == db.session.get_one(Slot, slot_id).taken == PLACES
        for each, before in zip(slots, held, strict=True):  # who changed over gave theirs back
            taken = db.session.get_one(Slot, each).taken
            assert taken == booked(each)
            assert each == slot_id or taken <= before


@pytest.mark.both_databases
def test_control_counting_first_lets_too_many_in(world: World) -> None:
    applications, slot_id = make_many(world, THREADS), slots_with(world, PLACES)[0]
    db.session.remove()

    results = press_all_at_once(world, lambda who: count_then_insert(who, slot_id), applications)

    assert results.count(True) > PLACES, "if this fails, the drill above proves nothing"
    assert booked(slot_id) > PLACES


@pytest.mark.both_databases
def test_one_exhibitor_that_presses_many_times_has_one_slot(world: World) -> None:
    application_id, slots = make_many(world, 1)[0], slots_with(world, PLACES)
    db.session.remove()
    results = press_all_at_once(world, lambda who: book(who, slots[0]), [application_id] * 6)

    assert results == [True] * 6
    assert db.session.get_one(Slot, slots[0]).taken == booked(slots[0]) == 1


@pytest.mark.both_databases
def test_changing_to_and_fro_never_locks_and_the_books_balance(world: World) -> None:
    """Random histories in parallel: booking, changing over, giving back."""
    applications, slots = make_many(world, 8), slots_with(world, 3)
    db.session.remove()

    def live(application_id: int) -> bool:
        dice = random.Random(application_id)
        for _ in range(10):
            if dice.random() < 0.75:
                book(application_id, dice.choice(slots))
                continue
            with work():
                row = db.session.get_one(Application, application_id)
                actions.cancel_slot(row, SlotKind.SET_UP, actor=SYSTEM, now=NOW)
        return True

    press_all_at_once(world, live, applications)

    for slot_id in slots:
        assert db.session.get_one(Slot, slot_id).taken == booked(slot_id) <= 3
