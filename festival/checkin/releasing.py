"""When places that nobody claimed at a session's door go to others, and whose they are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, exists, func, select

from festival.badges.models import Badge
from festival.checkin.models import Admission, DoorLink
from festival.checkin.rules import RELEASE_CHOICES
from festival.extensions import db
from festival.festivals.models import Edition
from festival.programme.models import Occurrence
from festival.programme.published import PublishedOccurrence, PublishedSession
from festival.programme.queries import published_programme
from festival.shared.errors import FieldRefused
from festival.shared.journal import Actor, write_journal
from festival.shared.sentences import mark
from festival.visitors.models import Booking
from festival.visitors.rules import kept_until
from festival.visitors.states import BookingState

WIDEST = timedelta(days=2)
"""A local day is on another date in UTC, and the longest session lasts a day."""


@dataclass(frozen=True, slots=True)
class Release:
    """Unclaimed places of one occurrence are released at ``at``, if it has not ended meanwhile."""

    edition_id: int
    occurrence_id: int
    title: str
    at: datetime
    until: datetime


def set_release(edition: Edition, *, minutes: int | None, actor: Actor, now: datetime) -> None:
    """Release unclaimed places so many minutes after the start (before when negative), or never.

    Raises ``FieldRefused`` (minutes) for anything but one of ``RELEASE_CHOICES``.
    """
    if minutes is not None and minutes not in RELEASE_CHOICES:
        raise FieldRefused("minutes", mark("Choose one of the times in the list."))
    before = edition.places_released_after
    if minutes == before:
        return
    edition.places_released_after = minutes
    write_journal(
        "release_set",
        actor=actor,
        entity="edition",
        key=edition.slug,
        now=now,
        edition_id=edition.id,
        before={"minutes": before},
        after={"minutes": minutes},
    )


def releases_between(begin: datetime, end: datetime) -> list[Release]:
    """Releases of all editions in the time from ``begin`` to ``end``, by their instant."""
    editions = db.session.scalars(
        select(Edition).where(
            Edition.places_released_after.is_not(None),
            Edition.starts_on <= (end + WIDEST).date(),
            Edition.ends_on >= (begin - WIDEST).date(),
        )
    ).all()
    found = [each for edition in editions for each in releases_of(edition)]
    return sorted(
        (each for each in found if begin <= each.at <= end),
        key=lambda each: (each.at, each.occurrence_id),
    )


def releases_of(edition: Edition) -> list[Release]:
    """What the edition releases and when, by start.

    As published, because that is when people come; and only where a door scans, for nobody could
    claim a place elsewhere.
    """
    if edition.places_released_after is None:
        return []
    scanned = _scanned_occurrences(edition)
    pairs = published_programme(edition).held if scanned else ()
    found = (_release(edition, pair) for pair in pairs if pair[1].id in scanned)
    return [each for each in found if each is not None]


def find_release(occurrence: Occurrence, *, edition: Edition) -> Release | None:
    """When places of this occurrence are released; None where they are kept."""
    return next(
        (each for each in releases_of(edition) if each.occurrence_id == occurrence.id), None
    )


def unclaimed_bookings(occurrence_id: int) -> list[int]:
    """Ids of live bookings whose household has not come through the occurrence's door."""
    came = (
        exists()
        .where(Admission.badge_id == Badge.id, Admission.occurrence_id == occurrence_id)
        .where(Badge.registration_id == Booking.registration_id)
    )
    return list(db.session.scalars(select(Booking.id).where(*_live(occurrence_id), ~came)))


def count_unclaimed(occurrence_id: int) -> int:
    """Places, not bookings, that wait for somebody."""
    return db.session.scalar(select(func.sum(Booking.people)).where(*_live(occurrence_id))) or 0


def _live(occurrence_id: int) -> tuple[ColumnElement[bool], ...]:
    return (
        Booking.occurrence_id == occurrence_id,
        Booking.state == BookingState.BOOKED,
        Booking.claimed_at.is_(None),
    )


def _scanned_occurrences(edition: Edition) -> frozenset[int]:
    """Ids of bookable occurrences that have a door link which was not ended by hand."""
    return frozenset(
        db.session.scalars(
            select(Occurrence.id).where(
                Occurrence.edition_id == edition.id,
                Occurrence.is_bookable.is_(True),
                exists().where(
                    DoorLink.occurrence_id == Occurrence.id, DoorLink.revoked_at.is_(None)
                ),
            )
        )
    )


def _release(
    edition: Edition, pair: tuple[PublishedSession, PublishedOccurrence]
) -> Release | None:
    session, held = pair
    at = kept_until(held.starts_at, released_after=edition.places_released_after)
    if at is None or held.is_cancelled:
        return None
    return Release(edition.id, held.id, session.title, at, held.ends_at)
