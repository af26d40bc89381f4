"""What the home page of an edition shows; it depends on nothing but the versions."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from festival.cities.models import TwinCity
from festival.festivals.models import Edition, Venue
from festival.programme.published import PublishedProgramme, PublishedSession, PublishedStrand
from festival.programme.queries import published_programme
from festival.site import queries

MOST_PICKS = 6


@dataclass(frozen=True, slots=True)
class DayOfFront:
    day: date
    times: int
    """How often something begins on it."""


@dataclass(frozen=True, slots=True)
class StrandOfFront:
    strand: PublishedStrand
    sessions: int


@dataclass(frozen=True, slots=True)
class Pick:
    """One session of the taste of the programme, by the city's clock."""

    session: PublishedSession
    starts: datetime
    place: str


@dataclass(frozen=True)
class EditionFront:
    programme: PublishedProgramme
    days: list[DayOfFront]
    strands: list[StrandOfFront]
    picks: list[Pick]
    venues: list[Venue]
    cities: list[TwinCity]

    @property
    def is_published(self) -> bool:
        return bool(self.programme.sessions)


def edition_front(edition: Edition) -> EditionFront:
    programme = published_programme(edition)
    times = Counter(
        programme.local_day(occurrence)
        for _, occurrence in programme.held
        if not occurrence.is_cancelled
    )
    sessions = Counter(each.strand.slug for each in programme.sessions if each.strand)
    return EditionFront(
        programme=programme,
        days=[DayOfFront(day, times[day]) for day in programme.days if times[day]],
        strands=[
            StrandOfFront(strand, sessions[strand.slug])
            for strand in programme.strands
            if sessions[strand.slug]
        ],
        picks=_picks(programme, zone=ZoneInfo(edition.time_zone)),
        venues=queries.venues_of(edition.id),
        cities=queries.cities_of(edition.festival_id),
    )


def _picks(programme: PublishedProgramme, *, zone: ZoneInfo) -> list[Pick]:
    """One session of each strand, other ones with each version, so that everybody has a turn."""
    chosen = []
    for strand in programme.strands:
        mine = [
            each
            for each in programme.sessions
            if each.strand == strand and each.abstract and not each.is_cancelled
        ]
        if mine:
            chosen.append(min(mine, key=lambda each: _lot(each, programme.version)))
    if not programme.strands:
        chosen = sorted(programme.sessions, key=lambda each: _lot(each, programme.version))
    picks = [pick for each in chosen for pick in _first_time(each, zone=zone)]
    return sorted(picks[:MOST_PICKS], key=lambda pick: pick.starts)


def _lot(session: PublishedSession, version: int) -> bytes:
    return hashlib.blake2b(f"{version}:{session.guid}".encode(), digest_size=8).digest()


def _first_time(session: PublishedSession, *, zone: ZoneInfo) -> Iterable[Pick]:
    for occurrence in session.occurrences:
        if not occurrence.is_cancelled:
            place = occurrence.space.venue.name if occurrence.space else ""
            yield Pick(session, occurrence.starts_at.astimezone(zone), place)
            return
