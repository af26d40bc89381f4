"""Sample facts of the mails about slots, for their preview."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from festival.mail.occasions import SAMPLE_MOMENT, Facts, occasion
from festival.portal.slots.states import KIND_NAMES, SlotKind
from festival.shared.sentences import mark

EXHIBITORS = mark("Exhibitors who take part")
DAY = timedelta(days=1)


def _one(edition: Any) -> dict[str, Any]:
    return {
        "edition": edition,
        "organization": SimpleNamespace(name="Paper Workshop", code="abc234"),
        "application": SimpleNamespace(code="abc234"),
        "kind_name": KIND_NAMES[SlotKind.SET_UP],
        "was": SimpleNamespace(starts_at=SAMPLE_MOMENT - DAY, minutes=30, gate="North gate"),
    }


@occasion("slot_moved", name=mark("A time at the gate was changed"), audience=EXHIBITORS)
def slot_moved(edition: Any) -> Facts:
    moved = SAMPLE_MOMENT - DAY + timedelta(hours=2)
    return _one(edition) | {
        "slot": SimpleNamespace(starts_at=moved, minutes=30, gate="South gate"),
        "address": "2 Harbour Street",
        "note": "Turn right behind the bakery.",
    }


@occasion("slot_removed", name=mark("A time at the gate was removed"), audience=EXHIBITORS)
def slot_removed(edition: Any) -> Facts:
    return _one(edition) | {"is_set_up": True}


@occasion("slot_missing", name=mark("No time for setting up is booked yet"), audience=EXHIBITORS)
def slot_missing(edition: Any) -> Facts:
    return {
        "edition": edition,
        "organization": "Paper Workshop",
        "application": "abc234",
        "first": SAMPLE_MOMENT - DAY,
        "last": SAMPLE_MOMENT - DAY + timedelta(hours=9),
    }
