"""Fixtures of the whole house: an application on a fresh database, a client that reads every page.

One application and one migrated template database per process; each test gets a copy of it, so
tests neither wait for migrations nor see each other's rows.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import flask_migrate
import pytest
from flask import Flask, g, has_app_context
from flask.testing import FlaskClient

from festival import create_app
from festival.config import Settings
from festival.extensions import db
from tests import page_reader
from tests.factories.world import World, build_world
from tests.postgres import PostgresServer

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"


LOOPBACK = ("127.", "::1", "localhost")


def _refuse_strangers(event: str, args: tuple[Any, ...]) -> None:
    """No test, and nothing that a test runs in this process, speaks to another machine."""
    if event == "socket.connect" and isinstance(args[1], tuple):
        host = str(args[1][0])
        if not host.startswith(LOOPBACK):
            raise ConnectionRefusedError(f"tests do not speak to {host}")


sys.addaudithook(_refuse_strangers)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real programmes and hostile inputs; tests that need it skip without it."""
    if not (SHARED / "data").is_dir():
        pytest.skip(f"real data not found: {SHARED.name}/data beside the project")
    return SHARED


class Backend:
    """One kind of database with a migrated template that is copied for every test."""

    def __init__(self, kind: str, *, folder: Path, server: PostgresServer | None) -> None:
        self.kind = kind
        self.folder = folder
        self.server = server
        self.file = folder / "festival.db"
        url = server.url("festival_test") if server else f"sqlite:///{self.file}"
        if server:
            server.create("festival_test")
        self.app = create_app(settings_for_tests(folder, url))
        with self.app.app_context():
            flask_migrate.upgrade()
            db.engine.dispose()
        self._keep_template()

    def _keep_template(self) -> None:
        if self.server:
            self.server.copy("festival_test", to="festival_template")
        else:
            shutil.copy(self.file, self.folder / "template.db")

    def renew(self) -> None:
        """Throw the last test's database away and take a fresh copy."""
        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()
        if self.server:
            self.server.copy("festival_template", to="festival_test")
            return
        for ending in ("", "-wal", "-shm"):
            Path(f"{self.file}{ending}").unlink(missing_ok=True)
        shutil.copy(self.folder / "template.db", self.file)


def start_postgres() -> PostgresServer:
    """In a folder of its own: pytest clears its old folders away while others still run."""
    return PostgresServer(Path(tempfile.mkdtemp(prefix="festival-postgres-")) / "server")


def settings_for_tests(folder: Path, url: str) -> Settings:
    return Settings(
        environment="test",
        secret_key="not-a-secret-but-long-enough-for-the-tests",
        base_url="http://localhost",
        database_url=url,
        instance_path=folder,
        mail_from="festival@example.org",
    )


@pytest.fixture(scope="session")
def backends(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Backend]]:
    made: dict[str, Backend] = {}
    yield made
    for backend in made.values():
        with backend.app.app_context():
            db.engine.dispose()
        if backend.server:
            backend.server.stop()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "backend_kind" in metafunc.fixturenames:
        both = metafunc.definition.get_closest_marker("both_databases") is not None
        metafunc.parametrize("backend_kind", ["sqlite", "postgresql"] if both else ["sqlite"])


@pytest.fixture
def backend(
    backend_kind: str, backends: dict[str, Backend], tmp_path_factory: pytest.TempPathFactory
) -> Backend:
    if backend_kind not in backends:
        folder = tmp_path_factory.mktemp(backend_kind)
        server = start_postgres() if backend_kind == "postgresql" else None
        backends[backend_kind] = Backend(backend_kind, folder=folder, server=server)
    else:
        backends[backend_kind].renew()
    return backends[backend_kind]


@pytest.fixture
def app(backend: Backend) -> Flask:
    """The application on a fresh, migrated, empty database."""
    backend.app.extensions["page_shelf"].__init__(backend.app.extensions["page_shelf"].most_bytes)
    return backend.app


class ReadingClient(FlaskClient):
    """A client that parses every HTML answer strictly, so that no test can pass on broken HTML."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        forget_the_last_request()
        response = super().open(*args, **kwargs)
        page_reader.read(response)
        return response


def forget_the_last_request() -> None:
    """Empty ``g``: ``world`` keeps one application context open, and with it who was signed in."""
    if has_app_context():
        for name in list(g):
            g.pop(name)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A stranger's browser."""
    app.test_client_class = ReadingClient
    return app.test_client()


@pytest.fixture
def world(app: Flask) -> Iterator[World]:
    """Two of everything: festivals, editions, organizations, cities, and a person per role.

    The application context stays open during the test, for looking at rows.
    """
    app.test_client_class = ReadingClient
    with app.app_context():
        yield build_world(app)
        db.session.remove()
