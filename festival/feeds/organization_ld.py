"""schema.org description of an exhibitor, for search engines: an Organization and its courses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from festival.exhibitors.catalogue.rules.facts import Entry, PlaceFacts
from festival.exhibitors.states import Sector
from festival.feeds.jsonld import CONTEXT
from festival.feeds.texts import many_lines, one_line, web_address

Thing = dict[str, Any]
KINDS = {
    Sector.FORMAL_EDUCATION: "EducationalOrganization",
    Sector.LIBRARY: "Library",
    Sector.MUSEUM: "Museum",
    Sector.NGO: "NGO",
    Sector.COMPANY: "Corporation",
    Sector.PUBLIC_BODY: "GovernmentOrganization",
}


def organization_thing(
    entry: Entry, *, page: str, locale: str, picture_url: Callable[[str], str]
) -> Thing:
    """One Organization with its places and its courses all year; nothing about a person."""
    text, language = entry.about_in(locale)
    name = entry.name_in(locale)
    others = [each for each in dict.fromkeys((entry.name, *entry.names.values())) if each != name]
    thing: Thing = {
        "@context": CONTEXT,
        "@type": KINDS.get(entry.sector, "Organization"),
        "@id": f"{page}#organization",
        "name": one_line(name),
        "alternateName": [one_line(each) for each in others],
        "description": many_lines(text),
        "url": web_address(entry.website) or page,
        "mainEntityOfPage": page,
        "logo": picture_url(entry.logo) if entry.logo else "",
        "knowsLanguage": list(entry.languages),
        "location": [_place(each) for each in entry.places],
        "makesOffer": [_offer(each.title, each.description, language) for each in entry.courses],
    }
    return {key: value for key, value in thing.items() if value not in ("", [], None)}


def _place(place: PlaceFacts) -> Thing:
    found: Thing = {"@type": "Place", "name": one_line(place.name)}
    if place.address:
        found["address"] = one_line(place.address)
    if place.latitude is not None and place.longitude is not None:
        found["geo"] = {
            "@type": "GeoCoordinates", "latitude": place.latitude, "longitude": place.longitude,
        }  # fmt: skip
    return found


def _offer(title: str, description: str, language: str) -> Thing:
    course: Thing = {"@type": "Course", "name": one_line(title)}
    if description:
        course["description"] = many_lines(description)
    if language:
        course["inLanguage"] = language
    return {"@type": "Offer", "itemOffered": course}
