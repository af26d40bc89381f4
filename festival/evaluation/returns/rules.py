"""What a return must say, until when it can be changed, and what in it is doubtful; pure."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from festival.evaluation.returns.states import CountMethod, Doubt, Standing
from festival.shared.clock import local_instant
from festival.shared.sentences import mark

DAYS = 14
"""Days in which a return can be filed and changed, unless the edition says otherwise."""
MOST_DAYS = 180
MOST_PEOPLE = 100_000
MOST_TIMES = 100
ASK_AGAIN = timedelta(days=3)
"""After the end; once, where the return is still missing."""
FAR = 0.25
"""A return that is over the scans by this share of them deserves a look …"""
LEAST_FAR = 5
"""… but not where it is only these few people."""

Refusal = tuple[str, str]
"""(field, message id)."""


@dataclass(frozen=True, slots=True)
class ReturnValues:
    """What a host tells; ``total`` may be missing where both parts are given."""

    method: CountMethod
    children: int | None = None
    adults: int | None = None
    total: int | None = None
    times_held: int = 1
    went_well: str = ""
    visitors_said: str = ""
    do_better: str = ""

    @property
    def people(self) -> int:
        """Everybody: the two parts where they are given, else the total."""
        if self.children is not None and self.adults is not None:
            return self.children + self.adults
        return self.total or 0

    def whole(self) -> dict[str, object]:
        """The columns as they are stored, with the total worked out."""
        found = {each.name: getattr(self, each.name) for each in fields(self)}
        return found | {"total": self.people}


def refusal_for(values: ReturnValues) -> Refusal | None:
    """The first thing that cannot be taken, or None."""
    numbers = {name: getattr(values, name) for name in ("children", "adults", "total")}
    for name, number in numbers.items():
        if number is not None and not 0 <= number <= MOST_PEOPLE:
            return name, mark("Give a whole number from 0 to 100,000.")
    if not 0 <= values.times_held <= MOST_TIMES:
        return "times_held", mark("Give a whole number from 0 to 100.")
    return _refusal_for_people(values)


def _refusal_for_people(values: ReturnValues) -> Refusal | None:
    children, adults, total = values.children, values.adults, values.total
    if (children is None) != (adults is None):
        missing = "adults" if adults is None else "children"
        return missing, mark("Give both numbers, or only how many came all together.")
    if children is None and total is None:
        return "total", mark("Say how many people took part; 0 if nobody came.")
    if children is not None and total is not None and total != values.people:
        return "total", mark("This is not the sum of the two numbers above. Leave it empty.")
    if values.times_held == 0 and values.people > 0:
        return "times_held", mark("You counted people, so it was held at least once.")
    return None


def deadline_after(ends_at: datetime, *, days: int, zone: ZoneInfo) -> datetime:
    """The end of the last of ``days`` days after the local day on which it ended."""
    last = ends_at.astimezone(zone).date() + timedelta(days=days)
    return local_instant(last + timedelta(days=1), time(0), zone=zone)


def last_day_before(deadline: datetime, *, zone: ZoneInfo) -> date:
    """The local day with which the deadline comes: what people are told."""
    return (deadline - timedelta(seconds=1)).astimezone(zone).date()


def standing_at(
    now: datetime, *, ends_at: datetime, deadline: datetime, is_filed: bool
) -> Standing:
    if is_filed:
        return Standing.FILED
    if now < ends_at:
        return Standing.NOT_YET
    return Standing.WANTED if now < deadline else Standing.OVERDUE


@dataclass(frozen=True, slots=True)
class Told:
    """A return's number beside what else is known of the same time."""

    people: int
    times_held: int
    room: int | None
    """People that the room holds; None where nobody said."""
    places: int | None
    """Places of the session; None where nobody counts them."""
    scanned: int
    """People let in at its door; 0 where nobody scanned, which says nothing."""


def doubts_about(told: Told) -> list[tuple[Doubt, int]]:
    """What does not fit, each with the number that it is compared with.

    A scan is a lower bound (somebody may slip in), so fewer people than scans cannot be right,
    and a few more are to be expected.
    """
    found = []
    times = max(1, told.times_held)
    if told.room is not None and told.people > told.room * times:
        found.append((Doubt.OVER_ROOM, told.room * times))
    elif told.places is not None and told.people > told.places * times:
        found.append((Doubt.OVER_PLACES, told.places * times))
    if told.people < told.scanned:
        found.append((Doubt.FEWER_THAN_SCANNED, told.scanned))
    elif told.scanned and told.people - told.scanned > max(LEAST_FAR, FAR * told.scanned):
        found.append((Doubt.FAR_OVER_SCANNED, told.scanned))
    return found


def differing(
    saved: dict[str, object], typed: dict[str, object]
) -> list[tuple[str, object, object]]:
    """(field, saved, typed) of what is not the same, in the form's order."""
    return [(name, saved[name], value) for name, value in typed.items() if saved[name] != value]
