"""Bad weather at the mail server: bookings go on, mail comes late rather than never, and once."""

from __future__ import annotations

import re
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from festival.config import Settings
from festival.extensions import db
from festival.mail.jobs import deliver_due
from festival.mail.models import OutboxMessage
from festival.mail.queries import mail_line
from festival.mail.rules import PAUSES
from festival.mail.states import MessageState
from festival.shared.clock import utc_now
from festival.shared.work import intending_to_write
from tests.factories.visitors import make_bookable, make_household, publish
from tests.factories.world import World
from tests.mail.conftest import Post

A_MOMENT = timedelta(seconds=30)
SLOW = 6.0
"""Seconds that the slow server takes for each message."""
QUICK = 2.0
"""Seconds within which a booking is answered, on a machine that does other things too."""


@pytest.fixture
def post(world: World) -> Iterator[Post]:
    made = Post(world.app.config["SETTINGS"])
    yield made
    made.stop()


@contextmanager
def delivering(world: World, settings: Settings) -> Iterator[None]:
    """A worker that delivers again and again meanwhile."""
    over = threading.Event()

    def run() -> None:
        with world.app.app_context():
            while not over.is_set():
                deliver_due(settings, now=utc_now())
                over.wait(0.05)

    worker = threading.Thread(target=run)
    worker.start()
    try:
        yield
    finally:
        over.set()
        worker.join()


def book_one(world: World, address: str) -> float:
    """A household of two books and is answered; seconds that the booking took."""
    with intending_to_write():  # the worker writes at the same time
        db.session.rollback()
        row, token = make_household(world.here, people=2)
        row.email = f"household{row.id}@city.example"
        db.session.commit()
    browser = world.app.test_client()
    browser.get(f"{world.here.path}/r/{token}")
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', browser.get(address).text)
    assert found is not None
    begun = time.monotonic()
    answer = browser.post(address, data={"csrf_token": found[1], "people": "2"})
    assert answer.status_code == 303
    return time.monotonic() - begun


def bookable(world: World) -> str:
    occurrence = make_bookable(world.here, capacity=200)
    publish(world.here)
    return f"{world.here.path}/book/{occurrence.uid}"


def states() -> Counter[MessageState]:
    db.session.rollback()
    return Counter(db.session.scalars(select(OutboxMessage.state)))


def deliver_late(settings: Settings, *, now: datetime) -> None:
    """Hours later: every pause is over."""
    for pause in PAUSES:
        now += pause + A_MOMENT
        deliver_due(settings, now=now)


@pytest.mark.both_databases
def test_a_slow_server_slows_no_booking(world: World, post: Post) -> None:
    address = bookable(world)
    post.catcher.pause = SLOW
    patient = post.settings.model_copy(update={"smtp_timeout": 20.0, "mail_connections": 2})
    with delivering(world, patient):
        took = [book_one(world, address) for _ in range(5)]
        while states()[MessageState.SENDING] == 0:
            time.sleep(0.05)
        took += [book_one(world, address) for _ in range(5)]
        assert states()[MessageState.SENT] < 10  # they were answered long before their mail left
        post.catcher.pause = 0.0
    assert max(took) < QUICK
    deliver_due(patient, now=utc_now() + A_MOMENT)
    assert set(states()) == {MessageState.SENT}
    assert set(post.catcher.times_taken().values()) == {1}


def test_a_server_that_is_away_is_waited_for(world: World, post: Post) -> None:
    address, now = bookable(world), utc_now()
    away = post.settings.model_copy(update={"smtp_port": 1})
    with delivering(world, away):
        took = [book_one(world, address) for _ in range(5)]
    assert max(took) < QUICK
    assert set(states()) == {MessageState.QUEUED}
    line = mail_line()
    assert line is not None and line.failures >= 1
    deliver_due(post.settings, now=now + timedelta(hours=9))
    assert set(states()) == {MessageState.SENT}
    assert set(post.catcher.times_taken().values()) == {1}


@pytest.mark.parametrize(
    "weather",
    ["421 closing", "451 later", "554 not now", "RCPT 450 greylisted", "RCPT 421 too many"],
)
def test_a_refusal_for_now_doubles_nothing(world: World, post: Post, weather: str) -> None:
    address, now = bookable(world), utc_now()
    post.catcher.behave = [weather] * 6
    for _ in range(4):
        book_one(world, address)
    deliver_due(post.settings, now=now + A_MOMENT)
    assert states()[MessageState.QUEUED] >= 1
    deliver_late(post.settings, now=now)
    assert set(states()) == {MessageState.SENT}
    assert set(post.catcher.times_taken().values()) == {1}


def test_an_unknown_recipient_stops_nobody_else(world: World, post: Post) -> None:
    address, now = bookable(world), utc_now()
    for _ in range(3):
        book_one(world, address)
    post.catcher.behave = ["RCPT 550 5.1.1 no such user"]
    deliver_due(post.settings, now=now + A_MOMENT)
    assert states() == {MessageState.DEAD: 1, MessageState.SENT: 2}
    reasons = set(db.session.scalars(select(OutboxMessage.error))) - {""}
    assert reasons == {"550 5.1.1 no such user"}


def test_a_cut_within_data_repeats_under_the_same_name_and_nothing_else_does(
    world: World, post: Post
) -> None:
    """The one case in which a mail comes twice: taken, but the yes was lost on the way."""
    address, now = bookable(world), utc_now()
    for _ in range(6):
        book_one(world, address)
    post.catcher.behave = ["", "drop", "", "drop"]
    deliver_due(post.settings, now=now + A_MOMENT)
    deliver_late(post.settings, now=now)
    assert set(states()) == {MessageState.SENT}
    taken = post.catcher.times_taken()
    assert sorted(taken.values()) == [1, 1, 1, 1, 2, 2]
    assert len(taken) == 6


def test_a_cut_before_the_text_was_taken_repeats_nothing(world: World, post: Post) -> None:
    address, now = bookable(world), utc_now()
    for _ in range(3):
        book_one(world, address)
    post.catcher.behave = ["cut"]
    deliver_due(post.settings, now=now + A_MOMENT)
    deliver_late(post.settings, now=now)
    assert set(states()) == {MessageState.SENT}
    assert sorted(post.catcher.times_taken().values()) == [1, 1, 1]
