"""A row once: the second of two says that it was not the first, on both databases."""

from __future__ import annotations

import pytest

from festival.evaluation.returns.models import ReturnTerms
from festival.extensions import db
from festival.shared.once import insert_once
from tests.factories.world import World


@pytest.mark.both_databases
def test_only_the_first_of_two_equal_rows_is_new(world: World) -> None:
    here, there = world.here.edition.id, world.there.edition.id

    assert insert_once(ReturnTerms, unique="edition_id", edition_id=here, days=3)
    assert not insert_once(ReturnTerms, unique="edition_id", edition_id=here, days=5)
    assert insert_once(ReturnTerms, unique="edition_id", edition_id=there, days=7)

    rows = db.session.execute(db.select(ReturnTerms.edition_id, ReturnTerms.days)).all()
    assert sorted(map(tuple, rows)) == sorted([(here, 3), (there, 7)])
