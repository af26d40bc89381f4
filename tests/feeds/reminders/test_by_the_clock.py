"""Two days of a festival by the clock: every reminder at the right local time, once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from datetime import time as local_time
from zoneinfo import ZoneInfo

import pytest
import time_machine
from sqlalchemy import select

from festival.extensions import db
from festival.feeds.reminders.jobs import reminders
from festival.mail.delivery import compose
from festival.mail.models import OutboxMessage
from festival.mail.rendering import render_message
from festival.programme.actions import publish_programme
from festival.programme.models import Occurrence
from festival.shared.appointments import ASKED
from festival.shared.clock import local_instant
from festival.shared.journal import SYSTEM
from festival.shared.lease import lease_for
from festival.shared.running import run_task
from festival.shared.tasks import Task, TaskState, task_queue
from festival.site.clock import Clock
from festival.visitors.actions import book
from tests.factories.programme import make_session
from tests.factories.visitors import make_household
from tests.factories.world import World

STEP = timedelta(minutes=30)
EMAIL = "nur@example.org"


@pytest.fixture
def clock(world: World) -> Iterator[Clock]:
    """The clock of this installation, which asks nobody but the reminders."""
    kept = dict(ASKED)
    ASKED.clear()
    ASKED["reminders"] = reminders
    lease = lease_for(db.engine)
    assert lease.try_to_hold()
    task_queue()._huey.flush()
    yield Clock(world.app, lease)
    lease.give_up()
    ASKED.clear()
    ASKED.update(kept)


def prepare(world: World, starts: list[datetime], *, zone: str) -> list[Occurrence]:
    """The festival is held around these starts, in this zone; one household booked them all."""
    edition = world.here.edition
    edition.time_zone = zone
    edition.starts_on, edition.ends_on = min(starts).date(), max(starts).date()
    made = [
        make_session(
            edition, title=f"Session {number}", starts_at=each, minutes=15,
            occurrence={"is_bookable": True, "capacity": 9},
        ).occurrences[0]
        for number, each in enumerate(starts)
    ]  # fmt: skip
    long_before = min(starts) - timedelta(days=30)
    publish_programme(edition, actor=SYSTEM, now=long_before)
    household, _ = make_household(world.here, email=EMAIL, now=long_before)
    for each in made:
        book(household, occurrence_id=each.id, people=1, now=long_before)
    db.session.commit()
    return made


def live(clock: Clock, begin: datetime, end: datetime) -> None:
    """Let the clock plan and a worker work, every half hour."""
    now = begin
    while now <= end:
        with time_machine.travel(now, tick=False):
            clock.plan()
            db.session.rollback()
            waiting = select(Task.code).where(
                Task.state == TaskState.WAITING, Task.kind.startswith("remind_of_")
            )
            for code in db.session.scalars(waiting).all():
                assert run_task(code)
        now += STEP
    db.session.rollback()


def written(kind: str) -> list[datetime]:
    rows = select(OutboxMessage.created_at).where(OutboxMessage.kind == kind)
    return list(db.session.scalars(rows.order_by(OutboxMessage.created_at)))


@pytest.mark.parametrize(
    ("zone", "day"),
    [
        ("Europe/Madrid", date(2026, 3, 29)),
        ("Europe/Madrid", date(2026, 10, 25)),
        ("America/New_York", date(2027, 11, 7)),
        ("Asia/Kolkata", date(2027, 3, 28)),
    ],
)
def test_over_a_change_of_the_clock(world: World, clock: Clock, zone: str, day: date) -> None:
    place = ZoneInfo(zone)
    next_day = day + timedelta(days=1)
    starts = [
        local_instant(day, local_time(1, 30), zone=place),
        local_instant(day, local_time(4), zone=place),
        local_instant(day, local_time(10), zone=place),
        local_instant(next_day, local_time(10), zone=place),
    ]
    prepare(world, starts, zone=zone)

    live(clock, starts[0] - timedelta(hours=12), starts[-1])

    evenings = [each.astimezone(place) for each in written("reminder_day")]
    assert [(each.date(), each.strftime("%H:%M")) for each in evenings] == [
        (day - timedelta(days=1), "18:00"),
        (day, "18:00"),
    ]
    assert written("reminder_hour") == [each - timedelta(hours=1) for each in starts]


def test_the_hour_that_comes_twice(world: World, clock: Clock) -> None:
    """02:30 in Madrid on 25 October 2026 comes twice; both are reminded of, each once."""
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    prepare(world, [first, first + timedelta(hours=1)], zone="Europe/Madrid")
    live(clock, first - timedelta(hours=3), first + timedelta(hours=2))
    assert written("reminder_hour") == [first - timedelta(hours=1), first]


def test_what_is_moved_by_day_is_reminded_of_at_its_new_hour_only(
    world: World, clock: Clock
) -> None:
    ten = datetime(2027, 5, 14, 8, 0, tzinfo=UTC)
    one, two = prepare(world, [ten, ten + timedelta(hours=4)], zone="Europe/Madrid")
    live(clock, ten - timedelta(hours=2), ten)
    one.starts_at = ten + timedelta(hours=2)  # it was reminded of; the time is another one
    two.starts_at = ten + timedelta(hours=5)  # it was only planned
    publish_programme(world.here.edition, actor=SYSTEM, now=ten)
    db.session.commit()

    live(clock, ten + STEP, ten + timedelta(hours=6))

    assert written("reminder_hour") == [ten + timedelta(hours=hour) for hour in (-1, 1, 4)]


def test_a_clock_that_was_away_is_late_rather_than_never_but_not_after_the_start(
    world: World, clock: Clock
) -> None:
    ten = datetime(2027, 5, 14, 8, 0, tzinfo=UTC)
    prepare(world, [ten, ten + timedelta(hours=2)], zone="Europe/Madrid")
    late = ten + timedelta(hours=1, minutes=30)

    live(clock, late, late)

    assert written("reminder_day") == [late]
    assert written("reminder_hour") == [late]
    rows = db.session.scalars(select(OutboxMessage).where(OutboxMessage.topic == "reminders")).all()
    for row in rows:
        text = render_message(row).text
        assert "Session 1" in text and "Session 0" not in text


def test_the_file_says_in_the_mail_how_it_is_meant(world: World, clock: Clock) -> None:
    """Mail programs offer to add it to the calendar when the type says METHOD and CHARSET."""
    ten = datetime(2027, 5, 14, 8, 0, tzinfo=UTC)
    prepare(world, [ten], zone="Europe/Madrid")
    live(clock, ten - timedelta(hours=1), ten - timedelta(hours=1))
    row = db.session.scalars(
        select(OutboxMessage).where(OutboxMessage.kind == "reminder_hour")
    ).one()
    mail = render_message(row)
    row.subject, row.body_text, row.body_html = mail.subject, mail.text, mail.html

    (part,) = compose(row, settings=world.app.config["SETTINGS"]).iter_attachments()

    assert part.get_content_type() == "text/calendar"
    assert (part.get_param("method"), part.get_content_charset()) == ("PUBLISH", "utf-8")
    assert part.get_filename() == "festival.ics"
    assert b"BEGIN:VEVENT" in part.get_payload(decode=True)
