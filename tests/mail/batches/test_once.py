"""Nobody gets it twice: several press at once, a worker dies, a real mail server takes it."""

from __future__ import annotations

import re
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from festival.extensions import db
from festival.mail.batches import actions, letters, queries
from festival.mail.batches.jobs import keep_stopped
from festival.mail.batches.models import MailBatch
from festival.mail.batches.states import BatchState
from festival.mail.jobs import deliver_due
from festival.mail.models import OutboxMessage
from festival.mail.states import MessageState
from festival.shared.clock import utc_now
from festival.shared.errors import RuleBroken
from festival.shared.running import run_task
from festival.shared.tasks import Task
from festival.shared.work import work
from tests.factories.batches import OLGA, make_batch, make_households
from tests.factories.world import NOW, World
from tests.mail.conftest import Post

AT_ONCE = 6


def together(world: World, code: str, act: Any) -> list[bool]:
    """``AT_ONCE`` threads do the same to the batch; who was refused answers False."""
    start, edition_id = threading.Barrier(AT_ONCE), world.here.edition.id

    def one(_number: int) -> bool:
        with world.app.app_context():
            start.wait(timeout=20)
            try:
                with work():
                    batch = queries.find_batch(edition_id, code)
                    assert batch is not None
                    act(batch)
            except RuleBroken:
                return False
            return True

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(one, range(AT_ONCE)))


def letters_in_outbox() -> list[OutboxMessage]:
    db.session.expire_all()
    return list(db.session.scalars(db.select(OutboxMessage).order_by(OutboxMessage.id)))


@pytest.mark.both_databases
def test_of_several_who_release_at_once_one_does(world: World) -> None:
    make_households(world.here, 3)
    batch = make_batch(world.here)
    code, version = batch.code, batch.version
    done = together(
        world,
        code,
        lambda each: actions.release(
            each, edition=each.edition, version=version, actor=OLGA, now=NOW
        ),
    )
    assert sorted(done) == [False] * (AT_ONCE - 1) + [True]
    db.session.rollback()
    assert db.session.scalar(db.select(db.func.count(Task.id))) == 1


@pytest.mark.both_databases
def test_of_several_workers_at_once_one_writes_the_letters(world: World) -> None:
    make_households(world.here, 20)
    batch = make_batch(world.here)
    actions.release(batch, edition=world.here.edition, version=batch.version, actor=OLGA, now=NOW)
    db.session.commit()
    counts: list[int] = []
    together(world, batch.code, lambda each: counts.append(letters.queue_batch(each, now=NOW)))
    db.session.rollback()
    assert sorted(counts) == [0] * (AT_ONCE - 1) + [20]
    assert len(letters_in_outbox()) == 20
    assert batch.addressed == 20


@pytest.mark.both_databases
def test_a_worker_that_dies_while_writing_leaves_nothing_and_the_next_writes_all(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_households(world.here, 5)
    batch = make_batch(world.here)
    actions.release(batch, edition=world.here.edition, version=batch.version, actor=OLGA, now=NOW)
    db.session.commit()
    write = letters._queue

    def die(*arguments: Any, **named: Any) -> int:
        write(*arguments, **named)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(letters, "_queue", die)
        with pytest.raises(KeyboardInterrupt), work():
            letters.queue_batch(batch, now=NOW)
    assert letters_in_outbox() == []
    with work():
        assert letters.queue_batch(batch, now=NOW) == 5
    assert len(letters_in_outbox()) == 5


def test_released_it_reaches_a_mail_server_once_with_a_way_to_say_no(
    world: World, post: Post
) -> None:
    make_households(world.here, 3)
    batch = make_batch(world.here)
    actions.release(
        batch, edition=world.here.edition, version=batch.version, actor=OLGA, now=utc_now()
    )
    db.session.commit()
    for code in db.session.scalars(db.select(Task.code)).all():
        run_task(code)
    now = utc_now()
    assert deliver_due(post.settings, now=now) == 3
    assert deliver_due(post.settings, now=now + timedelta(days=1)) == 0
    assert set(post.catcher.times_taken().values()) == {1}
    mail = post.catcher.taken[0]
    assert mail["Subject"] == "Doors, Household 0"
    assert mail["Reply-To"] == "hello@luminara.example"
    assert mail["Precedence"] == "bulk"
    assert {each.state for each in letters_in_outbox()} == {MessageState.SENT}
    # one click, as a mail program does it, and the next message leaves that reader out
    address = re.search(r"<(https?://[^>]+)>", mail["List-Unsubscribe"])
    assert address is not None
    told = world.browser().post(
        address[1].replace("http://localhost", ""), data={"List-Unsubscribe": "One-Click"}
    )
    assert told.status_code in (200, 303)
    found = queries.addressees(make_batch(world.here), world.here.edition, now=now)
    assert (len(found.recipients), found.left_out) == (2, 1)


def test_what_was_stopped_does_not_leave(world: World, post: Post) -> None:
    make_households(world.here, 2)
    batch = make_batch(world.here)
    actions.release(batch, edition=world.here.edition, version=batch.version, actor=OLGA, now=NOW)
    letters.queue_batch(batch, now=NOW)
    db.session.commit()
    actions.stop(batch, actor=OLGA, now=NOW)
    db.session.commit()
    assert deliver_due(post.settings, now=utc_now()) == 0
    assert post.catcher.taken == []
    found = db.session.get_one(MailBatch, batch.id)
    assert found.state == BatchState.STOPPED


@pytest.mark.both_databases
def test_what_failed_while_it_was_being_stopped_does_not_try_again(world: World) -> None:
    make_households(world.here, 2)
    states = []
    for end in (actions.stop, actions.discard):
        batch = make_batch(world.here)
        actions.release(
            batch, edition=world.here.edition, version=batch.version, actor=OLGA, now=NOW
        )
        letters.queue_batch(batch, now=NOW)
        actions.stop(batch, actor=OLGA, now=NOW)
        end(batch, actor=OLGA, now=NOW)
        row = letters_in_outbox()[-1]
        row.state = MessageState.QUEUED  # the mail server said "later" after the stop
        db.session.commit()
        keep_stopped()
        db.session.expire_all()
        states.append(row.state)
    assert states == [MessageState.HELD, MessageState.CANCELLED]
    keep_stopped()
