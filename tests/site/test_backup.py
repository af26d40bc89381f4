"""Backup and restore: everything comes back, from either database to either, or nothing changes."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from festival.extensions import db
from festival.shared.clock import utc_now
from festival.shared.journal import SYSTEM, JournalEntry, write_journal
from festival.site.backup import tables, write_backup
from festival.site.health import present_revision
from festival.site.restoring import BackupRefused, restore
from tests.conftest import Backend, start_postgres
from tests.factories.mail import waiting_message
from tests.factories.world import World

PICTURE = "ab/" + "ab" * 32 + ".png"


def everything() -> dict[str, list[tuple[Any, ...]]]:
    """All rows of all tables."""
    db.session.rollback()
    with db.engine.connect() as connection:
        return {
            table.name: [
                tuple(row)
                for row in connection.execute(select(table).order_by(*table.primary_key.columns))
            ]
            for table in tables()
        }


def filled(world: World, folder: Path) -> Path:
    """Rows of many kinds, a picture, and the backup of it all."""
    for number in range(3):
        waiting_message(number, edition_id=world.here.edition.id)
    write_journal("said", actor=SYSTEM, entity="x", key=1, now=utc_now(), after={"ü": ["名", None]})
    world.here.edition.about = "Line one\nline two \u2028 «ok» \\n \x7f"
    db.session.commit()
    picture = folder / "media" / PICTURE
    picture.parent.mkdir(parents=True)
    picture.write_bytes(b"\x89PNG picture")
    target = folder / "backup.zip"
    write_backup(target, media_folder=folder / "media", version="0.1.0", now=utc_now())
    return target


def bring(source: Path, folder: Path, *, replace: bool = True) -> int:
    return restore(
        source, media_folder=folder / "new", revision=present_revision(), replace=replace
    )


@pytest.mark.both_databases
def test_everything_comes_back(world: World, tmp_path: Path) -> None:
    source, before = filled(world, tmp_path), everything()
    waiting_message(99)
    world.here.edition.title = "Changed meanwhile"
    db.session.commit()

    count = bring(source, tmp_path)

    assert everything() == before
    assert count == sum(len(rows) for rows in before.values()) > 40
    assert (tmp_path / "new" / PICTURE).read_bytes() == b"\x89PNG picture"
    assert list(tmp_path.rglob("*.part")) == []


@pytest.mark.both_databases
def test_afterwards_numbers_go_on_and_the_journal_only_grows(world: World, tmp_path: Path) -> None:
    bring(filled(world, tmp_path), tmp_path)
    db.session.expire_all()
    waiting_message(100)
    highest = db.session.scalar(select(func.max(JournalEntry.id))) or 0
    write_journal("after", actor=SYSTEM, entity="x", key=2, now=utc_now())
    db.session.commit()
    assert db.session.scalar(select(func.max(JournalEntry.id))) == highest + 1
    with pytest.raises(Exception, match="append-only"):
        db.session.execute(db.text("DELETE FROM journal_entry"))


def test_a_backup_of_sqlite_comes_back_on_postgresql(
    world: World,
    tmp_path: Path,
    backends: dict[str, Backend],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    source, before = filled(world, tmp_path), everything()
    if "postgresql" not in backends:
        folder = tmp_path_factory.mktemp("postgresql")
        backends["postgresql"] = Backend("postgresql", folder=folder, server=start_postgres())
    else:
        backends["postgresql"].renew()
    with backends["postgresql"].app.app_context():
        bring(source, tmp_path)
        assert everything() == before


def test_a_database_with_something_in_it_is_not_overwritten(world: World, tmp_path: Path) -> None:
    source, before = filled(world, tmp_path), everything()
    with pytest.raises(BackupRefused, match="--replace"):
        bring(source, tmp_path, replace=False)
    assert everything() == before


def test_an_empty_database_needs_no_replace(app: Flask, world: World, tmp_path: Path) -> None:
    source, before = filled(world, tmp_path), everything()
    with db.engine.begin() as connection:
        for name in ("journal_entry_no_update", "journal_entry_no_delete"):
            connection.execute(db.text(f"DROP TRIGGER {name}"))
        for table in reversed(tables()):
            connection.execute(table.delete())
    bring(source, tmp_path, replace=False)
    assert everything() == before


Parts = dict[str, bytes]


def _manifest(parts: Parts) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(parts["manifest.json"])
    return found


def _change_table(parts: Parts) -> None:
    parts["tables/person.jsonl"] = parts["tables/person.jsonl"].replace(b"Ada", b"Eva")


def _lose_table(parts: Parts) -> None:
    del parts["tables/person.jsonl"]


def _smuggle(parts: Parts) -> None:
    parts["../../evil.txt"] = b"x"


def _smuggle_listed(parts: Parts) -> None:
    parts["media/../../evil.txt"] = b"x"
    manifest = _manifest(parts)
    manifest["sha256"]["media/../../evil.txt"] = (
        "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"
    )
    parts["manifest.json"] = json.dumps(manifest).encode()


def _other_revision(parts: Parts) -> None:
    parts["manifest.json"] = json.dumps(_manifest(parts) | {"revision": "9999"}).encode()


def _newer_format(parts: Parts) -> None:
    parts["manifest.json"] = json.dumps(_manifest(parts) | {"format": 2}).encode()


def _no_manifest(parts: Parts) -> None:
    del parts["manifest.json"]


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (_change_table, "changed or is damaged"),
        (_lose_table, "missing or were added"),
        (_smuggle, "missing or were added"),
        (_smuggle_listed, "name that no backup gives"),
        (_other_revision, "Install that version"),
        (_newer_format, "newer version"),
        (_no_manifest, "not a backup"),
    ],
)
def test_a_spoiled_backup_changes_nothing(
    world: World, tmp_path: Path, spoil: Callable[[Parts], None], reason: str
) -> None:
    source, before = filled(world, tmp_path), everything()
    with zipfile.ZipFile(source) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    spoil(parts)
    with zipfile.ZipFile(source, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    with pytest.raises(BackupRefused, match=reason):
        bring(source, tmp_path)
    assert everything() == before
    assert not (tmp_path.parent / "evil.txt").exists()


def test_a_file_cut_short_changes_nothing(world: World, tmp_path: Path) -> None:
    source, before = filled(world, tmp_path), everything()
    source.write_bytes(source.read_bytes()[:-200])
    with pytest.raises(BackupRefused, match="cannot be read"):
        bring(source, tmp_path)
    assert everything() == before


@pytest.mark.both_databases
def test_a_fault_in_the_middle_rolls_everything_back(world: World, tmp_path: Path) -> None:
    """A row that the database refuses, in a backup that is whole by its hashes."""
    person = world.here.people["reviewer"]
    person_id = person.id
    source = filled(world, tmp_path)
    before = everything()
    with zipfile.ZipFile(source) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    lines = parts["tables/person.jsonl"].splitlines()
    rows = [json.loads(line) for line in lines]
    parts["tables/person.jsonl"] = b"".join(
        json.dumps(row).encode() + b"\n" for row in rows if row["id"] != person_id
    )
    _list_anew(parts, "tables/person.jsonl", rows=len(rows) - 1)
    with zipfile.ZipFile(source, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    with pytest.raises(Exception, match=r"(?i)foreign key"):
        bring(source, tmp_path)
    assert everything() == before


def _list_anew(parts: Parts, name: str, *, rows: int) -> None:
    manifest = _manifest(parts)
    manifest["sha256"][name] = hashlib.sha256(parts[name]).hexdigest()
    manifest["rows"]["person"] = rows
    parts["manifest.json"] = json.dumps(manifest).encode()


def test_only_its_owner_may_read_a_backup_and_it_holds_no_key(world: World, tmp_path: Path) -> None:
    source = filled(world, tmp_path)
    assert source.stat().st_mode & 0o077 == 0
    secret = world.app.config["SETTINGS"].secret_key.encode()
    with zipfile.ZipFile(source) as archive:
        assert all(secret not in archive.read(name) for name in archive.namelist())


def test_a_backup_that_cannot_be_finished_leaves_no_file(world: World, tmp_path: Path) -> None:
    folder = tmp_path / "media"
    folder.mkdir()
    (folder / "dangling").symlink_to(tmp_path / "nowhere")
    target = tmp_path / "b.zip"
    write_backup(target, media_folder=folder, version="0", now=utc_now())
    target.unlink()
    with pytest.raises(TypeError):
        write_backup(target, media_folder=folder, version=object(), now=utc_now())  # type: ignore[arg-type]
    assert [path.name for path in tmp_path.iterdir()] == ["media"]
