"""Which editions have something to remind of."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from festival.extensions import db
from festival.festivals.models import Edition
from festival.festivals.states import EditionState
from festival.programme.models import Occurrence, ProgrammeSession

MARGIN = timedelta(days=60)
"""How far outside the days of its edition something may be held."""


def editions_around(now: datetime) -> list[Edition]:
    """Public editions with a published programme whose days are near."""
    return list(
        db.session.scalars(
            select(Edition)
            .where(
                Edition.state == EditionState.PUBLIC,
                Edition.programme_version > 0,
                Edition.starts_on <= (now + MARGIN).date(),
                Edition.ends_on >= (now - MARGIN).date(),
            )
            .order_by(Edition.id)
        )
    )


def occurrences_that_concern(edition: Edition) -> set[int]:
    """Ids of occurrences that somebody booked, or that an exhibitor or a partner city holds."""
    return set(
        db.session.scalars(
            select(Occurrence.id)
            .join(Occurrence.session)
            .where(
                Occurrence.edition_id == edition.id,
                (Occurrence.places_taken > 0)
                | ProgrammeSession.organization_id.is_not(None)
                | ProgrammeSession.twin_city_id.is_not(None),
            )
        )
    )


def find_public_edition(edition_id: int) -> Edition | None:
    """The edition, if its pages are public."""
    return db.session.scalar(
        select(Edition).where(Edition.id == edition_id, Edition.state == EditionState.PUBLIC)
    )
