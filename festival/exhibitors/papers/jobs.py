"""The clock of the papers: who has one that lapses is reminded."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from festival.exhibitors.papers.reminding import remind_of_paper, reminders_between
from festival.shared.appointments import LOOKBACK, Appointment, appointments
from festival.shared.clock import utc_now
from festival.shared.sentences import mark
from festival.shared.tasks import TaskResult, TaskRun, task
from festival.shared.work import work


@appointments
def papers_that_lapse(*, now: datetime, horizon: timedelta) -> Iterator[Appointment]:
    """Thirty and seven days before; the date is part of the key."""
    for each in reminders_between(now - LOOKBACK, now + horizon):
        yield Appointment(
            key=f"paper_lapses:{each.paper_id}:{each.expires_on:%Y%m%d}:{each.days}",
            at=each.at,
            kind="paper_lapses",
            title=mark("A paper of an exhibitor lapses"),
            payload={
                "paper": each.paper_id,
                "expires_on": each.expires_on.isoformat(),
                "days": each.days,
            },
            edition_id=each.edition_id,
            until=each.until,
        )


@task("paper_lapses")
def paper_lapses(run: TaskRun) -> TaskResult:
    """One paper, one mail at most."""
    with work():
        told = remind_of_paper(
            run.payload["paper"],
            expires_on=date.fromisoformat(run.payload["expires_on"]),
            days=run.payload["days"],
            now=utc_now(),
        )
    return {"text": "The organization was reminded." if told else "There was nothing to tell."}
