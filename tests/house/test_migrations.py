"""Migrations and models say the same, on both databases, forth and back, with rows in them."""

from __future__ import annotations

import flask_migrate
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import delete, select, text

from festival.exhibitors.calls.models import Call
from festival.exhibitors.calls.states import CallKind
from festival.extensions import db
from tests.factories.world import World


@pytest.mark.both_databases
def test_migrations_make_exactly_the_tables_of_the_models(app: Flask) -> None:
    with app.app_context(), db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, db.metadata) == []


@pytest.mark.both_databases
def test_migrations_go_down_and_up_with_rows_in_the_tables(world: World) -> None:
    db.session.remove()
    flask_migrate.downgrade(revision="0001")
    flask_migrate.upgrade()
    assert db.session.get(type(world.administrator), 1) is not None
    db.session.remove()
    flask_migrate.downgrade(revision="base")
    flask_migrate.upgrade()
    assert db.session.get(type(world.administrator), 1) is None


@pytest.mark.both_databases
def test_the_dates_of_the_call_move_from_the_edition_and_back(world: World) -> None:
    """0004: what an installation of before knows of its call is kept."""
    before = (world.here.call.opens_at, world.here.call.closes_at)
    db.session.execute(delete(Call).where(Call.id == world.there.call.id))
    db.session.commit()
    db.session.remove()
    flask_migrate.downgrade(revision="0003")
    columns = "exhibitor_call_opens_at, exhibitor_call_closes_at"
    rows = db.session.execute(text(f"SELECT {columns} FROM edition ORDER BY id")).all()
    assert all(rows[0])
    assert not any(rows[1]), "the other one has no call"
    assert db.session.scalar(text("SELECT count(*) FROM call")) == 1
    db.session.execute(text("DELETE FROM call"))
    db.session.commit()
    db.session.remove()
    flask_migrate.upgrade()
    calls = db.session.scalars(select(Call)).all()
    assert [(each.kind, each.opens_at, each.closes_at) for each in calls] == [
        (CallKind.EXHIBITORS, *before)
    ]
    db.session.remove()
    flask_migrate.downgrade(revision="0003")
    flask_migrate.upgrade()
    calls = list(db.session.scalars(select(Call)))
    assert len(calls) == 1, "a call that is there already stays"
    assert (calls[0].most_exhibits, calls[0].texts, calls[0].papers_wanted) == (20, {}, [])


def test_there_is_one_head(app: Flask) -> None:
    with app.app_context():
        config = app.extensions["migrate"].migrate.get_config()
        assert len(ScriptDirectory.from_config(config).get_heads()) == 1
