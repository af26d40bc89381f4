"""The sample festival for tests that look at the whole: seeded once per test process."""

from __future__ import annotations

from pathlib import Path

import flask_migrate
import pytest

from festival import create_app
from festival.extensions import db
from tests.conftest import settings_for_tests

_folder: list[Path] = []


def build_sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with ``festival.db`` and ``media``; copy it, never write into it."""
    if not _folder:
        folder = tmp_path_factory.mktemp("sample")
        app = create_app(settings_for_tests(folder, f"sqlite:///{folder / 'festival.db'}"))
        with app.app_context():
            flask_migrate.upgrade()
        result = app.test_cli_runner().invoke(args=["seed-demo"])
        assert result.exit_code == 0, result.output
        with app.app_context():
            db.session.remove()
            with db.engine.connect() as connection:
                connection.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            db.engine.dispose()
        _folder.append(folder)
    return _folder[0]
