"""frab's and pretalx's ``schedule.json``, version 1.

Version 2 (an ``events`` list beside the conference, written by the Hub) is told apart and
refused with a sentence that says so.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from jsonschema import Draft202012Validator, ValidationError

from festival.feeds.imported import ImportedProgramme
from festival.feeds.reading.frab import FrabSessions, RawEvent, calendar_day
from festival.feeds.reading.frab_schema import SCHEDULE_JSON
from festival.feeds.reading.json_lines import JsonPath, lines_of_paths, load_json
from festival.feeds.reading.limits import MAX_PROBLEMS
from festival.feeds.reading.problems import Place, ProblemLog
from festival.feeds.reading.zones import known_zone
from festival.feeds.texts import one_line
from festival.shared.sentences import mark

CONFERENCE: JsonPath = ("schedule", "conference")
VALIDATOR = Draft202012Validator(SCHEDULE_JSON)


def read_frab_json(data: bytes, *, file_name: str, default_time_zone: str) -> ImportedProgramme:
    """The programme of a ``schedule.json``; times without an offset are in its own zone or else
    in ``default_time_zone`` (IANA name).  Raises ``ImportRefused`` with line and JSON path."""
    document, text = load_json(data, ProblemLog(file_name))
    log = ProblemLog(file_name, lines=lambda paths: lines_of_paths(text, paths))
    schedule = _checked(document, log)
    conference = schedule["conference"]
    zone_name = _zone_name(conference, log)
    gathered = FrabSessions(
        log,
        zone=ZoneInfo(zone_name or default_time_zone),
        base_url=schedule.get("base_url") or "",
    )
    for room in conference.get("rooms", []):
        gathered.rooms.setdefault(one_line(room["name"]))
    days = [
        _read_day(day, (*CONFERENCE, "days", number), gathered, log)
        for number, day in enumerate(conference["days"])
    ]
    log.stop_if_refused()
    if not gathered.sessions:
        raise log.stop((*CONFERENCE, "days"), mark("The file holds no sessions."))
    return ImportedProgramme(
        file=file_name,
        source="frab_json",
        title=one_line(conference["title"]),
        time_zone=zone_name,
        sessions=gathered.sessions,
        rooms=tuple(gathered.rooms),
        days=tuple(dict.fromkeys(day for day in days if day)),
        warnings=log.warnings(),
    )


def _checked(document: object, log: ProblemLog) -> dict[str, Any]:
    """The ``schedule`` object, valid against the schema."""
    schedule = document.get("schedule") if isinstance(document, dict) else None
    if isinstance(schedule, dict) and isinstance(schedule.get("events"), list):
        raise log.stop(
            ("schedule", "events"),
            mark("This is schedule.json version 2; please export version 1 or schedule.xml."),
        )
    for error in islice(VALIDATOR.iter_errors(document), MAX_PROBLEMS - 1):
        _refuse_invalid(error, log)
    log.stop_if_refused()
    if not isinstance(schedule, dict):
        raise log.stop((), mark("The file holds no sessions."))
    return schedule


def _refuse_invalid(error: ValidationError, log: ProblemLog) -> None:
    path: JsonPath = tuple(error.absolute_path)
    field = next((part for part in reversed(path) if isinstance(part, str)), "")
    shown_path = "$" + "".join(f"[{part!r}]" for part in path)
    log.refuse(
        path,
        mark("At %(path)s: %(detail)s"),
        field=field,
        path=shown_path,
        detail=_detail(error),
    )


def _detail(error: ValidationError) -> str:
    """A short sentence; the library's own quotes the whole value, be it a megabyte."""
    value = error.instance
    if error.validator == "type":
        return f"{_kind(value)} instead of {error.validator_value}"
    if error.validator == "required" and isinstance(value, dict):
        missing = [str(name) for name in _listed(error.validator_value) if name not in value]
        return f"missing {', '.join(missing)}"
    if error.validator is None:  # the schema says False: nothing may stand here
        return "this may not stand here"
    return f"breaks the rule {error.validator} {str(error.validator_value)[:40]}"


def _listed(value: object) -> list[object]:
    return list(value) if isinstance(value, list) else [value]


def _kind(value: object) -> str:
    names = {str: "text", bool: "true/false", type(None): "null", dict: "object", list: "list"}
    return names.get(type(value), "number")


def _zone_name(conference: dict[str, Any], log: ProblemLog) -> str | None:
    name = conference.get("time_zone_name")
    if not name:
        return None
    zone = known_zone(name)
    if zone is None:
        raise log.stop(
            (*CONFERENCE, "time_zone_name"),
            mark("The time zone %(zone)s is not known."),
            field="time_zone_name",
            zone=name,
        )
    return zone.key


def _read_day(
    day: dict[str, Any], path: JsonPath, gathered: FrabSessions, log: ProblemLog
) -> date | None:
    on = calendar_day(day["date"])
    if on is None:
        log.refuse(
            (*path, "date"), mark("The day has no date in the form 2026-09-01."), field="date"
        )
    for room, events in day["rooms"].items():
        if one_line(room):
            gathered.rooms.setdefault(one_line(room))
        for number, event in enumerate(events):
            gathered.add(_raw_event(event, (*path, "rooms", room, number), room=room), day=on)
    return on


def _raw_event(event: dict[str, Any], path: JsonPath, *, room: str) -> RawEvent:
    def text(name: str) -> str:
        value = event.get(name)
        return "" if value is None else str(value)

    return RawEvent(
        place=_places_below(path),
        guid=one_line(text("guid")),
        source_id=text("id"),
        code=text("code"),
        room=text("room") or room,
        date=text("date"),
        start=text("start"),
        duration=text("duration"),
        title=text("title"),
        subtitle=text("subtitle"),
        abstract=text("abstract"),
        description=text("description"),
        kind_label=text("type"),
        strand=text("track"),
        language=text("language"),
        url=text("url"),
        persons=tuple(_person(each) for each in event.get("persons") or ()),
        links=tuple(
            (each.get("url") or "", each.get("title") or "")
            for group in ("links", "attachments")
            for each in event.get(group) or ()
        ),
    )


def _places_below(path: JsonPath) -> Callable[[str], Place]:
    return lambda name: (*path, name) if name else path


def _person(person: dict[str, Any]) -> tuple[str, str]:
    name = person.get("public_name") or person.get("name") or ""
    source_id = person.get("guid") or person.get("code") or person.get("id") or ""
    return name, str(source_id)
