"""Several phones scan one badge in the same moment: one admission, on both databases.

On PostgreSQL the phones are held until each has read that nobody let the badge in, which is the
worst that can happen; on SQLite a writer waits before it reads, so they are only sent off together.
"""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from sqlalchemy import func, select, text

from festival.checkin import actions, queries
from festival.checkin.models import Admission, DoorLink, Scan
from festival.checkin.states import Verdict
from festival.extensions import db
from festival.shared.work import work
from tests.conftest import Backend
from tests.factories.badges import make_badge
from tests.factories.checkin import make_door
from tests.factories.world import World

PHONES = 6


class Phones:
    """``PHONES`` threads, each with a connection of its own, that scan together."""

    def __init__(self, world: World, *, hold: bool, patch: pytest.MonkeyPatch) -> None:
        self.app = world.app
        self.door_id = make_door(world.here)[0].id
        self.start = threading.Barrier(PHONES)
        if hold:
            self._hold_after_reading(patch)

    def _hold_after_reading(self, patch: pytest.MonkeyPatch) -> None:
        read, have_read = queries.find_known_badge, threading.Barrier(PHONES)
        first_time = threading.local()

        def held(code_hash: str, *, scope: str) -> queries.KnownBadge | None:
            known = read(code_hash, scope=scope)
            if not getattr(first_time, "over", False):
                first_time.over = True
                have_read.wait(timeout=20)
            return known

        patch.setattr(queries, "find_known_badge", held)

    def scan(self, code: str, keys: list[str]) -> list[Verdict]:
        with ThreadPoolExecutor(PHONES) as pool:
            return list(pool.map(lambda key: self._one(code, key), keys))

    def _one(self, code: str, key: str) -> Verdict:
        with self.app.app_context():
            self.start.wait(timeout=20)
            try:
                with work():
                    door = db.session.get_one(DoorLink, self.door_id)
                    now = door.created_at
                    return actions.check_in(door, key=key, code=code, now=now).verdict
            finally:
                db.session.remove()


def counts() -> tuple[int, int]:
    db.session.rollback()
    scans = db.session.scalar(select(func.count(Scan.id))) or 0
    return scans, db.session.scalar(select(func.count(Admission.id))) or 0


@pytest.mark.both_databases
def test_phones_that_scan_one_badge_at_once_let_it_in_once(
    world: World, backend: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = make_badge(world.here, people=4).code
    phones = Phones(world, hold=backend.kind == "postgresql", patch=monkeypatch)

    verdicts = phones.scan(code, [str(uuid4()) for _ in range(PHONES)])

    assert sorted(verdicts) == [Verdict.ADMITTED] + [Verdict.ALREADY_IN] * (PHONES - 1)
    assert counts() == (PHONES, 1)
    stored = db.session.scalars(select(Scan.verdict)).all()
    assert sorted(stored) == sorted(verdicts)


@pytest.mark.both_databases
def test_one_scan_sent_by_several_retries_at_once_is_stored_once(
    world: World, backend: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = make_badge(world.here).code
    phones = Phones(world, hold=backend.kind == "postgresql", patch=monkeypatch)

    verdicts = phones.scan(code, [str(uuid4())] * PHONES)

    assert verdicts == [Verdict.ADMITTED] * PHONES
    assert counts() == (1, 1)


@pytest.mark.both_databases
def test_without_the_guard_the_badge_would_be_let_in_by_every_phone(
    world: World, backend: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The broken variant: looking first, then inserting, as one would write it unawares."""
    if backend.kind == "sqlite":
        pytest.skip("SQLite has one writer, who looks and inserts before the next one looks")
    db.session.execute(text("ALTER TABLE admission DROP CONSTRAINT uq_admission_badge_id_scope"))
    db.session.commit()
    monkeypatch.setattr(actions, "_insert_once", _insert_unguarded)
    code = make_badge(world.here).code
    phones = Phones(world, hold=True, patch=monkeypatch)

    verdicts = phones.scan(code, [str(uuid4()) for _ in range(PHONES)])

    assert verdicts == [Verdict.ADMITTED] * PHONES
    assert counts() == (PHONES, PHONES)


def _insert_unguarded(model: type, _unique: tuple[str, ...], **values: object) -> int:
    row = model(**values)
    db.session.add(row)
    db.session.flush()
    return int(row.id)
