"""The constraints of a stand, each named in a sentence; one home for hand and machine.

``faults_of`` says what is wrong with one exhibitor on one stand, ``faults_in`` looks at a whole
allocation.  Assigning by hand warns with these sentences; a proposal with a fault is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from festival.exhibitors.stands.rules.facts import (
    APART_CM,
    NEAR_CM,
    ExhibitorFacts,
    Hall,
    Placing,
    Said,
    StandFacts,
    gap_cm,
    in_metres,
    in_square_metres,
)
from festival.exhibitors.stands.states import NoiseZone, WishKind
from festival.shared.sentences import mark


class Constraint(StrEnum):
    BLOCKED = "blocked"
    TAKEN = "taken"
    SIZE = "size"
    POWER = "power"
    CIRCUIT = "circuit"
    WATER = "water"
    INTERNET = "internet"
    STEP_FREE = "step_free"
    CLASS = "class"
    FLOOR = "floor"
    QUOTA = "quota"
    NOISE = "noise"
    NEAR = "near"
    APART = "apart"


FORBIDDING = frozenset({Constraint.BLOCKED, Constraint.TAKEN})
"""Not even by hand."""
WISHED = frozenset({Constraint.NEAR, Constraint.APART})
"""A proposal tries to keep these; the others it must keep, but for those that only warn."""
WARNING = WISHED | {Constraint.QUOTA}
"""Told by hand; a proposal is not refused for them: how many of a class were accepted was decided
before anybody stands anywhere."""

NAMES = {
    Constraint.BLOCKED: mark("Not blocked"),
    Constraint.TAKEN: mark("Nobody else's"),
    Constraint.SIZE: mark("Size"),
    Constraint.POWER: mark("Power at the stand"),
    Constraint.CIRCUIT: mark("Power of the circuit"),
    Constraint.WATER: mark("Water"),
    Constraint.INTERNET: mark("Internet"),
    Constraint.STEP_FREE: mark("Step-free"),
    Constraint.CLASS: mark("Class of stand"),
    Constraint.FLOOR: mark("Weight on the floor"),
    Constraint.QUOTA: mark("Number of stands of a class"),
    Constraint.NOISE: mark("Noise"),
    Constraint.NEAR: mark("Near"),
    Constraint.APART: mark("Apart"),
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One constraint that does not hold for an exhibitor on a stand."""

    constraint: Constraint
    exhibitor_id: int
    stand_id: int
    said: Said
    other_id: int | None = None
    """The neighbour, where one is part of it."""

    @property
    def is_forbidding(self) -> bool:
        return self.constraint in FORBIDDING

    @property
    def is_wish(self) -> bool:
        return self.constraint in WISHED

    @property
    def only_warns(self) -> bool:
        return self.constraint in WARNING


Found = tuple[Constraint, Said] | None
OwnCheck = Callable[[ExhibitorFacts, StandFacts], Found]


def _size(who: ExhibitorFacts, where: StandFacts) -> Found:
    if round(who.area_m2 * 10_000) <= where.area_cm2:
        return None
    sentence = mark("Too small: needs %(needed)s m², has %(given)s m².")
    values = {
        "needed": in_square_metres(who.area_m2),
        "given": in_square_metres(where.area_m2),
    }
    return Constraint.SIZE, Said(sentence, values)


def _power(who: ExhibitorFacts, where: StandFacts) -> Found:
    if who.watts <= where.watts:
        return None
    if not where.watts:
        return Constraint.POWER, Said(mark("No socket: needs %(needed)s W."), {"needed": who.watts})
    return Constraint.POWER, Said(
        mark("Too little power: needs %(needed)s W, the socket gives %(given)s W."),
        {"needed": who.watts, "given": where.watts},
    )


def _facilities(who: ExhibitorFacts, where: StandFacts) -> Iterator[Found]:
    if who.needs_water and not where.has_water:
        yield Constraint.WATER, Said(mark("No water."))
    if who.needs_internet and not where.has_internet:
        yield Constraint.INTERNET, Said(mark("No internet."))
    if who.needs_step_free and not where.is_step_free:
        yield Constraint.STEP_FREE, Said(mark("Not step-free."))


def _class(who: ExhibitorFacts, where: StandFacts) -> Found:
    if where.class_id is None or who.class_id in (None, where.class_id):
        return None
    return Constraint.CLASS, Said(mark("Of another class than the one applied for."))


