"""What is allowed to visitors; no database, no application."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from festival.visitors import rules
from festival.visitors.rules import BookableFacts, Slot
from festival.visitors.states import AgeBand

NOW = datetime(2027, 5, 14, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("opens_at", "closes_at", "is_open"),
    [
        (None, None, True),
        (NOW, None, True),
        (NOW + HOUR, None, False),
        (None, NOW + HOUR, True),
        (None, NOW, False),
        (NOW - HOUR, NOW + HOUR, True),
    ],
)
def test_registration_is_open_inside_the_window(
    opens_at: datetime | None, closes_at: datetime | None, is_open: bool
) -> None:
    assert rules.registration_is_open(NOW, opens_at=opens_at, closes_at=closes_at) is is_open


@pytest.mark.parametrize("people", [1, 40])
def test_one_to_forty_people_may_come(people: int) -> None:
    assert rules.refusal_for_party(people, bands={}) is None


@pytest.mark.parametrize(
    ("people", "bands", "words"),
    [
        (0, {}, "at least one"),
        (-3, {}, "at least one"),
        (41, {}, "up to %(most)s"),
        (3, {AgeBand.FROM_6: -1}, "less than nothing"),
        (3, {AgeBand.FROM_6: 2, AgeBand.FROM_30: 2}, "add up to"),
    ],
)
def test_a_party_that_does_not_add_up_is_refused(
    people: int, bands: dict[AgeBand, int], words: str
) -> None:
    refusal = rules.refusal_for_party(people, bands=bands)

    assert refusal is not None
    assert refusal.field == "people"
    assert words in refusal.sentence
    assert refusal.sentence % refusal.values


@given(
    st.dictionaries(st.sampled_from(AgeBand), st.integers(0, 6)),
    st.integers(0, 12),
)
def test_complete_bands_add_up_to_the_people(told: dict[AgeBand, int], more: int) -> None:
    people = sum(told.values()) + more

    bands = rules.complete_bands(people, bands=told)

    assert sum(bands.values()) == people
    assert all(bands.values())
    assert all(bands.get(band, 0) == told.get(band, 0) for band in AgeBand if band != "unknown")


def test_a_household_cannot_become_smaller_than_its_largest_booking() -> None:
    assert rules.refusal_for_fewer_people(3, largest_booking=3) is None
    refusal = rules.refusal_for_fewer_people(2, largest_booking=3)
    assert refusal is not None
    assert refusal.values == {"booked": 3}


@pytest.mark.parametrize(("people", "allowed"), [(0, False), (1, True), (4, True), (5, False)])
def test_a_household_takes_one_to_as_many_places_as_it_has_people(
    people: int, allowed: bool
) -> None:
    assert (rules.refusal_for_places(people, household=4) is None) is allowed


def facts(**changes: object) -> BookableFacts:
    values = {
        "is_confirmed": True,
        "is_bookable": True,
        "starts_at": NOW + HOUR,
        "capacity": 10,
        "places_taken": 4,
    }
    return BookableFacts(**(values | changes))  # type: ignore[arg-type]


def test_a_confirmed_bookable_occurrence_in_the_future_can_be_booked() -> None:
    assert rules.refusal_for_booking(facts(), now=NOW) is None


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"is_confirmed": False}, "cancelled"),
        ({"is_bookable": False}, "just come"),
        ({"starts_at": NOW}, "begun"),
    ],
)
def test_why_nothing_can_be_booked(changes: dict[str, object], words: str) -> None:
    assert words in (rules.refusal_for_booking(facts(**changes), now=NOW) or "")


@pytest.mark.parametrize(
    ("capacity", "taken", "left"), [(10, 4, 6), (10, 10, 0), (None, 4, None), (3, 4, 0)]
)
def test_places_left(capacity: int | None, taken: int, left: int | None) -> None:
    assert rules.places_left(facts(capacity=capacity, places_taken=taken)) == left


@pytest.mark.parametrize(
    ("before", "after", "capacity", "crosses"),
    [
        (9, 10, 10, True),
        (10, 9, 10, True),
        (8, 9, 10, False),
        (9, 10, None, False),
    ],
)
def test_pages_change_when_it_becomes_full_or_free(
    before: int, after: int, capacity: int | None, crosses: bool
) -> None:
    assert rules.crosses_full(before=before, after=after, capacity=capacity) is crosses


def test_overlap_needs_a_common_minute() -> None:
    wanted = Slot("Wanted", NOW, 60)
    before = Slot("Ends when it begins", NOW - HOUR, 60)
    after = Slot("Begins when it ends", NOW + HOUR, 30)
    inside = Slot("Inside", NOW + HOUR / 4, 15)
    around = Slot("Around", NOW - HOUR, 300)

    assert rules.overlapping([before, inside, after, around], wanted=wanted) == [inside, around]
