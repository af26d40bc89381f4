"""When a reminder is due, and for what; pure."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from festival.programme.published import PublishedOccurrence, PublishedProgramme, PublishedSession
from festival.shared.clock import local_instant

Pair = tuple[PublishedSession, PublishedOccurrence]

EVENING = time(18)
"""On the day before, on the festival's clock."""
AHEAD = timedelta(hours=1)
"""Before the start of each."""


@dataclass(frozen=True, slots=True)
class DayDue:
    """The mail of the evening before: everything that is held on ``day``."""

    day: date
    at: datetime
    until: datetime
    """The last start of the day; later there is nothing left to remind of."""


@dataclass(frozen=True, slots=True)
class StartDue:
    """The mail an hour before ``starts_at``."""

    starts_at: datetime
    at: datetime
    fingerprint: str
    """Changes when something else is held then: who is concerned anew is to be told as well."""


def held_pairs(programme: PublishedProgramme) -> list[Pair]:
    """What is really held, by start."""
    return [pair for pair in programme.held if not pair[1].is_cancelled]


def evening_before(day: date, *, zone: ZoneInfo) -> datetime:
    """18:00 of the day before on the clock of ``zone``, as an instant."""
    return local_instant(day - timedelta(days=1), EVENING, zone=zone)


def days_due(
    programme: PublishedProgramme, pairs: Iterable[Pair], *, since: datetime, until: datetime
) -> list[DayDue]:
    """Days whose evening before lies in the span, in their order."""
    last: dict[date, datetime] = {}
    for _session, occurrence in pairs:
        day = programme.local_day(occurrence)
        last[day] = max(occurrence.starts_at, last.get(day, occurrence.starts_at))
    due = [
        DayDue(day=day, at=evening_before(day, zone=programme.zone), until=ends)
        for day, ends in sorted(last.items())
    ]
    return [each for each in due if since <= each.at <= until]


def starts_due(pairs: Iterable[Pair], *, since: datetime, until: datetime) -> list[StartDue]:
    """Starts that lie an hour after an instant of the span, in their order."""
    uids: dict[datetime, list[str]] = defaultdict(list)
    for _session, occurrence in pairs:
        if since <= occurrence.starts_at - AHEAD <= until:
            uids[occurrence.starts_at].append(occurrence.uid)
    return [
        StartDue(starts_at=starts, at=starts - AHEAD, fingerprint=_fingerprint(found))
        for starts, found in sorted(uids.items())
    ]


def _fingerprint(uids: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(sorted(uids)).encode()).hexdigest()[:12]


def on_day(programme: PublishedProgramme, day: date, *, after: datetime) -> list[Pair]:
    """What is held on the day and has not begun."""
    return [
        pair
        for pair in held_pairs(programme)
        if pair[1].starts_at > after and programme.local_day(pair[1]) == day
    ]


def starting_at(programme: PublishedProgramme, starts_at: datetime) -> list[Pair]:
    """What begins at this instant."""
    return [pair for pair in held_pairs(programme) if pair[1].starts_at == starts_at]
