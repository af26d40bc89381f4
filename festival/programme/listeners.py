"""News from exhibitors: whoever does not take part any more holds no activities."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from festival.exhibitors import events
from festival.exhibitors.models import ActivityOffer
from festival.extensions import db
from festival.festivals.models import Edition
from festival.programme.actions.occurrences import cancel_occurrence
from festival.programme.actions.publishing import publish_changes_of
from festival.programme.actions.sessions import withdraw_session
from festival.programme.models import Occurrence, ProgrammeSession
from festival.programme.queries import published_programme
from festival.programme.states import OccurrenceState, SessionState


def connect() -> None:
    """Listen; called once at the start."""
    events.application_left.connect(_free_activities)


def _free_activities(_sender: object, *, event: events.ApplicationLeft) -> None:
    """Cancel the application's activities: published ones at once, drafts are withdrawn.

    Sessions that the organizers entered by themselves stay: they only name the organization.
    """
    sessions = db.session.scalars(
        select(ProgrammeSession)
        .join(ActivityOffer, ActivityOffer.id == ProgrammeSession.offer_id)
        .where(
            ProgrammeSession.edition_id == event.edition_id,
            ActivityOffer.application_id == event.application_id,
            ProgrammeSession.state != SessionState.WITHDRAWN,
        )
        .options(selectinload(ProgrammeSession.occurrences))
        .order_by(ProgrammeSession.id)
    ).all()
    if not sessions:
        return
    edition = db.session.get_one(Edition, event.edition_id)
    published = {occurrence.uid for _each, occurrence in published_programme(edition).held}
    told: list[Occurrence] = []
    for session in sessions:
        public = [each for each in session.occurrences if each.uid in published]
        for occurrence in session.occurrences:
            if occurrence.state != OccurrenceState.CANCELLED:
                cancel_occurrence(occurrence, actor=event.actor, now=event.now, publish=False)
        if not public:
            withdraw_session(session, actor=event.actor, now=event.now)
        told += public
    if told:
        publish_changes_of(edition, occurrences=told, actor=event.actor, now=event.now)
