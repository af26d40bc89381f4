"""Hosts are asked when it ended, once more three days later, and when an organizer says so."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select

from festival.evaluation.returns.actions import set_days
from festival.evaluation.returns.jobs import returns_to_ask_for
from festival.evaluation.returns.reminding import Asking, ask_all, ask_hosts
from festival.extensions import db
from festival.festivals.states import EditionState
from festival.mail.models import OutboxMessage
from festival.mail.rendering import render_message
from festival.programme.actions import cancel_occurrence, publish_programme
from festival.programme.models import SessionPresenter
from festival.shared.access import Role
from festival.shared.appointments import ASKED
from festival.shared.journal import SYSTEM, JournalEntry
from festival.shared.lease import lease_for
from festival.shared.running import run_task
from festival.shared.tasks import Task, TaskState, task_queue
from festival.site.clock import Clock
from tests.factories.programme import make_presenter
from tests.factories.returns import AFTERWARDS, ENDED, hold, make_return
from tests.factories.world import NOW, World
from tests.forms import submit

SECRET = "s" * 40
STEP = timedelta(hours=1)


@pytest.fixture
def clock(world: World) -> Iterator[Clock]:
    """The clock of this installation, which asks nobody but for returns."""
    kept = dict(ASKED)
    ASKED.clear()
    ASKED["returns"] = returns_to_ask_for
    lease = lease_for(db.engine)
    assert lease.try_to_hold()
    task_queue()._huey.flush()
    yield Clock(world.app, lease)
    lease.give_up()
    ASKED.clear()
    ASKED.update(kept)


def live(clock: Clock, begin: datetime, end: datetime) -> None:
    """Let the clock plan and a worker work, every hour."""
    now = begin
    while now <= end:
        with time_machine.travel(now, tick=False):
            clock.plan()
            db.session.rollback()
            waiting = select(Task.code).where(
                Task.state == TaskState.WAITING, Task.kind == "ask_for_returns"
            )
            for code in db.session.scalars(waiting).all():
                assert run_task(code)
        now += STEP
    db.session.rollback()


def written(kind: str = "return_") -> list[OutboxMessage]:
    rows = select(OutboxMessage).where(OutboxMessage.kind.startswith(kind))
    return list(db.session.scalars(rows.order_by(OutboxMessage.id)))


def to_whom(kind: str = "return_") -> list[str]:
    return sorted(each.recipient for each in written(kind))


def test_by_the_clock_at_the_end_and_three_days_later_where_it_is_missing(
    world: World, clock: Clock
) -> None:
    missing, done = hold(world.here, title="Missing"), hold(world.here, title="Done")
    hold(world.there, title="Neighbour's", starts_at=ENDED + timedelta(days=30))

    live(clock, ENDED - STEP, ENDED + STEP)
    first = [(each.recipient, each.created_at) for each in written("return_wanted")]
    make_return(world.here, done, now=ENDED + STEP)
    live(clock, ENDED + 2 * STEP, ENDED + timedelta(days=3, hours=2))

    assert first == [
        ("exhibitor@luminara.example", ENDED), ("makers@luminara.example", ENDED),
    ]  # fmt: skip
    assert len(written("return_wanted")) == 2
    second = written("return_missing")
    assert [(each.recipient, each.created_at) for each in second] == [
        ("exhibitor@luminara.example", ENDED + timedelta(days=3)),
        ("makers@luminara.example", ENDED + timedelta(days=3)),
    ]
    titles = [item["title"] for item in second[0].facts["items"]]
    assert titles == ["Missing"]
    assert missing.id


def test_the_mail_says_what_when_and_until_and_its_link_opens_the_form(world: World) -> None:
    hold(world.here)
    secret = world.app.config["SETTINGS"].secret_key
    ask_hosts(world.here.edition, Asking.ENDED, ENDED, secret=secret, now=ENDED)
    db.session.commit()
    message = written()[0]

    mail = render_message(message)

    assert mail.subject == "How did it go? Solar ovens"
    assert "10:00–11:00 (Madrid), Reading Hall, Luminara Library" in mail.text
    assert "until the end of Friday 28 May 2027" in mail.text
    link = next(line for line in mail.text.splitlines() if "/return/" in line)
    with time_machine.travel(AFTERWARDS, tick=False):
        path = link[link.index("/en/") :]
        answer = submit(world.browser(), path, {"total": "9", "method": "tally"})
    assert answer.status_code == 303


def test_twice_at_once_is_one_mail(world: World) -> None:
    hold(world.here)

    first = ask_hosts(world.here.edition, Asking.ENDED, ENDED, secret=SECRET, now=ENDED)
    second = ask_hosts(world.here.edition, Asking.ENDED, ENDED, secret=SECRET, now=ENDED)

    assert (first, second) == (2, 0)


def test_a_time_that_moves_takes_its_mails_along_one_that_is_cancelled_has_none(
    world: World,
) -> None:
    moved, gone = hold(world.here), hold(world.here, title="Gone")
    moved.starts_at += timedelta(hours=5)
    publish_programme(world.here.edition, actor=SYSTEM, now=NOW)
    cancel_occurrence(gone, actor=SYSTEM, now=NOW)
    db.session.commit()

    found = list(returns_to_ask_for(now=ENDED, horizon=timedelta(days=4)))

    later = ENDED + timedelta(hours=5)
    assert [each.at for each in found] == [later, later + timedelta(days=3)]
    assert ask_hosts(world.here.edition, Asking.ENDED, ENDED, secret=SECRET, now=ENDED) == 0


@pytest.mark.parametrize(
    ("state", "asks"),
    [(EditionState.DRAFT, False), (EditionState.PUBLIC, True), (EditionState.ARCHIVED, True)],
)
def test_an_edition_that_is_closed_the_day_after_still_asks(
    world: World, state: EditionState, asks: bool
) -> None:
    hold(world.here)
    world.here.edition.state = state
    db.session.commit()

    assert bool(list(returns_to_ask_for(now=ENDED, horizon=timedelta(hours=1)))) is asks


def test_after_the_deadline_nobody_is_asked(world: World) -> None:
    hold(world.here)
    set_days(world.here.edition, 1, actor=SYSTEM, now=NOW)
    late = ENDED + timedelta(days=3)

    count = ask_hosts(world.here.edition, Asking.MISSING, ENDED, secret=SECRET, now=late)

    assert count == 0


def test_a_partner_city_that_takes_part_is_not_asked_for_the_hosts_figures(world: World) -> None:
    occurrence = hold(world.here, publish=False)
    world.here.city.contact_email = "saebit@example.org"
    occurrence.session.twin_city_id = world.here.city.id
    publish_programme(world.here.edition, actor=SYSTEM, now=NOW)
    db.session.commit()

    ask_hosts(world.here.edition, Asking.ENDED, ENDED, secret=SECRET, now=ENDED)

    assert to_whom() == ["exhibitor@luminara.example", "makers@luminara.example"]


def test_an_organizer_reminds_all_hosts_of_what_is_missing_once_an_hour(world: World) -> None:
    first, second = hold(world.here, title="One"), hold(world.here, title="Two")
    hold(world.here, title="Later", starts_at=AFTERWARDS + timedelta(days=1))
    hold(world.there, title="Neighbour's")
    make_return(world.here, first)
    path = f"{world.here.path}/organize/figures/returns"
    with time_machine.travel(AFTERWARDS, tick=False):
        browser = world.browser_as(Role.ORGANIZER)
        assert submit(browser, path).location.endswith("?show=missing")
        submit(browser, path)
        assert "Nobody is to be reminded" in browser.get(path).text

    assert to_whom() == ["exhibitor@luminara.example", "makers@luminara.example"]
    (message, _other) = written()
    assert [item["title"] for item in message.facts["items"]] == ["Two"]
    journal = select(JournalEntry.after).where(JournalEntry.action == "returns_asked_for")
    assert db.session.scalars(journal).all() == [{"mails": 2}]
    assert second.id


def test_where_everything_is_filed_nothing_is_written(world: World) -> None:
    make_return(world.here, hold(world.here))

    assert ask_all(world.here.edition, secret=SECRET, now=AFTERWARDS, actor=SYSTEM) == 0
    assert db.session.scalars(
        select(JournalEntry.id).where(JournalEntry.action == "returns_asked_for")
    ).all() == []  # fmt: skip


def test_who_only_leads_the_session_gets_no_link_that_speaks_for_the_organization(
    world: World,
) -> None:
    occurrence = hold(world.here, publish=False)
    nour = make_presenter(world.here.edition, email="nour@example.org")
    db.session.add(
        SessionPresenter(session_id=occurrence.session_id, presenter_id=nour.id, position=0)
    )
    publish_programme(world.here.edition, actor=SYSTEM, now=NOW)
    db.session.commit()

    ask_hosts(world.here.edition, Asking.ENDED, ENDED, secret=SECRET, now=ENDED)

    assert to_whom() == ["exhibitor@luminara.example", "makers@luminara.example"]
