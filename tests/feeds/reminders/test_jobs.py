"""Reminders from the published programme to the outbox."""

from __future__ import annotations

import base64
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from typing import Any

import icalendar
import pytest
from sqlalchemy import func, select

from festival.extensions import db
from festival.feeds.reminders.actions import remind_of_day, remind_of_start
from festival.feeds.reminders.jobs import reminders, write_day, write_start
from festival.festivals.models import Edition
from festival.festivals.states import EditionState
from festival.mail.facts import unpacked
from festival.mail.models import OutboxMessage
from festival.mail.rendering import render_message
from festival.programme.actions import cancel_occurrence, publish_programme
from festival.programme.models import Occurrence
from festival.programme.states import SessionState
from festival.shared.appointments import Appointment
from festival.shared.journal import SYSTEM
from festival.shared.tasks import TaskRun
from festival.shared.work import work
from festival.visitors.actions import book, cancel_booking
from tests.factories.programme import TEN_O_CLOCK, make_session
from tests.factories.visitors import make_household
from tests.factories.world import NOW, Corner, World
from tests.queries import count_queries

FIRST_DAY = date(2027, 5, 14)
EVENING = datetime.fromisoformat("2027-05-13T16:00+00:00")
"""18:00 in Madrid on the day before."""
HOUR_BEFORE = TEN_O_CLOCK - timedelta(hours=1)
HORIZON = timedelta(hours=1)


def hold(corner: Corner, title: str, *, hour: int = 0, **values: Any) -> Occurrence:
    session = make_session(
        corner.edition, title=title, space=corner.space,
        starts_at=TEN_O_CLOCK + timedelta(hours=hour),
        occurrence={"is_bookable": True, "capacity": 100}, **values,
    )  # fmt: skip
    return session.occurrences[0]


def publish(corner: Corner) -> None:
    publish_programme(corner.edition, actor=SYSTEM, now=NOW)
    db.session.commit()


def book_for(
    corner: Corner, email: str, *occurrences: Occurrence, now: datetime = NOW, locale: str = "en"
) -> Any:
    row, _token = make_household(corner, email=email, locale=locale, now=now)
    for each in occurrences:
        book(row, occurrence_id=each.id, people=2, now=now)
    db.session.commit()
    return row


def due(now: datetime, horizon: timedelta = HORIZON) -> list[Appointment]:
    return sorted(reminders(now=now, horizon=horizon), key=lambda each: each.at)


def remind_day(world: World, day: date = FIRST_DAY, *, now: datetime = EVENING) -> int:
    with work():
        return remind_of_day(world.here.edition, day, public_url="http://localhost", now=now)


def remind_start(
    world: World, starts_at: datetime = TEN_O_CLOCK, *, now: datetime = HOUR_BEFORE
) -> int:
    with work():
        return remind_of_start(
            world.here.edition, starts_at, public_url="http://localhost", now=now
        )


def letters(kind: str) -> list[OutboxMessage]:
    rows = select(OutboxMessage).where(OutboxMessage.kind == kind)
    return list(db.session.scalars(rows.order_by(OutboxMessage.recipient)))


def told(kind: str) -> dict[str, list[str]]:
    return {
        row.recipient: [each["title"] for each in unpacked(row.facts)["items"]]
        for row in letters(kind)
    }


def calendar_of(row: OutboxMessage) -> icalendar.Calendar:
    (attached,) = row.attachments
    assert attached["type"].startswith("text/calendar")
    return icalendar.Calendar.from_ical(base64.b64decode(attached["base64"]))


# What is due


