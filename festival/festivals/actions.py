"""What changes festivals, editions, venues and spaces."""

from __future__ import annotations

from sqlalchemy import update

from festival.extensions import db
from festival.festivals.models import Edition


def touch_edition(edition_id: int) -> None:
    """Something that cached public pages show has changed: they are made anew."""
    db.session.execute(
        update(Edition)
        .where(Edition.id == edition_id)
        .values(content_version=Edition.content_version + 1)
        .execution_options(synchronize_session="fetch")
    )
