"""The clock of the calls: drafts are reminded before the close, organizers get its numbers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from festival.exhibitors.closing import (
    closes_between,
    drafts_to_remind,
    remind_of_close,
    reminders_between,
    sum_up,
)
from festival.shared.appointments import LOOKBACK, Appointment, appointments
from festival.shared.clock import utc_now
from festival.shared.sentences import mark
from festival.shared.tasks import TaskResult, TaskRun, task
from festival.shared.work import work


@appointments
def reminders_of_calls(*, now: datetime, horizon: timedelta) -> Iterator[Appointment]:
    """Three days and one day before a call closes; the close is part of the key."""
    for each in reminders_between(now - LOOKBACK, now + horizon):
        yield Appointment(
            key=f"call_closing:{each.call_id}:{each.closes_at:%Y%m%dT%H%M}:{each.days}",
            at=each.at,
            kind="call_closing",
            title=mark("Drafts are reminded that the call closes"),
            payload={
                "call": each.call_id,
                "closes_at": each.closes_at.isoformat(),
                "days": each.days,
            },
            edition_id=each.edition_id,
            until=each.until,
        )


@appointments
def closes_of_calls(*, now: datetime, horizon: timedelta) -> Iterator[Appointment]:
    """The instant at which a call closes."""
    for call, edition, instant in closes_between(now - LOOKBACK, now + horizon):
        yield Appointment(
            key=f"call_closed:{call.id}:{instant:%Y%m%dT%H%M}",
            at=instant,
            kind="call_closed",
            title=mark("A call closes"),
            payload={"call": call.id, "closes_at": instant.isoformat()},
            edition_id=edition.id,
        )


@task("call_closing")
def call_closing(run: TaskRun) -> TaskResult:
    """A unit of work for each draft."""
    now, closes_at = utc_now(), datetime.fromisoformat(run.payload["closes_at"])
    drafts = drafts_to_remind(run.payload["call"], closes_at=closes_at, now=now)
    reminded = 0
    for number, application_id in enumerate(drafts, start=1):
        with work():
            reminded += remind_of_close(
                application_id, closes_at=closes_at, days=run.payload["days"], now=now
            )
        run.report(number, len(drafts))
    return {"text": f"{reminded} drafts were reminded."}


@task("call_closed")
def call_closed(run: TaskRun) -> TaskResult:
    closes_at = datetime.fromisoformat(run.payload["closes_at"])
    with work():
        numbers = sum_up(run.payload["call"], closes_at=closes_at, now=utc_now())
    if numbers is None:
        return {"text": "The call closes at another time now."}
    return {"text": f"{numbers.handed_in} handed in, {numbers.drafts} drafts left."}
