"""What is allowed to slots: pure functions over plain facts."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from festival.portal.slots.states import SlotKind
from festival.shared.clock import local_instant
from festival.shared.sentences import mark

MOST_IN_A_SERIES = 100
SHORTEST, LONGEST = 5, 480
"""Minutes of a slot."""
LONGEST_VEHICLE = 3000
"""Centimetres; a lorry with its trailer has less than 19 metres in most countries."""
REMINDED_BEFORE = 2
"""Days before the first set-up slot on which who has none is reminded."""
MORNING = time(9, 0)
"""On the edition's clock."""


@dataclass(frozen=True, slots=True)
class SlotFacts:
    """What decides whether a slot can be booked."""

    gate: str
    kind: SlotKind
    starts_at: datetime
    left: int
    longest_cm: int | None
    is_open: bool


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why not: the field that it is about, a message id and its values."""

    field: str
    sentence: str
    values: dict[str, object] = dataclasses.field(default_factory=dict)


def starts_of(
    day: date, *, first: time, last: time, minutes: int, zone: ZoneInfo
) -> list[datetime]:
    """Instants at which slots of ``minutes`` begin so that the last one ends by ``last``.

    They follow each other as time passes, so on a night when the clock is changed none is lost.
    """
    begin, end = local_instant(day, first, zone=zone), local_instant(day, last, zone=zone)
    step = timedelta(minutes=minutes)
    found: list[datetime] = []
    while begin + step <= end and len(found) <= MOST_IN_A_SERIES:
        found.append(begin)
        begin += step
    return found


def fault_of_series(*, first: time, last: time, minutes: int) -> Refusal | None:
    """Why no slots can be made of these times."""
    if last <= first:
        return Refusal("last", mark("The end has to be after the beginning, on the same day."))
    if minutes < SHORTEST or minutes > LONGEST:
        return Refusal(
            "minutes",
            mark("A slot has between %(least)s and %(most)s minutes."),
            {"least": SHORTEST, "most": LONGEST},
        )
    span = (last.hour - first.hour) * 60 + last.minute - first.minute
    if span < minutes:
        return Refusal("minutes", mark("Between beginning and end there is no room for one slot."))
    if span // minutes > MOST_IN_A_SERIES:
        return Refusal(
            "minutes",
            mark("These are more than %(most)s slots at once."),
            {"most": MOST_IN_A_SERIES},
        )
    return None


def takes(slot: SlotFacts, length_cm: int) -> bool:
    """Whether a vehicle of this length can come to it."""
    return slot.longest_cm is None or length_cm <= slot.longest_cm


def can_be_booked(slot: SlotFacts, *, length_cm: int, now: datetime) -> bool:
    return slot.is_open and slot.left > 0 and slot.starts_at > now and takes(slot, length_cm)


def gates_that_take(
    slots: Iterable[SlotFacts], *, kind: SlotKind, length_cm: int, now: datetime
) -> list[str]:
    """Gates with a slot of this kind that such a vehicle could book now, by name."""
    return sorted(
        {
            each.gate
            for each in slots
            if each.kind is kind and can_be_booked(each, length_cm=length_cm, now=now)
        }
    )


def refusal_for(
    slot: SlotFacts, *, length_cm: int, now: datetime, gates: Iterable[str]
) -> Refusal | None:
    """Why this slot cannot be booked; ``gates`` are those that take such a vehicle.

    One that is the exhibitor's own already is not asked about its places here.
    """
    if not takes(slot, length_cm):
        return _too_long(slot, length_cm=length_cm, gates=list(gates))
    if slot.starts_at <= now:
        return Refusal("slot", mark("This slot has begun already. Choose a later one."))
    if not slot.is_open:
        return Refusal("slot", mark("The organizers have closed this slot. Choose another one."))
    if slot.left <= 0:
        return Refusal("slot", mark("Somebody was quicker: this slot is full. Choose another one."))
    return None


def _too_long(slot: SlotFacts, *, length_cm: int, gates: list[str]) -> Refusal:
    values: dict[str, object] = {
        "length": metres(length_cm),
        "gate": slot.gate,
        "longest": metres(slot.longest_cm or 0),
        "gates": ", ".join(gates),
    }
    if gates:
        return Refusal(
            "length_cm",
            mark(
                "Your vehicle is %(length)s m long; at this time %(gate)s takes vehicles of at "
                "most %(longest)s m. There is room for it at: %(gates)s."
            ),
            values,
        )
    return Refusal(
        "length_cm",
        mark(
            "Your vehicle is %(length)s m long; at this time %(gate)s takes vehicles of at "
            "most %(longest)s m. No gate has room for it now: please write to the organizers."
        ),
        values,
    )


def metres(length_cm: int) -> str:
    """``7.5`` for 750."""
    return f"{length_cm / 100:g}"


def reminder_at(first: datetime, *, zone: ZoneInfo) -> datetime:
    """When who has no slot is reminded, ``first`` being the beginning of the first slot."""
    day = first.astimezone(zone).date() - timedelta(days=REMINDED_BEFORE)
    return local_instant(day, MORNING, zone=zone)
