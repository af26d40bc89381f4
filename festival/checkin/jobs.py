"""The clock at the door: places that nobody claimed are released at their minute."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from festival.checkin.releasing import find_release, releases_between, unclaimed_bookings
from festival.extensions import db
from festival.festivals.models import Edition
from festival.programme.models import Occurrence
from festival.shared.appointments import LOOKBACK, Appointment, appointments
from festival.shared.clock import utc_now
from festival.shared.sentences import mark
from festival.shared.tasks import TaskResult, TaskRun, task
from festival.shared.work import work
from festival.visitors.releasing import release_booking


@appointments
def releases_of_places(*, now: datetime, horizon: timedelta) -> Iterator[Appointment]:
    """One per occurrence; the instant is part of the key, so that a moved session has its own."""
    for each in releases_between(now - LOOKBACK, now + horizon):
        yield Appointment(
            key=f"release_places:{each.occurrence_id}:{each.at:%Y%m%dT%H%M}",
            at=each.at,
            kind="release_places",
            title=mark("Places that nobody claimed are released"),
            payload={"occurrence": each.occurrence_id},
            edition_id=each.edition_id,
            until=each.until,
        )


@task("release_places")
def release_places(run: TaskRun) -> TaskResult:
    """A unit of work for each household, so that it can be repeated and stopped anywhere."""
    now = utc_now()
    occurrence = db.session.get(Occurrence, run.payload["occurrence"])
    edition = db.session.get(Edition, occurrence.edition_id) if occurrence else None
    due = find_release(occurrence, edition=edition) if occurrence and edition else None
    if due is None or not due.at <= now <= due.until:
        return {"text": "The session has moved, or places are kept: nothing was released."}
    waiting = unclaimed_bookings(due.occurrence_id)
    released = 0
    for number, booking_id in enumerate(waiting, start=1):
        with work():
            released += release_booking(booking_id, now=now)
        run.report(number, len(waiting))
    return {"text": f"{due.title}: {released} bookings were released."}
