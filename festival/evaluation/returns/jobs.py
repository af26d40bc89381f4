"""The clock's part: hosts are asked when what they held has ended, and once more."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from flask import current_app
from flask_babel import force_locale, ngettext

from festival.config import Settings
from festival.evaluation.returns.reminding import (
    Asking,
    ask_hosts,
    due_between,
    find_asking_edition,
)
from festival.shared.appointments import LOOKBACK, Appointment, appointments
from festival.shared.clock import utc_now
from festival.shared.languages import DEFAULT, LANGUAGES
from festival.shared.sentences import mark
from festival.shared.tasks import TaskResult, TaskRun, task
from festival.shared.work import work


@appointments
def returns_to_ask_for(*, now: datetime, horizon: timedelta) -> Iterator[Appointment]:
    for due in due_between(now - LOOKBACK, now + horizon):
        yield Appointment(
            key=f"{due.asking.value}:{due.edition_id}:{due.ends_at:%Y%m%dT%H%M%SZ}",
            at=due.at,
            kind="ask_for_returns",
            title=mark("Hosts are asked how it went"),
            payload={"asking": due.asking.value, "ends_at": due.ends_at.isoformat()},
            edition_id=due.edition_id,
            until=due.until,
        )


@task("ask_for_returns")
def ask_for_returns(run: TaskRun) -> TaskResult:
    """All mails about one end in one unit of work; done again, nobody gets a second one."""
    settings: Settings = current_app.config["SETTINGS"]
    assert run.edition_id is not None
    with work():
        edition = find_asking_edition(run.edition_id)
        if edition is None:
            return None
        count = ask_hosts(
            edition,
            Asking(run.payload["asking"]),
            datetime.fromisoformat(run.payload["ends_at"]),
            secret=settings.secret_key,
            now=utc_now(),
        )
        locale = next(iter(edition.languages), DEFAULT)
    with force_locale(locale if locale in LANGUAGES else DEFAULT):
        text = ngettext("One reminder was written.", "%(num)s reminders were written.", count)
    return {"text": str(text)}