def test_one_appointment_for_the_day_and_one_for_each_start(world: World) -> None:
    here = world.here
    mine = [hold(here, "Ovens"), hold(here, "Bees"), hold(here, "Late", hour=9)]
    hold(here, "Nobody booked", hour=3)
    theirs = hold(world.there, "Neighbour")
    publish(here)
    publish(world.there)
    book_for(here, "nur@example.org", *mine[:1], mine[2])
    book_for(here, "ada@example.org", mine[1])
    book_for(world.there, "x@example.org", theirs)

    found = [each for each in due(EVENING, timedelta(days=1)) if each.edition_id == here.edition.id]

    assert [(each.kind, each.at) for each in found] == [
        ("remind_of_day", EVENING),
        ("remind_of_start", HOUR_BEFORE),
        ("remind_of_start", HOUR_BEFORE + timedelta(hours=9)),
    ]
    assert [each.until for each in found] == [
        mine[2].starts_at, TEN_O_CLOCK, mine[2].starts_at,
    ]  # fmt: skip
    assert len({each.key for each in due(EVENING, timedelta(days=1))}) == 5


def test_only_public_editions_with_a_programme_whose_days_are_near(world: World) -> None:
    here = world.here
    occurrence = hold(here, "Ovens")
    assert due(EVENING) == []
    publish(here)
    book_for(here, "nur@example.org", occurrence)
    assert len(due(EVENING)) == 1
    assert due(EVENING - timedelta(days=200)) == due(EVENING + timedelta(days=200)) == []
    here.edition.state = EditionState.DRAFT
    db.session.commit()
    assert due(EVENING) == []


def test_what_is_only_in_the_draft_is_not_due(world: World) -> None:
    occurrence = hold(world.here, "Ovens")
    publish(world.here)
    book_for(world.here, "nur@example.org", occurrence)
    occurrence.starts_at += timedelta(hours=2)
    db.session.commit()
    before = {each.key for each in due(HOUR_BEFORE, timedelta(hours=5))}

    publish(world.here)

    after = {each.key for each in due(HOUR_BEFORE, timedelta(hours=5))}
    assert {key.rpartition(":")[0] for key in before ^ after} == {
        f"remind:hour:{world.here.edition.id}:20270514T080000Z",
        f"remind:hour:{world.here.edition.id}:20270514T100000Z",
    }


