"""News that this room sends up: listeners act in the same unit of work, before the commit.

Each signal is sent with one frozen event as its only argument:
``registered.send(Registered(…))`` reaches ``def issue_badge(event: Registered) -> None``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from blinker import Signal


@dataclass(frozen=True, slots=True)
class Registered:
    """A household has registered; badges issue its badge."""

    registration_id: int
    edition_id: int
    name: str
    people: int
    at: datetime


@dataclass(frozen=True, slots=True)
class RegistrationChanged:
    """Name or number of people is another one now; badges follow."""

    registration_id: int
    edition_id: int
    name: str
    people: int
    at: datetime


@dataclass(frozen=True, slots=True)
class RegistrationCancelled:
    """A household does not come; badges revoke."""

    registration_id: int
    edition_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class BadgeAsked:
    """Which badge does the household have?  A listener answers its code, or None."""

    registration_id: int


registered = Signal("registered")
registration_changed = Signal("registration_changed")
registration_cancelled = Signal("registration_cancelled")
badge_asked = Signal("badge_asked")


def find_badge_code(registration_id: int) -> str | None:
    """Code of the household's badge as the badges room answers it, for ``badges.show``.

    Badges stand on a higher floor, so this room asks by signal instead of looking.
    """
    for _, answer in badge_asked.send(BadgeAsked(registration_id)):
        if answer:
            return str(answer)
    return None
