"""What is asked about the times that hosts held, and what they told of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select

from festival.evaluation.queries import people_let_in
from festival.evaluation.returns.models import HostReturn, ReturnTerms
from festival.evaluation.returns.rules import (
    DAYS,
    Told,
    deadline_after,
    doubts_about,
    standing_at,
)
from festival.evaluation.returns.states import Doubt, Standing
from festival.exhibitors.models import Application, Organization
from festival.extensions import db
from festival.festivals.models import Edition
from festival.programme.models import Occurrence, ProgrammeSession
from festival.programme.published import PublishedOccurrence, PublishedSession
from festival.programme.queries import published_programme


@dataclass(frozen=True, slots=True)
class HostedTime:
    """One published time of a session that an organization holds."""

    session: PublishedSession
    occurrence: PublishedOccurrence
    organization_id: int
    organization: str
    booked: int | None
    """Places taken; None where nothing can be booked."""
    deadline: datetime

    @property
    def room(self) -> int | None:
        """People that its space holds."""
        return self.occurrence.space.capacity if self.occurrence.space else None


@dataclass(frozen=True, slots=True)
class Line:
    """A hosted time, what its host told, and what else was counted."""

    time: HostedTime
    filed: HostReturn | None
    scanned: int
    """Audience let in at its door; 0 also where nobody scanned."""
    standing: Standing

    @property
    def doubts(self) -> list[tuple[Doubt, int]]:
        if self.filed is None:
            return []
        return doubts_about(
            Told(
                people=self.filed.total,
                times_held=self.filed.times_held,
                room=self.time.room,
                places=self.time.occurrence.capacity,
                scanned=self.scanned,
            )
        )


def days_of(edition: Edition) -> int:
    """Days in which a return can be filed and changed."""
    query = select(ReturnTerms.days).where(ReturnTerms.edition_id == edition.id)
    return db.session.scalar(query) or DAYS


def hosted_times(edition: Edition, *, organization_id: int | None = None) -> list[HostedTime]:
    """Every published time that an organization holds and that is not cancelled, by start.

    Four queries, however many there are.
    """
    programme = published_programme(edition)
    hosts = _hosts(edition, organization_id=organization_id)
    days, zone = days_of(edition), ZoneInfo(edition.time_zone)
    found = []
    for session, occurrence in programme.held:
        host = hosts.get(occurrence.id)
        if host is None or occurrence.is_cancelled:
            continue
        number, name, booked = host
        deadline = deadline_after(occurrence.ends_at, days=days, zone=zone)
        found.append(HostedTime(session, occurrence, number, name, booked, deadline))
    return found


def _hosts(
    edition: Edition, *, organization_id: int | None
) -> dict[int, tuple[int, str, int | None]]:
    """Occurrence id → (organization's id, its name, places taken)."""
    query = (
        select(
            Occurrence.id, Organization.id, Organization.name,
            Occurrence.is_bookable, Occurrence.places_taken,
        )
        .join(Occurrence.session)
        .join(Organization, Organization.id == ProgrammeSession.organization_id)
        .where(Occurrence.edition_id == edition.id)
    )  # fmt: skip
    if organization_id is not None:
        query = query.where(ProgrammeSession.organization_id == organization_id)
    return {
        number: (host, name, taken if bookable else None)
        for number, host, name, bookable, taken in db.session.execute(query)
    }


def find_hosted_time(edition: Edition, *, uid: str) -> HostedTime | None:
    return next((each for each in hosted_times(edition) if each.occurrence.uid == uid), None)


def find_promised_time(
    edition: Edition, *, occurrence_id: int, organization_id: int
) -> HostedTime | None:
    """The time, if it is this organization's, or that of the one it was merged into."""
    times = (each for each in hosted_times(edition) if each.occurrence.id == occurrence_id)
    found = next(times, None)
    if found is None or found.organization_id == organization_id:
        return found
    merged_into = db.session.scalar(
        select(Organization.merged_into_id).where(Organization.id == organization_id)
    )
    return found if merged_into == found.organization_id else None


def returns_about(occurrence_ids: Collection[int]) -> dict[int, HostReturn]:
    """Occurrence id → its return, where there is one."""
    rows = db.session.scalars(
        select(HostReturn).where(HostReturn.occurrence_id.in_(occurrence_ids))
    )
    return {each.occurrence_id: each for each in rows}


def lines_of(edition: Edition, *, now: datetime, organization_id: int | None = None) -> list[Line]:
    """Every hosted time with its return and its scans, by start; six queries."""
    return lines_from(edition, hosted_times(edition, organization_id=organization_id), now=now)


def lines_from(edition: Edition, times: Iterable[HostedTime], *, now: datetime) -> list[Line]:
    """The same for these times; two queries."""
    times = list(times)
    ids = [each.occurrence.id for each in times]
    filed = returns_about(ids)
    scanned = people_let_in(edition, occurrence_ids=ids)
    found = []
    for each in times:
        number = each.occurrence.id
        standing = standing_at(
            now,
            ends_at=each.occurrence.ends_at,
            deadline=each.deadline,
            is_filed=number in filed,
        )
        found.append(Line(each, filed.get(number), scanned.get(number, 0), standing))
    return found


def find_application_code(edition: Edition, *, organization_id: int) -> str:
    """The code of the organization's application here, which its pages are called by; or empty."""
    query = select(Application.code).where(
        Application.edition_id == edition.id, Application.organization_id == organization_id
    )
    return db.session.scalar(query) or ""
