"""Whether the process lives, and whether it can serve.

``/healthz`` touches nothing, so that a database that is away does not make a supervisor restart
the web process.  ``/readyz`` names what is missing and nothing else: no address, no driver's words.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask, current_app, jsonify
from flask.typing import ResponseReturnValue

from festival.config import Settings
from festival.extensions import db
from festival.shared.access import Who, open_to
from festival.shared.tasks import task_queue
from festival.site.machine import machine

SPARE_BYTES = 50 * 1024 * 1024
"""Below this the disk counts as full: the next upload or backup would not fit."""


def present_revision() -> str | None:
    """Migration that the database stands at; None before the first."""
    with db.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def wanted_revision(app: Flask) -> str | None:
    """Newest migration that this version brings."""
    config = app.extensions["migrate"].migrate.get_config()
    return ScriptDirectory.from_config(config).get_current_head()


def _database() -> bool:
    with db.engine.connect() as connection:
        connection.exec_driver_sql("SELECT 1")
    return True


def _migrations() -> bool:
    return present_revision() == wanted_revision(current_app._get_current_object())  # type: ignore[attr-defined]


def _queue() -> bool:
    return task_queue().size() >= 0


def _disk() -> bool:
    settings: Settings = current_app.config["SETTINGS"]
    return shutil.disk_usage(settings.instance_path).free > SPARE_BYTES


CHECKS: dict[str, Callable[[], bool]] = {
    "database": _database,
    "migrations": _migrations,
    "queue": _queue,
    "disk": _disk,
}


def missing() -> list[str]:
    """Names of what the festival needs and does not have now."""
    return [name for name, check in CHECKS.items() if not _holds(check)]


def _holds(check: Callable[[], bool]) -> bool:
    try:
        return check()
    except Exception:
        current_app.logger.exception("a part of the festival is not reachable")
        return False


@machine.get("/healthz")
@open_to(Who.EVERYBODY)
def healthz() -> ResponseReturnValue:
    return jsonify(alive=True)


@machine.get("/readyz")
@open_to(Who.EVERYBODY)
def readyz() -> ResponseReturnValue:
    """200 when everything is there, else 503 with the names of what is not."""
    lacking = missing()
    return jsonify(ready=not lacking, missing=lacking), 503 if lacking else 200
