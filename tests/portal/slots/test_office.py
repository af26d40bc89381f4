"""What organizers do with gates and slots, and what the people at the gate read."""

from __future__ import annotations

import csv
import io

import pytest
from sqlalchemy import select

from festival.extensions import db
from festival.mail.models import OutboxMessage
from festival.portal.slots import actions, queries
from festival.portal.slots.actions import Load
from festival.portal.slots.models import Slot, SlotBooking, VehicleGate
from festival.portal.slots.states import BookingState, SlotState
from festival.shared.access import Role
from festival.shared.journal import SYSTEM
from tests.factories.portal import make_exhibitor, make_gate, make_slots
from tests.factories.stands import give, make_plan, stand_called
from tests.factories.world import NOW, World
from tests.forms import submit
from tests.queries import count_queries


def office(world: World, rest: str = "slots") -> str:
    return f"{world.here.path}/organize/exhibitors/{rest}"


def mails(kind: str) -> list[OutboxMessage]:
    return list(db.session.scalars(select(OutboxMessage).where(OutboxMessage.kind == kind)))


def booked(world: World, slot: Slot, name: str = "Paper Workshop", **load: object) -> SlotBooking:
    row, _speaker = make_exhibitor(world.here, name)
    made = actions.book_slot(row, slot, Load(**load), actor=SYSTEM, now=NOW)  # type: ignore[arg-type]
    db.session.commit()
    return made


def test_from_nothing_to_a_day_of_slots(world: World) -> None:
    browser = world.browser_as(Role.ORGANIZER)
    assert "No gate yet" in browser.get(office(world)).text
    assert browser.get(office(world, "slots/new")).location.endswith("/gates/new")

    submit(browser, office(world, "gates/new"), {"name": "North gate", "address": "2 Street"})
    assert "No slots yet" in browser.get(office(world)).text
    values = {
        "day": "2027-05-13", "first": "08:00", "last": "12:00", "minutes": "30", "vehicles": "3",
        "longest_cm": "7,5",
    }  # fmt: skip
    answer = submit(browser, office(world, "slots/new"), values, follow=True)

    assert "8 slots were made." in answer.text
    slots = queries.slots_of(world.here.edition.id)
    assert [(each.vehicles, each.longest_cm) for each in slots] == [(3, 750)] * 8
    assert slots[0].starts_at.isoformat() == "2027-05-13T06:00:00+00:00"
    again = submit(browser, office(world, "slots/new"), values | {"last": "13:00"}, follow=True)
    assert "2 slots were made." in again.text


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"last": "07:00"}, "The end has to be after the beginning"),
        ({"minutes": "300"}, "no room for one slot"),
        ({"minutes": "5", "last": "23:55"}, "more than 100 slots"),
        ({"minutes": "4"}, "between 5 and 480"),
        ({"vehicles": "0"}, "between 1 and 200"),
        ({"longest_cm": "99"}, "at most 30 metres"),
        ({"day": "someday"}, "Not a valid date"),
        ({"day": "0001-01-01"}, "close to the festival"),
        ({"day": "9999-12-31"}, "close to the festival"),
    ],
)
def test_a_series_that_cannot_be_is_refused_beside_its_field(
    world: World, changes: dict[str, str], sentence: str
) -> None:
    make_gate(world.here)
    values = {"day": "2027-05-13", "first": "08:00", "last": "12:00"} | changes
    browser = world.browser_as(Role.ORGANIZER)
    answer = submit(browser, office(world, "slots/new"), values)

    assert answer.status_code == 422
    assert sentence in answer.text
    assert queries.slots_of(world.here.edition.id) == []


def test_moving_a_booked_slot_tells_who_has_it(world: World) -> None:
    slots = make_slots(world.here, make_gate(world.here))
    booking = booked(world, slots[0])
    page = office(world, f"slots/{slots[0].code}")
    browser = world.browser_as(Role.ORGANIZER)

    more = submit(browser, page, {"vehicles": "5"}, form=1, follow=True)
    assert "Saved." in more.text and mails("slot_moved") == []
    moved = submit(browser, page, {"starts": "07:00", "minutes": "45"}, form=1, follow=True)

    assert "1 exhibitor was told by mail." in moved.text
    (mail,) = mails("slot_moved")
    assert "07:00–07:45" in mail.body_text and "08:00–08:30" in mail.body_text
    db.session.refresh(booking)
    assert booking.sequence == 1


def test_two_organizers_the_second_overwrites_nothing(world: World) -> None:
    slot = make_slots(world.here, make_gate(world.here))[0]
    page = office(world, f"slots/{slot.code}")
    browser = world.browser_as(Role.ORGANIZER)
    submit(browser, page, {"vehicles": "5"})
    answer = submit(browser, page, {"vehicles": "9", "version": "1"})

    assert answer.status_code == 409
    db.session.refresh(slot)
    assert slot.vehicles == 5


def test_a_booked_slot_cannot_become_too_small(world: World) -> None:
    slot = make_slots(world.here, make_gate(world.here))[0]
    booked(world, slot, "One", length_cm=900)
    booked(world, slot, "Two")
    page = office(world, f"slots/{slot.code}")
    browser = world.browser_as(Role.ORGANIZER)
    fewer = submit(browser, page, {"vehicles": "1"}, form=2)
    shorter = submit(browser, page, {"longest_cm": "8"}, form=2)
    taken = submit(browser, page, {"starts": "08:30"}, form=2)

    assert "2 have booked it already" in fewer.text
    assert "One has booked it with a vehicle of 9 m" in shorter.text
    assert "a slot that begins then already" in taken.text
    assert {fewer.status_code, shorter.status_code, taken.status_code} == {422}


