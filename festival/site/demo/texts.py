"""Reads the files in ``texts/``: lines with ``|`` between the columns, ``#`` begins a remark."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import time
from pathlib import Path

FOLDER = Path(__file__).parent / "texts"


def lines_of(name: str) -> Iterator[str]:
    for line in (FOLDER / name).read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            yield line


def columns(line: str) -> list[str]:
    """Values of one line, a lone hyphen is nothing."""
    return ["" if value.strip() == "-" else value.strip() for value in line.split("|")]


@dataclass(frozen=True, slots=True)
class Exhibitor:
    key: str
    sector: str
    district: str
    languages: tuple[str, ...]
    name: str
    state: str
    about: str


def exhibitors() -> list[Exhibitor]:
    """All organizations; ``state`` is what becomes of their applications."""
    found = []
    for line in lines_of("exhibitors.txt"):
        key, sector, district, languages, name, *rest = columns(line)
        state, about = rest if len(rest) == 2 else ("accepted", rest[0])
        found.append(Exhibitor(key, sector, district, tuple(languages.split()), name, state, about))
    return found


@dataclass(frozen=True, slots=True)
class Activity:
    exhibitor: str
    strand: str
    minutes: int
    places: int | None
    is_bookable: bool
    age_min: int | None
    age_max: int | None
    languages: tuple[str, ...]
    tags: tuple[str, ...]
    space_kind: str
    is_evening: bool
    title: str
    text: str


def activities() -> list[Activity]:
    """All hands-on activities in the order of the file."""
    found, exhibitor = [], ""
    for line in lines_of("activities.txt"):
        if line.startswith("@"):
            exhibitor = line[1:].strip()
            continue
        strand, minutes, places, ages, languages, tags, kind, title, text = columns(line)
        age_min, age_max = _ages(ages)
        words = tags.split()
        found.append(
            Activity(
                exhibitor=exhibitor, strand=strand, minutes=int(minutes),
                places=int(places.rstrip("d")) if places else None,
                is_bookable=bool(places) and not places.endswith("d"),
                age_min=age_min, age_max=age_max, languages=tuple(languages.split()),
                tags=tuple(word for word in words if word != "evening"), space_kind=kind,
                is_evening="evening" in words, title=title, text=text,
            )
        )  # fmt: skip
    return found


def _ages(text: str) -> tuple[int | None, int | None]:
    """``8-`` from eight on, ``4-10`` both ends, nothing for everybody."""
    first, _, last = text.partition("-")
    return (int(first) if first else None), (int(last) if last else None)


@dataclass(frozen=True, slots=True)
class Talk:
    label: str
    strand: str
    minutes: int
    languages: tuple[str, ...]
    mode: str
    city: str
    presenters: tuple[str, ...]
    title: str
    text: str


def talks() -> list[Talk]:
    """All conference sessions."""
    found = []
    for line in lines_of("conference.txt"):
        label, strand, minutes, languages, mode, city, presenters, title, text = columns(line)
        people = tuple(name.strip() for name in presenters.split(";"))
        spoken = tuple(languages.split())
        found.append(Talk(label, strand, int(minutes), spoken, mode, city, people, title, text))
    return found


@dataclass(frozen=True, slots=True)
class SpaceText:
    name: str
    kind: str
    capacity: int
    floor: str
    features: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class VenueText:
    key: str
    name: str
    address: str
    district: str
    latitude: float
    longitude: float
    access: tuple[str, ...]
    opens: time
    closes: time
    note: str
    spaces: list[SpaceText] = field(default_factory=list)


def venues() -> list[VenueText]:
    """All venues with their spaces."""
    found: list[VenueText] = []
    for line in lines_of("places.txt"):
        values = columns(line.removeprefix("@"))
        if not line.startswith("@"):
            name, kind, capacity, floor, features = values
            space = SpaceText(name, kind, int(capacity), floor, tuple(features.split()))
            found[-1].spaces.append(space)
            continue
        key, name, address, district, latitude, longitude, access, hours, note = values
        opens, closes = (time.fromisoformat(each) for each in hours.split("-"))
        found.append(
            VenueText(
                key, name, address, district, float(latitude), float(longitude),
                tuple(access.split()), opens, closes, note,
            )
        )  # fmt: skip
    return found


@dataclass(frozen=True, slots=True)
class City:
    key: str
    name: str
    country: str
    zone: str
    languages: tuple[str, ...]
    twinned_since: int
    learning_city_since: int
    contact: str
    website: str
    about: str


def cities() -> list[City]:
    found = []
    for line in lines_of("cities.txt"):
        key, name, country, zone, languages, twinned, since, contact, website, about = columns(line)
        spoken = tuple(languages.split())
        found.append(
            City(
                key, name, country, zone, spoken, int(twinned), int(since), contact, website, about
            )
        )
    return found


def translations() -> dict[str, dict[str, dict[str, str]]]:
    """English title → locale → field → text."""
    found: dict[str, dict[str, dict[str, str]]] = {}
    for locale in ("ar", "fr"):
        for line in lines_of(f"{locale}.txt"):
            english, title, text = columns(line)
            found.setdefault(english, {})[locale] = {"title": title, "abstract": text}
    return found