def _floor(who: ExhibitorFacts, where: StandFacts) -> Found:
    """Where nobody has said what the floor bears, nothing can be wrong."""
    if where.bears_kg is None or who.load_kg <= where.bears_kg:
        return None
    return Constraint.FLOOR, Said(
        mark("Too heavy: puts %(needed)s kg on a square metre, the floor bears %(given)s kg."),
        {"needed": who.load_kg, "given": where.bears_kg},
    )


def _zone(who: ExhibitorFacts, where: StandFacts) -> Found:
    if who.is_loud and where.zone is NoiseZone.QUIET:
        return Constraint.NOISE, Said(mark("Loud in a quiet zone."))
    if who.needs_quiet and where.zone is NoiseZone.LOUD:
        return Constraint.NOISE, Said(mark("Needs quiet, and this is a loud zone."))
    return None


def lasting_faults(who: ExhibitorFacts, where: StandFacts) -> list[Fault]:
    """What is wrong whoever else stands there: size, socket, water, steps, class, floor, zone."""
    found: list[Found] = [_size(who, where), _power(who, where), *_facilities(who, where)]
    found += [_class(who, where), _floor(who, where), _zone(who, where)]
    if where.is_blocked:
        found.insert(0, (Constraint.BLOCKED, Said(mark("This stand is blocked."))))
    return [Fault(each[0], who.id, where.id, each[1]) for each in found if each is not None]


def fits(who: ExhibitorFacts, where: StandFacts) -> bool:
    """Whether nothing lasting is wrong."""
    return not lasting_faults(who, where)


def load_of(hall: Hall, circuit_id: int, *, placing: Placing) -> int:
    """Watts that the exhibitors on a circuit take together."""
    return sum(
        hall.exhibitors[who].watts
        for who, where in placing.items()
        if hall.stands[where].circuit_id == circuit_id
    )


def quarrel_over_noise(hall: Hall, one: int, other: int, *, placing: Placing) -> float | None:
    """The gap in centimetres between somebody loud and somebody who needs quiet, if too small."""
    who, beside = hall.exhibitors[one], hall.exhibitors[other]
    if not ((who.is_loud and beside.needs_quiet) or (who.needs_quiet and beside.is_loud)):
        return None
    here = hall.stands[placing[one]]
    gap = gap_cm(here, hall.stands[placing[other]])
    return gap if gap < hall.plans[here.plan_id].quiet_distance_cm else None


def faults_of(hall: Hall, exhibitor_id: int, *, placing: Placing) -> list[Fault]:
    """Everything that is wrong with one exhibitor where ``placing`` puts it."""
    who, where = hall.exhibitors[exhibitor_id], hall.stands[placing[exhibitor_id]]
    found = _taken(hall, exhibitor_id, placing=placing)
    found += lasting_faults(who, where)
    found += _quota(hall, exhibitor_id, placing=placing)
    found += _circuit(hall, exhibitor_id, placing=placing)
    found += _noise(hall, exhibitor_id, placing=placing)
    found += _wishes(hall, exhibitor_id, placing=placing)
    return found


def faults_in(hall: Hall, *, placing: Placing) -> list[Fault]:
    """Everything that is wrong with an allocation, exhibitor by exhibitor."""
    return [fault for who in placing for fault in faults_of(hall, who, placing=placing)]


def faults_of_a_proposal(hall: Hall, *, placing: Placing) -> list[Fault]:
    """What a proposal must not have: every fault but those that only warn, and what only pins
    bring about.

    A pin is the organizer's word: what is wrong with a pinned exhibitor alone, or between two of
    them, is not the proposal's fault; nobody else may be put into such a conflict.
    """
    found = [
        fault
        for fault in faults_in(hall, placing=placing)
        if not fault.only_warns and fault.exhibitor_id not in hall.pinned
    ]
    moved_pins = [who for who in hall.pinned if placing.get(who) != hall.present.get(who)]
    return found + [
        Fault(Constraint.TAKEN, who, hall.present[who], Said(mark("A pinned exhibitor was moved.")))
        for who in sorted(moved_pins)
    ]


def _taken(hall: Hall, exhibitor_id: int, *, placing: Placing) -> list[Fault]:
    where = placing[exhibitor_id]
    others = [who for who, there in placing.items() if there == where and who != exhibitor_id]
    return [
        Fault(
            Constraint.TAKEN,
            exhibitor_id,
            where,
            Said(mark("%(name)s has this stand."), {"name": hall.exhibitors[other].name}),
            other,
        )
        for other in others
    ]


def class_on(hall: Hall, exhibitor_id: int, *, placing: Placing) -> int | None:
    """The class that an exhibitor uses up: that of its stand, or the one that it applied for."""
    where = hall.stands[placing[exhibitor_id]]
    return where.class_id or hall.exhibitors[exhibitor_id].class_id


