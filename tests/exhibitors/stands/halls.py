"""Halls for the rules and the solver, made by arithmetic: the same number, the same hall."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

from festival.exhibitors.stands.rules.constraints import faults_of
from festival.exhibitors.stands.rules.facts import (
    CircuitFacts,
    ExhibitorFacts,
    Hall,
    PlanFacts,
    StandFacts,
    WishFacts,
)
from festival.exhibitors.stands.states import NoiseZone, WishKind
from festival.exhibitors.states import Noise

PER_ROW = 20
AISLE = 300


def stand(number: int, /, **changes: Any) -> StandFacts:
    """Three metres by three, the ``number``-th of one row without gaps."""
    facts = StandFacts(
        id=number, number=f"A{number}", plan_id=1, x=(number - 1) * 300, y=0, width=300, depth=300
    )
    return replace(facts, **changes)


def exhibitor(number: int, /, **changes: Any) -> ExhibitorFacts:
    return replace(ExhibitorFacts(id=number, name=f"Exhibitor {number}"), **changes)


def hall(
    *,
    stands: list[StandFacts],
    exhibitors: list[ExhibitorFacts],
    circuits: list[CircuitFacts] | None = None,
    **others: Any,
) -> Hall:
    return Hall(
        plans={1: PlanFacts(1, "Hall", 600), 2: PlanFacts(2, "Yard", 600)},
        circuits={each.id: each for each in circuits or []},
        stands={each.id: each for each in stands},
        exhibitors={each.id: each for each in exhibitors},
        **others,
    )


def made_hall(exhibitors: int, stands: int, *, seed: int = 1, settled: bool = False) -> Hall:
    """Rows of twenty, back to back in twos, a circuit per ten stands, six strands, some wishes.

    ``settled`` puts two thirds of the exhibitors onto stands that suit them already.
    """
    rng = random.Random(seed)
    places = [_stand_of(number, rng=rng) for number in range(stands)]
    circuits = [
        CircuitFacts(number + 1, f"C{number + 1}", 9000) for number in range(-(-stands // 10))
    ]
    people = [_exhibitor_of(number, rng=rng) for number in range(exhibitors)]
    wishes = tuple(
        WishFacts(number * 5 + 1, number * 5 + 2, WishKind.NEAR if number % 3 else WishKind.APART)
        for number in range(exhibitors // 10)
    )
    made = hall(stands=places, exhibitors=people, circuits=circuits, wishes=wishes)
    return replace(made, present=_settle(made)) if settled else made


def _stand_of(number: int, *, rng: random.Random) -> StandFacts:
    row, along = divmod(number, PER_ROW)
    deep = (300, 300, 400)[row % 3]
    return StandFacts(
        id=number + 1,
        number=f"{chr(65 + row % 26) * (row // 26 + 1)}{along + 1}",
        plan_id=1,
        x=along * 300,
        y=row // 2 * (800 + AISLE) + row % 2 * 400,
        width=300,
        depth=deep,
        circuit_id=number // 10 + 1,
        watts=3500 if number % 5 else 0,
        has_water=along in (0, 1, 18, 19),
        has_internet=number % 2 == 0,
        is_step_free=row % 4 != 3,
        zone=NoiseZone.QUIET if row == 0 else NoiseZone.LOUD if row % 7 == 6 else NoiseZone.NORMAL,
    )


def _exhibitor_of(number: int, *, rng: random.Random) -> ExhibitorFacts:
    noise = rng.choices((Noise.NONE, Noise.SOME, Noise.LOUD), (6, 4, 1))[0]
    return ExhibitorFacts(
        id=number + 1,
        name=f"Exhibitor {number + 1}",
        area_m2=rng.choice((4, 6, 8, 9, 9, 12)),
        watts=rng.choice((0, 0, 200, 500, 1500, 3000)),
        needs_water=rng.random() < 0.08,
        needs_internet=rng.random() < 0.3,
        needs_step_free=rng.random() < 0.4,
        needs_quiet=noise is Noise.NONE and rng.random() < 0.06,
        noise=noise,
        strand_id=rng.randrange(6),
    )


def _settle(made: Hall) -> dict[int, int]:
    placing: dict[int, int] = {}
    for who in list(made.exhibitors)[: len(made.exhibitors) * 2 // 3]:
        for where in made.stands:
            if where in placing.values():
                continue
            tried = {**placing, who: where}
            if not [each for each in faults_of(made, who, placing=tried) if not each.is_wish]:
                placing = tried
                break
    return placing
