"""The house's own appointments: the nightly backup, and putting away what is kept long enough."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask import current_app

from festival.accounts.queries import administrators
from festival.config import Settings
from festival.mail.actions import queue_mail
from festival.shared.appointments import LOOKBACK, Appointment, appointments
from festival.shared.clock import local_instant, utc_now
from festival.shared.errors import RuleBroken
from festival.shared.sentences import mark
from festival.shared.tasks import TaskResult, TaskRun, task
from festival.shared.work import work
from festival.site.nightly import BackupFailed, back_up
from festival.site.retention import put_away

WORTH_UNTIL = timedelta(hours=20)
"""Later than this the next night is near."""


@appointments
def nightly_work(*, now: datetime, horizon: timedelta) -> Iterator[Appointment]:
    """Once on every day of the installation's clock, also when the clocks change that night."""
    settings: Settings = current_app.config["SETTINGS"]
    wanted = (
        ("nightly_backup", settings.backup_at, mark("Nightly backup")),
        ("retention", settings.cleanup_at, mark("Putting away what was kept long enough")),
    )
    for kind, at, title in wanted:
        for day, instant in _nights(at, zone=ZoneInfo(settings.time_zone), now=now):
            if now - LOOKBACK <= instant <= now + horizon:
                yield Appointment(
                    key=f"{kind}:{day}",
                    at=instant,
                    kind=kind,
                    title=title,
                    payload={"day": day},
                    until=instant + WORTH_UNTIL,
                )


def _nights(at: str, *, zone: ZoneInfo, now: datetime) -> Iterator[tuple[str, datetime]]:
    """(local day, instant of the wall-clock time on it) around ``now``; none when it is off."""
    if not at:
        return
    today = now.astimezone(zone).date()
    for number in range(-LOOKBACK.days - 1, 3):
        day = today + timedelta(days=number)
        yield day.isoformat(), local_instant(day, time.fromisoformat(at), zone=zone)


@task("nightly_backup")
def nightly_backup(run: TaskRun) -> TaskResult:
    """Administrators are told by mail when it fails; the task shows why."""
    settings: Settings = current_app.config["SETTINGS"]
    now = utc_now()
    try:
        made = back_up(settings, version=current_app.config["VERSION"], now=now)
    except BackupFailed as failed:
        tell_administrators(str(failed), day=str(run.payload["day"]), now=now)
        raise RuleBroken(
            mark("The backup could not be written: %(reason)s"), reason=str(failed)
        ) from failed
    return {"text": f"{made.path.name}, {made.size // 1024} kB, read again and whole."}


def tell_administrators(reason: str, *, day: str, now: datetime) -> None:
    """One mail a night to each administrator."""
    with work():
        for person in administrators():
            queue_mail(
                "backup_failed",
                key=f"backup_failed:{day}:{person.id}",
                recipient=person.email,
                recipient_name=person.name,
                locale=person.locale,
                context={"reason": reason[:500], "at": now},
                now=now,
            )


@task("retention")
def retention(run: TaskRun) -> TaskResult:
    """May be stopped anywhere: what is left is put away the next time."""
    counts = put_away(now=utc_now())
    told = ", ".join(f"{name}: {count}" for name, count in counts.items() if count)
    return {"text": told or "Nothing was old enough."}
