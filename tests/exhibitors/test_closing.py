"""Before a call closes drafts are reminded with a new link; at its close it is summed up."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from festival.exhibitors import closing, jobs
from festival.exhibitors.actions import withdraw
from festival.exhibitors.models import Application, ResumeLink
from festival.extensions import db
from festival.mail.models import OutboxMessage
from festival.shared.appointments import LOOKBACK, Appointment
from festival.shared.journal import JournalEntry
from festival.shared.tasks import TaskRun
from festival.shared.work import work
from tests.factories.exhibitors import make_application, make_draft
from tests.factories.world import NOW, World

CLOSE = datetime(2027, 3, 31, 21, 59, tzinfo=UTC)
"""23:59 in Madrid, three days after the clocks went forward there."""
DAY = timedelta(days=1)
HORIZON = timedelta(hours=1)


@pytest.fixture
def call(world: World) -> int:
    """Both festivals' calls are open and close at the same instant."""
    for corner in (world.here, world.there):
        corner.call.opens_at, corner.call.closes_at = NOW - 30 * DAY, CLOSE
    db.session.commit()
    return world.here.call.id


def planned(now: datetime, *, call_id: int) -> list[Appointment]:
    found = [
        *jobs.reminders_of_calls(now=now, horizon=HORIZON),
        *jobs.closes_of_calls(now=now, horizon=HORIZON),
    ]
    return [each for each in found if each.payload["call"] == call_id]


def run(kind: str, *, call_id: int, at: datetime, days: int = 1, close: datetime = CLOSE) -> str:
    payload = {"call": call_id, "closes_at": close.isoformat(), "days": days}
    task = {"call_closing": jobs.call_closing, "call_closed": jobs.call_closed}[kind]
    with time_machine.travel(at, tick=False):
        result = task(TaskRun("code", kind, None, None, payload))
    db.session.rollback()
    return str((result or {})["text"])


def mails(kind: str) -> list[OutboxMessage]:
    query = select(OutboxMessage).where(OutboxMessage.kind == kind).order_by(OutboxMessage.id)
    return list(db.session.scalars(query))


@pytest.mark.parametrize(
    ("days", "at"),
    [(3, datetime(2027, 3, 28, 7, 0, tzinfo=UTC)), (1, datetime(2027, 3, 30, 7, 0, tzinfo=UTC))],
)
def test_reminders_come_in_the_morning_of_the_edition_also_when_the_clocks_change(
    call: int, days: int, at: datetime
) -> None:
    """09:00 in Madrid is 07:00 UTC from the 28th on."""
    found = [each for each in planned(at - HORIZON, call_id=call) if each.at == at]
    assert [(each.kind, each.payload["days"]) for each in found] == [("call_closing", days)]
    later = datetime(2027, 3, 30, 7, 0, tzinfo=UTC) if days == 3 else CLOSE
    assert found[0].until == later
    assert found[0].key == f"call_closing:{call}:20270331T2159:{days}"


def test_the_close_is_planned_and_a_call_that_moves_takes_everything_with_it(
    world: World, call: int
) -> None:
    assert [(each.kind, each.at) for each in planned(CLOSE - HORIZON, call_id=call)][-1] == (
        "call_closed", CLOSE,
    )  # fmt: skip
    assert planned(CLOSE + LOOKBACK + DAY, call_id=call) == []
    before = {each.key for each in planned(CLOSE, call_id=call)}
    world.here.call.closes_at = CLOSE + 7 * DAY
    db.session.commit()
    assert planned(CLOSE, call_id=call) == []
    assert not before & {each.key for each in planned(CLOSE + 7 * DAY, call_id=call)}
    assert run("call_closing", call_id=call, at=CLOSE - DAY) == "0 drafts were reminded."
    assert run("call_closed", call_id=call, at=CLOSE) == "The call closes at another time now."


def test_a_call_that_opens_the_day_before_it_closes_reminds_nobody_of_three_days(
    world: World, call: int
) -> None:
    world.here.call.opens_at = CLOSE - 2 * DAY
    db.session.commit()
    found = planned(CLOSE, call_id=call)
    assert [each.payload["days"] for each in found if each.kind == "call_closing"] == [1]


