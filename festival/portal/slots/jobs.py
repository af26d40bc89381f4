"""The clock of the slots: who has no set-up slot is reminded."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from festival.extensions import db
from festival.festivals.models import Edition
from festival.portal.slots import queries, rules
from festival.portal.slots.actions import remind_edition
from festival.portal.slots.states import SlotKind
from festival.shared.appointments import LOOKBACK, Appointment, appointments
from festival.shared.clock import utc_now
from festival.shared.sentences import mark
from festival.shared.tasks import TaskResult, TaskRun, task
from festival.shared.work import work


@appointments
def missing_slots(*, now: datetime, horizon: timedelta) -> Iterator[Appointment]:
    """Two days before the first set-up slot, in the morning; the instant is part of the key."""
    begin, end = now - LOOKBACK, now + horizon
    for edition, first in queries.editions_with_slots(begin, end):
        at = rules.reminder_at(first, zone=ZoneInfo(edition.time_zone))
        if begin <= at <= end:
            yield Appointment(
                key=f"slot_missing:{edition.id}:{at:%Y%m%d}",
                at=at,
                kind="slot_missing",
                title=mark("Exhibitors without a set-up slot are reminded"),
                payload={"edition": edition.id, "first": first.isoformat()},
                edition_id=edition.id,
                until=first,
            )


@task("slot_missing")
def slot_missing(run: TaskRun) -> TaskResult:
    """One letter for each; nothing where the first slot has moved to another day."""
    with work():
        edition = db.session.get_one(Edition, run.payload["edition"])
        times = queries.first_and_last(edition.id, kind=SlotKind.SET_UP)
        planned = datetime.fromisoformat(run.payload["first"])
        zone = ZoneInfo(edition.time_zone)
        if times is None or times[0].astimezone(zone).date() != planned.astimezone(zone).date():
            return {"text": "There was nothing to tell."}
        told = remind_edition(edition, now=utc_now())
    return {"text": f"Letters written: {told}."}
