"""The published programme as one immutable document.

Publishing freezes the draft tables into a numbered version.  Pages, feeds, press kits and
exports read this document and nothing else, so that they can never disagree with each other
and a page costs no more queries with 600 sessions than with six.

All instants are aware and in UTC; ``time_zone`` is an IANA name; durations are minutes.
Order is meaningful: sessions by first start, then title; occurrences by start.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Literal
from zoneinfo import ZoneInfo

from festival.programme.folding import folded

SessionKind = Literal["activity", "conference"]
OccurrenceStatus = Literal["confirmed", "cancelled"]
SEARCHED = ("title", "subtitle", "abstract")
"""Texts of a session that a search looks into."""


@dataclass(frozen=True, slots=True)
class PublishedStrand:
    slug: str
    name: str
    accent: str  # one of the accent names of the stylesheet: sun, coral, mint, sky, violet …


@dataclass(frozen=True, slots=True)
class PublishedVenue:
    slug: str
    name: str
    address: str = ""
    latitude: float | None = None
    longitude: float | None = None
    access_facts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PublishedSpace:
    slug: str
    name: str
    venue: PublishedVenue
    capacity: int | None = None
    features: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PublishedPerson:
    """A presenter as the public sees one."""

    code: str
    name: str
    affiliation: str = ""


@dataclass(frozen=True, slots=True)
class PublishedCity:
    """A twin city."""

    slug: str
    name: str
    country: str  # ISO 3166-1 alpha-2
    time_zone: str


@dataclass(frozen=True, slots=True)
class PublishedOccurrence:
    """One time that a session is held."""

    id: int  # row of the draft, to ask how many places are left
    uid: str  # iCalendar UID and frab guid, stable for ever
    sequence: int  # iCalendar SEQUENCE: +1 on a change of time, place or status
    changed_at: datetime  # when that last change was published
    starts_at: datetime
    minutes: int
    space: PublishedSpace | None
    status: OccurrenceStatus = "confirmed"
    bookable: bool = False
    capacity: int | None = None
    previous_starts_at: datetime | None = None

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.minutes)

    @property
    def is_cancelled(self) -> bool:
        return self.status == "cancelled"


@dataclass(frozen=True)
class PublishedSession:
    code: str  # short public code, stands in the URL
    guid: str
    kind: SessionKind
    title: str
    language: str  # language that title and texts are written in; "" where unknown
    subtitle: str = ""
    abstract: str = ""  # plain text or Markdown, never HTML
    description: str = ""
    strand: PublishedStrand | None = None
    type_label: str = ""  # the source's own word: "workshop", "youthworkshop", "talk"
    languages: tuple[str, ...] = ()  # languages it is held in
    age_min: int | None = None
    age_max: int | None = None
    tags: tuple[str, ...] = ()  # relaxed, quiet, women_only, childcare, easy_read, step_free …
    cost: str = ""  # empty means free
    bring: str = ""
    presenters: tuple[PublishedPerson, ...] = ()
    organization: str = ""  # name of the exhibitor that offers it
    city: PublishedCity | None = None
    attendance_mode: Literal["on_site", "remote", "mixed"] = "on_site"
    stream_url: str = ""
    links: tuple[tuple[str, str], ...] = ()  # (url, title)
    occurrences: tuple[PublishedOccurrence, ...] = ()
    translations: dict[str, dict[str, str]] = field(default_factory=dict)  # locale → field → text

    def text(self, name: str, locale: str) -> str:
        """The field in ``locale``, or in the language that it was written in."""
        base: str = getattr(self, name)
        return self.translations.get(locale, {}).get(name) or base

    @property
    def is_cancelled(self) -> bool:
        return bool(self.occurrences) and all(each.is_cancelled for each in self.occurrences)

    @cached_property
    def search_text(self) -> str:
        """Title, subtitle, abstract, presenters and organization in all languages, folded."""
        told = [texts.get(name, "") for texts in self.translations.values() for name in SEARCHED]
        names = [f"{who.name} {who.affiliation}" for who in self.presenters]
        own = [self.title, self.subtitle, self.abstract, self.organization]
        return folded("\n".join([*own, *told, *names]))


@dataclass(frozen=True)
class PublishedProgramme:
    """One numbered version of one edition's programme."""

    festival_slug: str
    edition_slug: str
    title: str
    city_name: str
    time_zone: str
    languages: tuple[str, ...]
    starts_on: date
    ends_on: date
    version: int  # 0: nothing published yet
    published_at: datetime | None
    strands: tuple[PublishedStrand, ...] = ()
    venues: tuple[PublishedVenue, ...] = ()
    spaces: tuple[PublishedSpace, ...] = ()
    sessions: tuple[PublishedSession, ...] = ()
    retired: tuple[tuple[str, int], ...] = ()
    """(uid, sequence) of occurrences that were published once and left the programme: one that
    comes back goes on counting, because a calendar ignores a lower SEQUENCE."""

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @cached_property
    def by_code(self) -> dict[str, PublishedSession]:
        return {each.code: each for each in self.sessions}

    @cached_property
    def held(self) -> tuple[tuple[PublishedSession, PublishedOccurrence], ...]:
        """Every (session, occurrence), by start."""
        pairs = [(each, occ) for each in self.sessions for occ in each.occurrences]
        pairs.sort(key=lambda pair: (pair[1].starts_at, pair[0].title))
        return tuple(pairs)

    def local_day(self, occurrence: PublishedOccurrence) -> date:
        return occurrence.starts_at.astimezone(self.zone).date()

    @cached_property
    def days(self) -> tuple[date, ...]:
        """Days on which something is held, in the edition's zone."""
        return tuple(sorted({self.local_day(occ) for _, occ in self.held}))
