"""Private files leave the disk when nobody needs them, and not before."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

from flask import current_app
from sqlalchemy import func, select

from festival.exhibitors.models import Paper
from festival.exhibitors.papers.actions import remove_paper
from festival.extensions import db
from festival.shared.files import StoredFile, missing_files
from festival.site.backup import write_backup
from festival.site.examining import examine
from festival.site.health import present_revision
from festival.site.restoring import restore
from festival.site.retention import put_away
from tests.factories.exhibitors import make_application, make_draft
from tests.factories.papers import PDF, make_paper, picture
from tests.factories.world import NOW, World


def rows() -> tuple[int, int]:
    return (
        db.session.scalar(select(func.count(Paper.id))) or 0,
        db.session.scalar(select(func.count(StoredFile.id))) or 0,
    )


def test_a_removed_paper_leaves_the_disk_after_a_day(world: World) -> None:
    row, _ = make_draft(world.here)
    first, again, other = make_paper(row), make_paper(row), make_paper(row, data=picture())
    folder = current_app.config["SETTINGS"].files_folder
    path, other_path = folder / first.file.file_name, folder / other.file.file_name
    for each in (first, other):
        remove_paper(each, now=NOW)
    db.session.commit()
    put_away(now=NOW + timedelta(hours=23))
    assert rows() == (1, 3)
    put_away(now=NOW + timedelta(hours=25))
    assert rows() == (1, 1)
    assert path.read_bytes() == PDF, "the other paper has the same bytes"
    assert not other_path.exists()
    remove_paper(again, now=NOW)
    db.session.commit()
    put_away(now=NOW + timedelta(hours=25))
    assert rows() == (0, 0)
    assert not path.exists()


def test_papers_go_a_month_after_the_festival(world: World) -> None:
    row, _ = make_application(world.here)
    paper = make_paper(row)
    path = current_app.config["SETTINGS"].files_folder / paper.file.file_name
    put_away(now=NOW + timedelta(days=90))
    assert rows() == (1, 1)
    put_away(now=NOW + timedelta(days=110))
    assert rows() == (0, 0)
    assert not path.exists()


def test_private_files_are_in_the_backup_and_come_back_for_their_owner_only(
    world: World, tmp_path: Path
) -> None:
    row, _ = make_draft(world.here)
    paper = make_paper(row)
    settings = current_app.config["SETTINGS"]
    path = settings.files_folder / paper.file.file_name
    target = tmp_path / "all.zip"
    write_backup(target, media_folder=settings.media_folder, version="test", now=NOW)
    shutil.rmtree(settings.files_folder)
    assert missing_files(folder=settings.files_folder) == [paper.file.file_name]
    db.session.remove()
    restore(target, media_folder=settings.media_folder, revision=present_revision(), replace=True)
    assert path.read_bytes() == PDF
    assert path.stat().st_mode & 0o077 == 0
    assert settings.files_folder.stat().st_mode & 0o077 == 0
    assert missing_files(folder=settings.files_folder) == []
    findings = {each.about: each.level for each in examine(world.app)}
    assert findings["files"] == "ok"
    path.unlink()
    findings = {each.about: each.level for each in examine(world.app)}
    assert findings["files"] == "fail"
