"""What an exhibitor does with its slots."""

from __future__ import annotations

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
