"""A hall in plain numbers for the solver, and its answer as an allocation.

The program knows neither stands nor exhibitors: which pairs are allowed and what each costs is
worked out here with the functions of ``rules``, so that no constraint is written twice.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from festival.exhibitors.stands.rules.constraints import fits, load_of, quarrel_over_noise
from festival.exhibitors.stands.rules.facts import (
    APART_CM,
    NEAR_CM,
    ExhibitorFacts,
    Hall,
    Placing,
    StandFacts,
    gap_cm,
)
from festival.exhibitors.stands.rules.weighing import (
    BROKEN_WISH,
    MOVED,
    SCATTERED,
    UNUSED_M2,
    is_moved,
    unused_m2,
)
from festival.exhibitors.stands.states import WishKind

Order = dict[str, Any]


@dataclass(frozen=True)
class Numbering:
    """Exhibitors and stands by their place in the order."""

    exhibitors: tuple[ExhibitorFacts, ...]
    stands: tuple[StandFacts, ...]

    def placing(self, chosen: Iterable[int | None]) -> Placing:
        """Exhibitor id → stand id from the solver's answer."""
        return {
            who.id: self.stands[where].id
            for who, where in zip(self.exhibitors, chosen, strict=True)
            if where is not None
        }


def numbering_of(hall: Hall) -> Numbering:
    """Stands that a proposal may give: neither blocked nor reserved, or pinned already."""
    kept = {hall.present[who] for who in hall.pinned}
    stands = (
        each
        for each in hall.stands.values()
        if each.id in kept or not (each.is_blocked or each.is_reserved)
    )
    return Numbering(
        tuple(sorted(hall.exhibitors.values(), key=lambda each: each.id)),
        tuple(sorted(stands, key=lambda each: each.id)),
    )


MOVES = 130_000
"""Tried by the search for each second of the whole; they take less than half of it."""
MOVES_SETTLED = 90_000
"""Where most have a stand already the search finds little more, and the proof wants the time."""
MOVES_EACH = 20_000
"""At most so many for each exhibitor: a small hall is soon as good as it can be."""


def order_of(hall: Hall, *, seconds: float, effort: float, seed: int = 1) -> Order:
    """What the program is told.

    ``effort`` is the solver's own measure of work, the same on every machine: while it ends the
    work, the same hall gives the same plan.  ``seconds`` is the limit that always holds.
    """
    numbers = numbering_of(hall)
    place = {each.id: number for number, each in enumerate(numbers.stands)}
    allowed = [_allowed(hall, who, numbers=numbers, place=place) for who in numbers.exhibitors]
    return {
        "seconds": seconds,
        "effort": effort,
        "seed": seed,
        "moves": _moves(hall, seconds=seconds),
        "stands": len(numbers.stands),
        "allowed": allowed,
        "costs": [
            [_cost(hall, who, numbers.stands[where]) for where in places]
            for who, places in zip(numbers.exhibitors, allowed, strict=True)
        ],
        "forced": [n for n, who in enumerate(numbers.exhibitors) if who.id in hall.pinned],
        "watts": [who.watts for who in numbers.exhibitors],
        "circuits": _circuits(hall, numbers),
        "noise": _noise(hall, numbers),
        "wishes": _wishes(hall, numbers),
        "wish_cost": BROKEN_WISH,
        "groups": _strands(numbers),
        "areas": _areas(numbers),
        "scatter_cost": SCATTERED,
        "hint": [place.get(hall.present.get(who.id, -1)) for who in numbers.exhibitors],
    }


def _moves(hall: Hall, *, seconds: float) -> int:
    is_settled = len(hall.present) * 2 > len(hall.exhibitors)
    each_second = MOVES_SETTLED if is_settled else MOVES
    return min(round(each_second * seconds), MOVES_EACH * len(hall.exhibitors))


def _allowed(
    hall: Hall, who: ExhibitorFacts, *, numbers: Numbering, place: dict[int, int]
) -> list[int]:
    if who.id in hall.pinned:
        return [place[hall.present[who.id]]]
    kept = {hall.present[each] for each in hall.pinned}
    return [
        number
        for number, where in enumerate(numbers.stands)
        if where.id not in kept and fits(who, where)
    ]


def _cost(hall: Hall, who: ExhibitorFacts, where: StandFacts) -> int:
    return unused_m2(who, where) * UNUSED_M2 + is_moved(hall, who.id, where.id) * MOVED


def _circuits(hall: Hall, numbers: Numbering) -> list[dict[str, Any]]:
    pinned = {who: hall.present[who] for who in hall.pinned}
    found = []
    for circuit in hall.circuits.values():
        on_it = [n for n, each in enumerate(numbers.stands) if each.circuit_id == circuit.id]
        kept = load_of(hall, circuit.id, placing=pinned)
        if on_it:
            found.append({"stands": on_it, "watts": max(circuit.watts, kept)})
    return found


def _noise(hall: Hall, numbers: Numbering) -> dict[str, Any]:
    """Who is loud, who needs quiet, and which stands are too close for the two."""
    loud = [n for n, who in enumerate(numbers.exhibitors) if who.is_loud]
    quiet = [n for n, who in enumerate(numbers.exhibitors) if who.needs_quiet]
    pairs: list[list[int]] = []
    if loud and quiet:
        bearable = _quarrels_of_pins(hall)
        pairs = [
            [first, second]
            for first, one in enumerate(numbers.stands)
            for second, other in enumerate(numbers.stands)
            if first != second
            and one.plan_id == other.plan_id
            and (one.id, other.id) not in bearable
            and gap_cm(one, other) < hall.plans[one.plan_id].quiet_distance_cm
        ]
    return {"loud": loud, "quiet": quiet, "too_close": pairs}


def _quarrels_of_pins(hall: Hall) -> set[tuple[int, int]]:
    """Stands of two pinned exhibitors that disturb each other: the organizer wants it so."""
    pinned = {who: hall.present[who] for who in hall.pinned}
    return {
        (pinned[one], pinned[other])
        for one in pinned
        for other in pinned
        if one != other and quarrel_over_noise(hall, one, other, placing=pinned) is not None
    }


def _wishes(hall: Hall, numbers: Numbering) -> dict[str, Any]:
    """The wishes, and for each stand those that lie within either distance."""
    place = {each.id: number for number, each in enumerate(numbers.exhibitors)}
    near = [
        [place[each.one], place[each.other]] for each in hall.wishes if each.kind is WishKind.NEAR
    ]
    apart = [
        [place[each.one], place[each.other]] for each in hall.wishes if each.kind is WishKind.APART
    ]

    def within(limit: float, *, sharply: bool) -> list[list[int]]:
        return [
            [
                number
                for number, other in enumerate(numbers.stands)
                if (gap := gap_cm(one, other)) < limit or (gap == limit and not sharply)
            ]
            for one in numbers.stands
        ]

    return {
        "near": near,
        "apart": apart,
        "close": within(NEAR_CM, sharply=False) if near else [],
        "not_far": within(APART_CM, sharply=True) if apart else [],
    }


def _strands(numbers: Numbering) -> list[list[int]]:
    found: dict[int, list[int]] = {}
    for number, who in enumerate(numbers.exhibitors):
        if who.strand_id is not None:
            found.setdefault(who.strand_id, []).append(number)
    return [found[strand] for strand in sorted(found)]


def _areas(numbers: Numbering) -> list[list[int]]:
    found: dict[tuple[int, str], list[int]] = {}
    for number, where in enumerate(numbers.stands):
        found.setdefault(where.area, []).append(number)
    return [found[area] for area in sorted(found)]
