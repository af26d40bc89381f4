"""Where stands lie and may lie: rows, numbers, what overlaps, what two editors did differently."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from festival.exhibitors.stands.rules.facts import Said, StandFacts
from festival.shared.sentences import mark

MOST_STANDS = 600
"""On one plan."""
LONGEST_ROW = 60
LARGEST_PLAN_CM = 100_000
SMALLEST_STAND_CM, LARGEST_STAND_CM = 50, 5_000
NUMBER = re.compile(r"[\w][\w ./-]{0,11}")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a stand lies, in centimetres, as its row holds it (before turning)."""

    x: int
    y: int
    width: int
    depth: int
    rotation: int = 0

    @property
    def footprint(self) -> tuple[int, int]:
        """Width and depth on the floor, after turning."""
        return (self.depth, self.width) if self.rotation == 90 else (self.width, self.depth)


@dataclass(frozen=True, slots=True)
class PlaceDifference:
    """A stand that lies somewhere else in what is saved than in what was sent."""

    number: str
    saved: Place
    sent: Place


def numbers_of_row(prefix: str, *, first: int, count: int) -> list[str]:
    """``B1`` … ``B8``."""
    return [f"{prefix}{number}" for number in range(first, first + count)]


def places_of_row(start: Place, *, count: int, gap: int, is_down: bool) -> list[Place]:
    """One beside the other with ``gap`` centimetres between them, along or down the plan."""
    width, depth = start.footprint
    step = (depth if is_down else width) + gap
    return [
        Place(
            start.x if is_down else start.x + number * step,
            start.y + number * step if is_down else start.y,
            start.width,
            start.depth,
            start.rotation,
        )
        for number in range(count)
    ]


def refusal_for_place(place: Place, *, width: int, depth: int) -> str | None:
    """Why a stand cannot lie there on a plan of this size; None when it can."""
    for side in (place.width, place.depth):
        if not SMALLEST_STAND_CM <= side <= LARGEST_STAND_CM:
            return mark("A stand is between half a metre and 50 metres wide and deep.")
    if place.rotation not in (0, 90):
        return mark("A stand is turned by a right angle or not at all.")
    across, along = place.footprint
    if place.x < 0 or place.y < 0 or place.x + across > width or place.y + along > depth:
        return mark("The stand would stick out of the plan.")
    return None


def refusal_for_number(number: str) -> str | None:
    """A number fits on the floor: up to twelve letters, digits, points and dashes."""
    if not NUMBER.fullmatch(number):
        return mark("Give a short number such as B12.")
    return None


def overlaps(stands: Iterable[StandFacts]) -> list[Said]:
    """A sentence for each two stands that lie upon each other; allowed, but told."""
    rows = sorted(stands, key=lambda each: (each.x, each.id))
    found = []
    for number, one in enumerate(rows):
        for other in rows[number + 1 :]:
            if other.x >= one.x + one.width:
                break
            if other.y < one.y + one.depth and one.y < other.y + other.depth:
                found.append(
                    Said(
                        mark("%(one)s and %(other)s lie upon each other."),
                        {"one": one.number, "other": other.number},
                    )
                )
    return found


def differences(
    saved: Mapping[str, tuple[str, Place]], *, sent: Mapping[str, Place]
) -> list[PlaceDifference]:
    """Stands (code → number and place) that ``sent`` would put elsewhere."""
    return [
        PlaceDifference(saved[code][0], saved[code][1], place)
        for code, place in sent.items()
        if code in saved and saved[code][1] != place
    ]
