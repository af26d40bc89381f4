"""The constraints one by one, the weights, the reasons, where stands may lie."""

from __future__ import annotations

import math

import pytest

from festival.exhibitors.stands.rules import drawing
from festival.exhibitors.stands.rules.constraints import (
    FORBIDDING,
    NAMES,
    WISHED,
    Constraint,
    faults_in,
    faults_of,
    faults_of_a_proposal,
    fits,
    load_of,
)
from festival.exhibitors.stands.rules.drawing import Place
from festival.exhibitors.stands.rules.facts import (
    CircuitFacts,
    Hall,
    Said,
    WishFacts,
    area_name,
    gap_cm,
)
from festival.exhibitors.stands.rules.weighing import (
    BROKEN_WISH,
    MOVED,
    SCATTERED,
    UNUSED_M2,
    score,
)
from festival.exhibitors.stands.states import NoiseZone, WishKind
from festival.exhibitors.states import Noise
from tests.exhibitors.stands.halls import exhibitor, hall, stand

CIRCUIT = CircuitFacts(1, "B4", 3200)


def sentences(made: Hall, who: int, placing: dict[int, int]) -> list[str]:
    return [each.said.in_english() for each in faults_of(made, who, placing=placing)]


def test_names_and_gaps() -> None:
    assert area_name("B12") == "B"
    assert area_name("hall-3") == "HALL"
    assert area_name("12") == ""
    assert gap_cm(stand(1), stand(2)) == 0
    assert gap_cm(stand(1), stand(3)) == 300
    assert gap_cm(stand(1), stand(2, x=600, y=700)) == 500
    assert gap_cm(stand(1), stand(2, plan_id=2)) == math.inf
    assert Said("Too %(how)s.", {"how": (Said("small"), Said("dark"))}).in_english() == (
        "Too small dark."
    )


@pytest.mark.parametrize(
    ("needs", "offers", "constraint", "sentence"),
    [
        ({"area_m2": 12}, {}, Constraint.SIZE, "Too small: needs 12 m², has 9 m²."),
        ({"area_m2": 9}, {}, None, ""),
        ({"watts": 500}, {}, Constraint.POWER, "No socket: needs 500 W."),
        (
            {"watts": 500},
            {"watts": 300},
            Constraint.POWER,
            "Too little power: needs 500 W, the socket gives 300 W.",
        ),
        ({"watts": 500}, {"watts": 500}, None, ""),
        ({"needs_water": True}, {}, Constraint.WATER, "No water."),
        ({"needs_water": True}, {"has_water": True}, None, ""),
        ({"needs_internet": True}, {}, Constraint.INTERNET, "No internet."),
        (
            {"needs_step_free": True},
            {"is_step_free": False},
            Constraint.STEP_FREE,
            "Not step-free.",
        ),
        ({}, {"is_step_free": False}, None, ""),
        (
            {"class_id": 1},
            {"class_id": 2},
            Constraint.CLASS,
            "Of another class than the one applied for.",
        ),
        ({"class_id": 1}, {"class_id": 1}, None, ""),
        ({"class_id": 1}, {}, None, ""),
        ({}, {"class_id": 2}, None, ""),
        (
            {"noise": Noise.LOUD},
            {"zone": NoiseZone.QUIET},
            Constraint.NOISE,
            "Loud in a quiet zone.",
        ),
        (
            {"needs_quiet": True},
            {"zone": NoiseZone.LOUD},
            Constraint.NOISE,
            "Needs quiet, and this is a loud zone.",
        ),
        ({"noise": Noise.SOME}, {"zone": NoiseZone.QUIET}, None, ""),
        ({}, {"is_blocked": True}, Constraint.BLOCKED, "This stand is blocked."),
    ],
)  # fmt: skip
def test_what_a_stand_must_have(
    needs: dict[str, object],
    offers: dict[str, object],
    constraint: Constraint | None,
    sentence: str,
) -> None:
    made = hall(stands=[stand(1, **offers)], exhibitors=[exhibitor(1, **needs)])
    found = faults_of(made, 1, placing={1: 1})
    assert [each.constraint for each in found] == ([constraint] if constraint else [])
    assert [each.said.in_english() for each in found] == ([sentence] if sentence else [])
    assert fits(made.exhibitors[1], made.stands[1]) is (constraint is None)
    assert all(each.is_forbidding is (each.constraint in FORBIDDING) for each in found)


