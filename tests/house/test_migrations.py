"""Migrations and models say the same, on both databases, forth and back, with rows in them."""

from __future__ import annotations

import flask_migrate
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask

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


def test_there_is_one_head(app: Flask) -> None:
    with app.app_context():
        config = app.extensions["migrate"].migrate.get_config()
        assert len(ScriptDirectory.from_config(config).get_heads()) == 1
