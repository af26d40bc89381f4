"""schema.org descriptions of sessions and of the festival, for search engines.

A cancelled event keeps its startDate and says EventCancelled; a moved one says EventRescheduled
with its previousStartDate, as Google asks for.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from festival.feeds.texts import many_lines, one_line, web_address
from festival.programme.published import (
    PublishedOccurrence,
    PublishedProgramme,
    PublishedSession,
    PublishedSpace,
)

PageUrl = Callable[[PublishedSession], str]
Thing = dict[str, Any]

CONTEXT = "https://schema.org"
MODES = {
    "on_site": "OfflineEventAttendanceMode",
    "remote": "OnlineEventAttendanceMode",
    "mixed": "MixedEventAttendanceMode",
}
# What ends a script element or a line of script, written so that JSON means the same.
ESCAPES = str.maketrans(
    {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
)


def script_text(things: Thing | list[Thing]) -> str:
    """JSON that may stand inside ``<script type="application/ld+json">`` whatever it holds."""
    return json.dumps(things, ensure_ascii=False, separators=(",", ":")).translate(ESCAPES)


def session_events(
    programme: PublishedProgramme,
    session: PublishedSession,
    *,
    page_url: PageUrl,
    home_url: str,
    locale: str = "",
) -> list[Thing]:
    """One schema.org Event for each occurrence of a session; ``home_url`` is the festival's."""
    about = _about(session, page=web_address(page_url(session)), locale=locale)
    festival = {"@type": "Festival", "name": one_line(programme.title), "url": home_url}
    return [
        {**about, **_when(programme, held), **_where(session, held), "superEvent": festival}
        for held in session.occurrences
    ]


def festival_event(programme: PublishedProgramme, *, home_url: str, description: str) -> Thing:
    """The whole edition as one schema.org Festival."""
    return {
        "@context": CONTEXT,
        "@type": "Festival",
        "@id": f"{home_url}#festival",
        "name": one_line(programme.title),
        "description": many_lines(description),
        "url": home_url,
        "startDate": programme.starts_on.isoformat(),
        "endDate": programme.ends_on.isoformat(),
        "eventStatus": f"{CONTEXT}/EventScheduled",
        "isAccessibleForFree": all(not each.cost for each in programme.sessions),
        "inLanguage": list(programme.languages),
        "location": {"@type": "City", "name": one_line(programme.city_name)},
    }


def _about(session: PublishedSession, *, page: str, locale: str) -> Thing:
    text = session.text("abstract", locale) or session.text("description", locale)
    thing: Thing = {
        "@context": CONTEXT,
        "@type": "EducationEvent",
        "name": one_line(session.text("title", locale)),
        "description": many_lines(text),
        "url": page,
        "inLanguage": list(session.languages) or session.language,
        "eventAttendanceMode": f"{CONTEXT}/{MODES[session.attendance_mode]}",
        "isAccessibleForFree": not session.cost,
        "keywords": list(session.tags),
        "typicalAgeRange": _age_range(session),
        "performer": [_person(who.name, who.affiliation) for who in session.presenters],
    }
    if session.organization:
        thing["organizer"] = {"@type": "Organization", "name": one_line(session.organization)}
    return {name: value for name, value in thing.items() if value not in ("", [], None)}


def _person(name: str, affiliation: str) -> Thing:
    person: Thing = {"@type": "Person", "name": one_line(name)}
    if affiliation:
        person["affiliation"] = {"@type": "Organization", "name": one_line(affiliation)}
    return person


def _age_range(session: PublishedSession) -> str:
    """``6-12``, ``12-`` or ``0-6``, as schema.org writes it; empty for everybody."""
    if session.age_min is None and session.age_max is None:
        return ""
    return f"{session.age_min or 0}-{'' if session.age_max is None else session.age_max}"


def _when(programme: PublishedProgramme, held: PublishedOccurrence) -> Thing:
    zone = programme.zone
    when: Thing = {
        "startDate": held.starts_at.astimezone(zone).isoformat(),
        "endDate": held.ends_at.astimezone(zone).isoformat(),
        "eventStatus": f"{CONTEXT}/{_status(held)}",
    }
    if held.previous_starts_at is not None:
        when["previousStartDate"] = held.previous_starts_at.astimezone(zone).isoformat()
    if held.capacity is not None:
        when["maximumAttendeeCapacity"] = held.capacity
    return when


def _status(held: PublishedOccurrence) -> str:
    if held.is_cancelled:
        return "EventCancelled"
    return "EventRescheduled" if held.previous_starts_at is not None else "EventScheduled"


def _where(session: PublishedSession, held: PublishedOccurrence) -> Thing:
    places = []
    if held.space and session.attendance_mode != "remote":
        places.append(_place(held.space))
    if stream := web_address(session.stream_url):
        places.append({"@type": "VirtualLocation", "url": stream})
    if not places:
        return {}
    return {"location": places[0] if len(places) == 1 else places}


def _place(space: PublishedSpace) -> Thing:
    venue = space.venue
    place: Thing = {"@type": "Place", "name": one_line(venue.name)}
    if venue.address:
        place["address"] = one_line(venue.address)
    if venue.latitude is not None and venue.longitude is not None:
        place["geo"] = {
            "@type": "GeoCoordinates",
            "latitude": venue.latitude,
            "longitude": venue.longitude,
        }
    if one_line(space.name) == place["name"]:
        return place
    return {"@type": "Place", "name": one_line(space.name), "containedInPlace": place}
