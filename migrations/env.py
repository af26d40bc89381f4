"""Alembic's environment: the application's engine and models, one transaction per migration."""

from __future__ import annotations

from alembic import context
from flask import current_app

database = current_app.extensions["migrate"].db
config = context.config


def run_migrations() -> None:
    """Migrate on the application's own engine.  On SQLite foreign keys rest while tables are
    rebuilt, because a rebuilt table is dropped and renamed."""
    options = current_app.extensions["migrate"].configure_args
    with database.engine.connect() as connection:
        sqlite = connection.dialect.name == "sqlite"
        if sqlite:
            connection.connection.execute("PRAGMA foreign_keys=OFF")
        context.configure(
            connection=connection,
            target_metadata=database.metadata,
            transaction_per_migration=True,
            **options,
        )
        with context.begin_transaction():
            if not sqlite:
                connection.exec_driver_sql("SET lock_timeout = '1s'")
            context.run_migrations()
        if sqlite:
            connection.connection.execute("PRAGMA foreign_keys=ON")


run_migrations()
