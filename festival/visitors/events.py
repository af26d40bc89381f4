"""News that this room sends up: listeners act in the same unit of work, before the commit.

A listener connects with ``registered.connect(function)`` and is called as
``function(sender, event=…)``.  It may write rows and queue mail; it must not commit.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from blinker import Namespace

_news = Namespace()

registered = _news.signal("registered")
registration_changed = _news.signal("registration-changed")
registration_cancelled = _news.signal("registration-cancelled")
places_freed = _news.signal("places-freed")
badge_picture_asked = _news.signal("badge-picture-asked")
"""A question: the listener answers the badge's QR code as PNG or None."""
badge_asked = _news.signal("badge-asked")
"""A question: the listener answers the badge's code or None; see ``find_badge_code``."""


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
class PlacesFreed:
    """Places of an occurrence are free again: given back, or released because nobody came."""

    occurrence_id: int
    edition_id: int
    people: int
    at: datetime


@dataclass(frozen=True, slots=True)
class BadgeAsked:
    """Which badge does the household have?  A listener answers its code, or None."""

    registration_id: int


def find_badge_picture(registration_id: int) -> bytes | None:
    """The QR code of the household's badge as PNG, for a mail."""
    for _, answer in badge_picture_asked.send(
        find_badge_picture, event=BadgeAsked(registration_id)
    ):
        if isinstance(answer, bytes):
            return answer
    return None


def find_badge_code(registration_id: int) -> str | None:
    """Code of the household's badge as the badges room answers it, for ``badges.show``.

    Badges stand on a higher floor, so this room asks by signal instead of looking.
    """
    for _, answer in badge_asked.send(find_badge_code, event=BadgeAsked(registration_id)):
        if answer:
            return str(answer)
    return None
