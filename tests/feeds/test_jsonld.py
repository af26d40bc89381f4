"""schema.org descriptions: states of an event, and text that cannot leave its script."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from festival.feeds.jsonld import Thing, festival_event, script_text, session_events
from festival.programme.published import PublishedOccurrence, PublishedSession
from tests.feeds.worlds import HOME, START, occurrence, page_url, programme, session


def described(made: PublishedSession) -> list[Thing]:
    return session_events(programme(made), made, page_url=page_url, home_url=HOME)


def described_time(held: PublishedOccurrence) -> Thing:
    return described(session(occurrences=(held,)))[0]


def test_an_event_with_place_people_and_time() -> None:
    thing = described(session(age_min=6, age_max=12, organization="Makers", cost="€5"))[0]
    assert thing == {
        "@context": "https://schema.org",
        "@type": "EducationEvent",
        "name": "Bookbinding 1",
        "description": "Fold, sew and glue.",
        "url": "https://festival.example/cork/2026/programme/S1",
        "inLanguage": "en",
        "eventAttendanceMode": "https://schema.org/OfflineEventAttendanceMode",
        "isAccessibleForFree": False,
        "typicalAgeRange": "6-12",
        "performer": [{"@type": "Person", "name": "Ada Byrne"}],
        "organizer": {"@type": "Organization", "name": "Makers"},
        "startDate": "2026-09-01T10:00:00+01:00",
        "endDate": "2026-09-01T10:45:00+01:00",
        "eventStatus": "https://schema.org/EventScheduled",
        "location": {
            "@type": "Place",
            "name": "Great Hall",
            "containedInPlace": {
                "@type": "Place",
                "name": "City Library",
                "address": "1 Grand Parade",
                "geo": {"@type": "GeoCoordinates", "latitude": 51.89, "longitude": -8.47},
            },
        },
        "superEvent": {
            "@type": "Festival",
            "name": "Cork Lifelong Learning Festival",
            "url": HOME,
        },
    }


def test_what_is_cancelled_keeps_its_start() -> None:
    thing = described_time(occurrence(status="cancelled"))
    assert thing["eventStatus"].endswith("/EventCancelled")
    assert thing["startDate"] == "2026-09-01T10:00:00+01:00"


def test_what_is_moved_says_when_it_was_to_be() -> None:
    thing = described_time(occurrence(previous_starts_at=START - timedelta(days=1)))
    assert thing["eventStatus"].endswith("/EventRescheduled")
    assert thing["previousStartDate"] == "2026-08-31T09:00:00+01:00"


@pytest.mark.parametrize(
    ("mode", "kinds"),
    [("on_site", ["Place", "VirtualLocation"]), ("remote", ["VirtualLocation"])],
)
def test_a_stream_is_a_place_too(mode: str, kinds: list[str]) -> None:
    thing = described(session(attendance_mode=mode, stream_url="https://stream.example/"))[0]
    places = thing["location"] if isinstance(thing["location"], list) else [thing["location"]]
    assert [each["@type"] for each in places] == kinds


@pytest.mark.parametrize(
    ("ages", "said"), [((None, 5), "0-5"), ((18, None), "18-"), ((None, None), None)]
)
def test_ages(ages: tuple[int | None, int | None], said: str | None) -> None:
    thing = described(session(age_min=ages[0], age_max=ages[1]))[0]
    assert thing.get("typicalAgeRange") == said


def test_the_festival_is_free_when_everything_in_it_is() -> None:
    free = festival_event(programme(), home_url=HOME, description="d")
    paid = festival_event(programme(session(cost="€5")), home_url=HOME, description="d")
    assert (free["isAccessibleForFree"], paid["isAccessibleForFree"]) == (True, False)
    assert (free["startDate"], free["endDate"]) == ("2026-09-01", "2026-09-05")


@given(st.text())
def test_no_text_leaves_the_script(text: str) -> None:
    written = script_text({"name": text})
    assert not set(written) & set("<>&\u2028\u2029")
    assert json.loads(written) == {"name": text}


def test_the_strings_that_broke_others_do_not_break_this(shared: Path) -> None:
    naughty = json.loads((shared / "data/corpora/blns/blns.json").read_text())
    for text in [*naughty, "</script><script>alert(1)</script>", "<!--<script>"]:
        written = script_text(described(session(title=text, abstract=text)))
        assert "<" not in written
        json.loads(written)
