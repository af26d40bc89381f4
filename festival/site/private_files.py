"""Private files are put away: papers after the festival, files that nothing refers to any more."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import ColumnElement, Select, delete, exists, select

from festival.exhibitors.models import Application, Paper
from festival.extensions import db
from festival.festivals.models import Edition
from festival.shared.files import StoredFile

KEPT_WITHOUT_OWNER = timedelta(days=1)
"""Somebody may just be adding it."""


def papers_due(over: ColumnElement[bool]) -> Select[Any]:
    """Papers of editions that are over."""
    return (
        select(Paper.id)
        .join(Application, Application.id == Paper.application_id)
        .join(Edition, Edition.id == Application.edition_id)
        .where(over)
    )


def delete_papers(ids: Sequence[int]) -> int:
    """The rows; their files follow as files without an owner."""
    db.session.execute(delete(Paper).where(Paper.id.in_(ids)))
    return len(ids)


def files_due(now: datetime) -> Select[Any]:
    """Files to which no row of any table refers."""
    owners = [
        exists().where(key.parent == StoredFile.id)
        for table in db.metadata.sorted_tables
        for key in table.foreign_keys
        if key.column.table.name == StoredFile.__tablename__
    ]
    return select(StoredFile.id).where(
        StoredFile.created_at < now - KEPT_WITHOUT_OWNER, *(~each for each in owners)
    )


def delete_files(ids: Sequence[int]) -> int:
    """Row and bytes; bytes that another row has under the same hash stay."""
    folder = current_app.config["SETTINGS"].files_folder
    rows = list(db.session.scalars(select(StoredFile).where(StoredFile.id.in_(ids))))
    for row in rows:
        name, digest = row.file_name, row.sha256
        db.session.delete(row)
        db.session.flush()
        if not db.session.scalar(select(exists().where(StoredFile.sha256 == digest))):
            (folder / name).unlink(missing_ok=True)
    return len(rows)