def test_closing_and_opening(world: World) -> None:
    slot = make_slots(world.here, make_gate(world.here))[0]
    row, speaker = make_exhibitor(world.here)
    browser = world.browser_as(Role.ORGANIZER)
    page = office(world, f"slots/{slot.code}")
    submit(browser, page, form=1)
    db.session.refresh(slot)
    assert slot.state is SlotState.CLOSED
    choose = world.browser(speaker).get(f"{world.here.path}/exhibitor/{row.code}/slots/set_up")
    assert slot.code not in choose.text
    submit(browser, page, form=1)
    db.session.refresh(slot)
    assert slot.state is SlotState.OPEN


def test_an_empty_slot_goes_and_a_booked_one_only_with_a_mail(world: World) -> None:
    slots = make_slots(world.here, make_gate(world.here))
    booking = booked(world, slots[0])
    browser = world.browser_as(Role.ORGANIZER)
    submit(browser, office(world, f"slots/{slots[1].code}/remove"))
    assert len(queries.slots_of(world.here.edition.id)) == 3

    page = office(world, f"slots/{slots[0].code}/remove")
    without = submit(browser, page)
    assert without.status_code == 409 and booking.state is BookingState.BOOKED
    told = submit(browser, page, {"sure": "1"}, follow=True)

    assert "1 exhibitor was told by mail." in told.text
    assert "08:00–08:30" in mails("slot_removed")[0].body_text
    db.session.refresh(booking)
    assert (booking.state, booking.slot_id) == (BookingState.CANCELLED, None)
    assert len(queries.slots_of(world.here.edition.id)) == 2


def test_one_exhibitor_is_put_into_another_slot(world: World) -> None:
    gate = make_gate(world.here)
    slots = make_slots(world.here, gate)
    booking = booked(world, slots[3])
    browser = world.browser_as(Role.ORGANIZER)
    page = office(world, f"slots/{slots[3].code}")
    submit(browser, page, {"slot": slots[1].code})

    db.session.expire_all()
    assert booking.slot_id == slots[1].id
    assert [each.taken for each in queries.slots_of(world.here.edition.id)] == [0, 1, 0, 0]
    assert len(mails("slot_moved")) == 1


def test_a_gate_is_changed_and_removed_only_without_slots(world: World) -> None:
    gate = make_gate(world.here)
    other = make_gate(world.here, "South gate")
    slot = make_slots(world.here, gate)[0]
    booking = booked(world, slot)
    browser = world.browser_as(Role.ORGANIZER)
    twice = submit(browser, office(world, f"gates/{gate.code}"), {"name": "South gate"})
    assert twice.status_code == 422 and "of this name already" in twice.text
    submit(browser, office(world, f"gates/{gate.code}"), {"name": "West gate"})
    db.session.refresh(booking)
    assert (gate.name, booking.sequence) == ("West gate", 1)

    submit(browser, office(world, f"gates/{other.code}"), form=1)
    assert db.session.scalars(select(VehicleGate.name)).all() == ["West gate"]
    with pytest.raises(Exception, match="still has slots"):
        actions.remove_gate(gate, actor=SYSTEM, now=NOW)


def test_the_table_of_the_gate_by_gate_and_time(world: World) -> None:
    north, south = make_gate(world.here), make_gate(world.here, "South gate")
    late = make_slots(world.here, north)[2]
    early = make_slots(world.here, south)[0]
    first = booked(world, late, "One", length_cm=600, vehicle="Van")
    booked(world, early, "Two")
    give(stand_called(make_plan(world.here), "A2"), first.application)
    browser = world.browser_as(Role.DOOR_LEAD)
    page = browser.get(office(world, "slots/table"))

    assert page.text.index("North gate</bdi>") < page.text.index("South gate</bdi>")
    assert "A2" in page.text and "Van" in page.text
    only = browser.get(office(world, f"slots/table?gate={south.code}"))
    assert "Two" in only.text and ">One<" not in only.text
    assert browser.get(office(world)).status_code == 404  # planning is the organizers'


def test_the_spreadsheet_is_defused(world: World) -> None:
    slot = make_slots(world.here, make_gate(world.here, "=HYPERLINK(1)"))[0]
    booked(world, slot, "@Evil", vehicle="+1234", length_cm=550)
    answer = world.browser_as(Role.ORGANIZER).get(office(world, "slots.csv"))
    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))

    assert len(rows) == 1
    row = rows[0]
    assert (row["gate"], row["organization"], row["vehicle"]) == (
        "'=HYPERLINK(1)", "'@Evil", "'+1234",
    )  # fmt: skip
    assert (row["from"], row["to"], row["length_m"]) == ("08:00", "08:30", "5.5")


def test_the_pages_cost_the_same_with_one_and_with_thirty(world: World) -> None:
    gate = make_gate(world.here)
    slots = make_slots(world.here, gate, vehicles=40)
    booked(world, slots[0], "First")
    browser = world.browser_as(Role.ORGANIZER)
    pages = [office(world), office(world, "slots/table"), office(world, "slots.csv"),
             office(world, f"slots/{slots[0].code}")]  # fmt: skip
    few = [_queries(browser, page) for page in pages]
    make_slots(world.here, make_gate(world.here, "South gate"), minutes=5)
    for number in range(20):
        booked(world, slots[0], f"Workshop {number}")

    assert [_queries(browser, page) for page in pages] == few
    assert max(few) <= 14


def _queries(browser, page: str) -> int:  # type: ignore[no-untyped-def]
    db.session.expire_all()
    browser.get(page)
    with count_queries() as seen:
        assert browser.get(page).status_code == 200
    return seen.count
