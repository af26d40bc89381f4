"""schedule.xml and schedule.json as the apps read them."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID
from xml.etree import ElementTree

import jsonschema
import pytest

from festival.feeds.frab import frab_guid, schedule_json, schedule_xml
from festival.programme.published import PublishedProgramme
from tests.feeds.worlds import (
    HOME,
    SPACE,
    VENUE,
    occurrence,
    page_url,
    programme,
    published_from,
    read,
    session,
)


def as_json(made: PublishedProgramme) -> dict[str, Any]:
    body = schedule_json(made, base_url=HOME, page_url=page_url)
    document: dict[str, Any] = json.loads(body)
    return document


def as_xml(made: PublishedProgramme) -> ElementTree.Element:
    return ElementTree.fromstring(schedule_xml(made, base_url=HOME, page_url=page_url))


def published_schema(shared: Path) -> dict[str, Any]:
    schema: dict[str, Any] = json.loads((shared / "data/schedules/voc_schema.json").read_text())
    return schema


@pytest.mark.parametrize(
    ("name", "zone"),
    [
        ("emf_2024.frab.xml", "Europe/London"),
        ("fosdem_2020.xml", "Europe/Brussels"),
        ("voc_pretalx-rc3.json", "Europe/Berlin"),
    ],
)
def test_a_real_programme_is_valid_by_the_published_schema(
    shared: Path, name: str, zone: str
) -> None:
    imported = read((shared / "data/schedules" / name).read_bytes(), zone=zone)
    document = as_json(published_from(imported, zone=zone))
    schema = published_schema(shared)
    checker = jsonschema.Draft6Validator(schema, format_checker=jsonschema.FormatChecker())
    assert list(checker.iter_errors(document)) == []


def test_control_the_published_schema_refuses_what_is_wrong(shared: Path) -> None:
    document = as_json(programme())
    document["schedule"]["conference"]["days"][0]["rooms"]["Great Hall"][0]["guid"] = 12
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(document, published_schema(shared))


def test_an_event_in_both_formats() -> None:
    made = session(
        subtitle="For beginners",
        type_label="workshop",
        languages=("ga", "en"),
        links=(("https://a.example/", "More"), ("javascript:alert(1)", "Never")),
    )
    event = as_json(programme(made))["schedule"]["conference"]["days"][0]["rooms"]["Great Hall"][0]
    assert event == {
        "guid": "00000000-0000-4000-8000-000000000001",
        "id": 1,
        "code": "S1",
        "date": "2026-09-01T10:00:00+01:00",
        "start": "10:00",
        "end": "2026-09-01T10:45:00+01:00",
        "duration": "00:45",
        "room": "Great Hall",
        "slug": "1-bookbinding-1",
        "url": "https://festival.example/cork/2026/programme/S1",
        "title": "Bookbinding 1",
        "subtitle": "For beginners",
        "track": "Craft & making",
        "type": "workshop",
        "language": "ga",
        "abstract": "Fold, sew and glue.",
        "description": "",
        "persons": [{"guid": event["persons"][0]["guid"], "name": "Ada Byrne"}],
        "links": [{"url": "https://a.example/", "title": "More"}],
    }
    in_xml = as_xml(programme(made)).find("day/room/event")
    assert in_xml is not None
    assert in_xml.attrib == {"guid": event["guid"], "id": "1", "code": "S1"}
    for name in ("date", "start", "duration", "room", "slug", "url", "title", "subtitle", "track",
                 "type", "language", "abstract"):  # fmt: skip
        assert in_xml.findtext(name) == event[name]
    assert [each.text for each in in_xml.iter("person")] == ["Ada Byrne"]
    assert [each.get("href") for each in in_xml.iter("link")] == ["https://a.example/"]


def test_a_guid_stays_whatever_changes_in_the_event() -> None:
    uid = "00000000-0000-4000-8000-000000000001@festival.example"
    assert frab_guid(uid) == "00000000-0000-4000-8000-000000000001"
    assert frab_guid("17-reading@library") == frab_guid("17-reading@library")
    assert UUID(frab_guid("17-reading@library")).version == 5
    assert frab_guid("17-reading@library") != frab_guid("18-reading@library")


def test_what_is_cancelled_is_left_out() -> None:
    made = programme(session(1), session(2, occurrences=(occurrence(2, status="cancelled"),)))
    assert [each.findtext("title") for each in as_xml(made).iter("event")] == ["Bookbinding 1"]


def test_two_spaces_of_one_name_are_told_apart_by_their_venue() -> None:
    other = replace(SPACE, slug="hall-2", venue=replace(VENUE, slug="arts", name="Arts Centre"))
    made = programme(
        session(1), session(2, occurrences=(occurrence(2, space=other),)), spaces=(SPACE, other)
    )
    rooms = {each.get("name") for each in as_xml(made).iter("room") if each.get("name")}
    assert rooms == {"Great Hall (City Library)", "Great Hall (Arts Centre)"}


def test_days_are_those_of_the_city() -> None:
    late = occurrence(starts_at=occurrence().starts_at.replace(hour=23, minute=30))
    conference = as_json(programme(session(occurrences=(late,))))["schedule"]["conference"]
    assert [day["date"] for day in conference["days"]] == ["2026-09-02"]


def test_the_naughty_strings_are_valid_xml_and_json(shared: Path) -> None:
    naughty = json.loads((shared / "data/corpora/blns/blns.json").read_text())
    naughty += ["\x00", "\ud800", "\ufffe", "]]>", "<!--", "&#x0;"]
    made = programme(
        *(session(n, title=f"{n} {text}", abstract=text) for n, text in enumerate(naughty, start=1))
    )
    assert len(list(as_xml(made).iter("event"))) == len(naughty)
    body = schedule_json(made, base_url=HOME, page_url=page_url)
    assert read(body).occurrence_count == len(naughty)
    jsonschema.validate(json.loads(body), published_schema(shared))
