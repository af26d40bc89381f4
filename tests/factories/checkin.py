"""Gates, door links and scans."""

from __future__ import annotations

from datetime import date, datetime
from uuid import uuid4

from festival.badges.models import Badge
from festival.checkin import actions
from festival.checkin.models import DoorLink, Gate
from festival.extensions import db
from festival.shared.journal import SYSTEM
from tests.factories.world import NOW, Corner


def make_gate(corner: Corner, *, name: str = "Main entrance") -> Gate:
    gate = actions.add_gate(corner.edition, name=name, actor=SYSTEM, now=NOW)
    db.session.commit()
    return gate


def make_door(
    corner: Corner,
    *,
    gate: Gate | None = None,
    occurrence_id: int | None = None,
    label: str = "Gate A",
    last_day: date = date(2027, 5, 16),
    now: datetime = NOW,
) -> tuple[DoorLink, str]:
    """A link and its secret, for a gate of its own unless one or an occurrence is given."""
    if gate is None and occurrence_id is None:
        gate = make_gate(corner, name=f"Gate {uuid4()}")
    link, token = actions.make_door_link(
        corner.edition,
        label=label,
        gate_id=gate.id if gate else None,
        occurrence_id=occurrence_id,
        last_day=last_day,
        actor=SYSTEM,
        now=now,
    )
    db.session.commit()
    return link, token


def scan(door: DoorLink, badge: Badge | str, *, at: datetime, key: str = "") -> actions.CheckIn:
    """One scan, committed."""
    code = badge if isinstance(badge, str) else badge.code
    result = actions.check_in(door, key=key or str(uuid4()), code=code, now=at)
    db.session.commit()
    return result
