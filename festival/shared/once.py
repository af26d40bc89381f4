"""Insert a row unless its key is there already: one statement, so that two at once make one."""

from __future__ import annotations

from typing import Any

from sqlalchemy.dialects import postgresql, sqlite

from festival.extensions import Model, db


def insert_once(model: type[Model], *, unique: str, **values: Any) -> bool:
    """Insert ``values`` unless a row with the same ``unique`` column exists; True if inserted.

    The other one's uncommitted row counts: PostgreSQL waits for it, SQLite has one writer.  The row
    itself says whether it is new: psycopg does not count what a statement like this inserts.
    """
    name = db.session.get_bind().dialect.name
    insert = (postgresql if name == "postgresql" else sqlite).insert
    statement: Any = insert(model).values(**values).on_conflict_do_nothing(index_elements=[unique])
    key = model.__table__.primary_key.columns  # type: ignore[attr-defined]
    return db.session.execute(statement.returning(*key)).first() is not None
