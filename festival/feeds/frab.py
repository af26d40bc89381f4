"""The published programme as frab's ``schedule.xml`` and ``schedule.json`` (version 1).

EventFahrplan, Giggity and the schedule tools of the CCC read these.  The formats know no
cancelled event, and their readers would announce one as taking place, so cancelled occurrences
are left out; the calendar feed keeps them.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cached_property
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from festival.feeds.texts import many_lines, one_line, web_address
from festival.programme.published import (
    PublishedOccurrence,
    PublishedProgramme,
    PublishedSession,
    PublishedSpace,
)

PageUrl = Callable[[PublishedSession], str]
GENERATOR = "Learning Festival"
TIMESLOT = "00:05"
ZONE_NAME = re.compile(r"^([A-Z][a-z]+/[A-Z][a-z]+)|UTC$")  # the published schema's own pattern
SHORTEST_ACRONYM = 4


def frab_guid(uid: str) -> str:
    """The guid of an occurrence: its UID where that is a UUID, else one derived from it, so that
    it stays the same for ever."""
    try:
        return str(UUID(uid.partition("@")[0]))
    except ValueError:
        return str(uuid5(NAMESPACE_URL, uid))


@dataclass(frozen=True)
class _Writer:
    """One programme with everything that the two formats have in common."""

    programme: PublishedProgramme
    base_url: str
    page_url: PageUrl
    locale: str

    @cached_property
    def days(self) -> dict[date, dict[str, list[dict[str, Any]]]]:
        """Events by local day and room, both in order of time."""
        days: dict[date, dict[str, list[dict[str, Any]]]] = {}
        for session, held in self.programme.held:
            if held.is_cancelled:
                continue
            rooms = days.setdefault(self.programme.local_day(held), {})
            rooms.setdefault(self.room(held.space), []).append(self.event(session, held))
        return days

    @cached_property
    def _names_twice(self) -> set[str]:
        names = Counter(one_line(space.name) for space in self.programme.spaces)
        return {name for name, count in names.items() if count > 1}

    def room(self, space: PublishedSpace | None) -> str:
        """The space's name; with its venue where two spaces share a name."""
        name = one_line(space.name) if space else ""
        if space and name in self._names_twice:
            return f"{name} ({one_line(space.venue.name)})"
        return name

    @property
    def acronym(self) -> str:
        text = f"{self.programme.festival_slug}_{self.programme.edition_slug}".lower()
        return re.sub(r"[^a-z0-9_]+", "_", text).ljust(SHORTEST_ACRONYM, "_")

    def moment(self, day: date, clock: time) -> str:
        return datetime.combine(day, clock, tzinfo=self.programme.zone).isoformat()

    def event(self, session: PublishedSession, held: PublishedOccurrence) -> dict[str, Any]:
        """The event as ``schedule.json`` has it; the XML is made from the same values."""
        starts = held.starts_at.astimezone(self.programme.zone)
        ends = held.ends_at.astimezone(self.programme.zone)
        description = many_lines(session.text("description", self.locale))
        spoken = session.languages[0] if session.languages else session.language
        event: dict[str, Any] = {
            "guid": frab_guid(held.uid),
            "id": held.id,
            "date": starts.isoformat(),
            "start": f"{starts:%H:%M}",
            "end": ends.isoformat(),
            "duration": f"{held.minutes // 60:02d}:{held.minutes % 60:02d}",
            "room": self.room(held.space),
            "slug": slug(f"{held.id}-{session.title}", fallback=f"{held.id}"),
            "url": web_address(self.page_url(session), base=self.base_url),
            "title": one_line(session.text("title", self.locale)),
            "subtitle": one_line(session.text("subtitle", self.locale)),
            "track": one_line(session.strand.name) if session.strand else "",
            "type": one_line(session.type_label) or session.kind,
            "language": spoken,
            "abstract": many_lines(session.text("abstract", self.locale)),
            "description": description,
            "persons": [
                {"guid": str(uuid5(NAMESPACE_URL, who.code)), "name": one_line(who.name)}
                for who in session.presenters
            ],
            "links": [
                {"url": address, "title": one_line(title)}
                for url, title in session.links
                if (address := web_address(url))
            ],
        }
        code = re.sub(r"[^A-Z0-9]", "", session.code.upper())
        return {**event, "code": code} if code else event


