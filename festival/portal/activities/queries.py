"""What is asked about the activities of one exhibitor."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from sqlalchemy import case, func, select

from festival.evaluation.returns.queries import Line, lines_of
from festival.exhibitors.models import ActivityOffer, Application
from festival.extensions import db
from festival.festivals.models import Edition
from festival.programme.models import ProgrammeSession
from festival.programme.published import PublishedSession
from festival.visitors.models import Booking, Registration
from festival.visitors.states import BookingState, RegistrationState


@dataclass(frozen=True, slots=True)
class Places:
    """What households booked at one time; people, not bookings, except where said."""

    households: int = 0
    kept: int = 0
    claimed: int = 0
    """Of these, who came through the activity's own door."""
    released: int = 0
    """Given to others, because nobody came in time."""


@dataclass(frozen=True, slots=True)
class OwnTime:
    """One time of an own activity."""

    line: Line
    places: Places
    has_ended: bool

    @property
    def no_shows(self) -> int | None:
        """Booked and not come; None before the end, and where nobody scanned at its door."""
        if not self.has_ended or self.line.time.booked is None or not self.line.scanned:
            return None
        return self.places.kept - self.places.claimed + self.places.released


@dataclass(frozen=True, slots=True)
class OwnActivity:
    session: PublishedSession
    times: tuple[OwnTime, ...]

    @property
    def has_ended(self) -> bool:
        return all(each.has_ended for each in self.times)


def own_activities(edition: Edition, *, organization_id: int, now: datetime) -> list[OwnActivity]:
    """Published activities of an organization with their times, by first start; eight queries."""
    lines = lines_of(edition, now=now, organization_id=organization_id)
    places = _places([each.time.occurrence.id for each in lines])
    first = {line.time.session.code: number for number, line in reversed(list(enumerate(lines)))}
    lines.sort(key=lambda each: (first[each.time.session.code], each.time.occurrence.starts_at))
    return [
        OwnActivity(
            session=(held := list(group))[0].time.session,
            times=tuple(
                OwnTime(
                    line,
                    places.get(line.time.occurrence.id, Places()),
                    now >= line.time.occurrence.ends_at,
                )
                for line in held
            ),
        )
        for _code, group in groupby(lines, key=lambda each: each.time.session.code)
    ]


def _places(occurrence_ids: Collection[int]) -> dict[int, Places]:
    is_kept = Booking.state == BookingState.BOOKED
    rows = db.session.execute(
        select(
            Booking.occurrence_id,
            func.sum(case((is_kept, 1), else_=0)),
            func.sum(case((is_kept, Booking.people), else_=0)),
            func.sum(case((is_kept & Booking.claimed_at.is_not(None), Booking.people), else_=0)),
            func.sum(case((Booking.state == BookingState.RELEASED, Booking.people), else_=0)),
        )
        .join(Booking.registration)
        .where(
            Booking.occurrence_id.in_(occurrence_ids),
            Registration.state == RegistrationState.ACTIVE,
        )
        .group_by(Booking.occurrence_id)
    )
    return {number: Places(*counts) for number, *counts in rows}


def offers_outside(application: Application) -> list[ActivityOffer]:
    """Activities that were offered and are in no programme yet."""
    taken = select(ProgrammeSession.offer_id).where(
        ProgrammeSession.edition_id == application.edition_id,
        ProgrammeSession.offer_id.is_not(None),
    )
    return list(
        db.session.scalars(
            select(ActivityOffer)
            .where(ActivityOffer.application_id == application.id, ActivityOffer.id.not_in(taken))
            .order_by(ActivityOffer.position, ActivityOffer.id)
        )
    )