def test_every_constraint_has_a_name() -> None:
    assert set(NAMES) == set(Constraint)
    assert not FORBIDDING & WISHED


def test_a_stand_has_one_holder() -> None:
    made = hall(stands=[stand(1)], exhibitors=[exhibitor(1), exhibitor(2)])
    found = faults_of(made, 2, placing={1: 1, 2: 1})
    assert [each.said.in_english() for each in found] == ["Exhibitor 1 has this stand."]
    assert found[0].is_forbidding
    assert found[0].other_id == 1


def test_a_circuit_carries_so_much() -> None:
    stands = [stand(number, circuit_id=1, watts=3000) for number in (1, 2, 3)]
    people = [
        exhibitor(1, watts=2000), exhibitor(2, watts=1600), exhibitor(3), exhibitor(4, watts=100)
    ]  # fmt: skip
    made = hall(stands=[*stands, stand(4, watts=3000)], exhibitors=people, circuits=[CIRCUIT])
    placing = {1: 1, 2: 2, 3: 3, 4: 4}
    assert load_of(made, 1, placing=placing) == 3600
    assert sentences(made, 1, placing) == ["Circuit B4 would carry 3600 of 3200 W."]
    assert sentences(made, 2, placing) == ["Circuit B4 would carry 3600 of 3200 W."]
    assert sentences(made, 3, placing) == [], "who takes nothing overloads nothing"
    assert sentences(made, 4, placing) == [], "its stand hangs on no circuit"
    assert sentences(made, 1, {1: 1}) == []


def test_loud_keeps_away_from_quiet() -> None:
    people = [exhibitor(1, noise=Noise.LOUD), exhibitor(2, needs_quiet=True), exhibitor(3)]
    made = hall(stands=[stand(number) for number in range(1, 6)], exhibitors=people)
    assert sentences(made, 1, {1: 1, 2: 3, 3: 2}) == [
        "Loud beside quiet: Exhibitor 2 on A3 needs quiet and is 3 m away; 6 m are the rule."
    ]
    assert sentences(made, 2, {1: 1, 2: 3, 3: 2}) == [
        "Quiet beside loud: Exhibitor 1 on A1 is loud and 3 m away; 6 m are the rule."
    ]
    assert sentences(made, 3, {1: 1, 2: 3, 3: 2}) == []
    assert sentences(made, 1, {1: 1, 2: 4}) == [], "six metres are enough"
    assert sentences(made, 1, {1: 1}) == []


def test_wishes_are_measured() -> None:
    wishes = (WishFacts(1, 2, WishKind.NEAR), WishFacts(3, 1, WishKind.APART))
    made = hall(
        stands=[*(stand(number) for number in range(1, 9)), stand(9, plan_id=2)],
        exhibitors=[exhibitor(number) for number in (1, 2, 3)],
        wishes=wishes,
    )
    assert faults_in(made, placing={1: 1, 2: 2, 3: 8}) == []
    assert sentences(made, 1, {1: 1, 2: 4, 3: 2}) == [
        "Wished near Exhibitor 2 on A4: 6 m away, 5 m would be near.",
        "Wished apart from Exhibitor 3 on A2: only 0 m away, 15 m would be apart.",
    ]
    assert sentences(made, 2, {1: 1, 2: 9}) == [
        "Wished near Exhibitor 1, who is on another plan (A1)."
    ]
    assert sentences(made, 3, {1: 1, 3: 9}) == [], "another plan is far"
    found = faults_of(made, 2, placing={1: 1, 2: 9})
    assert [each.is_wish for each in found] == [True]
    assert faults_of_a_proposal(made, placing={1: 1, 2: 9}) == [], "a wish is no fault"


