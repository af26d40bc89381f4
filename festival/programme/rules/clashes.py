"""What cannot be, or had better not be, at the same time and place.

The organizer is warned and not forbidden: a draft may hold clashes, and so may what is published.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from zoneinfo import ZoneInfo

from festival.programme.published import (
    PublishedOccurrence,
    PublishedProgramme,
    PublishedSession,
)
from festival.programme.rules.local_times import partner_time
from festival.shared.sentences import mark

Held = tuple[PublishedSession, PublishedOccurrence]
Hours = Mapping[str, Mapping[date, tuple[tuple[time, time], ...]]]
"""Venue slug → day → opening hours on the edition's clock."""


class ClashKind(StrEnum):
    SPACE = "space"
    PRESENTER = "presenter"
    CLOSED = "closed"
    CAPACITY = "capacity"
    WORKDAY = "workday"
    OUTSIDE_DAYS = "outside_days"
    NO_SPACE = "no_space"


SERIOUS = frozenset({ClashKind.SPACE, ClashKind.PRESENTER})
"""The others are warnings."""

SENTENCES = {
    ClashKind.SPACE: mark("%(name)s is taken twice at the same time."),
    ClashKind.PRESENTER: mark("%(name)s leads two sessions at the same time."),
    ClashKind.CLOSED: mark("%(name)s is not open for all of this time."),
    ClashKind.CAPACITY: mark("More places are offered than fit into %(name)s."),
    ClashKind.WORKDAY: mark("In %(name)s this is before 8 or after 20 o'clock."),
    ClashKind.OUTSIDE_DAYS: mark("This is outside the days of the festival."),
    ClashKind.NO_SPACE: mark("No place is given yet."),
}


@dataclass(frozen=True, slots=True)
class Clash:
    """``name`` is the space, person, venue or city that the sentence speaks of.

    ``other`` is the second occurrence; None where one alone is the trouble.
    """

    kind: ClashKind
    name: str
    first: Held
    other: Held | None = None

    @property
    def is_serious(self) -> bool:
        return self.kind in SERIOUS

    @property
    def sentence(self) -> str:
        """English message id with ``%(name)s`` in it."""
        return SENTENCES[self.kind]

    @property
    def codes(self) -> frozenset[str]:
        """Codes of the sessions concerned."""
        return frozenset(each[0].code for each in (self.first, self.other) if each)


def clashes_between(programme: PublishedProgramme, *, hours: Hours | None = None) -> list[Clash]:
    """All clashes of a programme: serious ones first, each kind by start.

    ``hours`` as far as they are known; a venue or day that is not in it is not checked.
    """
    held = [pair for pair in programme.held if not pair[1].is_cancelled]
    clashes = [
        *_taken_twice(held, kind=ClashKind.SPACE, things=_space_of),
        *_taken_twice(held, kind=ClashKind.PRESENTER, things=_people_of),
    ]
    for pair in held:
        clashes.extend(_warnings(pair, programme=programme, hours=hours or {}))
    return clashes


def _space_of(pair: Held) -> Iterable[tuple[Hashable, str]]:
    space = pair[1].space
    return () if space is None else [((space.venue.slug, space.slug), space.name)]


def _people_of(pair: Held) -> Iterable[tuple[Hashable, str]]:
    return [(each.code, each.name) for each in pair[0].presenters]


def _taken_twice(
    held: Iterable[Held],
    *,
    kind: ClashKind,
    things: Callable[[Held], Iterable[tuple[Hashable, str]]],
) -> list[Clash]:
    """Pairs that overlap and share a thing; touching ends do not overlap."""
    by_thing: dict[Hashable, list[Held]] = defaultdict(list)
    names: dict[Hashable, str] = {}
    for pair in held:  # by start
        for key, name in things(pair):
            by_thing[key].append(pair)
            names[key] = name
    clashes = [
        Clash(kind, names[key], first, other)
        for key, pairs in by_thing.items()
        for first, other in _overlapping(pairs)
    ]
    clashes.sort(key=lambda each: (each.first[1].starts_at, each.name))
    return clashes


def _overlapping(pairs: list[Held]) -> Iterator[tuple[Held, Held]]:
    """Overlapping pairs of a list that is sorted by start."""
    running: list[Held] = []
    for pair in pairs:
        running = [each for each in running if each[1].ends_at > pair[1].starts_at]
        for each in running:
            yield each, pair
        running.append(pair)


def _warnings(pair: Held, *, programme: PublishedProgramme, hours: Hours) -> Iterator[Clash]:
    session, occ = pair
    zone = programme.zone
    day = programme.local_day(occ)
    if not programme.starts_on <= day <= programme.ends_on:
        yield Clash(ClashKind.OUTSIDE_DAYS, "", pair)
    if occ.space is None:
        if session.attendance_mode != "remote":
            yield Clash(ClashKind.NO_SPACE, "", pair)
    else:
        venue, limit = occ.space.venue, occ.space.capacity
        if not is_open(hours.get(venue.slug, {}), occ.starts_at, occ.ends_at, zone=zone):
            yield Clash(ClashKind.CLOSED, venue.name, pair)
        if limit is not None and occ.capacity is not None and occ.capacity > limit:
            yield Clash(ClashKind.CAPACITY, occ.space.name, pair)
    if session.city is not None:
        there = ZoneInfo(session.city.time_zone)
        if partner_time(
            occ.starts_at, minutes=occ.minutes, home=zone, partner=there
        ).outside_workday:
            yield Clash(ClashKind.WORKDAY, session.city.name, pair)


def is_open(
    days: Mapping[date, tuple[tuple[time, time], ...]],
    starts_at: datetime,
    ends_at: datetime,
    *,
    zone: ZoneInfo,
) -> bool:
    """Whether a venue is open for all of a time; yes where nothing is known about it.

    A venue that has hours on other days only is closed on this one.
    """
    if not days:
        return True
    starts, ends = starts_at.astimezone(zone), ends_at.astimezone(zone)
    if starts.date() != ends.date():
        return False
    return any(
        opens <= starts.time() and ends.time() <= closes
        for opens, closes in days.get(starts.date(), ())
    )