def slug(text: str, *, fallback: str) -> str:
    """Lower-case Latin letters, digits and hyphens, ending in a letter or digit."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain)[:80].strip("-") or fallback


def schedule_json(
    programme: PublishedProgramme, *, base_url: str, page_url: PageUrl, locale: str = ""
) -> bytes:
    """``schedule.json``, version 1, in UTF-8.  ``page_url`` gives a session's page."""
    writer = _Writer(programme, base_url, page_url, locale)
    conference: dict[str, Any] = {
        "acronym": writer.acronym,
        "title": one_line(programme.title),
        "start": programme.starts_on.isoformat(),
        "end": programme.ends_on.isoformat(),
        "daysCount": len(writer.days),
        "timeslot_duration": TIMESLOT,
        "rooms": [_room(writer.room(space), space) for space in programme.spaces],
        "days": [
            {
                "index": index,
                "date": day.isoformat(),
                "day_start": writer.moment(day, time.min),
                "day_end": writer.moment(day, time(23, 59, 59)),
                "rooms": rooms,
            }
            for index, (day, rooms) in enumerate(writer.days.items(), start=1)
        ],
    }
    if ZONE_NAME.search(programme.time_zone):
        conference["time_zone_name"] = programme.time_zone
    document = {
        "generator": {"name": GENERATOR},
        "schedule": {
            "version": str(programme.version),
            "base_url": base_url,
            "conference": conference,
        },
    }
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def _room(name: str, space: PublishedSpace) -> dict[str, Any]:
    guid = str(uuid5(NAMESPACE_URL, f"{space.venue.slug}/{space.slug}"))
    return {"name": name, "guid": guid, "capacity": space.capacity}


def schedule_xml(
    programme: PublishedProgramme, *, base_url: str, page_url: PageUrl, locale: str = ""
) -> bytes:
    """``schedule.xml`` in UTF-8.  ``page_url`` gives a session's page."""
    writer = _Writer(programme, base_url, page_url, locale)
    root = Element("schedule")
    SubElement(root, "generator", name=GENERATOR)
    _child(root, "version", str(programme.version))
    conference = SubElement(root, "conference")
    _child(conference, "acronym", writer.acronym)
    _child(conference, "title", one_line(programme.title))
    _child(conference, "start", programme.starts_on.isoformat())
    _child(conference, "end", programme.ends_on.isoformat())
    _child(conference, "days", str(len(writer.days)))
    _child(conference, "timeslot_duration", TIMESLOT)
    _child(conference, "base_url", base_url)
    _child(conference, "time_zone_name", programme.time_zone)
    guids = {writer.room(space): _room("", space)["guid"] for space in programme.spaces}
    for index, (day, rooms) in enumerate(writer.days.items(), start=1):
        day_element = SubElement(
            root,
            "day",
            index=str(index),
            date=day.isoformat(),
            start=writer.moment(day, time.min),
            end=writer.moment(day, time(23, 59, 59)),
        )
        for room, events in rooms.items():
            known = {"guid": guids[room]} if room in guids else {}
            room_element = SubElement(day_element, "room", {"name": room, **known})
            for event in events:
                _add_event(room_element, event)
    indent(root, space=" ")
    body: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return body + b"\n"


def _add_event(room: Element, event: dict[str, Any]) -> None:
    names: tuple[str, ...] = ("guid", "id", "code")
    named = {name: str(event[name]) for name in names if name in event}
    element = SubElement(room, "event", named)
    for name in ("date", "start", "duration", "room", "slug", "url"):
        _child(element, name, event[name])
    recording = SubElement(element, "recording")
    _child(recording, "license", "")
    _child(recording, "optout", "false")
    for name in ("title", "subtitle", "track", "type", "language", "abstract", "description"):
        _child(element, name, event[name])
    persons = SubElement(element, "persons")
    for person in event["persons"]:
        SubElement(persons, "person", guid=person["guid"]).text = person["name"]
    links = SubElement(element, "links")
    for link in event["links"]:
        SubElement(links, "link", href=link["url"]).text = link["title"]


def _child(parent: Element, name: str, text: str) -> None:
    SubElement(parent, name).text = text
