"""Exhibitors who take part, the people who speak for them, gates and slots."""

from __future__ import annotations

from datetime import date, time
from typing import Any

from sqlalchemy import select

from festival.accounts.models import Person, RoleGrant
from festival.exhibitors.models import Application
from festival.exhibitors.states import ApplicationState
from festival.extensions import db
from festival.portal.calendar.actions import make_feed
from festival.portal.passes.actions import name_pass
from festival.portal.slots import actions
from festival.portal.slots.actions import GateValues, Series
from festival.portal.slots.models import Slot, VehicleGate
from festival.portal.slots.states import SlotKind
from festival.shared.access import Role
from festival.shared.journal import SYSTEM
from tests.factories.exhibitors import make_application
from tests.factories.world import NOW, Corner, make_person

DAY_BEFORE = date(2027, 5, 13)


def make_speaker(application: Application, *, email: str = "") -> Person:
    """Somebody who signs in for the organization of the application."""
    address = email or f"speaker-{application.code}@portal.example"
    person = make_person(address, name=f"Speaker of {application.organization.name}")
    db.session.add(
        RoleGrant(
            person_id=person.id, role=Role.EXHIBITOR, granted_at=NOW,
            organization_id=application.organization_id,
        )
    )  # fmt: skip
    db.session.commit()
    return person


def make_exhibitor(
    corner: Corner,
    name: str = "Paper Workshop",
    *,
    state: ApplicationState = ApplicationState.ACCEPTED,
) -> tuple[Application, Person]:
    """An accepted application and who speaks for it."""
    address = "".join(char for char in name.casefold() if char.isalnum())
    row, _token = make_application(
        corner, state=state, name=name, email=f"{address}@{corner.festival.slug}.example"
    )
    return row, make_speaker(row)


def make_gate(corner: Corner, name: str = "North gate", **more: str) -> VehicleGate:
    gate = actions.make_gate(corner.edition, GateValues(name, **more), actor=SYSTEM, now=NOW)
    db.session.commit()
    return gate


def series(**changes: Any) -> Series:
    values: dict[str, Any] = {
        "kind": SlotKind.SET_UP, "day": DAY_BEFORE, "first": time(8), "last": time(10),
        "minutes": 30, "vehicles": 2, "longest_cm": None,
    }  # fmt: skip
    return Series(**values | changes)


def make_slots(corner: Corner, gate: VehicleGate, **changes: Any) -> list[Slot]:
    """Slots of a series at a gate, by time."""
    wanted = series(**changes)
    actions.make_slots(corner.edition, gate, wanted, actor=SYSTEM, now=NOW)
    db.session.commit()
    return list(
        db.session.scalars(
            select(Slot)
            .where(Slot.gate_id == gate.id, Slot.kind == wanted.kind)
            .order_by(Slot.starts_at)
        )
    )


def fill_portal(corner: Corner, application: Application, *, canary: str) -> dict[str, Any]:
    """One of every kind for ``factories.everything``; the corner's exhibitor speaks for it."""
    person = corner.people[Role.EXHIBITOR.value]
    db.session.add(
        RoleGrant(
            person_id=person.id, role=Role.EXHIBITOR, granted_at=NOW,
            organization_id=application.organization_id,
        )
    )  # fmt: skip
    gate = make_gate(corner, f"{canary} gate", address=f"{canary} street", note=f"{canary} note")
    slot = make_slots(corner, gate)[0]
    load = actions.Load(600, f"{canary} van")
    actions.book_slot(application, slot, load, actor=SYSTEM, now=NOW)
    token = make_feed(application, secret=f"secret of {canary}", actor=SYSTEM, now=NOW)
    team_pass = name_pass(
        application, name=f"{canary} Helper", email=f"{canary.lower()}@helper.example",
        language="en", actor=SYSTEM, now=NOW,
    )  # fmt: skip
    return {
        "vehicle_gate": gate, "gate_slot": slot, "exhibitor_feed_token": token,
        "team_pass": team_pass,
    }  # fmt: skip
