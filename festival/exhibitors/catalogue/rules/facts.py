"""An exhibitor as everybody sees it: plain facts, nothing about a person."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from festival.exhibitors.states import ExhibitKind, Sector

LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe", "ß": "ss", "ـ": None,
     "ى": "ي", "ة": "ه"}
)  # fmt: skip
"""Letters that Unicode does not take apart, though a reader types the plain one."""


def search_key(text: str) -> str:
    """As the search compares it: no case, no accents, in every script; wide letters are narrow."""
    if text.isascii():
        return " ".join(text.casefold().split())
    parts = unicodedata.normalize("NFKD", text.casefold())
    kept = "".join(char for char in parts if unicodedata.category(char) not in ("Mn", "Cf"))
    return " ".join(kept.casefold().translate(LETTERS).split())


@dataclass(frozen=True, slots=True)
class StrandFacts:
    slug: str
    name: str
    accent: str


@dataclass(frozen=True, slots=True)
class ExhibitFacts:
    """A course, product or material."""

    kind: ExhibitKind
    title: str
    description: str = ""
    all_year: bool = False

    @property
    def is_course_all_year(self) -> bool:
        return self.all_year and self.kind is ExhibitKind.COURSE


@dataclass(frozen=True, slots=True)
class OfferFacts:
    """A hands-on activity."""

    title: str
    description: str
    capacity: int
    minutes: int
    age_min: int | None
    age_max: int | None
    languages: tuple[str, ...]
    bring: str
    repeats: int
    tags: tuple[str, ...]
    access_facts: tuple[str, ...]
    is_bookable: bool


@dataclass(frozen=True, slots=True)
class PlaceFacts:
    """Where it teaches all year; coordinates in degrees, both or neither."""

    code: str
    name: str
    address: str = ""
    district: str = ""
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True, slots=True)
class StandNumber:
    """Only of a plan that is public."""

    number: str
    code: str
    plan_code: str
    plan_name: str


@dataclass(frozen=True, slots=True)
class CardFacts:
    """What the organization agreed to give away of itself."""

    email: str
    phone: str


@dataclass(frozen=True)
class Entry:
    """One exhibitor of one edition."""

    application_id: int
    organization_id: int
    code: str
    name: str
    sector: Sector
    names: Mapping[str, str] = field(default_factory=dict)
    district: str = ""
    languages: tuple[str, ...] = ()
    about: str = ""
    about_language: str = ""
    abouts: Mapping[str, str] = field(default_factory=dict)
    """Language → the text in it, beside the one in ``about_language``."""
    website: str = ""
    logo: str = ""
    """Name of the picture's file below the media address."""
    strand: StrandFacts | None = None
    stand: StandNumber | None = None
    card: CardFacts | None = None
    exhibits: tuple[ExhibitFacts, ...] = ()
    offers: tuple[OfferFacts, ...] = ()
    places: tuple[PlaceFacts, ...] = ()

    def name_in(self, language: str) -> str:
        """The name in a language, or the usual one."""
        return self.names.get(language) or self.name

    def about_in(self, language: str) -> tuple[str, str]:
        """(text, language it is in): the reader's if there is one."""
        if self.abouts.get(language):
            return self.abouts[language], language
        return self.about, self.about_language

    @cached_property
    def courses(self) -> tuple[ExhibitFacts, ...]:
        """Those that are held all year."""
        return tuple(each for each in self.exhibits if each.is_course_all_year)

    @cached_property
    def districts(self) -> tuple[str, ...]:
        """Its own and those of its learning places, each once."""
        named = (self.district, *(each.district for each in self.places))
        return tuple({search_key(each): each for each in reversed(named) if each}.values())

    @cached_property
    def spoken(self) -> tuple[str, ...]:
        """Languages of the stand and of the activities."""
        offered = (code for each in self.offers for code in each.languages)
        return tuple(dict.fromkeys((*self.languages, *offered)))

    @cached_property
    def access(self) -> tuple[str, ...]:
        """Ways in which one of its activities is held or made possible."""
        named = (name for each in self.offers for name in (*each.tags, *each.access_facts))
        return tuple(dict.fromkeys(named))

    @cached_property
    def search_text(self) -> str:
        """Everything that a search looks into, folded: names in all languages, texts, titles."""
        exhibits = (f"{each.title} {each.description}" for each in self.exhibits)
        offers = (f"{each.title} {each.description}" for each in self.offers)
        return "\n".join((self.own_words, *map(search_key, (*exhibits, *offers))))

    @cached_property
    def own_words(self) -> str:
        """What it says of itself, without what it shows; folded."""
        stand = self.stand.number if self.stand else ""
        places = (f"{each.name} {each.address}" for each in self.places)
        told = (self.name, *self.names.values(), *self.districts, self.about,
                *self.abouts.values(), stand, *places)  # fmt: skip
        return "\n".join(map(search_key, told))
