"""What the rules are told: stands, circuits, exhibitors and wishes as plain values."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from festival.exhibitors.stands.states import NoiseZone, WishKind
from festival.exhibitors.states import Noise

NEAR_CM = 500
"""A wish to be near is kept when no more than this lies between the two stands."""
APART_CM = 1500
"""A wish to be apart is kept when at least this lies between them, or another plan."""


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence for a person: an English message id and its values.

    A value may be a tuple of sentences, which are told one after another.
    """

    sentence: str
    values: Mapping[str, Any] = field(default_factory=dict)

    def spoken(self, translated: Callable[[str], str]) -> str:
        """The sentence in the language of ``translated``, which is gettext at the edge."""
        sentence = translated(self.sentence)
        if not self.values:
            return sentence
        return sentence % {
            name: " ".join(each.spoken(translated) for each in value)
            if isinstance(value, tuple)
            else value
            for name, value in self.values.items()
        }

    def in_english(self) -> str:
        return self.spoken(str)


@dataclass(frozen=True, slots=True)
class PlanFacts:
    id: int
    name: str
    quiet_distance_cm: int


@dataclass(frozen=True, slots=True)
class CircuitFacts:
    id: int
    name: str
    watts: int


@dataclass(frozen=True, slots=True)
class QuotaFacts:
    """A class of stand of which there are only so many."""

    class_id: int
    name: str
    quota: int


@dataclass(frozen=True, slots=True)
class StandFacts:
    """A stand as it lies on the floor: ``width`` and ``depth`` are those after turning."""

    id: int
    number: str
    plan_id: int
    x: int
    y: int
    width: int
    depth: int
    circuit_id: int | None = None
    watts: int = 0
    has_water: bool = False
    has_internet: bool = False
    is_step_free: bool = True
    zone: NoiseZone = NoiseZone.NORMAL
    class_id: int | None = None
    bears_kg: int | None = None
    """What a square metre of its floor bears; None where nobody has said so."""
    is_blocked: bool = False
    is_reserved: bool = False

    @property
    def area_cm2(self) -> int:
        return self.width * self.depth

    @property
    def area_m2(self) -> float:
        """Square metres, to two digits."""
        return round(self.area_cm2 / 10_000, 2)

    @property
    def area(self) -> tuple[int, str]:
        """Plan and letters of the number: stands of one area lie together."""
        return (self.plan_id, area_name(self.number))


@dataclass(frozen=True, slots=True)
class ExhibitorFacts:
    """What an accepted application asks of its stand; 0 and False ask nothing."""

    id: int
    name: str
    area_m2: float = 0
    watts: int = 0
    needs_water: bool = False
    needs_internet: bool = False
    needs_step_free: bool = False
    needs_quiet: bool = False
    noise: Noise = Noise.NONE
    class_id: int | None = None
    load_kg: int = 0
    """What it puts on a square metre of floor."""
    strand_id: int | None = None

    @property
    def is_loud(self) -> bool:
        return self.noise is Noise.LOUD


@dataclass(frozen=True, slots=True)
class WishFacts:
    one: int
    other: int
    kind: WishKind


@dataclass(frozen=True)
class Hall:
    """Everything that decides where an exhibitor can stand.

    ``present`` is who has which stand now, exhibitor id → stand id; ``pinned`` are exhibitors
    whom a proposal leaves where they are.
    """

    plans: Mapping[int, PlanFacts]
    circuits: Mapping[int, CircuitFacts]
    stands: Mapping[int, StandFacts]
    exhibitors: Mapping[int, ExhibitorFacts]
    wishes: tuple[WishFacts, ...] = ()
    present: Mapping[int, int] = field(default_factory=dict)
    pinned: frozenset[int] = frozenset()
    quotas: Mapping[int, QuotaFacts] = field(default_factory=dict)
    """Class → how many there are, where somebody counts."""


Placing = Mapping[int, int]
"""Exhibitor id → stand id."""


def area_name(number: str) -> str:
    """Letters before the first digit of a stand's number: ``B`` of ``B12``, nothing of ``12``."""
    return re.split(r"\d", number, maxsplit=1)[0].strip(" -./").upper()


def gap_cm(one: StandFacts, other: StandFacts) -> float:
    """What lies between the edges of two stands; without end when they are on two plans."""
    if one.plan_id != other.plan_id:
        return math.inf
    across = max(one.x - (other.x + other.width), other.x - (one.x + one.width), 0)
    along = max(one.y - (other.y + other.depth), other.y - (one.y + one.depth), 0)
    return math.hypot(across, along)


def in_metres(centimetres: float) -> str:
    """``4.5``: at most one digit after the point, for sentences."""
    return f"{round(centimetres / 100, 1):g}"


def in_square_metres(area: float) -> str:
    """``12`` or ``7.5``; never more digits than a person measures."""
    return f"{round(area, 1):g}"
