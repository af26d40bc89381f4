"""How fast letters are written and how fast they leave."""

from __future__ import annotations

import time
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from festival.extensions import db
from festival.mail.actions import queue_letters
from festival.mail.jobs import deliver_due
from festival.mail.models import OutboxMessage
from festival.mail.states import MessageState
from festival.shared.clock import utc_now
from festival.shared.work import work
from tests.factories.world import World
from tests.mail.catching import catcher
from tests.mail.test_letters import KIND, letters
from tests.queries import count_queries

LETTERS = 700


@pytest.mark.benchmark
@pytest.mark.both_databases
def test_seven_hundred_letters_are_written_and_leave(
    world: World, tmp_path: Path, backend_kind: str
) -> None:
    many = letters(LETTERS)
    wall, cpu = time.perf_counter(), time.process_time()
    with count_queries() as seen, work():
        assert queue_letters(KIND, many, edition_id=1, now=utc_now()) == LETTERS
    print(
        f"\n{backend_kind}: {LETTERS} letters in the outbox in {time.perf_counter() - wall:.3f} s "
        f"({time.process_time() - cpu:.3f} s of processor, {seen.count} statements)"
    )
    for connections in (1, 2, 4):
        again = update(OutboxMessage).values(state=MessageState.QUEUED, next_attempt_at=utc_now())
        with work():
            db.session.execute(again)
        with catcher(tmp_path) as (port, file):
            settings = world.app.config["SETTINGS"].model_copy(
                update={
                    "smtp_host": "127.0.0.1",
                    "smtp_port": port,
                    "mail_connections": connections,
                }
            )
            wall, cpu = time.perf_counter(), time.process_time()
            assert deliver_due(settings, now=utc_now()) == LETTERS
            seconds = time.perf_counter() - wall
            taken = Counter(line.split()[0] for line in file.read_text().splitlines())
        assert len(taken) == LETTERS and set(taken.values()) == {1}
        print(
            f"{backend_kind}: {LETTERS} mails over {connections} connection(s) in {seconds:.2f} s, "
            f"{LETTERS / seconds:.0f} a second ({time.process_time() - cpu:.2f} s of processor)"
        )
    left = select(func.count(OutboxMessage.id)).where(OutboxMessage.state != MessageState.SENT)
    assert db.session.scalar(left) == 0
