"""Slots: times, lengths, refusals, reminders; without a database."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from festival.portal.slots import rules
from festival.portal.slots.rules import SlotFacts
from festival.portal.slots.states import SlotKind

NOW = datetime(2027, 5, 1, 9, tzinfo=UTC)
MADRID = ZoneInfo("Europe/Madrid")


def slot(**changes: Any) -> SlotFacts:
    values: dict[str, Any] = {
        "gate": "North gate", "kind": SlotKind.SET_UP, "starts_at": NOW + timedelta(days=1),
        "left": 1, "longest_cm": 500, "is_open": True,
    }  # fmt: skip
    return SlotFacts(**values | changes)


def test_slots_follow_each_other_and_the_last_ends_in_time() -> None:
    starts = rules.starts_of(
        date(2027, 5, 13), first=time(8), last=time(9, 40), minutes=30, zone=MADRID
    )
    assert [f"{each:%H:%M}" for each in starts] == ["06:00", "06:30", "07:00"]


def test_on_the_night_of_the_clock_change_every_slot_is_as_long_as_the_others() -> None:
    spring = rules.starts_of(
        date(2027, 3, 28), first=time(1), last=time(4), minutes=60, zone=MADRID
    )
    autumn = rules.starts_of(
        date(2027, 10, 31), first=time(1), last=time(4), minutes=60, zone=MADRID
    )
    assert (len(spring), len(autumn)) == (2, 4)
    for starts in (spring, autumn):
        steps = {b - a for a, b in itertools.pairwise(starts)}
        assert steps == {timedelta(hours=1)}


@pytest.mark.parametrize(
    ("last", "minutes", "field"),
    [
        (time(8), 30, "last"),
        (time(7), 30, "last"),
        (time(10), 4, "minutes"),
        (time(10), 481, "minutes"),
        (time(8, 20), 30, "minutes"),
        (time(23), 5, "minutes"),
    ],
)
def test_a_series_that_cannot_be_made(last: time, minutes: int, field: str) -> None:
    fault = rules.fault_of_series(first=time(8), last=last, minutes=minutes)
    assert fault is not None and fault.field == field


def test_a_series_that_can_be_made() -> None:
    assert rules.fault_of_series(first=time(8), last=time(10), minutes=30) is None
    assert rules.fault_of_series(first=time(8), last=time(8, 30), minutes=30) is None


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"starts_at": NOW}, "begun already"),
        ({"is_open": False}, "have closed this slot"),
        ({"left": 0}, "Somebody was quicker"),
    ],
)
def test_why_a_slot_cannot_be_booked(changes: dict[str, Any], sentence: str) -> None:
    refusal = rules.refusal_for(slot(**changes), length_cm=400, now=NOW, gates=[])
    assert refusal is not None and refusal.field == "slot" and sentence in refusal.sentence
    assert not rules.can_be_booked(slot(**changes), length_cm=400, now=NOW)


def test_a_free_slot_refuses_nobody_who_fits() -> None:
    assert rules.refusal_for(slot(), length_cm=500, now=NOW, gates=[]) is None
    assert rules.refusal_for(slot(longest_cm=None), length_cm=2500, now=NOW, gates=[]) is None


def test_a_vehicle_that_is_too_long_hears_which_gate_takes_it() -> None:
    slots = [
        slot(),
        slot(gate="South gate", longest_cm=900),
        slot(gate="Yard", longest_cm=None),
        slot(gate="Full", longest_cm=None, left=0),
        slot(gate="Later", kind=SlotKind.DISMANTLING, longest_cm=None),
    ]
    gates = rules.gates_that_take(slots, kind=SlotKind.SET_UP, length_cm=750, now=NOW)
    assert gates == ["South gate", "Yard"]
    refusal = rules.refusal_for(slot(), length_cm=750, now=NOW, gates=gates)

    assert refusal is not None and refusal.field == "length_cm"
    assert refusal.sentence % refusal.values == (
        "Your vehicle is 7.5 m long; at this time North gate takes vehicles of at most 5 m. "
        "There is room for it at: South gate, Yard."
    )
    nowhere = rules.refusal_for(slot(), length_cm=750, now=NOW, gates=[])
    assert nowhere is not None and "please write to the organizers" in nowhere.sentence


def test_the_reminder_comes_two_mornings_before_on_the_citys_clock() -> None:
    first = datetime(2027, 5, 12, 23, 30, tzinfo=UTC)  # the 13th in Madrid
    assert rules.reminder_at(first, zone=MADRID) == datetime(2027, 5, 11, 7, tzinfo=UTC)
