"""Figures of a message to 2,000 people: pages, release, the letters; printed with ``-s``."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from festival.extensions import db
from festival.mail.batches import actions, letters
from festival.mail.models import OutboxMessage
from festival.shared.access import Role
from festival.shared.work import work
from tests.factories.batches import OLGA, make_batch, make_households
from tests.factories.world import NOW, World
from tests.queries import count_queries

pytestmark = pytest.mark.benchmark
READERS = 2_000


@contextmanager
def measured(what: str) -> Iterator[None]:
    begun, cpu = time.perf_counter(), time.process_time()
    with count_queries() as seen:
        yield
    took, cpu = time.perf_counter() - begun, time.process_time() - cpu
    print(
        f"\n{what} on {db.engine.dialect.name}: {took * 1000:.0f} ms, "
        f"{cpu * 1000:.0f} ms CPU, {seen.count} statements"
    )


@pytest.mark.both_databases
def test_a_message_to_two_thousand(world: World) -> None:
    make_households(world.here, READERS)
    batch = make_batch(world.here)
    browser = world.browser_as(Role.ORGANIZER)
    root = f"{world.here.path}/organize/mail/messages/{batch.code}"
    for page in ("", "/recipients", "/preview?to=1000", "/edit"):
        browser.get(root + page)
        with measured(f"page {page or '/'}"):
            assert browser.get(root + page).status_code == 200
    with measured("release"), work():
        actions.release(
            batch, edition=world.here.edition, version=batch.version, actor=OLGA, now=NOW
        )
    with measured(f"{READERS} letters into the outbox"), work():
        assert letters.queue_batch(batch, now=NOW) == READERS
    with measured("page with letters"):
        assert browser.get(root).status_code == 200
    with measured("stop"), work():
        assert actions.stop(batch, actor=OLGA, now=NOW) == READERS
    assert db.session.scalar(db.select(db.func.count(OutboxMessage.id))) == READERS
