"""What every part of the sample festival needs to know."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from festival.festivals.models import Edition, Space
from festival.shared.clock import local_instant
from festival.shared.journal import Actor


@dataclass(frozen=True, slots=True)
class Hall:
    """A space with what the timetable must know about it."""

    space: Space
    kind: str
    district: str
    opens: time
    closes: time


@dataclass
class Stage:
    """One edition while it is being filled."""

    edition: Edition
    rng: random.Random
    actor: Actor
    media_folder: Path
    halls: list[Hall] = field(default_factory=list)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.edition.time_zone)

    @property
    def days(self) -> list[date]:
        count = (self.edition.ends_on - self.edition.starts_on).days + 1
        return [self.edition.starts_on + timedelta(days=number) for number in range(count)]

    def at(self, days: int, hour: int, minute: int = 0) -> datetime:
        """The instant at which the city's clock shows that time, ``days`` after the first day."""
        day = self.edition.starts_on + timedelta(days=days)
        return local_instant(day, time(hour, minute), zone=self.zone)
