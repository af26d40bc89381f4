"""The counts behind the desk, one question each."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Select, exists, func, or_, select

from festival.checkin.models import Admission, DoorLink, Gate
from festival.exhibitors.models import ActivityOffer, Application
from festival.exhibitors.states import ApplicationState
from festival.extensions import db
from festival.festivals.models import Edition, OpeningHours, Space, Venue
from festival.mail.models import OutboxMessage
from festival.mail.states import MessageState
from festival.press.models import PressPicture, Release
from festival.press.states import Consent, ReleaseState
from festival.programme.models import ProgrammeSession
from festival.programme.queries import opening_hours_of, published_programme
from festival.programme.rules import clashes_between, difference, numbered
from festival.programme.snapshot import draft_programme
from festival.programme.states import SessionState
from festival.visitors.models import Registration
from festival.visitors.states import RegistrationState


def _number(query: Select[int]) -> int:
    return int(db.session.scalar(query) or 0)


def count_applications_to_decide(edition_id: int) -> int:
    return _number(
        select(func.count(Application.id)).where(
            Application.edition_id == edition_id,
            Application.state == ApplicationState.SUBMITTED,
        )
    )


def count_offers_outside_programme(edition_id: int) -> int:
    """Offers of accepted applications from which no session was made."""
    return _number(
        select(func.count(ActivityOffer.id))
        .join(ActivityOffer.application)
        .where(
            Application.edition_id == edition_id,
            Application.state == ApplicationState.ACCEPTED,
            ~exists().where(ProgrammeSession.offer_id == ActivityOffer.id),
        )
    )


def count_sessions_to_publish(edition: Edition, *, now: datetime) -> int:
    """Sessions that readers would find changed if the programme were published now."""
    before = published_programme(edition)
    after = numbered(draft_programme(edition), before=before, now=now)
    return len({change.code for change in difference(before, after)})


def count_serious_clashes(edition: Edition) -> int:
    """One space or one person in two sessions at once, in drafts and ready sessions."""
    draft = draft_programme(edition, states=(SessionState.DRAFT, SessionState.READY))
    found = clashes_between(draft, hours=opening_hours_of(edition))
    return sum(clash.is_serious for clash in found)


def count_dead_mail(edition_id: int) -> int:
    return _number(
        select(func.count(OutboxMessage.id)).where(
            OutboxMessage.edition_id == edition_id, OutboxMessage.state == MessageState.DEAD
        )
    )


def count_door_links_expiring(edition_id: int, *, after: datetime, before: datetime) -> int:
    return _number(
        select(func.count(DoorLink.id)).where(
            DoorLink.edition_id == edition_id,
            DoorLink.revoked_at.is_(None),
            DoorLink.expires_at > after,
            DoorLink.expires_at <= before,
        )
    )


def count_pictures_without_papers(edition_id: int) -> int:
    """Pictures meant for the kit that lack a text that goes with them, or consent."""
    texts = ("caption", "alt_text", "creator", "credit", "licence")
    lacking = [getattr(PressPicture, name) == "" for name in texts]
    return _number(
        select(func.count(PressPicture.id)).where(
            PressPicture.edition_id == edition_id,
            PressPicture.in_kit,
            or_(*lacking, PressPicture.consent == Consent.MISSING),
        )
    )


def count_embargoes_ending(edition_id: int, *, after: datetime, before: datetime) -> int:
    return _number(
        select(func.count(Release.id)).where(
            Release.edition_id == edition_id,
            Release.state == ReleaseState.APPROVED,
            Release.embargo_until > after,
            Release.embargo_until <= before,
        )
    )


def count_people_registered(
    edition_id: int, *, since: datetime | None = None, until: datetime | None = None
) -> int:
    """People in active registrations, made at or after ``since`` and before ``until``."""
    query = select(func.sum(Registration.people)).where(
        Registration.edition_id == edition_id, Registration.state == RegistrationState.ACTIVE
    )
    if since is not None:
        query = query.where(Registration.created_at >= since)
    if until is not None:
        query = query.where(Registration.created_at < until)
    return _number(query)


def count_people_let_in(edition_id: int, *, day: date) -> int:
    """People let in at the gates on a local day; each badge counts once."""
    return _number(
        select(func.sum(Admission.people)).where(
            Admission.edition_id == edition_id,
            Admission.day == day,
            Admission.occurrence_id.is_(None),
        )
    )


def setting_up_counts(edition_id: int) -> dict[str, int]:
    """How many spaces, opening hours, sessions and gates there are, in one query."""
    spaces = select(func.count(Space.id)).where(Space.edition_id == edition_id)
    hours = (
        select(func.count(OpeningHours.id))
        .join(OpeningHours.venue)
        .where(Venue.edition_id == edition_id)
    )
    sessions = select(func.count(ProgrammeSession.id)).where(
        ProgrammeSession.edition_id == edition_id
    )
    gates = select(func.count(Gate.id)).where(Gate.edition_id == edition_id)
    row = db.session.execute(
        select(
            spaces.scalar_subquery(),
            hours.scalar_subquery(),
            sessions.scalar_subquery(),
            gates.scalar_subquery(),
        )
    ).one()
    return dict(zip(("spaces", "hours", "sessions", "gates"), row, strict=True))
