"""Wall clocks: of the festival and of a partner city, and what a clock change does to them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

WORKDAY_BEGINS, WORKDAY_ENDS = time(8), time(20)
"""Hours in which people of a partner city can be asked to take part."""


class ClockFault(StrEnum):
    SKIPPED = "skipped"
    """The clock jumps over this time on this day."""
    REPEATED = "repeated"
    """The clock shows this time twice on this day."""


@dataclass(frozen=True, slots=True)
class LocalInstant:
    """The instant meant, and what was wrong with the wall-clock time; of two the first is taken."""

    instant: datetime
    fault: ClockFault | None = None


def instant_of(day: date, at: time, *, zone: ZoneInfo, later: bool = False) -> LocalInstant:
    """The UTC instant of a wall-clock time.

    ``later`` takes the second of two equal times.  A skipped time gives the instant at which the
    clock would have shown it, with the fault ``SKIPPED``; a caller should ask for another time.
    """
    wall = datetime.combine(day, at, tzinfo=zone)
    instant = wall.replace(fold=int(later)).astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) != wall.replace(tzinfo=None):
        return LocalInstant(wall.astimezone(UTC), ClockFault.SKIPPED)
    first, second = wall.utcoffset(), wall.replace(fold=1).utcoffset()
    return LocalInstant(instant, ClockFault.REPEATED if first != second else None)


@dataclass(frozen=True, slots=True)
class PartnerTime:
    """A time slot on the clock of a partner city.

    ``day_shift`` is how many days its calendar is ahead of (or behind) the festival's at the start;
    ``outside_workday`` whether some of it lies before 8 or after 20 o'clock there.
    """

    starts: datetime
    ends: datetime
    day_shift: int
    outside_workday: bool


def partner_time(
    starts_at: datetime, *, minutes: int, home: ZoneInfo, partner: ZoneInfo
) -> PartnerTime:
    """The slot as the partner city's clock shows it."""
    starts = starts_at.astimezone(partner)
    ends = (starts_at + timedelta(minutes=minutes)).astimezone(partner)
    shift = (starts.date() - starts_at.astimezone(home).date()).days
    same_day = starts.date() == ends.date()
    inside = same_day and starts.time() >= WORKDAY_BEGINS and ends.time() <= WORKDAY_ENDS
    return PartnerTime(starts, ends, day_shift=shift, outside_workday=not inside)
