"""Delivery to a real SMTP server: once, in spite of many workers, bad servers and sudden death."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import inspect, select, update

from festival.extensions import db
from festival.mail import jobs
from festival.mail.actions import Letter, queue_letters
from festival.mail.delivery import Postman
from festival.mail.jobs import Claimed, deliver, deliver_due
from festival.mail.models import OutboxMessage
from festival.mail.queries import mail_line
from festival.mail.rules import LINE_PAUSES, PAUSES, longest_dialogue, stuck_after
from festival.mail.states import MOVES, MessageState
from festival.shared.clock import utc_now
from festival.shared.work import work
from tests.factories.mail import waiting_message
from tests.factories.world import World
from tests.mail.conftest import Post

A_MOMENT = timedelta(seconds=20)
"""A round of delivery goes by its own clock, which runs on while servers think."""
ROOT = Path(__file__).resolve().parents[2]


def again(message: OutboxMessage | int) -> OutboxMessage:
    """The message as the database has it now."""
    number = message if isinstance(message, int) else inspect(message).identity[0]
    db.session.rollback()
    return db.session.get_one(OutboxMessage, number, populate_existing=True)


def states() -> list[MessageState]:
    db.session.rollback()  # a fresh view of what other processes have written
    return list(db.session.scalars(select(OutboxMessage.state).order_by(OutboxMessage.id)))


@pytest.mark.both_databases
def test_what_waits_is_sent_once(world: World, post: Post) -> None:
    for number in range(3):
        waiting_message(number)
    assert deliver_due(post.settings, now=utc_now()) == 3
    assert deliver_due(post.settings, now=utc_now()) == 0
    assert states() == [MessageState.SENT] * 3
    assert sorted(post.catcher.times_taken().values()) == [1, 1, 1]
    assert post.catcher.recipients == [[f"reader{number}@city.example"] for number in range(3)]
    first = post.catcher.taken[0]
    assert first["Subject"] == "Your password was changed"
    assert first.get_body(("html",)) is not None
    assert first.get_body(("plain",)) is not None


def test_what_is_not_due_waits(world: World, post: Post) -> None:
    waiting_message(now=utc_now() + timedelta(hours=1))
    assert deliver_due(post.settings, now=utc_now()) == 0


def test_without_a_server_everything_waits(world: World) -> None:
    waiting_message()
    deliver()
    assert states() == [MessageState.QUEUED]


@pytest.mark.parametrize(
    ("behaviour", "reason"),
    [
        ("451 come back later", "451 come back later"),
        ("554 not today", "554 not today"),
        ("RCPT 450 greylisted", "450 greylisted"),
        ("slow", "timed out"),
    ],
)
def test_a_refusal_is_tried_again_later(
    world: World, post: Post, behaviour: str, reason: str
) -> None:
    message, now = waiting_message(), utc_now()
    post.catcher.behave = [behaviour]
    assert deliver_due(post.hasty, now=now) == 0
    message = again(message)
    assert (message.state, message.attempts) == (MessageState.QUEUED, 1)
    assert reason.lower() in message.error.lower()
    assert PAUSES[0] <= message.next_attempt_at - now <= PAUSES[0] + A_MOMENT
    post.catcher.taken.clear()  # a slow server may have taken what we gave up on
    assert deliver_due(post.settings, now=now + PAUSES[0] + A_MOMENT) == 1
    assert states() == [MessageState.SENT]


def test_a_recipient_refused_for_good_is_given_up_at_once(world: World, post: Post) -> None:
    message = waiting_message()
    waiting_message(2)
    post.catcher.behave = ["RCPT 550 no such user"]
    assert deliver_due(post.settings, now=utc_now()) == 1
    assert states() == [MessageState.DEAD, MessageState.SENT]
    assert again(message).error == "550 no such user"


def test_after_all_pauses_a_message_is_given_up_and_says_why(world: World, post: Post) -> None:
    message, now = waiting_message(), utc_now()
    post.catcher.behave = ["451 later"] * 20
    for pause in (*PAUSES, timedelta()):
        deliver_due(post.settings, now=now)
        now += pause + A_MOMENT
    message = again(message)
    assert (message.state, message.attempts) == (MessageState.DEAD, len(PAUSES) + 1)
    assert message.error == "451 later"
    assert deliver_due(post.settings, now=now + timedelta(days=1)) == 0


def test_a_server_that_is_away_costs_no_message_a_try(world: World, post: Post) -> None:
    """Mail waits as long as the server is away, late rather than never; then it all leaves."""
    for number in range(3):
        waiting_message(number)
    gone, now = post.settings.model_copy(update={"smtp_port": 1}), utc_now()
    assert deliver_due(gone, now=now) == 0
    known = mail_line()
    assert known is not None and known.failures == 1 and "refused" in known.reason.lower()
    assert deliver_due(post.settings, now=now) == 0  # the pause
    for _ in range(200):
        now += timedelta(minutes=5)
        assert deliver_due(gone, now=now) == 0
    db.session.rollback()
    assert mail_line().failures == 201  # type: ignore[union-attr]
    tries = db.session.scalars(select(OutboxMessage.attempts).order_by(OutboxMessage.id)).all()
    assert tries == [0, 0, 0]
    assert deliver_due(post.settings, now=now + LINE_PAUSES[-1]) == 3
    db.session.rollback()
    assert mail_line().failures == 0  # type: ignore[union-attr]


def test_one_round_of_broken_dialogues_leaves_the_server_alone(world: World, post: Post) -> None:
    for number in range(5):
        waiting_message(number)
    post.catcher.behave = ["drop"] * 5
    now = utc_now()
    assert deliver_due(post.settings, now=now) == 0
    tries = db.session.scalars(select(OutboxMessage.attempts).order_by(OutboxMessage.id)).all()
    assert tries == [1, 1, 1, 0, 0]
    post.catcher.behave = []
    assert deliver_due(post.settings, now=now + PAUSES[0] + A_MOMENT) == 5
    assert sorted(post.catcher.times_taken().values()) == [1, 1, 2, 2, 2]


def test_what_is_of_no_use_any_more_is_not_sent(world: World, post: Post) -> None:
    message, now = waiting_message(), utc_now()
    message.until = now + timedelta(minutes=30)
    db.session.commit()
    assert deliver_due(post.settings, now=now + timedelta(minutes=31)) == 0
    assert (again(message).state, message.error) == (MessageState.CANCELLED, jobs.TOO_LATE)
    assert post.catcher.taken == []


def test_a_fault_of_ours_in_a_template_stops_nobody_else(world: World, post: Post) -> None:
    broken = Letter(key="broken", recipient="a@city.example", locale="en", facts={})
    queue_letters("account_reset", [broken], edition_id=None, now=utc_now())
    db.session.commit()
    waiting_message()
    assert deliver_due(post.settings, now=utc_now()) == 1
    assert states() == [MessageState.QUEUED, MessageState.SENT]
    assert "UndefinedError" in again(1).error


@pytest.mark.parametrize(
    "wrong",
    [
        {"smtp_security": "starttls"},
        {"smtp_security": "tls"},
        {"smtp_user": "festival", "smtp_password": "wrong"},
    ],
)
def test_wrong_settings_of_the_server_give_no_message_up(
    world: World, post: Post, wrong: dict[str, str]
) -> None:
    """The administrator mends them; meanwhile everything waits."""
    for number in range(2):
        waiting_message(number)
    now = utc_now()
    assert deliver_due(post.settings.model_copy(update=wrong), now=now) == 0
    assert states() == [MessageState.QUEUED] * 2
    assert deliver_due(post.settings, now=now + PAUSES[0] + A_MOMENT) == 2


def test_a_line_that_breaks_after_the_text_repeats_under_the_same_name(
    world: World, post: Post
) -> None:
    """Nobody can know whether the server kept it; the repeat is recognised by its Message-ID."""
    waiting_message()
    now = utc_now()
    post.catcher.behave = ["drop"]
    assert deliver_due(post.settings, now=now) == 0
    assert deliver_due(post.settings, now=now + PAUSES[0] + A_MOMENT) == 1
    assert list(post.catcher.times_taken().values()) == [2]


def test_an_address_that_the_server_cannot_carry_is_given_up(world: World, post: Post) -> None:
    """This server knows no SMTPUTF8, so no address with å before the @ can ever reach it."""
    message = waiting_message(recipient="åsa@city.example")
    assert deliver_due(post.settings, now=utc_now()) == 0
    assert states() == [MessageState.DEAD]
    assert "SMTPUTF8" in again(message).error


def all_at_once(world: World, post: Post, workers: int) -> None:
    """Deliver with several workers that all begin at the same moment."""
    start, now = threading.Barrier(workers), utc_now()

    one_line = post.settings.model_copy(update={"mail_connections": 1})

    def one() -> None:
        with world.app.app_context():
            assert jobs.count_due(now=now)
            db.session.rollback()
            start.wait()
            deliver_due(one_line, now=now)

    threads = [threading.Thread(target=one) for _ in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@pytest.mark.both_databases
def test_four_workers_at_once_send_each_message_once(world: World, post: Post) -> None:
    for number in range(12):
        waiting_message(number)
    post.catcher.pause = 0.01
    all_at_once(world, post, workers=4)
    assert list(post.catcher.times_taken().values()) == [1] * 12
    assert states() == [MessageState.SENT] * 12


def test_without_the_claim_they_send_it_many_times(
    world: World, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: the test above must be able to fail."""

    mine = threading.local()

    def take_without_asking(_now: object) -> Claimed | None:
        if not hasattr(mine, "left"):
            mine.left = [1, 2, 3, 4]
        db.session.execute(
            update(OutboxMessage).values(state=MessageState.SENDING, claim="everybody")
        )
        return Claimed(mine.left.pop(0), "everybody") if mine.left else None

    monkeypatch.setattr(jobs, "_claim", take_without_asking)
    for number in range(4):
        waiting_message(number)
    post.catcher.pause = 0.05
    all_at_once(world, post, workers=4)
    assert max(post.catcher.times_taken().values()) > 1