def test_working_them_out_costs_a_few_queries_however_much_is_held(world: World) -> None:
    counts = []
    for corner, size in ((world.here, 2), (world.there, 40)):
        made = [hold(corner, f"S{number}", hour=number // 10) for number in range(size)]
        publish(corner)
        book_for(corner, "nur@example.org", made[0])
        corner.edition.state = EditionState.DRAFT
    for corner in (world.here, world.there):
        corner.edition.state = EditionState.PUBLIC
        db.session.commit()
        due(EVENING)
        with count_queries() as seen:
            due(EVENING)
        counts.append(seen.count)
        corner.edition.state = EditionState.DRAFT
        db.session.commit()
    assert counts[0] == counts[1] <= 4


# The evening before


@pytest.mark.both_databases
def test_one_mail_a_household_with_all_of_the_day(world: World) -> None:
    here = world.here
    ovens, bees, next_day = (
        hold(here, "Ovens"),
        hold(here, "Bees", hour=2),
        hold(here, "Next day", hour=24),
    )
    gone = hold(here, "Cancelled", hour=4)
    back = hold(here, "Given back", hour=6)
    publish(here)
    row = book_for(here, "nur@example.org", ovens, bees, next_day, gone, back, locale="fr")
    book_for(here, "ada@example.org", next_day)
    cancel_booking(row, occurrence_id=back.id, now=NOW)
    cancel_occurrence(gone, actor=SYSTEM, now=NOW)
    db.session.commit()

    assert remind_day(world) == 1
    assert remind_day(world) == 0
    assert told("reminder_day") == {"nur@example.org": ["Ovens", "Bees"]}
    (letter,) = letters("reminder_day")
    assert (letter.locale, letter.until) == ("fr", bees.starts_at)
    assert remind_day(world, FIRST_DAY + timedelta(days=1)) == 2


def test_late_in_the_day_only_what_is_to_come(world: World) -> None:
    ovens, bees = hold(world.here, "Ovens"), hold(world.here, "Bees", hour=2)
    publish(world.here)
    book_for(world.here, "nur@example.org", ovens, bees)
    assert remind_day(world, now=TEN_O_CLOCK) == 1
    assert told("reminder_day") == {"nur@example.org": ["Bees"]}


# An hour before


@pytest.mark.both_databases
def test_one_mail_for_each_start_and_none_twice(world: World) -> None:
    ovens, later = hold(world.here, "Ovens"), hold(world.here, "Later", hour=2)
    publish(world.here)
    book_for(world.here, "nur@example.org", ovens, later)
    assert [remind_start(world), remind_start(world)] == [1, 0]
    assert told("reminder_hour") == {"nur@example.org": ["Ovens"]}
    assert remind_start(world, later.starts_at) == 1
    assert remind_start(world, TEN_O_CLOCK, now=TEN_O_CLOCK) == 0


def test_booked_after_the_evening_gets_the_hour_and_within_the_hour_nothing(world: World) -> None:
    ovens = hold(world.here, "Ovens")
    publish(world.here)
    book_for(world.here, "early@example.org", ovens)
    assert remind_day(world) == 1
    book_for(world.here, "evening@example.org", ovens, now=EVENING + timedelta(hours=2))
    book_for(world.here, "last@example.org", ovens, now=HOUR_BEFORE + timedelta(minutes=5))

    assert remind_start(world, now=HOUR_BEFORE + timedelta(minutes=6)) == 2

    assert list(told("reminder_hour")) == ["early@example.org", "evening@example.org"]


def test_a_session_that_moves_takes_its_reminder_with_it(world: World) -> None:
    ovens = hold(world.here, "Ovens")
    publish(world.here)
    book_for(world.here, "nur@example.org", ovens)
    assert remind_start(world) == 1
    ovens.space = None
    publish(world.here)
    assert remind_start(world) == 0, "the same time is not told twice"
    ovens.starts_at += timedelta(minutes=30)
    publish(world.here)

    (found,) = due(HOUR_BEFORE, timedelta(hours=3))[-1:]

    assert found.payload == {"starts_at": ovens.starts_at.isoformat()}
    assert found.at == HOUR_BEFORE + timedelta(minutes=30)
    assert remind_start(world) == 0, "nothing begins at the old time"
    assert remind_start(world, ovens.starts_at) == 1


def test_who_is_moved_into_a_start_that_was_reminded_of_is_told_too(world: World) -> None:
    ovens, bees = hold(world.here, "Ovens"), hold(world.here, "Bees", hour=2)
    publish(world.here)
    book_for(world.here, "ovens@example.org", ovens)
    book_for(world.here, "bees@example.org", bees)
    before = [each for each in due(HOUR_BEFORE, timedelta(0)) if each.at == HOUR_BEFORE]
    assert remind_start(world) == 1
    bees.starts_at = TEN_O_CLOCK
    publish(world.here)

    after = [each for each in due(HOUR_BEFORE, timedelta(0)) if each.at == HOUR_BEFORE]

    assert len(before) == len(after) == 1
    assert before[0].key != after[0].key
    assert remind_start(world, now=HOUR_BEFORE + timedelta(minutes=20)) == 1
    assert list(told("reminder_hour")) == ["bees@example.org", "ovens@example.org"]


# Those who hold it, the file, the words


def test_exhibitors_and_partners_are_reminded_with_their_own_clock(world: World) -> None:
    here = world.here
    evening = hold(here, "Two cities", hour=9, twin_city=here.city)
    hold(here, "Makers", organization=here.organization)
    publish(here)
    book_for(here, "nur@example.org", evening)

    assert remind_day(world) == 4

    assert told("reminder_day") == {
        "exhibitor@luminara.example": ["Makers"],
        "makers@luminara.example": ["Makers"],
        "nur@example.org": ["Two cities"],
        "partner@luminara.example": ["Two cities"],
    }
    by_address = {each.recipient: render_message(each) for each in letters("reminder_day")}
    assert (
        "Saturday 15 May 2027, 02:00–03:00 (Seoul)" in by_address["partner@luminara.example"].text
    )
    assert "the next day there" in by_address["partner@luminara.example"].html
    assert "Seoul" not in by_address["nur@example.org"].text
    assert "You booked 2 places." in by_address["nur@example.org"].text


def test_the_calendar_file_is_that_of_the_feeds(world: World) -> None:
    ovens, bees = hold(world.here, "Ovens"), hold(world.here, "Bees", hour=2)
    publish(world.here)
    ovens.space = None
    publish(world.here)
    book_for(world.here, "nur@example.org", ovens, bees)
    remind_day(world)

    calendar = calendar_of(letters("reminder_day")[0])

    assert calendar["METHOD"] == "PUBLISH"
    assert "SOURCE" not in calendar, "nobody's calendar shall fetch the whole programme from it"
    events = {str(each["UID"]): each for each in calendar.walk("VEVENT")}
    assert {uid: each["SEQUENCE"] for uid, each in events.items()} == {ovens.uid: 1, bees.uid: 0}
    assert events[ovens.uid]["DTSTART"].dt == TEN_O_CLOCK
    assert not calendar.walk("VALARM")
    assert str(events[bees.uid]["URL"]).endswith(f"/en/luminara/2027/programme/{bees.session.code}")


def test_a_withdrawn_session_is_forgotten(world: World) -> None:
    ovens = hold(world.here, "Ovens")
    publish(world.here)
    book_for(world.here, "nur@example.org", ovens)
    ovens.session.state = SessionState.WITHDRAWN
    publish(world.here)
    assert due(HOUR_BEFORE) == []
    assert (remind_day(world), remind_start(world)) == (0, 0)


# The tasks


def run_of(world: World, kind: str, **payload: str) -> TaskRun:
    return TaskRun("code", kind, world.here.edition.id, None, payload)


def test_the_tasks_do_what_their_payload_says(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    ovens = hold(world.here, "Ovens")
    publish(world.here)
    book_for(world.here, "nur@example.org", ovens)
    monkeypatch.setattr("festival.feeds.reminders.jobs.utc_now", lambda: HOUR_BEFORE)
    of_day = run_of(world, "remind_of_day", day=FIRST_DAY.isoformat())
    of_start = run_of(world, "remind_of_start", starts_at=TEN_O_CLOCK.isoformat())

    one, none = {"text": "One reminder was written."}, {"text": "0 reminders were written."}
    assert [write_day(of_day), write_day(of_day)] == [one, none]
    assert [write_start(of_start), write_start(of_start)] == [one, none]
    world.here.edition.state = EditionState.ARCHIVED
    db.session.commit()
    assert write_start(of_start) is None


@pytest.mark.both_databases
def test_two_workers_at_once_write_every_mail_once(world: World) -> None:
    ovens = hold(world.here, "Ovens")
    publish(world.here)
    for number in range(20):
        book_for(world.here, f"n{number}@example.org", ovens)
    edition_id = world.here.edition.id
    ready = threading.Barrier(2)

    def remind(_number: int) -> int:
        with world.app.app_context():
            ready.wait(timeout=20)
            with work():
                return remind_of_start(
                    db.session.get_one(Edition, edition_id), TEN_O_CLOCK,
                    public_url="http://localhost", now=HOUR_BEFORE,
                )  # fmt: skip

    with ThreadPoolExecutor(2) as pool:
        counts = list(pool.map(remind, range(2)))

    db.session.rollback()
    assert sum(counts) == 20
    found = select(func.count()).where(OutboxMessage.kind == "reminder_hour")
    assert db.session.scalar(found) == 20
