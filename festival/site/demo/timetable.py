"""Finds a time and a space for everything without a clash: first fit in a shuffled order.

Pure: works on days, minutes and keys of whoever must not be in two places at once.
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from festival.site.demo.stage import Hall

PAUSE = timedelta(minutes=15)
STEP = timedelta(minutes=15)
EVENING = time(19, 30)


@dataclass(frozen=True, slots=True)
class Wish:
    """What one occurrence needs."""

    minutes: int
    kinds: tuple[str, ...]
    busy: frozenset[str]
    """Keys of the people and organizations that are needed."""
    district: str = ""
    earliest: time = time(9)
    latest: time = time(20, 30)
    spaces: tuple[str, ...] = ()
    """Names of spaces that it must be in, if any."""


@dataclass(frozen=True, slots=True)
class Slot:
    hall: Hall
    starts: datetime
    """Wall-clock time of the city, without a zone."""


@dataclass
class Timetable:
    """What is taken already."""

    rng: random.Random
    _taken: dict[str, list[tuple[datetime, datetime]]] = field(default_factory=dict)

    def place(self, wish: Wish, *, halls: Iterable[Hall], days: Iterable[date]) -> Slot | None:
        """The first free slot that fits, near the wished district; None if there is none."""
        fitting = [
            hall
            for hall in halls
            if (hall.space.name in wish.spaces if wish.spaces else hall.kind in wish.kinds)
        ]
        self.rng.shuffle(fitting)
        fitting.sort(key=lambda hall: hall.district != wish.district)
        for day in days:
            for hall in fitting:
                for starts in self._starts(hall, wish, day):
                    if self._take(hall, wish, starts):
                        return Slot(hall, starts)
        return None

    def _starts(self, hall: Hall, wish: Wish, day: date) -> list[datetime]:
        first = datetime.combine(day, max(hall.opens, wish.earliest))
        last = min(
            datetime.combine(day, hall.closes) - timedelta(minutes=wish.minutes),
            datetime.combine(day, wish.latest),
        )
        count = (last - first) // STEP + 1 if last >= first else 0
        starts = [first + number * STEP for number in range(count)]
        self.rng.shuffle(starts)
        starts.sort(key=lambda moment: moment.minute % 30 != 0)
        return starts

    def _take(self, hall: Hall, wish: Wish, starts: datetime) -> bool:
        ends = starts + timedelta(minutes=wish.minutes)
        keys = [f"space:{hall.space.slug}", *wish.busy]
        for key in keys:
            for begin, end in self._taken.get(key, ()):
                if starts < end + PAUSE and begin < ends + PAUSE:
                    return False
        for key in keys:
            self._taken.setdefault(key, []).append((starts, ends))
        return True