def test_a_dead_workers_message_is_sent_by_the_next(world: World, post: Post) -> None:
    waiting_message()
    now, patience = utc_now(), stuck_after(post.settings.smtp_timeout)
    assert jobs.claim_next(now=now) is not None
    assert deliver_due(post.settings, now=now + patience) == 0
    assert deliver_due(post.settings, now=now + patience + timedelta(seconds=1)) == 1
    assert states() == [MessageState.SENT]


def test_nobody_is_taken_for_dead_while_a_dialogue_may_last() -> None:
    for seconds in (0.1, 1, 20, 120):
        assert stuck_after(seconds) > timedelta(seconds=longest_dialogue(seconds))


def test_who_lost_the_claim_does_not_say_how_it_ended(world: World, post: Post) -> None:
    waiting_message()
    now = utc_now()
    claimed = jobs.claim_next(now=now)
    assert claimed is not None
    later = now + stuck_after(post.settings.smtp_timeout) * 2
    assert deliver_due(post.settings, now=later) == 1
    with work():
        jobs._end(claimed, state=MessageState.DEAD, error="I was late")
    assert states() == [MessageState.SENT]


def test_a_server_that_sends_a_letter_at_a_time_is_cut_off(world: World, post: Post) -> None:
    """Each single answer comes in time, the dialogue as a whole never would."""
    message, now = waiting_message(), utc_now()
    post.catcher.behave = ["drip"]
    begun = time.monotonic()
    assert deliver_due(post.hasty, now=now) == 0
    assert time.monotonic() - begun < longest_dialogue(post.hasty.smtp_timeout) + 2
    assert again(message).state == MessageState.QUEUED
    post.catcher.behave = []
    assert deliver_due(post.settings, now=utc_now() + PAUSES[0] + A_MOMENT) == 1


