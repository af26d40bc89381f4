"""Everything in one file: all tables and all pictures, with hashes, from either database to either.

The file is a zip: ``manifest.json``, ``tables/<name>.jsonl`` (one row a line, read in one
snapshot), ``media/…`` and ``files/…`` (private ones).  The secret key and the mail password are
not in it; they belong to the machine.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from enum import Enum
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, select
from sqlalchemy.types import JSON, LargeBinary

from festival.extensions import db
from festival.shared.files import FOLDER
from festival.site.health import present_revision

FORMAT = 1
BATCH = 500


def tables() -> list[Table]:
    """All tables, each after those that it points to."""
    return list(db.metadata.sorted_tables)


def write_backup(
    target: Path, *, media_folder: Path, version: str, now: datetime
) -> dict[str, Any]:
    """Write the backup to ``target`` and answer its manifest.

    It appears under its name only when it is whole; only its owner may read it.
    """
    part = target.with_name(target.name + ".part")
    part.unlink(missing_ok=True)
    part.touch(mode=0o600)
    manifest: dict[str, Any] = {
        "format": FORMAT,
        "version": version,
        "revision": present_revision(),
        "database": db.engine.dialect.name,
        "made_at": now.isoformat(),
        "rows": {},
        "sha256": {},
    }
    try:
        with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
            _write_tables(archive, manifest)
            _write_media(archive, manifest, media_folder=media_folder)
            archive.writestr("manifest.json", json.dumps(manifest, indent=1, sort_keys=True))
        with part.open("rb") as file:
            os.fsync(file.fileno())  # a power cut must not leave an empty file under the name
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    return manifest


def _write_tables(archive: zipfile.ZipFile, manifest: dict[str, Any]) -> None:
    with _snapshot() as connection:
        for table in tables():
            name = f"tables/{table.name}.jsonl"
            digest, count = hashlib.sha256(), 0
            with archive.open(name, "w", force_zip64=True) as file:
                for row in _rows(connection, table):
                    line = json.dumps(row, ensure_ascii=False).encode() + b"\n"
                    file.write(line)
                    digest.update(line)
                    count += 1
            manifest["rows"][table.name] = count
            manifest["sha256"][name] = digest.hexdigest()


def _snapshot() -> Connection:
    """One view of the database for all tables, while others go on writing."""
    connection = db.engine.connect()
    if connection.dialect.name == "postgresql":
        return connection.execution_options(isolation_level="REPEATABLE READ")
    return connection


def _rows(connection: Connection, table: Table) -> Iterator[dict[str, Any]]:
    key = list(table.primary_key.columns)
    result = connection.execution_options(yield_per=BATCH).execute(select(table).order_by(*key))
    for row in result.mappings():
        yield {column.name: written(row[column.name]) for column in table.columns}


def _write_media(archive: zipfile.ZipFile, manifest: dict[str, Any], *, media_folder: Path) -> None:
    """Pictures, and the private files that lie beside them."""
    for part, folder in (("media", media_folder), (FOLDER, media_folder.with_name(FOLDER))):
        for path in sorted(folder.rglob("*")) if folder.is_dir() else []:
            if path.is_file() and not path.name.endswith(".part"):
                name = f"{part}/{path.relative_to(folder).as_posix()}"
                data = path.read_bytes()
                archive.writestr(zipfile.ZipInfo(name), data)
                manifest["sha256"][name] = hashlib.sha256(data).hexdigest()


def written(value: Any) -> Any:
    """A column's value as JSON."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return value


def read_value(column: Any, value: Any) -> Any:
    """The value back, as the column's type takes it."""
    if value is None or isinstance(column.type, JSON):
        return value
    if isinstance(column.type, LargeBinary):
        return base64.b64decode(value)
    kind = getattr(column.type, "impl_instance", column.type).python_type
    if kind in (datetime, date, time):
        return kind.fromisoformat(value)
    if issubclass(kind, Enum):
        return kind(value)
    return value
