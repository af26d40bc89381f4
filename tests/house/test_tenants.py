"""The test world itself stands, on both databases."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DatabaseError

from festival.extensions import db
from festival.shared.journal import SYSTEM, JournalEntry, write_journal
from tests.factories.world import NOW, World


@pytest.mark.both_databases
@pytest.mark.parametrize(
    "statement", ["UPDATE journal_entry SET action='x'", "DELETE FROM journal_entry"]
)
def test_the_journal_can_only_grow(world: World, statement: str) -> None:
    write_journal("opened", actor=SYSTEM, entity="edition", key=1, now=NOW)
    db.session.commit()

    with pytest.raises(DatabaseError, match="append-only"):
        db.session.execute(db.text(statement))
    db.session.rollback()

    assert db.session.scalars(select(JournalEntry.action)).all() == ["opened"]