def test_kill_9_in_the_middle_loses_no_mail(world: World, post: Post) -> None:
    """A real worker process is killed while the server thinks; another one sends it."""
    message = waiting_message()
    post.catcher.pause = 30
    settings = world.app.config["SETTINGS"]
    environment = os.environ | {
        "FESTIVAL_ENVIRONMENT": "test",
        "FESTIVAL_SECRET_KEY": settings.secret_key,
        "FESTIVAL_DATABASE_URL": settings.database_url,
        "FESTIVAL_INSTANCE_PATH": str(settings.instance_path),
        "FESTIVAL_BASE_URL": "http://localhost",
        "FESTIVAL_SMTP_HOST": "127.0.0.1",
        "FESTIVAL_SMTP_PORT": str(post.settings.smtp_port),
    }
    command = [sys.executable, "-m", "flask", "--app", "festival", "worker"]
    victim = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
    try:
        for _ in range(150):
            time.sleep(0.1)
            if states() == [MessageState.SENDING]:
                break
        assert states() == [MessageState.SENDING]
        time.sleep(0.2)
    finally:
        victim.send_signal(signal.SIGKILL)
        victim.wait()
    post.catcher.pause = 0
    assert states() == [MessageState.SENDING]
    now = utc_now() + stuck_after(20) + timedelta(minutes=1)
    assert deliver_due(post.settings, now=now) == 1
    message = again(message)
    assert (message.state, message.attempts) == (MessageState.SENT, 2)
    assert list(post.catcher.times_taken().values()) == [1]


def test_every_state_has_its_moves() -> None:
    assert set(MOVES) == set(MessageState)
    assert MOVES[MessageState.CANCELLED] == set()


@pytest.mark.both_databases
def test_many_leave_over_several_connections_once_each(world: World, post: Post) -> None:
    for number in range(35):
        waiting_message(number)
    post.catcher.pause = 0.02
    three = post.settings.model_copy(update={"mail_connections": 3})
    assert deliver_due(three, now=utc_now()) == 35
    assert sorted(post.catcher.times_taken().values()) == [1] * 35
    assert states() == [MessageState.SENT] * 35
    assert post.catcher.most_at_once == 3


def test_a_server_that_goes_away_in_the_middle_is_left_alone(
    world: World, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        waiting_message(number)
    post.catcher.behave = ["drop"]

    def closed(self: Postman) -> None:
        raise ConnectionRefusedError("nobody there any more")

    begun = Postman.open

    def open_once(self: Postman) -> None:
        begun(self)
        monkeypatch.setattr(Postman, "_call", closed)

    monkeypatch.setattr(Postman, "open", open_once)
    assert deliver_due(post.settings, now=utc_now()) == 0
    tries = db.session.scalars(select(OutboxMessage.attempts).order_by(OutboxMessage.id)).all()
    assert tries == [1, 0, 0]
    line = mail_line()
    assert line is not None and line.failures == 1
