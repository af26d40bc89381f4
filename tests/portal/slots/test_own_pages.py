"""What an exhibitor does with its slots."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from festival.extensions import db
from festival.portal.slots import queries
from festival.portal.slots.models import Slot, SlotBooking
from festival.portal.slots.states import BookingState
from tests.factories.portal import make_exhibitor, make_gate, make_slots
from tests.factories.world import World
from tests.forms import submit


def page_of(world: World, code: str, rest: str = "slots") -> str:
    return f"{world.here.path}/exhibitor/{code}/{rest}"


def test_booking_changing_and_giving_back(world: World) -> None:
    row, speaker = make_exhibitor(world.here)
    gate = make_gate(world.here, address="2 Harbour Street", note="Turn right.")
    slots = make_slots(world.here, gate)
    browser = world.browser(speaker)
    empty = browser.get(page_of(world, row.code))
    assert "Not booked yet." in empty.text
    choose = page_of(world, row.code, "slots/set_up")

    answer = submit(browser, choose, {"slot": slots[0].code, "length_cm": "5.5"}, follow=True)
    assert "Your slot is booked" in answer.text and "08:00–08:30" in answer.text
    assert "2 Harbour Street" in answer.text and "Turn right." in answer.text

    submit(browser, choose, {"slot": slots[2].code, "vehicle": "Van 1234"})
    assert [each.taken for each in queries.slots_of(world.here.edition.id)] == [0, 0, 1, 0]
    booking = db.session.scalars(select(SlotBooking)).one()
    assert (booking.vehicle, booking.length_cm, booking.sequence) == ("Van 1234", 550, 1)

    submit(browser, page_of(world, row.code), follow=True)
    db.session.refresh(booking)
    assert booking.state is BookingState.CANCELLED
    assert [each.taken for each in db.session.scalars(select(Slot))] == [0, 0, 0, 0]


def test_home_says_what_is_to_do(world: World) -> None:
    row, speaker = make_exhibitor(world.here)
    make_slots(world.here, make_gate(world.here))
    page = world.browser(speaker).get(page_of(world, row.code, "day"))

    assert page.status_code == 200
    assert "Book a time for setting up" in page.text
    assert "Your stand has no number yet" in page.text


def test_too_long_stays_on_the_page_beside_the_length(world: World) -> None:
    row, speaker = make_exhibitor(world.here)
    row.needs = {"vehicle": "Lorry", "vehicle_length_m": 7.5}
    slot = make_slots(world.here, make_gate(world.here), longest_cm=500)[0]
    make_slots(world.here, make_gate(world.here, "South gate"), longest_cm=900)
    choose = page_of(world, row.code, "slots/set_up")
    browser = world.browser(speaker)
    assert 'value="7.5"' in browser.get(choose).text and "Lorry" in browser.get(choose).text
    answer = submit(browser, choose, {"slot": slot.code})

    assert answer.status_code == 422
    assert "There is room for it at: South gate." in answer.text
    assert "Lorry" in answer.text
    assert db.session.scalars(select(SlotBooking)).all() == []


@pytest.mark.parametrize("length", ["-1", "31", "NaN", "1e3", "٥", "9" * 400])
def test_lengths_that_no_vehicle_has(world: World, length: str) -> None:
    row, speaker = make_exhibitor(world.here)
    slot = make_slots(world.here, make_gate(world.here))[0]
    page = page_of(world, row.code, "slots/set_up")
    values = {"slot": slot.code, "length_cm": length}
    assert submit(world.browser(speaker), page, values).status_code in (303, 422)
    assert [each.length_cm for each in db.session.scalars(select(SlotBooking))] in ([], [500])


def test_kinds_and_times_that_there_are_not(world: World) -> None:
    row, speaker = make_exhibitor(world.here)
    slots = make_slots(world.here, make_gate(world.here))
    there = make_slots(world.there, make_gate(world.there))[0]
    browser = world.browser(speaker)
    assert browser.get(page_of(world, row.code, "slots/party")).status_code == 404
    choose = page_of(world, row.code, "slots/set_up")
    for code in (there.code, "nonsense", ""):
        assert submit(browser, choose, {"slot": code}).status_code == 422
    for slot in slots:
        slot.taken = slot.vehicles
    db.session.commit()
    assert "Nothing is free now" in browser.get(choose).text
    assert "No times to book yet" not in browser.get(page_of(world, row.code)).text