def _quota(hall: Hall, exhibitor_id: int, *, placing: Placing) -> list[Fault]:
    quota = hall.quotas.get(class_on(hall, exhibitor_id, placing=placing) or 0)
    if quota is None:
        return []
    given = sum(class_on(hall, who, placing=placing) == quota.class_id for who in placing)
    if given <= quota.quota:
        return []
    sentence = mark("More than there are: %(given)s of %(name)s are given, %(quota)s exist.")
    values = {"given": given, "name": quota.name, "quota": quota.quota}
    return [Fault(Constraint.QUOTA, exhibitor_id, placing[exhibitor_id], Said(sentence, values))]


def _circuit(hall: Hall, exhibitor_id: int, *, placing: Placing) -> list[Fault]:
    who, where = hall.exhibitors[exhibitor_id], hall.stands[placing[exhibitor_id]]
    if where.circuit_id is None or not who.watts:
        return []
    circuit = hall.circuits[where.circuit_id]
    load = load_of(hall, circuit.id, placing=placing)
    if load <= circuit.watts:
        return []
    sentence = mark("Circuit %(circuit)s would carry %(load)s of %(limit)s W.")
    values = {"circuit": circuit.name, "load": load, "limit": circuit.watts}
    return [Fault(Constraint.CIRCUIT, exhibitor_id, where.id, Said(sentence, values))]


def _noise(hall: Hall, exhibitor_id: int, *, placing: Placing) -> list[Fault]:
    who, where = hall.exhibitors[exhibitor_id], hall.stands[placing[exhibitor_id]]
    if not (who.is_loud or who.needs_quiet):
        return []
    found = []
    wanted = in_metres(hall.plans[where.plan_id].quiet_distance_cm)
    for other in placing:
        gap = None
        if other != exhibitor_id:
            gap = quarrel_over_noise(hall, exhibitor_id, other, placing=placing)
        if gap is not None:
            said = Said(_noise_sentence(who), {
                "name": hall.exhibitors[other].name,
                "stand": hall.stands[placing[other]].number,
                "gap": in_metres(gap),
                "wanted": wanted,
            })  # fmt: skip
            found.append(Fault(Constraint.NOISE, exhibitor_id, where.id, said, other))
    return found


def _noise_sentence(who: ExhibitorFacts) -> str:
    if who.is_loud:
        return mark(
            "Loud beside quiet: %(name)s on %(stand)s needs quiet and is %(gap)s m away; "
            "%(wanted)s m are the rule."
        )
    return mark(
        "Quiet beside loud: %(name)s on %(stand)s is loud and %(gap)s m away; "
        "%(wanted)s m are the rule."
    )


def _wishes(hall: Hall, exhibitor_id: int, *, placing: Placing) -> list[Fault]:
    found = []
    for wish in hall.wishes:
        if exhibitor_id not in (wish.one, wish.other):
            continue
        other = wish.other if wish.one == exhibitor_id else wish.one
        if other not in placing:
            continue
        where, there = hall.stands[placing[exhibitor_id]], hall.stands[placing[other]]
        if wish_is_kept(wish.kind, where, there):
            continue
        kind = Constraint.NEAR if wish.kind is WishKind.NEAR else Constraint.APART
        said = _wish_sentence(wish.kind, hall.exhibitors[other].name, where, there)
        found.append(Fault(kind, exhibitor_id, where.id, said, other))
    return found


def wish_is_kept(kind: WishKind, where: StandFacts, there: StandFacts) -> bool:
    """Whether two stands are near, or far, enough for a wish."""
    gap = gap_cm(where, there)
    return gap <= NEAR_CM if kind is WishKind.NEAR else gap >= APART_CM


def _wish_sentence(kind: WishKind, name: str, where: StandFacts, there: StandFacts) -> Said:
    values = {"name": name, "stand": there.number}
    if where.plan_id != there.plan_id:
        return Said(mark("Wished near %(name)s, who is on another plan (%(stand)s)."), values)
    values["gap"] = in_metres(gap_cm(where, there))
    if kind is WishKind.NEAR:
        values["wanted"] = in_metres(NEAR_CM)
        sentence = mark(
            "Wished near %(name)s on %(stand)s: %(gap)s m away, %(wanted)s m would be near."
        )
    else:
        values["wanted"] = in_metres(APART_CM)
        sentence = mark(
            "Wished apart from %(name)s on %(stand)s: only %(gap)s m away, "
            "%(wanted)s m would be apart."
        )
    return Said(sentence, values)