def test_a_pin_is_the_organizers_word() -> None:
    stands = [stand(1, is_blocked=True), stand(2), stand(3), stand(9, x=5000)]
    people = [
        exhibitor(1, needs_water=True), exhibitor(2, noise=Noise.LOUD),
        exhibitor(3, needs_quiet=True),
    ]  # fmt: skip
    made = hall(stands=stands, exhibitors=people, present={1: 1, 2: 2}, pinned=frozenset({1, 2}))
    assert faults_of_a_proposal(made, placing={1: 1, 2: 2, 3: 9}) == []
    quarrel = faults_of_a_proposal(made, placing={1: 1, 2: 2, 3: 3})
    assert [(each.constraint, each.exhibitor_id) for each in quarrel] == [(Constraint.NOISE, 3)]
    moved = faults_of_a_proposal(made, placing={1: 1, 2: 9})
    assert [each.said.in_english() for each in moved] == ["A pinned exhibitor was moved."]


def test_the_score_counts_what_the_weights_are_about() -> None:
    stands = [stand(1), stand(2), stand(3, number="B1", x=5000)]
    people = [
        exhibitor(1, area_m2=4, strand_id=7), exhibitor(2, strand_id=7), exhibitor(3, area_m2=9)
    ]  # fmt: skip
    made = hall(
        stands=stands, exhibitors=people, present={1: 1, 3: 2},
        wishes=(WishFacts(1, 2, WishKind.NEAR), WishFacts(2, 3, WishKind.APART)),
    )  # fmt: skip
    found = score(made, placing={1: 1, 2: 3, 3: 2})
    assert (found.placed, found.broken_wishes, found.moved) == (3, 1, 0)
    assert (found.areas, found.unused_m2) == (2, 5)
    assert found.total == BROKEN_WISH + 2 * SCATTERED + 5 * UNUSED_M2
    moved = score(made, placing={1: 2, 3: 1})
    assert (moved.moved, moved.total) == (2, 2 * MOVED + SCATTERED + 5 * UNUSED_M2)


# Where stands may lie


def test_rows_lie_along_or_down_and_turned() -> None:
    start = Place(100, 200, 300, 250)
    assert drawing.numbers_of_row("B", first=9, count=2) == ["B9", "B10"]
    along = drawing.places_of_row(start, count=2, gap=50, is_down=False)
    assert [(each.x, each.y) for each in along] == [(100, 200), (450, 200)]
    down = drawing.places_of_row(Place(100, 200, 300, 250, 90), count=2, gap=0, is_down=True)
    assert [(each.x, each.y) for each in down] == [(100, 200), (100, 500)]
    assert down[0].footprint == (250, 300)


@pytest.mark.parametrize(
    ("place", "fault"),
    [
        (Place(0, 0, 300, 300), ""),
        (Place(700, 0, 300, 300), ""),
        (Place(701, 0, 300, 300), "stick out"),
        (Place(-1, 0, 300, 300), "stick out"),
        (Place(0, 301, 300, 300), "stick out"),
        (Place(0, 0, 40, 300), "half a metre"),
        (Place(0, 0, 300, 5001), "half a metre"),
        (Place(0, 0, 300, 300, 45), "right angle"),
        (Place(0, 0, 700, 300, 90), "stick out"),
    ],
)
def test_a_stand_lies_within_its_plan(place: Place, fault: str) -> None:
    refusal = drawing.refusal_for_place(place, width=1000, depth=600)
    assert (fault in refusal) if refusal else not fault


@pytest.mark.parametrize(
    ("number", "fine"), [("B12", True), ("12", True), ("ب٣", True), ("", False), ("<b>", False)]
)
def test_numbers_are_short(number: str, fine: bool) -> None:
    assert (drawing.refusal_for_number(number) is None) is fine


def test_overlaps_are_told() -> None:
    rows = [stand(1), stand(2, x=200), stand(3, x=600), stand(4, x=600, y=900)]
    assert [each.in_english() for each in drawing.overlaps(rows)] == [
        "A1 and A2 lie upon each other."
    ]


def test_differences_name_what_lies_elsewhere() -> None:
    saved = {"a": ("A1", Place(0, 0, 300, 300)), "b": ("A2", Place(300, 0, 300, 300))}
    found = drawing.differences(
        saved,
        sent={
            "a": Place(0, 0, 300, 300),
            "b": Place(400, 0, 300, 300),
            "z": Place(0, 0, 300, 300),
        },
    )
    assert [(each.number, each.sent.x) for each in found] == [("A2", 400)]
