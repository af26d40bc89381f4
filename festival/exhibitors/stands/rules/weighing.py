"""What makes one allocation better than another: stated weights, and the score by them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from festival.exhibitors.stands.rules.constraints import wish_is_kept
from festival.exhibitors.stands.rules.facts import ExhibitorFacts, Hall, Placing, StandFacts
from festival.shared.sentences import mark

BROKEN_WISH = 40
"""For each wish to be near or apart that is not kept."""
MOVED = 15
"""For each exhibitor that has to leave the stand it has now."""
SCATTERED = 10
"""For each area in which a strand stands: a strand that fits into one area costs this once."""
UNUSED_M2 = 1
"""For each whole square metre that an exhibitor did not ask for."""

WEIGHTS = (
    (BROKEN_WISH, mark("for each wish to be near or apart that is not kept")),
    (MOVED, mark("for each exhibitor that leaves its present stand")),
    (SCATTERED, mark("for each area over which a strand is spread")),
    (UNUSED_M2, mark("for each square metre more than was asked for")),
)
"""Told on the page of a proposal."""


@dataclass(frozen=True, slots=True)
class Score:
    """Counts of an allocation; ``total`` is their weighted sum, lower is better."""

    placed: int
    broken_wishes: int
    moved: int
    areas: int
    unused_m2: int

    @property
    def total(self) -> int:
        return (
            self.broken_wishes * BROKEN_WISH
            + self.moved * MOVED
            + self.areas * SCATTERED
            + self.unused_m2 * UNUSED_M2
        )


def unused_m2(who: ExhibitorFacts, where: StandFacts) -> int:
    """Whole square metres more than were asked for; whoever asked for none wastes none."""
    if not who.area_m2:
        return 0
    return max(0, (where.area_cm2 - round(who.area_m2 * 10_000)) // 10_000)


def is_moved(hall: Hall, exhibitor_id: int, stand_id: int) -> bool:
    """Whether it has another stand now."""
    return hall.present.get(exhibitor_id, stand_id) != stand_id


def areas_of_strands(hall: Hall, placing: Placing) -> Mapping[int, set[tuple[int, str]]]:
    """Strand → the areas in which its exhibitors stand."""
    found: dict[int, set[tuple[int, str]]] = {}
    for who, where in placing.items():
        strand = hall.exhibitors[who].strand_id
        if strand is not None:
            found.setdefault(strand, set()).add(hall.stands[where].area)
    return found


def score(hall: Hall, *, placing: Placing) -> Score:
    """Count what the weights are about."""
    broken = sum(
        not wish_is_kept(
            wish.kind, hall.stands[placing[wish.one]], hall.stands[placing[wish.other]]
        )
        for wish in hall.wishes
        if wish.one in placing and wish.other in placing
    )
    return Score(
        placed=len(placing),
        broken_wishes=broken,
        moved=sum(is_moved(hall, who, where) for who, where in placing.items()),
        areas=sum(len(areas) for areas in areas_of_strands(hall, placing).values()),
        unused_m2=sum(
            unused_m2(hall.exhibitors[who], hall.stands[where]) for who, where in placing.items()
        ),
    )