def test_a_second_window_has_reminders_of_its_own(world: World, call: int) -> None:
    second = CLOSE + 10 * DAY
    world.here.call.reopens_at, world.here.call.recloses_at = CLOSE + 5 * DAY, second
    db.session.commit()
    make_draft(world.here)
    found = planned(second - DAY, call_id=call)
    assert [each.payload["days"] for each in found] == [3, 1]
    assert [each.at for each in planned(second, call_id=call)][-1] == second
    told = run("call_closing", call_id=call, at=second - DAY, close=second)
    assert told == "1 drafts were reminded."
    assert run("call_closed", call_id=call, at=second, close=second).startswith("0 handed in")


@pytest.mark.both_databases
def test_a_draft_is_reminded_once_with_a_new_link_and_the_old_one_still_works(
    world: World, call: int
) -> None:
    row, token = make_draft(world.here)
    make_application(world.here, name="Handed in", email="done@example.org")
    make_draft(world.there, email="neighbour@example.org")
    for _ in range(2):
        run("call_closing", call_id=call, at=CLOSE - DAY)

    mail = mails("call_closing")
    assert [each.recipient for each in mail] == ["nour@paper.example"]
    assert "31 March 2027" in mail[0].body_text
    assert "Tell visitors in a few sentences who you are." in mail[0].body_text
    assert token not in mail[0].body_text, "of the first secret only the hash is kept"
    address = next(line for line in mail[0].body_text.splitlines() if "/application/" in line)
    new = address.removeprefix("http://localhost")
    assert db.session.scalar(select(func.count(ResumeLink.id))) == 1
    for handle in (new, f"{world.here.path}/exhibitors/application/{token}"):
        assert world.browser().get(handle).status_code == 200
    neighbour = new.replace(world.here.path, world.there.path)
    assert world.browser().get(neighbour).status_code == 404

    run("call_closing", call_id=call, at=CLOSE - 3 * DAY, days=3)
    assert len(mails("call_closing")) == 2, "the reminder of another day is another mail"
    assert row.resume_hash


def test_who_has_just_begun_or_has_a_later_date_is_left_in_peace(world: World, call: int) -> None:
    at = CLOSE - DAY
    fresh, _ = make_draft(world.here, email="fresh@example.org")
    late, _ = make_draft(world.here, name="Late", email="late@example.org")
    fresh.created_at, late.late_until = at - HORIZON, CLOSE + 2 * DAY
    db.session.commit()
    assert run("call_closing", call_id=call, at=at) == "0 drafts were reminded."
    assert run("call_closing", call_id=call, at=CLOSE) == "0 drafts were reminded."
    assert run("call_closing", call_id=999, at=at) == "0 drafts were reminded."


def test_a_draft_that_was_handed_in_meanwhile_is_not_reminded(world: World, call: int) -> None:
    row, _ = make_draft(world.here)
    number = row.id
    withdraw(row, now=NOW)
    db.session.commit()
    with work():
        assert not closing.remind_of_close(number, closes_at=CLOSE, days=1, now=NOW)
        assert not closing.remind_of_close(999, closes_at=CLOSE, days=1, now=NOW)
    assert mails("call_closing") == []


@pytest.mark.both_databases
def test_at_the_close_each_organizer_gets_the_numbers_once(world: World, call: int) -> None:
    make_application(world.here, name="One", email="one@example.org")
    make_application(world.here, name="Two", email="two@example.org")
    make_draft(world.here)
    gone, _ = make_draft(world.here, name="Gone", email="gone@example.org")
    withdraw(gone, now=NOW)
    make_draft(world.there)
    db.session.commit()

    assert run("call_closed", call_id=call, at=CLOSE - HORIZON).startswith("The call closes at")
    for _ in range(2):
        assert run("call_closed", call_id=call, at=CLOSE) == "2 handed in, 1 drafts left."

    mail = mails("call_closed")
    assert [each.recipient for each in mail] == ["organizer@luminara.example"]
    assert "2 handed in" in mail[0].subject
    for told in ("2 applications are handed in.", "1 draft is left.", "1 was withdrawn."):
        assert told in mail[0].body_text
    line = db.session.scalars(select(JournalEntry).where(JournalEntry.action == "call_closed"))
    assert line.first().after == {"handed_in": 2, "drafts": 1}
    assert db.session.scalar(select(func.count(Application.id))) == 5
