"""Brings a backup back: checked before anything is touched, one transaction, or nothing at all."""

from __future__ import annotations

import hashlib
import json
import re
import zipfile
from itertools import groupby, islice
from pathlib import Path
from typing import Any

from sqlalchemy import JSON, Connection, Table, func, insert, null, select, text

from festival.extensions import db
from festival.shared.files import FOLDER
from festival.shared.work import intending_to_write
from festival.site.backup import BATCH, FORMAT, read_value, tables

SAFE_NAME = re.compile(
    r"tables/[a-z_]+\.jsonl|(?:media|files)/[0-9a-f]{2}/[0-9a-f]{64}\.[a-z0-9]{2,5}"
)


class BackupRefused(Exception):
    """The backup cannot be brought back; the message says why and what to do."""


def read_manifest(archive: zipfile.ZipFile, *, revision: str | None) -> dict[str, Any]:
    """The manifest of a whole and fitting backup.  Raises ``BackupRefused``."""
    try:
        manifest: dict[str, Any] = json.loads(archive.read("manifest.json"))
    except (KeyError, ValueError) as fault:
        raise BackupRefused("This file is not a backup of a festival.") from fault
    if manifest.get("format") != FORMAT:
        raise BackupRefused("This backup was made by a newer version; install that one first.")
    if manifest["revision"] != revision:
        raise BackupRefused(
            f"This backup was made by version {manifest['version']} (its tables stand at "
            f"{manifest['revision']}, these at {revision}). Install that version, restore, "
            "then upgrade."
        )
    listed = set(manifest["sha256"])
    present = {info.filename for info in archive.infolist()} - {"manifest.json"}
    if listed != present:
        raise BackupRefused(f"Parts are missing or were added: {sorted(listed ^ present)[:5]}")
    for name, wanted in manifest["sha256"].items():
        if not SAFE_NAME.fullmatch(name):
            raise BackupRefused(f"A part has a name that no backup gives: {name!r}")
        if _sha256(archive, name) != wanted:
            raise BackupRefused(f"A part was changed or is damaged: {name}")
    return manifest


def _sha256(archive: zipfile.ZipFile, name: str) -> str:
    digest = hashlib.sha256()
    try:
        with archive.open(name) as file:
            while block := file.read(1 << 20):
                digest.update(block)
    except zipfile.BadZipFile:
        return "damaged"
    return digest.hexdigest()


def is_empty() -> bool:
    """Whether no table has a row."""
    with db.engine.connect() as connection:
        return not any(
            connection.scalar(select(func.count()).select_from(table)) for table in tables()
        )


def restore(source: Path, *, media_folder: Path, revision: str | None, replace: bool) -> int:
    """Bring the backup back and answer the number of rows.

    ``revision``: the migration that the database stands at.  Raises ``BackupRefused`` before
    anything is changed; a fault later rolls everything back, only pictures may remain, which lie
    under their hash and disturb nobody.
    """
    try:
        archive = zipfile.ZipFile(source)
    except (OSError, zipfile.BadZipFile) as fault:
        raise BackupRefused(f"This file cannot be read as a backup: {fault}") from fault
    with archive:
        manifest = read_manifest(archive, revision=revision)
        if not replace and not is_empty():
            raise BackupRefused(
                "There is something in this database. Give --replace to throw it away, "
                "after a backup of it."
            )
        _bring_media(archive, manifest, media_folder=media_folder)
        with intending_to_write(), db.engine.begin() as connection:
            triggers = _clear(connection)
            count = sum(_fill(connection, archive, table, manifest) for table in tables())
            for statement in triggers:
                connection.execute(text(statement))
    return count


def _clear(connection: Connection) -> list[str]:
    """Empty every table; on SQLite the journal's guards step aside and are answered for later."""
    if connection.dialect.name == "postgresql":
        names = ", ".join(f'"{table.name}"' for table in tables())
        connection.execute(text(f"TRUNCATE {names} RESTART IDENTITY"))
        return []
    connection.execute(text("PRAGMA defer_foreign_keys=ON"))
    found = connection.execute(
        text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
    ).all()
    for name, _statement in found:
        connection.execute(text(f'DROP TRIGGER "{name}"'))
    for table in reversed(tables()):
        connection.execute(table.delete())
    return [statement for _name, statement in found]


def _fill(
    connection: Connection, archive: zipfile.ZipFile, table: Table, manifest: dict[str, Any]
) -> int:
    """Insert a table's rows and answer how many there are."""
    name = f"tables/{table.name}.jsonl"
    if name not in manifest["sha256"]:
        return 0
    count = 0
    with archive.open(name) as file:
        rows = (_row(table, json.loads(line)) for line in file)
        for nothing, group in groupby(rows, key=lambda row: _json_nulls(table, row)):
            # None in a JSON column would be kept as JSON's null, which is not the same
            statement = insert(table).values(dict.fromkeys(nothing, null()))
            while batch := [_without(row, nothing) for row in islice(group, BATCH)]:
                connection.execute(statement, batch)
                count += len(batch)
    if count != manifest["rows"][table.name]:
        wanted = manifest["rows"][table.name]
        raise BackupRefused(f"{table.name}: {count} rows instead of {wanted}")
    if connection.dialect.name == "postgresql" and "id" in table.columns and count:
        connection.execute(
            select(
                func.setval(
                    func.pg_get_serial_sequence(table.name, "id"),
                    select(func.max(table.columns.id)).scalar_subquery(),
                )
            )
        )
    return count


def _row(table: Table, written: dict[str, Any]) -> dict[str, Any]:
    return {name: read_value(table.columns[name], value) for name, value in written.items()}


def _json_nulls(table: Table, row: dict[str, Any]) -> tuple[str, ...]:
    return tuple(
        name
        for name, value in row.items()
        if value is None and isinstance(table.columns[name].type, JSON)
    )


def _without(row: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in names}


def _bring_media(archive: zipfile.ZipFile, manifest: dict[str, Any], *, media_folder: Path) -> None:
    """Pictures, and the private files into the folder beside them, for their owner only."""
    folders = {"media": media_folder, FOLDER: media_folder.with_name(FOLDER)}
    for name in manifest["sha256"]:
        folder, _slash, rest = name.partition("/")
        if folder in folders:
            path = folders[folder] / rest
            folders[folder].mkdir(parents=True, exist_ok=True, mode=_modes(folder)[0])
            path.parent.mkdir(exist_ok=True)
            part = path.with_name(path.name + ".part")
            part.touch(mode=_modes(folder)[1])
            part.write_bytes(archive.read(name))
            part.replace(path)


def _modes(folder: str) -> tuple[int, int]:
    """(mode of the folder, mode of a file): private files are read by their owner only."""
    return (0o700, 0o600) if folder == FOLDER else (0o777, 0o644)
