"""The clock's part: when reminders are due, and the tasks that write them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, timedelta

from flask import current_app
from flask_babel import force_locale, ngettext

from festival.config import Settings
from festival.feeds.reminders.actions import remind_of_day, remind_of_start
from festival.feeds.reminders.queries import (
    editions_around,
    find_public_edition,
    occurrences_that_concern,
)
from festival.feeds.reminders.rules import days_due, held_pairs, starts_due
from festival.festivals.models import Edition
from festival.programme.queries import published_programme
from festival.shared.appointments import LOOKBACK, Appointment, appointments
from festival.shared.clock import utc_now
from festival.shared.languages import DEFAULT, LANGUAGES
from festival.shared.sentences import mark
from festival.shared.tasks import TaskResult, TaskRun, task
from festival.shared.work import work


@appointments
def reminders(*, now: datetime, horizon: timedelta) -> Iterable[Appointment]:
    """The evenings before and the hours before, of every edition whose days are near."""
    for edition in editions_around(now):
        yield from _reminders_of(edition, since=now - LOOKBACK, until=now + horizon)


def _reminders_of(edition: Edition, *, since: datetime, until: datetime) -> Iterator[Appointment]:
    programme = published_programme(edition)
    concerned = occurrences_that_concern(edition)
    held = held_pairs(programme)
    pairs = [pair for pair in held if pair[1].id in concerned]
    for day in days_due(programme, pairs, since=since, until=until):
        yield Appointment(
            key=f"remind:day:{edition.id}:{day.day}",
            at=day.at,
            kind="remind_of_day",
            title=mark("Reminders of the evening before"),
            payload={"day": day.day.isoformat()},
            edition_id=edition.id,
            until=day.until,
        )
    for start in starts_due(pairs, since=since, until=until):
        yield Appointment(
            key=f"remind:hour:{edition.id}:{start.starts_at:%Y%m%dT%H%M%SZ}:{start.fingerprint}",
            at=start.at,
            kind="remind_of_start",
            title=mark("Reminders of the hour before"),
            payload={"starts_at": start.starts_at.isoformat()},
            edition_id=edition.id,
            until=start.starts_at,
        )


@task("remind_of_day")
def write_day(run: TaskRun) -> TaskResult:
    day = date.fromisoformat(run.payload["day"])
    return _write(
        run,
        lambda edition, url, now: remind_of_day(edition, day, public_url=url, now=now),
    )


@task("remind_of_start")
def write_start(run: TaskRun) -> TaskResult:
    starts_at = datetime.fromisoformat(run.payload["starts_at"])
    return _write(
        run,
        lambda edition, url, now: remind_of_start(edition, starts_at, public_url=url, now=now),
    )


def _write(run: TaskRun, remind: Callable[[Edition, str, datetime], int]) -> TaskResult:
    """All letters of one reminder in one unit of work; done again, nobody gets a second one."""
    settings: Settings = current_app.config["SETTINGS"]
    assert run.edition_id is not None
    with work():
        edition = find_public_edition(run.edition_id)
        if edition is None:
            return None
        count = remind(edition, settings.public_url, utc_now())
        locale = next(iter(edition.languages), DEFAULT)
    with force_locale(locale if locale in LANGUAGES else DEFAULT):
        text = ngettext("One reminder was written.", "%(num)s reminders were written.", count)
    return {"text": str(text)}
