"""Who gets which slot, who loses it, who is told."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from festival.exhibitors.actions import withdraw
from festival.exhibitors.reviewing.actions import release_round
from festival.exhibitors.states import ApplicationState
from festival.extensions import db
from festival.festivals.actions import clone_edition
from festival.festivals.states import EditionState
from festival.mail.models import OutboxMessage
from festival.portal.slots import actions, jobs, queries, rules
from festival.portal.slots.actions import GateValues, Load, SlotRefused
from festival.portal.slots.actions.claiming import give_up
from festival.portal.slots.models import SlotBooking
from festival.portal.slots.states import BookingState, SlotKind, SlotState
from festival.shared import tasks
from festival.shared.errors import NotFound, RuleBroken
from festival.shared.journal import SYSTEM
from tests.factories.exhibitors import make_application
from tests.factories.portal import make_exhibitor, make_gate, make_slots
from tests.factories.reviewing import make_round
from tests.factories.world import NOW, World

DAY = timedelta(days=1)


def taken(world: World) -> list[int]:
    return [each.taken for each in queries.slots_of(world.here.edition.id)]


def mails(kind: str) -> list[str]:
    return list(
        db.session.scalars(select(OutboxMessage.recipient).where(OutboxMessage.kind == kind))
    )


def test_too_long_is_refused_with_the_gate_that_takes_it(world: World) -> None:
    row, _speaker = make_exhibitor(world.here)
    small = make_slots(world.here, make_gate(world.here), longest_cm=500)
    make_slots(world.here, make_gate(world.here, "South gate"), longest_cm=900)
    with pytest.raises(SlotRefused) as refused:
        actions.book_slot(row, small[0], Load(750), actor=SYSTEM, now=NOW)
    assert refused.value.field == "length_cm"
    assert "There is room for it at: South gate." in refused.value.spoken()
    db.session.rollback()
    assert set(taken(world)) == {0}


def test_who_has_a_slot_may_bring_another_vehicle_that_fits(world: World) -> None:
    row, _speaker = make_exhibitor(world.here)
    slot = make_slots(world.here, make_gate(world.here), longest_cm=500, vehicles=1)[0]
    booking = actions.book_slot(row, slot, Load(300), actor=SYSTEM, now=NOW)
    actions.book_slot(row, slot, Load(450, "Van"), actor=SYSTEM, now=NOW + DAY)
    assert (booking.length_cm, booking.vehicle, booking.sequence, slot.taken) == (450, "Van", 0, 1)
    with pytest.raises(SlotRefused):
        actions.book_slot(row, slot, Load(600), actor=SYSTEM, now=NOW)


def test_full_closed_and_begun_are_refused(world: World) -> None:
    one, _speaker = make_exhibitor(world.here, "One")
    two, _speaker = make_exhibitor(world.here, "Two")
    slots = make_slots(world.here, make_gate(world.here), vehicles=1)
    actions.book_slot(one, slots[0], Load(), actor=SYSTEM, now=NOW)
    db.session.commit()
    late = slots[1].starts_at
    for slot, now, sentence in (
        (slots[0], NOW, "this slot is full"),
        (slots[1], late, "begun already"),
    ):
        with pytest.raises(SlotRefused, match=sentence):
            actions.book_slot(two, slot, Load(), actor=SYSTEM, now=now)
        db.session.rollback()
    assert taken(world) == [1, 0, 0, 0]


def test_a_refused_change_keeps_the_old_slot(world: World) -> None:
    one, _speaker = make_exhibitor(world.here, "One")
    two, _speaker = make_exhibitor(world.here, "Two")
    slots = make_slots(world.here, make_gate(world.here), vehicles=1)
    actions.book_slot(one, slots[2], Load(), actor=SYSTEM, now=NOW)
    actions.book_slot(two, slots[0], Load(), actor=SYSTEM, now=NOW)
    db.session.commit()
    with pytest.raises(SlotRefused):
        actions.book_slot(two, slots[2], Load(), actor=SYSTEM, now=NOW)
    db.session.rollback()
    assert taken(world) == [1, 0, 1, 0]
    for target in (slots[3], slots[1]):  # up and down, whichever row is locked first
        actions.book_slot(two, target, Load(), actor=SYSTEM, now=NOW)
    assert taken(world) == [0, 1, 1, 0]


def test_no_promise_no_slot(world: World) -> None:
    row, _speaker = make_exhibitor(world.here, state=ApplicationState.WAITLISTED)
    slot = make_slots(world.here, make_gate(world.here))[0]
    there, _speaker = make_exhibitor(world.there, "Far Away")
    for each in (row, there):
        with pytest.raises(RuleBroken, match="who takes part"):
            actions.book_slot(each, slot, Load(), actor=SYSTEM, now=NOW)
        db.session.rollback()
    assert set(taken(world)) == {0}


def test_withdrawing_frees_both_slots_in_one_step(world: World) -> None:
    row, _speaker = make_exhibitor(world.here)
    gate = make_gate(world.here)
    for kind in SlotKind:
        slot = make_slots(world.here, gate, kind=kind)[0]
        actions.book_slot(row, slot, Load(), actor=SYSTEM, now=NOW)
    db.session.commit()
    assert sum(taken(world)) == 2
    withdraw(row, now=NOW + DAY)
    db.session.commit()

    assert sum(taken(world)) == 0
    assert {each.state for each in db.session.scalars(select(SlotBooking))} == {
        BookingState.CANCELLED
    }
    assert [each.sequence for each in db.session.scalars(select(SlotBooking))] == [1, 1]


def test_giving_back_twice_changes_nothing_the_second_time(world: World) -> None:
    row, _speaker = make_exhibitor(world.here)
    slot = make_slots(world.here, make_gate(world.here))[0]
    booking = actions.book_slot(row, slot, Load(), actor=SYSTEM, now=NOW)
    for _ in range(2):
        actions.cancel_slot(row, SlotKind.SET_UP, actor=SYSTEM, now=NOW)
    assert (booking.sequence, slot.taken) == (1, 0)
    actions.cancel_slot(row, SlotKind.DISMANTLING, actor=SYSTEM, now=NOW)
    again = actions.book_slot(row, slot, Load(), actor=SYSTEM, now=NOW)
    assert (again.id, again.sequence, again.state) == (booking.id, 2, BookingState.BOOKED)


def test_moving_somebody_keeps_to_kind_and_room(world: World) -> None:
    row, _speaker = make_exhibitor(world.here)
    other, _speaker = make_exhibitor(world.here, "Other")
    gate = make_gate(world.here)
    slots = make_slots(world.here, gate, vehicles=1)
    evening = make_slots(world.here, gate, kind=SlotKind.DISMANTLING)[0]
    booking = actions.book_slot(row, slots[0], Load(), actor=SYSTEM, now=NOW)
    actions.book_slot(other, slots[1], Load(), actor=SYSTEM, now=NOW)
    db.session.commit()
    for target, sentence in ((evening, "of the same kind"), (slots[1], "is full")):
        with pytest.raises(SlotRefused, match=sentence):
            actions.move_booking(booking, target, actor=SYSTEM, now=NOW)
        db.session.rollback()
    actions.move_booking(booking, slots[0], actor=SYSTEM, now=NOW)  # there already
    assert mails("slot_moved") == []
    actions.move_booking(booking, slots[2], actor=SYSTEM, now=NOW)
    assert mails("slot_moved") == [row.organization.contact_email]
    actions.cancel_slot(row, SlotKind.SET_UP, actor=SYSTEM, now=NOW)
    with pytest.raises(NotFound):
        actions.move_booking(booking, slots[3], actor=SYSTEM, now=NOW)


def test_two_days_before_who_has_none_is_reminded_once(world: World) -> None:
    one, _speaker = make_exhibitor(world.here, "One")
    two, _speaker = make_exhibitor(world.here, "Two")
    make_exhibitor(world.here, "Waiting", state=ApplicationState.WAITLISTED)
    make_exhibitor(world.there, "Far Away")
    slots = make_slots(world.here, make_gate(world.here))
    actions.book_slot(one, slots[0], Load(), actor=SYSTEM, now=NOW)
    db.session.commit()
    at = rules.reminder_at(slots[0].starts_at, zone=jobs.ZoneInfo(world.here.edition.time_zone))
    found = list(jobs.missing_slots(now=at - timedelta(hours=1), horizon=timedelta(hours=2)))

    assert [(each.at, each.kind) for each in found] == [(at, "slot_missing")]
    assert found[0].until == slots[0].starts_at
    assert list(jobs.missing_slots(now=at - 5 * DAY, horizon=timedelta(hours=2))) == []
    edition = world.here.edition
    assert actions.remind_edition(edition, now=at) == 1
    assert actions.remind_edition(edition, now=at) == 0  # twice is once
    assert mails("slot_missing") == [two.organization.contact_email]
    assert actions.remind_edition(edition, now=slots[-1].starts_at) == 0
    assert actions.remind_edition(world.there.edition, now=at) == 0
    edition.state = EditionState.ARCHIVED
    db.session.commit()
    assert list(jobs.missing_slots(now=at, horizon=DAY)) == []


@pytest.mark.both_databases
def test_the_appointment_is_worked_out_on_both_databases(world: World) -> None:
    slot = make_slots(world.here, make_gate(world.here))[0]
    assert len(list(jobs.missing_slots(now=slot.starts_at - 2 * DAY, horizon=DAY))) == 1
    assert queries.first_and_last(world.here.edition.id, kind=SlotKind.DISMANTLING) is None


def test_a_cloned_edition_has_the_gates_and_no_slots(world: World) -> None:
    gate = make_gate(world.here, address="2 Street", note="Ring twice.")
    make_slots(world.here, gate)
    copy = clone_edition(
        world.here.edition, slug="2028", starts_on=world.here.edition.starts_on + 364 * DAY,
        title="Next year", actor=SYSTEM, now=NOW,
    )  # fmt: skip
    (cloned,) = queries.gates_of(copy.id)
    assert (cloned.name, cloned.address, cloned.note) == ("North gate", "2 Street", "Ring twice.")
    assert queries.slots_of(copy.id) == []


def test_the_task_says_what_it_did(world: World) -> None:
    make_exhibitor(world.here)
    slots = make_slots(world.here, make_gate(world.here))
    work = tasks.FUNCTIONS["slot_missing"]
    payload = {"edition": world.here.edition.id, "first": slots[0].starts_at.isoformat()}
    run: Any = type("Run", (), {"payload": payload})()
    assert work(run)["text"] == "Letters written: 1."
    payload["first"] = (slots[0].starts_at - DAY).isoformat()  # it has moved to another day
    assert work(run)["text"] == "There was nothing to tell."
    payload["edition"] = world.there.edition.id
    assert work(run)["text"] == "There was nothing to tell."


def test_what_became_free_between_two_looks_is_said_kindly(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, _speaker = make_exhibitor(world.here, "One")
    two, _speaker = make_exhibitor(world.here, "Two")
    slot = make_slots(world.here, make_gate(world.here), vehicles=1)[0]
    actions.book_slot(one, slot, Load(), actor=SYSTEM, now=NOW)
    monkeypatch.setattr(rules, "refusal_for", lambda *_facts, **_more: None)
    with pytest.raises(SlotRefused, match="Please choose again"):
        actions.book_slot(two, slot, Load(), actor=SYSTEM, now=NOW)


def test_a_note_alone_moves_nobody_and_a_state_is_set_once(world: World) -> None:
    row, _speaker = make_exhibitor(world.here)
    gate = make_gate(world.here)
    slot = make_slots(world.here, gate)[0]
    booking = actions.book_slot(row, slot, Load(), actor=SYSTEM, now=NOW)
    actions.change_gate(gate, GateValues(gate.name, "", "Ring."), actor=SYSTEM, now=NOW)
    db.session.refresh(booking)
    assert (booking.sequence, gate.note) == (0, "Ring.")
    for _ in range(2):
        actions.move_state(slot, to=SlotState.CLOSED, actor=SYSTEM, now=NOW)
    assert slot.version == 2
    booking.slot = None  # its slot is gone
    give_up(booking, row, actor=SYSTEM, now=NOW)
    assert booking.state is BookingState.CANCELLED


def test_a_reminder_gives_no_decision_away(world: World) -> None:
    """An acceptance whose mail waits is told by that mail, not by one about slots."""
    row, _token = make_application(world.here, name="Not Told", email="not@told.example")
    made = make_round(world.here, [(row, ApplicationState.ACCEPTED)], hold=None)
    make_slots(world.here, make_gate(world.here))
    assert actions.remind_edition(world.here.edition, now=NOW) == 0
    assert mails("slot_missing") == []
    release_round(made, now=NOW, actor=SYSTEM)
    db.session.commit()

    assert actions.remind_edition(world.here.edition, now=NOW + DAY) == 1
