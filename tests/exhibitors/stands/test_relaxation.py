"""The bound from counting: never above what a plan costs, and often what it costs."""

from __future__ import annotations

import time

import pytest

from festival.exhibitors.stands.rules.facts import CircuitFacts
from festival.exhibitors.stands.solving.order import order_of
from festival.exhibitors.stands.solving.program.relaxation import MOST_PAIRS, Besides, Relaxation
from festival.exhibitors.stands.solving.program.search import Search
from tests.exhibitors.stands.halls import exhibitor, hall, made_hall, stand

LIMITS = {"megabytes": 2400}


def bound_of(besides: Besides) -> int:
    besides.run()
    return besides.bound


@pytest.mark.parametrize("seed", range(4))
def test_no_plan_costs_less_than_the_bound(seed: int) -> None:
    made = made_hall(14, 24, seed=seed, settled=seed % 2 == 1)
    order = order_of(made, seconds=5, effort=2, seed=seed) | LIMITS
    search = Search(order)
    chosen = search.run(moves=20_000, hottest=30.0, until=time.monotonic() + 60)
    placed = len(chosen) - chosen.count(None)
    bound = bound_of(Besides(order, placed=placed, seconds=20))
    assert 0 < bound <= search.best


def test_alike_ones_are_counted_and_the_bound_is_the_cost() -> None:
    """Two strands of two in two areas of two, each a square metre too large: 2 × 10 + 4 × 1."""
    stands = [stand(number, number=f"{'AABB'[number - 1]}{number}") for number in (1, 2, 3, 4)]
    people = [exhibitor(number, strand_id=number % 2, area_m2=8) for number in range(1, 5)]
    order = order_of(hall(stands=stands, exhibitors=people), seconds=5, effort=2) | LIMITS
    relaxation = Relaxation(order)
    assert [many for _, many in relaxation.people] == [2, 2]
    assert [len(each) for each in relaxation.stands] == [2, 2]
    assert bound_of(Besides(order, placed=4, seconds=20)) == 24
    assert bound_of(Besides(order, placed=2, seconds=20)) == 12


def test_circuits_count_and_the_impossible_says_nothing() -> None:
    stands = [stand(number, circuit_id=1, watts=3000) for number in (1, 2)]
    stands.append(stand(3, watts=3000, depth=500))
    people = [exhibitor(number, watts=2000, area_m2=9) for number in (1, 2)]
    made = hall(stands=stands, exhibitors=people, circuits=[CircuitFacts(1, "C", 3000)])
    order = order_of(made, seconds=5, effort=2) | LIMITS
    assert bound_of(Besides(order, placed=2, seconds=20)) == 6, "one has to take the large stand"
    assert bound_of(Besides(order, placed=3, seconds=20)) == 0


def test_it_ends_when_it_is_told_and_leaves_out_what_is_too_large() -> None:
    large = order_of(made_hall(400, 420), seconds=5, effort=60) | LIMITS
    assert len(Relaxation(large).pairs) > MOST_PAIRS
    assert bound_of(Besides(large, placed=400, seconds=20)) == 0
    order = order_of(made_hall(150, 160), seconds=60, effort=600) | LIMITS
    besides = Besides(order, placed=150, seconds=60)
    besides.start()
    time.sleep(2)
    begun = time.monotonic()
    assert besides.finish() >= 0
    assert time.monotonic() - begun < 10
    besides.join(timeout=20)
    assert not besides.is_alive()
