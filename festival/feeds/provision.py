"""The map of learning as open data: JSON, two tables and GeoJSON.

``static/schemas/learning-provision-1.json`` describes the JSON.  No contact person, no private
address and no count of people stands in it: it is made of catalogue entries, which have none.
Identifiers are stable: codes of organizations and places, and for what has no code a UUID made of
the organization's code, the kind and the title.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from festival.exhibitors.catalogue.rules.facts import Entry, PlaceFacts, search_key
from festival.feeds.texts import many_lines, one_line, web_address
from festival.shared.tables import Cell, csv_table

FORMAT = "learning-provision/1"
NAMESPACE = uuid.UUID("6f0c3c3e-0d3f-5f43-9d1c-6a6f2a8f7b11")
"""Of the identifiers of courses, products, materials and activities."""

Thing = dict[str, Any]


@dataclass(frozen=True, slots=True)
class VenueFacts:
    slug: str
    name: str
    address: str
    district: str
    latitude: float | None
    longitude: float | None


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around the data; addresses are absolute."""

    schema: str
    generated_at: datetime
    programme_version: int
    content_version: int
    source: str
    home: str
    methods: str
    note: str
    licence: str
    """SPDX identifier; empty while none was chosen."""
    licence_address: str
    edition: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Provision:
    """Everything that the files are made of."""

    frame: Frame
    entries: Sequence[Entry]
    venues: Sequence[VenueFacts]
    sessions: Mapping[int, Sequence[tuple[str, str]]]
    """Organization id → (code, address) of its published sessions."""
    page_url: Callable[[Entry], str]
    plan_url: Callable[[str], str]


def identifier(entry: Entry, kind: str, title: str) -> str:
    """The same as long as organization, kind and title are the same."""
    return str(uuid.uuid5(NAMESPACE, f"{entry.code}/{kind}/{search_key(title)}"))


def json_document(data: Provision) -> Thing:
    """The whole document."""
    return {
        **_frame(data.frame),
        "organizations": [_organization(each, data) for each in data.entries],
        "venues": [
            {
                "id": each.slug, "name": one_line(each.name), "address": one_line(each.address),
                "district": one_line(each.district), "latitude": each.latitude,
                "longitude": each.longitude,
            }
            for each in data.venues
        ],
    }  # fmt: skip


def geo_document(data: Provision) -> Thing:
    """GeoJSON (RFC 7946): a point for each venue and learning place that has a position."""
    features = [
        _feature(each.slug, each.latitude, each.longitude, kind="venue", name=each.name,
                 address=each.address, district=each.district)
        for each in data.venues
    ]  # fmt: skip
    for entry in data.entries:
        features += [
            _feature(
                place.code, place.latitude, place.longitude, kind="learning_place",
                name=place.name, address=place.address, district=place.district,
                organization=entry.code, organization_name=one_line(entry.name),
                sector=entry.sector.value, courses=[one_line(one.title) for one in entry.courses],
                url=data.page_url(entry),
            )
            for place in entry.places
        ]  # fmt: skip
    frame = _frame(data.frame)
    return {
        "type": "FeatureCollection",
        "metadata": frame,
        "features": [each for each in features if each is not None],
    }


ORGANIZATION_COLUMNS = (
    "id", "name", "names", "sector", "district", "strand", "languages", "about", "about_language",
    "website", "stand", "courses_all_year", "activities", "places", "latitude", "longitude",
    "sessions", "url",
)  # fmt: skip


def organizations_table(data: Provision) -> bytes:
    """One row for each organization; several values of a cell stand apart by "; "."""
    return csv_table(ORGANIZATION_COLUMNS, (_row(each, data) for each in data.entries))


OFFER_COLUMNS = (
    "id", "kind", "title", "description", "language", "all_year", "minutes", "capacity", "age_min",
    "age_max", "languages", "access", "organization", "organization_name", "sector", "district",
    "places", "url",
)  # fmt: skip


def offers_table(data: Provision) -> bytes:
    """One row for each course, product, material and activity."""
    return csv_table(OFFER_COLUMNS, _offer_rows(data))


def _frame(frame: Frame) -> Thing:
    return {
        "$schema": frame.schema,
        "format": FORMAT,
        "generated_at": frame.generated_at.isoformat(timespec="seconds").replace("+00:00", "Z"),
        "version": {"programme": frame.programme_version, "content": frame.content_version},
        "source": {"name": one_line(frame.source), "url": frame.home, "methods": frame.methods},
        "note": many_lines(frame.note),
        "licence": {"id": frame.licence, "url": frame.licence_address} if frame.licence else None,
        "edition": dict(frame.edition),
    }


