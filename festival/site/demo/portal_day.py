"""Gates, times for vehicles, and who has booked which."""

from __future__ import annotations

from datetime import date, time, timedelta

from festival.exhibitors.models import Application
from festival.exhibitors.states import PROMISED
from festival.portal.slots import actions, queries
from festival.portal.slots.actions import GateValues, Load, Series
from festival.portal.slots.models import Slot, VehicleGate
from festival.portal.slots.states import SlotKind
from festival.shared.errors import FieldRefused
from festival.site.demo.stage import Stage

GATES = (
    GateValues(
        "North gate", "Harbour Road 2", "Turn in behind the bakery. The barrier opens by itself."
    ),
    GateValues("Courtyard", "Mill Lane 14", "Low arch: 2.4 m high. Hand carts stand at the wall."),
)
VEHICLES = (
    Load(480, "Small van"), Load(0, ""), Load(620, "Van with a trailer"), Load(450, "Car"),
    Load(0, "Cargo bicycle"), Load(540, "Van"),
)  # fmt: skip
WITHOUT = 5
"""Every fifth exhibitor has not booked yet."""
OWN = "bindery"
"""Whose people can sign in: set-up is booked, dismantling is still to do."""


def open_gates(stage: Stage, applications: dict[str, Application]) -> int:
    """Two gates with slots on the day before and in the last evening; answers the bookings."""
    now = stage.at(-30, 9)
    gates = [
        actions.make_gate(stage.edition, values, actor=stage.actor, now=now) for values in GATES
    ]
    for number, gate in enumerate(gates):
        _make(stage, gate, longest_cm=900 if number == 0 else 500)
    return _book(stage, applications)


def _make(stage: Stage, gate: VehicleGate, *, longest_cm: int) -> None:
    edition = stage.edition
    days: tuple[tuple[SlotKind, date, time, time], ...] = (
        (SlotKind.SET_UP, edition.starts_on - timedelta(days=1), time(12), time(18)),
        (SlotKind.DISMANTLING, edition.ends_on, time(18), time(21)),
    )
    for kind, day, first, last in days:
        series = Series(
            kind=kind, day=day, first=first, last=last, minutes=30, vehicles=3,
            longest_cm=longest_cm,
        )  # fmt: skip
        actions.make_slots(edition, gate, series, actor=stage.actor, now=stage.at(-30, 9))


def _book(stage: Stage, applications: dict[str, Application]) -> int:
    slots = {kind: queries.slots_of(stage.edition.id, kind=kind) for kind in SlotKind}
    booked = 0
    for number, (key, row) in enumerate(applications.items()):
        if row.state not in PROMISED or (key != OWN and number % WITHOUT == 0):
            continue
        load = VEHICLES[number % len(VEHICLES)]
        booked += _take(stage, row, slots[SlotKind.SET_UP], load, offset=number * 5)
        if key != OWN and number % 2:
            booked += _take(stage, row, slots[SlotKind.DISMANTLING], load, offset=number * 3)
    return booked


def _take(stage: Stage, row: Application, slots: list[Slot], load: Load, *, offset: int) -> bool:
    """The first slot from ``offset`` on that takes the vehicle, as people choose."""
    offset %= len(slots)
    for slot in slots[offset:] + slots[:offset]:
        if slot.left and (slot.longest_cm or load.length_cm) >= load.length_cm:
            try:
                actions.book_slot(row, slot, load, actor=stage.actor, now=stage.at(-12, 11))
            except FieldRefused:
                continue
            return True
    return False
