"""From rows about addresses to readers, and from news to what one reader is told; pure."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any
from zoneinfo import ZoneInfo

from festival.programme.published import PublishedCity, PublishedOccurrence, PublishedSession
from festival.programme.rules import partner_time
from festival.programme.rules.news import OccurrenceNews, What
from festival.programme.rules.versions import place_text
from festival.shared.languages import DEFAULT, LANGUAGES

IN_ORDER = tuple(What)
Facts = dict[str, Any]
"""Plain values, as a letter keeps them."""


class Source(IntEnum):
    """Where an address came from; the lowest knows best how its reader is called and reads."""

    PERSON = 0
    """Signs in; chose the language."""
    HOUSEHOLD = 1
    PRESENTER = 2
    """Leads the session; the organizers wrote the language down."""
    CONTACT = 3
    """Of an organization or a city; the language is a guess."""


@dataclass(frozen=True, slots=True)
class Concern:
    """One row: an occurrence and an address that has to do with it."""

    email: str
    name: str
    locale: str
    occurrence_id: int
    source: Source
    places: int = 0
    """Booked by a household; 0 for those who hold it."""
    household_id: int = 0
    is_city: bool = False
    """Holds it for a partner city, whose clock may show another time."""


@dataclass(slots=True)
class Share:
    """What a reader has to do with one occurrence."""

    places: int = 0
    holds: bool = False
    is_city: bool = False


@dataclass(slots=True)
class Reader:
    """One address with everything that concerns it."""

    email: str
    name: str = ""
    locale: str = DEFAULT
    people: int = 0
    """Those of its households who booked, and itself where it holds something."""
    shares: dict[int, Share] = field(default_factory=dict)
    """By occurrence id."""


def readers_from(concerns: Iterable[Concern]) -> list[Reader]:
    """One reader per address, by address."""
    by_address: dict[str, list[Concern]] = defaultdict(list)
    for each in concerns:
        if each.email:
            by_address[each.email.casefold()].append(each)
    return [_reader(rows) for _email, rows in sorted(by_address.items())]


def _reader(rows: list[Concern]) -> Reader:
    rows.sort(key=lambda each: each.source)
    best = rows[0]
    name = next((each.name for each in rows if each.name), "")
    locale = best.locale if best.locale in LANGUAGES else DEFAULT
    reader = Reader(email=best.email, name=name, locale=locale)
    households: dict[int, int] = {}
    for each in rows:
        share = reader.shares.setdefault(each.occurrence_id, Share())
        share.places += each.places
        share.holds |= not each.places
        share.is_city |= each.is_city
        if each.places:
            most = max(each.places, households.get(each.household_id, 0))
            households[each.household_id] = most
    holds = any(share.holds for share in reader.shares.values())
    reader.people = sum(households.values()) + holds
    return reader


def address_mark(email: str) -> str:
    """Stands for an address in a key: the address itself need not be read there."""
    return hashlib.sha256(email.casefold().encode()).hexdigest()[:24]


@dataclass
class NewsRoom:
    """What one publication tells; times and places are worked out once for all readers."""

    news: Mapping[int, OccurrenceNews]
    """By occurrence id."""
    zone: ZoneInfo
    """In which the festival's times are meant."""
    _facts: dict[tuple[int, bool], tuple[Facts | None, Facts]] = field(default_factory=dict)

    def items_of(self, reader: Reader) -> list[Facts]:
        """What a mail tells this reader: what is lost first, then what moved, then what is new."""
        mine = [self.news[number] for number in reader.shares if number in self.news]
        mine.sort(
            key=lambda each: (IN_ORDER.index(each.what), each.after.starts_at, each.after.uid)
        )
        return [self._item(each, reader) for each in mine]

    def _item(self, each: OccurrenceNews, reader: Reader) -> Facts:
        share = reader.shares[each.after.id]
        before, now = self._before_and_now(each, is_city=share.is_city)
        return {
            "what": each.what.value,
            "title": each.session.text("title", reader.locale),
            "code": each.session.code,
            "places": share.places,
            "holds": share.holds,
            "before": before,
            "now": now,
        }

    def _before_and_now(self, each: OccurrenceNews, *, is_city: bool) -> tuple[Facts | None, Facts]:
        known = self._facts.get((each.after.id, is_city))
        if known is None:
            city = each.session.city if is_city else None
            old = each.before if each.what in (What.MOVED, What.PLACE) else None
            before = held_facts(old, city=city, zone=self.zone) if old else None
            known = before, held_facts(each.after, city=city, zone=self.zone)
            self._facts[each.after.id, is_city] = known
        return known


def share_facts(
    session: PublishedSession, occurrence: PublishedOccurrence, reader: Reader, *, zone: ZoneInfo
) -> Facts:
    """One thing that a reader is reminded of."""
    share = reader.shares[occurrence.id]
    return {
        "title": session.text("title", reader.locale),
        "code": session.code,
        "places": share.places,
        "holds": share.holds,
        "before": None,
        "now": held_facts(occurrence, city=session.city if share.is_city else None, zone=zone),
    }


def held_facts(
    occurrence: PublishedOccurrence, *, city: PublishedCity | None, zone: ZoneInfo
) -> Facts:
    """Time and place as a template needs them; ``city`` adds the partner's own clock."""
    facts: Facts = {
        "starts_at": occurrence.starts_at,
        "minutes": occurrence.minutes,
        "place": place_text(occurrence.space),
        "city": None,
    }
    if city is not None:
        there = partner_time(
            occurrence.starts_at,
            minutes=occurrence.minutes,
            home=zone,
            partner=ZoneInfo(city.time_zone),
        )
        facts["city"] = {"name": city.name, "zone": city.time_zone, "shift": there.day_shift}
    return facts