def _organization(entry: Entry, data: Provision) -> Thing:
    return {
        "id": entry.code,
        "url": data.page_url(entry),
        "name": one_line(entry.name),
        "names": {code: one_line(name) for code, name in entry.names.items()},
        "sector": entry.sector.value,
        "district": one_line(entry.district),
        "strand": (
            {"id": entry.strand.slug, "name": one_line(entry.strand.name)} if entry.strand else None
        ),
        "languages": list(entry.languages),
        "about": _abouts(entry),
        "website": web_address(entry.website),
        "places": [_place(each) for each in entry.places],
        "stand": (
            {"number": one_line(entry.stand.number), "plan": data.plan_url(entry.stand.plan_code)}
            if entry.stand
            else None
        ),
        "exhibits": [
            {
                "id": identifier(entry, each.kind.value, each.title), "kind": each.kind.value,
                "title": one_line(each.title), "description": many_lines(each.description),
                "language": entry.about_language, "all_year": each.all_year,
            }
            for each in entry.exhibits
        ],
        "activities": _activities(entry),
        "sessions": [
            {"id": code, "url": url} for code, url in data.sessions.get(entry.organization_id, ())
        ],
    }  # fmt: skip


def _abouts(entry: Entry) -> dict[str, str]:
    texts = {entry.about_language: entry.about, **entry.abouts}
    return {code: many_lines(text) for code, text in texts.items() if text and code}


def _activities(entry: Entry) -> list[Thing]:
    return [
        {
            "id": identifier(entry, "activity", each.title), "title": one_line(each.title),
            "description": many_lines(each.description), "language": entry.about_language,
            "capacity": each.capacity, "minutes": each.minutes, "age_min": each.age_min,
            "age_max": each.age_max, "languages": list(each.languages),
            "access": [*each.tags, *each.access_facts], "bookable": each.is_bookable,
            "bring": one_line(each.bring),
        }
        for each in entry.offers
    ]  # fmt: skip


def _place(place: PlaceFacts) -> Thing:
    return {
        "id": place.code, "name": one_line(place.name), "address": one_line(place.address),
        "district": one_line(place.district), "latitude": place.latitude,
        "longitude": place.longitude,
    }  # fmt: skip


def _feature(
    key: str, latitude: float | None, longitude: float | None, **properties: Any
) -> Thing | None:
    if latitude is None or longitude is None:
        return None
    told = {
        name: one_line(value) if isinstance(value, str) else value
        for name, value in properties.items()
    }
    return {
        "type": "Feature",
        "id": key,
        "geometry": {"type": "Point", "coordinates": [longitude, latitude]},
        "properties": told,
    }


def _joined(values: Iterable[str]) -> str:
    return "; ".join(one_line(each) for each in values if each)


def _row(entry: Entry, data: Provision) -> list[Cell]:
    first = next((each for each in entry.places if each.latitude is not None), None)
    return [
        entry.code,
        one_line(entry.name),
        _joined(f"{code}: {name}" for code, name in entry.names.items()),
        entry.sector.value,
        one_line(entry.district),
        one_line(entry.strand.name) if entry.strand else "",
        " ".join(entry.languages),
        many_lines(entry.about),
        entry.about_language,
        web_address(entry.website),
        one_line(entry.stand.number) if entry.stand else "",
        _joined(each.title for each in entry.courses),
        _joined(each.title for each in entry.offers),
        _joined(_named(each) for each in entry.places),
        first.latitude if first else None,
        first.longitude if first else None,
        _joined(code for code, _url in data.sessions.get(entry.organization_id, ())),
        data.page_url(entry),
    ]


def _named(place: PlaceFacts) -> str:
    return ", ".join(part for part in (place.name, place.address) if part)


def _offer_rows(data: Provision) -> Iterable[list[Cell]]:
    for entry in data.entries:
        last: list[Cell] = [
            entry.code, one_line(entry.name), entry.sector.value, one_line(entry.district),
            _joined(_named(each) for each in entry.places), data.page_url(entry),
        ]  # fmt: skip
        for shown in entry.exhibits:
            yield [
                identifier(entry, shown.kind.value, shown.title), shown.kind.value,
                one_line(shown.title), many_lines(shown.description), entry.about_language,
                "true" if shown.all_year else "false", None, None, None, None,
                " ".join(entry.languages), "", *last,
            ]  # fmt: skip
        for offer in entry.offers:
            yield [
                identifier(entry, "activity", offer.title), "activity", one_line(offer.title),
                many_lines(offer.description), entry.about_language, "false", offer.minutes,
                offer.capacity, offer.age_min, offer.age_max, " ".join(offer.languages),
                " ".join([*offer.tags, *offer.access_facts]), *last,
            ]  # fmt: skip
