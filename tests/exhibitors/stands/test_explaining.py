"""Reasons, what was given up, why somebody has no stand, and how a proposal is kept."""

from __future__ import annotations

import pytest

from festival.exhibitors.stands.documents import (
    ProposalRefused,
    fingerprint,
    gap_percent,
    proposal_document,
    retold,
    told,
)
from festival.exhibitors.stands.rules.explaining import given_up, reasons, why_without
from festival.exhibitors.stands.rules.facts import (
    CircuitFacts,
    Hall,
    WishFacts,
)
from festival.exhibitors.stands.states import WishKind
from tests.exhibitors.stands.halls import exhibitor, hall, stand

CIRCUIT = CircuitFacts(1, "B4", 3200)


def test_reasons_say_what_speaks_for_a_stand_and_what_was_given_up() -> None:
    stands = [
        stand(1, circuit_id=1, watts=3000, has_water=True, has_internet=True), stand(2),
        stand(3, depth=900), stand(4, plan_id=2), stand(5, x=9000),
    ]  # fmt: skip
    people = [
        exhibitor(1, area_m2=6, watts=1000, needs_water=True, needs_internet=True,
                  needs_step_free=True, needs_quiet=True, strand_id=5),
        exhibitor(2, strand_id=5), exhibitor(3, area_m2=4), exhibitor(4), exhibitor(5),
    ]  # fmt: skip
    wishes = (
        WishFacts(1, 2, WishKind.NEAR), WishFacts(1, 4, WishKind.APART),
        WishFacts(1, 5, WishKind.APART),
    )  # fmt: skip
    made = hall(
        stands=stands, exhibitors=people, circuits=[CIRCUIT], wishes=wishes,
        present={1: 1, 2: 2, 3: 1, 4: 5}, pinned=frozenset({2}),
    )  # fmt: skip
    placing = {1: 1, 2: 2, 3: 3, 4: 4, 5: 5}
    assert [each.in_english() for each in reasons(made, 1, placing=placing)] == [
        "Stays where it was.",
        "9 m² for the 6 m² asked for.",
        "1000 W on circuit B4, which carries 1000 of 3200 W.",
        "Has the water it needs.",
        "Has the internet it needs.",
        "Is step-free, as needed.",
        "Nobody loud is near.",
        "Near Exhibitor 2 on A2, as wished: 0 m.",
        "On another plan than Exhibitor 4 (A4), as wished.",
        "Far from Exhibitor 5 on A5, as wished: 87 m.",
        "In one area with others of its strand: 1.",
    ]
    assert reasons(made, 2, placing=placing)[0].in_english() == ("Pinned: it stays here.")
    assert reasons(made, 2, placing={2: 2})[1:] == [], "alone of its strand"
    assert [each.in_english() for each in given_up(made, 1, placing=placing)] == [
        "3 m² more than asked for."
    ]
    assert [each.in_english() for each in given_up(made, 3, placing=placing)] == [
        "23 m² more than asked for.",
        "Leaves A1, so that the whole plan becomes better.",
    ]


def test_who_leaves_a_wrong_stand_is_told_what_was_wrong() -> None:
    made = hall(
        stands=[stand(1), stand(2, has_water=True)],
        exhibitors=[exhibitor(1, needs_water=True)],
        present={1: 1},
    )
    found = given_up(made, 1, placing={1: 2})
    assert [each.in_english() for each in found] == [
        "Leaves A1, where something was wrong: No water."
    ]
    assert retold(told(found)) == found


def why(made: Hall, who: int, placing: dict[int, int]) -> list[str]:
    may_give = frozenset(each.id for each in made.stands.values() if not each.is_blocked)
    found = why_without(made, who, placing=placing, may_give=may_give)
    return [each.in_english() for each in found]


def test_why_nothing_suits() -> None:
    big = exhibitor(1, area_m2=50, needs_water=True)
    assert why(hall(stands=[], exhibitors=[big]), 1, {}) == ["There is no stand to be given."]
    made = hall(stands=[stand(1), stand(2, has_water=True)], exhibitors=[big])
    assert why(made, 1, {}) == [
        "No stand has what is needed, for example A1: Too small: needs 50 m², has 9 m²."
    ]
    made = hall(stands=[stand(1, depth=2000), stand(2, has_water=True)], exhibitors=[big])
    assert why(made, 1, {}) == [
        "No stand has all that is needed together. The closest is A1: No water."
    ]


def test_why_too_many_want_the_same() -> None:
    """Three need water, two stands have it: named, whoever holds them now."""
    people = [exhibitor(number, needs_water=True) for number in (1, 2, 3)]
    made = hall(
        stands=[stand(1, has_water=True), stand(2, has_water=True), stand(3)], exhibitors=people
    )
    assert why(made, 3, {1: 1, 2: 2}) == [
        "3 exhibitors can only stand on 2 stands (A1, A2): Exhibitor 3, Exhibitor 1, Exhibitor 2"
    ]
    pinned = hall(
        stands=[stand(1, has_water=True), stand(2)],
        exhibitors=[exhibitor(1), exhibitor(2, needs_water=True)],
        present={1: 1},
        pinned=frozenset({1}),
    )
    assert why(pinned, 2, {1: 1}) == [
        "2 exhibitors can only stand on 1 stands (A1): Exhibitor 2, Exhibitor 1"
    ]
    many = hall(
        stands=[stand(number) for number in range(1, 14)],
        exhibitors=[exhibitor(number) for number in range(1, 15)],
    )
    found = why(many, 14, {number: number for number in range(1, 14)})
    assert found[0].endswith("Exhibitor 11 …")
    assert "A12 …" in found[0]


def test_why_free_stands_do_not_help() -> None:
    people = [exhibitor(1, watts=3000), exhibitor(2, watts=3000)]
    stands = [stand(number, circuit_id=1, watts=3000) for number in (1, 2)]
    made = hall(stands=stands, exhibitors=people, circuits=[CIRCUIT])
    assert why(made, 2, {1: 1}) == ["Stand A2 is free, but: Circuit B4 would carry 6000 of 3200 W."]
    free = hall(stands=stands[:1], exhibitors=[exhibitor(1)])
    assert why(free, 1, {}) == [
        "Stands are free, but giving one of them would push somebody else out."
    ]


def test_a_plan_with_a_fault_is_never_a_proposal() -> None:
    made = hall(stands=[stand(1)], exhibitors=[exhibitor(1, area_m2=40)])
    result = {"chosen": [0], "placed_bound": 1, "bound": 0, "status": "optimal", "seconds": 1.0,
              "by_the_clock": False}  # fmt: skip
    with pytest.raises(ProposalRefused) as refused:
        proposal_document(made, result)
    assert "Too small" in refused.value.spoken()


def test_a_fingerprint_knows_every_change() -> None:
    def prints(**changes: object) -> str:
        return fingerprint(hall(stands=[stand(1)], exhibitors=[exhibitor(1)], **changes))

    assert prints() == prints()
    assert prints() != prints(present={1: 1})
    assert prints(present={1: 1}) != prints(present={1: 1}, pinned=frozenset({1}))
    assert prints() != fingerprint(hall(stands=[stand(1, watts=5)], exhibitors=[exhibitor(1)]))


def test_the_gap_is_stated_in_per_cent() -> None:
    assert gap_percent(100, 100) == 0
    assert gap_percent(0, 0) == 0
    assert gap_percent(200, 150) == 25
    assert gap_percent(300, 299) == 1, "rounded up: never better than it is"
