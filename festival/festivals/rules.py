"""Decisions about editions, days, hours and names; pure, time comes in as an argument."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from festival.festivals.states import MOVES, EditionState
from festival.shared.sentences import mark

LONGEST_EDITION = 60
"""Days; a longer one is nearly always a typing error in the year."""
SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")
RESERVED = frozenset(
    {
        "account", "administration", "api", "door", "feeds", "forgotten", "invitation", "mail",
        "media", "organize", "partner", "password", "people", "reset", "setup", "sign-in",
        "sign-out", "static", "style", "tasks",
    }
)  # fmt: skip
"""First parts of addresses that the house itself uses; no festival may be called so."""

Interval = tuple[time, time]


@dataclass(frozen=True, slots=True)
class EditionFacts:
    """What an organizer says about an edition.

    The ends of the window are wall-clock times in ``time_zone`` (naive on purpose: they are read
    together with the zone, which may change in the same form).
    """

    title: str
    starts_on: date
    ends_on: date
    time_zone: str
    languages: tuple[str, ...]
    theme: str = ""
    about: str = ""
    inhabitants: int | None = None
    inhabitants_year: int | None = None
    contact_email: str = ""
    registration_opens: datetime | None = None
    registration_closes: datetime | None = None


@dataclass(frozen=True, slots=True)
class Fault:
    """``field`` of a form and the sentence that belongs beside it."""

    field: str
    sentence: str


def edition_faults(facts: EditionFacts) -> list[Fault]:
    """Everything that is wrong with an edition's facts; empty when nothing is."""
    faults = [*_day_faults(facts), *_window_faults(facts)]
    if facts.inhabitants is not None and facts.inhabitants <= 0:
        faults.append(Fault("inhabitants", mark("A city has at least one inhabitant.")))
    if (facts.inhabitants is None) != (facts.inhabitants_year is None):
        faults.append(
            Fault(
                "inhabitants_year",
                mark("Give the number of inhabitants together with the year of the count."),
            )
        )
    if not facts.languages:
        faults.append(Fault("languages", mark("Choose at least one language.")))
    return faults


def _day_faults(facts: EditionFacts) -> list[Fault]:
    days = (facts.ends_on - facts.starts_on).days + 1
    if days < 1:
        return [Fault("ends_on", mark("The last day cannot be before the first."))]
    if days > LONGEST_EDITION:
        return [Fault("ends_on", mark("An edition lasts 60 days at most. Is the year right?"))]
    return []


def _window_faults(facts: EditionFacts) -> list[Fault]:
    faults = []
    zone = ZoneInfo(facts.time_zone)
    for name in ("registration",):
        opens: datetime | None = getattr(facts, f"{name}_opens")
        closes: datetime | None = getattr(facts, f"{name}_closes")
        for end, moment in (("opens", opens), ("closes", closes)):
            if moment is not None and not is_on_the_clock(moment, zone=zone):
                faults.append(
                    Fault(
                        f"{name}_{end}",
                        mark("That time does not exist on that day: the clocks go forward."),
                    )
                )
        if opens is not None and closes is not None and closes <= opens:
            faults.append(Fault(f"{name}_closes", mark("It has to close after it opens.")))
    return faults


def is_on_the_clock(wall: datetime, *, zone: ZoneInfo) -> bool:
    """Whether a wall-clock time exists: in spring one hour is left out."""
    there_and_back = wall.replace(tzinfo=zone).astimezone(UTC).astimezone(zone)
    return there_and_back.replace(tzinfo=None, fold=0) == wall.replace(fold=0)


def refusal_for_move(present: EditionState, wanted: EditionState) -> str | None:
    """Why an edition cannot go from one state to another, or None when it can."""
    if wanted in MOVES[present]:
        return None
    if wanted == present:
        return mark("The edition is in this state already.")
    return mark("An edition goes from draft to public, and from public to the archive.")


def refusal_for_zone_change(*, programme_version: int) -> str | None:
    """A published programme has instants; another zone would silently move every start."""
    if programme_version == 0:
        return None
    return mark(
        "The programme is published, so the time zone stays: another one would move every start."
    )


def find_time_zone(text: str, *, known: Collection[str]) -> str | None:
    """The zone that a person means: its full name, or its last part alone when only one fits.

    ``madrid``, ``Europe/Madrid`` and ``mexico city`` are all understood; ``indiana`` is not.
    """
    wanted = "_".join(text.strip().lower().split())
    exact = [name for name in known if name.lower() == wanted]
    if exact:
        return exact[0]
    ends = [name for name in known if "/" in name and name.lower().rsplit("/", 1)[1] == wanted]
    return ends[0] if len(ends) == 1 else None


def hours_fault(intervals: Sequence[Interval]) -> str | None:
    """Why the opening hours of one day cannot be, or None."""
    if any(closes <= opens for opens, closes in intervals):
        return mark("Closing has to come after opening, on the same day.")
    ordered = sorted(intervals)
    if any(later[0] < earlier[1] for earlier, later in pairwise(ordered)):
        return mark("Two opening times of one day overlap.")
    return None


def slug_from(text: str, *, fallback: str) -> str:
    """``Öffentliche Bücherei`` → ``offentliche-bucherei``; another script gives ``fallback``."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:40].strip("-") or fallback


def free_slug(wanted: str, *, taken: Collection[str]) -> str:
    """``wanted``, or ``wanted-2``, ``wanted-3`` …, at most 40 characters."""
    if wanted not in taken:
        return wanted
    number = 2
    while (slug := f"{wanted[: 39 - len(str(number))].rstrip('-')}-{number}") in taken:
        number += 1
    return slug


def slug_fault(slug: str, *, reserved: Iterable[str] = RESERVED) -> str | None:
    """Why a part of an address cannot be taken, or None."""
    if not SLUG.fullmatch(slug):
        return mark("Use small letters a to z, digits and hyphens, 40 at most.")
    if slug in set(reserved):
        return mark("The house itself uses this word. Choose another one.")
    return None


def same_wall_time(moment: datetime | None, *, days: int, zone: ZoneInfo) -> datetime | None:
    """The same time on the clock, ``days`` later, in UTC: a change of clocks moves the instant."""
    if moment is None:
        return None
    wall = moment.astimezone(zone).replace(tzinfo=None) + timedelta(days=days)
    return wall.replace(tzinfo=zone).astimezone(UTC)


def next_first_day(first: date) -> date:
    """A year later on the same day of the week."""
    return first + timedelta(days=364)
