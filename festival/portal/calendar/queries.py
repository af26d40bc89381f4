"""What goes into an exhibitor's calendar."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from festival.exhibitors.models import Application
from festival.exhibitors.stands.models import Stand, StandAssignment
from festival.extensions import db
from festival.festivals.models import OpeningHours, Venue
from festival.festivals.queries import hours_of
from festival.portal.calendar.models import ExhibitorFeed
from festival.programme.models import ProgrammeSession
from festival.shared.journal import JournalEntry
from festival.shared.tokens import token_hash


@dataclass(frozen=True, slots=True)
class StandHours:
    """When the venue of a stand is open; ``changed_at`` is the latest change of stand or hours."""

    stand: Stand
    venue: Venue
    hours: list[OpeningHours]
    changed_at: datetime


def find_feed(token: str) -> ExhibitorFeed | None:
    """The calendar with this secret, also a revoked one."""
    return db.session.scalar(
        select(ExhibitorFeed)
        .where(ExhibitorFeed.token_hash == token_hash(token))
        .options(
            joinedload(ExhibitorFeed.application).joinedload(Application.edition),
            joinedload(ExhibitorFeed.application).joinedload(Application.organization),
        )
    )


def live_feed_of(application_id: int) -> ExhibitorFeed | None:
    """The calendar address that works, if there is one."""
    return db.session.scalar(
        select(ExhibitorFeed)
        .where(ExhibitorFeed.application_id == application_id, ExhibitorFeed.revoked_at.is_(None))
        .order_by(ExhibitorFeed.id.desc())
    )


def count_revoked(application_id: int) -> int:
    """How many addresses were revoked."""
    return (
        db.session.scalar(
            select(func.count(ExhibitorFeed.id)).where(
                ExhibitorFeed.application_id == application_id,
                ExhibitorFeed.revoked_at.is_not(None),
            )
        )
        or 0
    )


def own_session_codes(application: Application) -> frozenset[str]:
    """Codes of the sessions of this edition that the organization offers."""
    return frozenset(
        db.session.scalars(
            select(ProgrammeSession.code).where(
                ProgrammeSession.edition_id == application.edition_id,
                ProgrammeSession.organization_id == application.organization_id,
            )
        )
    )


def assignment_of(application_id: int) -> StandAssignment | None:
    """Who stands where since when, with stand, plan and venue."""
    return db.session.scalar(
        select(StandAssignment)
        .where(StandAssignment.application_id == application_id)
        .options(joinedload(StandAssignment.stand).joinedload(Stand.plan))
    )


def hours_at_stand(application_id: int) -> StandHours | None:
    """Opening hours where the exhibitor stands; nothing without a stand in a venue."""
    assignment = assignment_of(application_id)
    if assignment is None or assignment.stand.plan.venue is None:
        return None
    stand, venue = assignment.stand, assignment.stand.plan.venue
    told = db.session.scalar(
        select(func.max(JournalEntry.at)).where(
            JournalEntry.entity == "venue",
            JournalEntry.entity_key == venue.slug,
            JournalEntry.edition_id == venue.edition_id,
        )
    )
    moments = [assignment.assigned_at, stand.plan.changed_at, *([told] if told else [])]
    return StandHours(stand, venue, hours_of(venue.id), max(moments))
