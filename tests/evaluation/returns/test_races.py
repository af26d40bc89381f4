"""Several people of one host file at the same moment: one return, and nobody is overwritten."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from festival.evaluation.returns.actions import file_return
from festival.evaluation.returns.models import HostReturn
from festival.evaluation.returns.queries import find_hosted_time
from festival.evaluation.returns.states import FiledBy
from festival.extensions import db
from festival.festivals.models import Edition
from festival.shared.errors import StaleVersion
from festival.shared.journal import SYSTEM, JournalEntry
from festival.shared.work import work
from tests.factories.returns import AFTERWARDS, hold, told
from tests.factories.world import World

PEOPLE = 6


@pytest.mark.both_databases
@pytest.mark.parametrize("is_same", [True, False], ids=["the same form", "each another number"])
def test_all_at_once_make_one_return(world: World, is_same: bool) -> None:
    uid, edition_id = hold(world.here).uid, world.here.edition.id
    start = threading.Barrier(PEOPLE)

    def file(number: int) -> bool:
        with world.app.app_context():
            edition = db.session.get_one(Edition, edition_id)
            time = find_hosted_time(edition, uid=uid)
            assert time is not None
            db.session.rollback()
            start.wait(timeout=20)
            try:
                with work():
                    file_return(
                        edition, time, told(total=7 if is_same else number), version=0,
                        by=FiledBy.LINK, actor=SYSTEM, now=AFTERWARDS,
                    )  # fmt: skip
            except StaleVersion:
                return False
            finally:
                db.session.remove()
            return True

    with ThreadPoolExecutor(PEOPLE) as pool:
        done = list(pool.map(file, range(PEOPLE)))

    db.session.rollback()
    (row,) = db.session.scalars(select(HostReturn)).all()
    filed = select(JournalEntry.action).where(JournalEntry.entity == "host_return")
    assert db.session.scalars(filed).all() == ["return_filed"]
    assert row.version == 1
    assert done.count(True) == (PEOPLE if is_same else 1)
    assert row.total == (7 if is_same else done.index(True))
