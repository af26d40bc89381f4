"""The published programme as JSON and back.

Compact: strands, venues, spaces, people and cities stand once, sessions refer to them by index,
and values that are the default are left out.  Instants are ISO 8601 in UTC.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import fields
from datetime import UTC, date, datetime
from typing import Any, Generic, TypeVar

from festival.programme.published import (
    PublishedCity,
    PublishedOccurrence,
    PublishedPerson,
    PublishedProgramme,
    PublishedSession,
    PublishedSpace,
    PublishedStrand,
    PublishedVenue,
)

FORMAT = 1
Document = dict[str, Any]
Item = TypeVar("Item", bound=Hashable)

PLAIN = (
    "code", "guid", "kind", "title", "language", "subtitle", "abstract", "description",
    "type_label", "age_min", "age_max", "cost", "bring", "organization", "attendance_mode",
    "stream_url",
)  # fmt: skip
"""Fields of a session that are JSON as they are."""
DEFAULTS = {each.name: each.default for each in fields(PublishedSession) if each.name in PLAIN}


class _Index(Generic[Item]):
    """Gives each item the number at which it stands."""

    def __init__(self, items: Iterable[Item]) -> None:
        self.numbers = {item: number for number, item in enumerate(items)}

    def of(self, item: Item | None) -> int | None:
        """Its number; an item that is not there yet is added at the end."""
        return None if item is None else self.numbers.setdefault(item, len(self.numbers))


def to_document(programme: PublishedProgramme) -> Document:
    """JSON values of a programme; ``from_document`` gives an equal one."""
    venues = _Index(programme.venues)
    spaces = _Index(programme.spaces)
    strands = _Index(programme.strands)
    people: _Index[PublishedPerson] = _Index(())
    cities: _Index[PublishedCity] = _Index(())
    sessions = [
        _session(each, spaces=spaces, strands=strands, people=people, cities=cities)
        for each in programme.sessions
    ]
    placed = [
        [each.slug, each.name, venues.of(each.venue), each.capacity, list(each.features)]
        for each in spaces.numbers
    ]
    return {
        "format": FORMAT,
        "festival": programme.festival_slug,
        "edition": programme.edition_slug,
        "title": programme.title,
        "city": programme.city_name,
        "time_zone": programme.time_zone,
        "languages": list(programme.languages),
        "days": [programme.starts_on.isoformat(), programme.ends_on.isoformat()],
        "version": programme.version,
        "published_at": _text(programme.published_at),
        "strands": [[each.slug, each.name, each.accent] for each in strands.numbers],
        "venues": [_venue(each) for each in venues.numbers],
        "spaces": placed,
        "people": [[each.code, each.name, each.affiliation] for each in people.numbers],
        "cities": [[e.slug, e.name, e.country, e.time_zone] for e in cities.numbers],
        "sessions": sessions,
        "retired": dict(programme.retired),
    }


def _venue(venue: PublishedVenue) -> list[Any]:
    return [
        venue.slug,
        venue.name,
        venue.address,
        venue.latitude,
        venue.longitude,
        list(venue.access_facts),
    ]


def _session(
    session: PublishedSession,
    *,
    spaces: _Index[PublishedSpace],
    strands: _Index[PublishedStrand],
    people: _Index[PublishedPerson],
    cities: _Index[PublishedCity],
) -> Document:
    record = {
        name: value
        for name in PLAIN
        if (value := getattr(session, name)) != DEFAULTS.get(name)  # required ones always stand
    }
    others = {
        "strand": strands.of(session.strand),
        "city": cities.of(session.city),
        "languages": list(session.languages),
        "tags": list(session.tags),
        "presenters": [people.of(each) for each in session.presenters],
        "links": [list(each) for each in session.links],
        "occurrences": [_occurrence(each, spaces=spaces) for each in session.occurrences],
        "translations": session.translations,
    }
    return record | {
        name: value for name, value in others.items() if value is not None and value not in ([], {})
    }


def _occurrence(occurrence: PublishedOccurrence, *, spaces: _Index[PublishedSpace]) -> list[Any]:
    return [
        occurrence.id,
        occurrence.uid,
        occurrence.sequence,
        _text(occurrence.changed_at),
        _text(occurrence.starts_at),
        occurrence.minutes,
        spaces.of(occurrence.space),
        int(occurrence.is_cancelled),
        int(occurrence.bookable),
        occurrence.capacity,
        _text(occurrence.previous_starts_at),
    ]


def from_document(document: Document) -> PublishedProgramme:
    """The programme that a stored document holds."""
    strands = [PublishedStrand(*each) for each in document["strands"]]
    venues = [
        PublishedVenue(slug, name, address, latitude, longitude, tuple(facts))
        for slug, name, address, latitude, longitude, facts in document["venues"]
    ]
    spaces = [
        PublishedSpace(slug, name, venues[number], capacity, tuple(features))
        for slug, name, number, capacity, features in document["spaces"]
    ]
    people = [PublishedPerson(*each) for each in document["people"]]
    cities = [PublishedCity(*each) for each in document["cities"]]
    first, last = document["days"]
    return PublishedProgramme(
        festival_slug=document["festival"],
        edition_slug=document["edition"],
        title=document["title"],
        city_name=document["city"],
        time_zone=document["time_zone"],
        languages=tuple(document["languages"]),
        starts_on=date.fromisoformat(first),
        ends_on=date.fromisoformat(last),
        version=document["version"],
        published_at=_moment(document["published_at"]),
        strands=tuple(strands),
        venues=tuple(venues),
        spaces=tuple(spaces),
        sessions=tuple(
            _read_session(each, spaces=spaces, strands=strands, people=people, cities=cities)
            for each in document["sessions"]
        ),
        retired=tuple(document["retired"].items()),
    )


def _read_session(
    record: Document,
    *,
    spaces: Sequence[PublishedSpace],
    strands: Sequence[PublishedStrand],
    people: Sequence[PublishedPerson],
    cities: Sequence[PublishedCity],
) -> PublishedSession:
    return PublishedSession(
        **{name: record[name] for name in PLAIN if name in record},
        strand=_at(strands, record.get("strand")),
        city=_at(cities, record.get("city")),
        languages=tuple(record.get("languages", ())),
        tags=tuple(record.get("tags", ())),
        presenters=tuple(people[number] for number in record.get("presenters", ())),
        links=tuple((url, title) for url, title in record.get("links", ())),
        occurrences=tuple(_read_occurrence(e, spaces) for e in record.get("occurrences", ())),
        translations=record.get("translations", {}),
    )


def _read_occurrence(row: list[Any], spaces: Sequence[PublishedSpace]) -> PublishedOccurrence:
    number, uid, sequence, changed, start, minutes, space, cancelled, bookable, capacity, old = row
    return PublishedOccurrence(
        id=number,
        uid=uid,
        sequence=sequence,
        changed_at=datetime.fromisoformat(changed),
        starts_at=datetime.fromisoformat(start),
        minutes=minutes,
        space=_at(spaces, space),
        status="cancelled" if cancelled else "confirmed",
        bookable=bool(bookable),
        capacity=capacity,
        previous_starts_at=_moment(old),
    )


def digest_of(document: Document) -> str:
    """SHA-256 of the document: equal documents, equal digest, on every machine."""
    text = json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _at(items: Sequence[Item], number: int | None) -> Item | None:
    return None if number is None else items[number]


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(UTC).isoformat()


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
