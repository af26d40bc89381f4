"""News that concern slots: who leaves gives them back, a cloned edition has the gates."""

from __future__ import annotations

from festival.exhibitors.events import ApplicationLeft, application_left
from festival.festivals.events import EditionCloned, edition_cloned
from festival.portal.slots import queries
from festival.portal.slots.actions import GateValues, make_gate, release_of


def connect() -> None:
    """Listen; called once at the start."""
    application_left.connect(_release)
    edition_cloned.connect(_clone)


def _release(_sender: object, *, event: ApplicationLeft) -> None:
    release_of(event.application_id, actor=event.actor, now=event.now)


def _clone(_sender: object, *, event: EditionCloned) -> None:
    for gate in queries.gates_of(event.source.id):
        values = GateValues(gate.name, gate.address, gate.note)
        make_gate(event.copy, values, actor=event.actor, now=event.now)
