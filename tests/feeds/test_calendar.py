"""The calendar feed, point by point of what calendars need."""

from __future__ import annotations

import json
import logging
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import icalendar
import pytest
import recurring_ical_events
from hypothesis import given, settings
from hypothesis import strategies as st

from festival.feeds.calendar import Pair, programme_calendar
from festival.programme.published import PublishedProgramme
from tests.feeds.ical_js import events_in_ical_js
from tests.feeds.worlds import (
    CHANGED,
    SPACE,
    VENUE,
    occurrence,
    page_url,
    programme,
    published_from,
    read,
    session,
)

EVIL = (
    "a\rX-EVIL:1", "a\nX-EVIL:1", "a\r\nX-EVIL:1", "a\u2028X-EVIL:1", "a\x85X-EVIL:1",
    "a\r\nEND:VEVENT\r\nX-EVIL:1", "semi;colon", "com,ma", "back\\slash", "\\nX-EVIL:1", "a\x00b",
    "x" * 10_000, "é" * 5_000, "مرحبا", "𝔊" * 100, "\ud800", "END:VCALENDAR", '";X-EVIL="1', "",
)  # fmt: skip


def feed(made: PublishedProgramme | None = None, **changes: Any) -> bytes:
    known: dict[str, Any] = {
        "name": "Cork 2026",
        "description": "Everything that is held.",
        "source_url": "https://festival.example/feeds/cork/2026/programme.ics",
        "page_url": page_url,
    }
    return programme_calendar(made or programme(), **{**known, **changes})


def events(body: bytes) -> list[icalendar.Event]:
    calendar = icalendar.Calendar.from_ical(body)
    found = calendar.walk("VEVENT")
    assert all(not each.errors for each in found)
    return found


def lines(body: bytes) -> list[str]:
    """Content lines, unfolded."""
    return re.sub(r"\r\n[ \t]", "", body.decode()).split("\r\n")


def test_lines_end_in_crlf_and_have_at_most_75_octets() -> None:
    body = feed(programme(session(title="Ünïcödé " * 60, abstract="word, " * 500)))
    assert body.count(b"\n") == body.count(b"\r\n")
    assert max(len(line) for line in body.split(b"\r\n")) <= 75
    assert body.startswith(b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:")
    assert body.endswith(b"END:VCALENDAR\r\n")


def test_the_same_version_gives_the_same_bytes() -> None:
    assert feed() == feed()


def test_time_of_change_and_not_of_the_request() -> None:
    moved = CHANGED + timedelta(days=2)
    made = programme(session(occurrences=(occurrence(sequence=4, changed_at=moved),)))
    event = events(feed(made))[0]
    assert event["UID"] == occurrence().uid
    assert event["SEQUENCE"] == 4
    assert event["DTSTAMP"].dt == event["LAST-MODIFIED"].dt == moved
    assert icalendar.Calendar.from_ical(feed(made))["LAST-MODIFIED"].dt == moved


def test_what_is_cancelled_stays_and_says_so() -> None:
    made = programme(session(occurrences=(occurrence(status="cancelled", sequence=1),)))
    event = events(feed(made))[0]
    assert (event["STATUS"], event["SEQUENCE"]) == ("CANCELLED", 1)


def test_times_name_their_zone_and_the_zone_is_in_the_file() -> None:
    body = feed()
    assert "DTSTART;TZID=Europe/Dublin:20260901T100000" in lines(body)
    assert "DTEND;TZID=Europe/Dublin:20260901T104500" in lines(body)
    assert "TZID:Europe/Dublin" in lines(body)
    assert body.index(b"BEGIN:VTIMEZONE") < body.index(b"BEGIN:VEVENT")
    zone = body[body.index(b"BEGIN:VTIMEZONE") : body.index(b"END:VTIMEZONE")]
    assert len(zone) < 800
    assert events(body)[0]["DTSTART"].dt == datetime(2026, 9, 1, 9, tzinfo=UTC)


def test_a_festival_across_a_change_of_the_clock_keeps_its_hours() -> None:
    start = datetime(2026, 10, 24, 9, tzinfo=UTC)
    held = tuple(occurrence(n, starts_at=start + timedelta(days=n)) for n in range(3))
    body = feed(programme(session(occurrences=held)))
    assert [each for each in lines(body) if each.startswith("DTSTART;")] == [
        "DTSTART;TZID=Europe/Dublin:20261024T100000",
        "DTSTART;TZID=Europe/Dublin:20261025T090000",
        "DTSTART;TZID=Europe/Dublin:20261026T090000",
    ]
    found = events_in_ical_js(body)
    assert [each["start"] for each in found] == [
        f"{occ.starts_at:%Y-%m-%dT%H:%M:%S}.000Z" for occ in held
    ]


def test_an_unknown_end_is_left_open() -> None:
    body = feed(programme(session(occurrences=(occurrence(minutes=0),))))
    assert b"DTEND" not in body


def test_rfc_7986_and_what_older_programs_read_instead() -> None:
    found = lines(feed(home_url="https://festival.example/", image_url="https://f.example/i.png"))
    for line in (
        "NAME:Cork 2026",
        "X-WR-CALNAME:Cork 2026",
        "X-WR-TIMEZONE:Europe/Dublin",
        "METHOD:PUBLISH",
        "REFRESH-INTERVAL;VALUE=DURATION:PT30M",
        "X-PUBLISHED-TTL:PT30M",
        "SOURCE;VALUE=URI:https://festival.example/feeds/cork/2026/programme.ics",
        "URL:https://festival.example/",
        "COLOR:darkviolet",
        "IMAGE;DISPLAY=BADGE;VALUE=URI:https://f.example/i.png",
        "LAST-MODIFIED:20260801T120000Z",
    ):
        assert line in found
    assert not any(line.startswith("BEGIN:VALARM") for line in found)


def test_an_event_says_where_what_and_how_to_join() -> None:
    made = session(stream_url="https://stream.example/1", tags=("relaxed",))
    found = lines(feed(programme(made)))
    for line in (
        "SUMMARY;LANGUAGE=en:Bookbinding 1",
        "LOCATION:Great Hall\\, City Library\\, 1 Grand Parade",
        "GEO:51.89;-8.47",
        "CATEGORIES:Craft & making,relaxed",
        "COLOR:coral",
        "URL:https://festival.example/cork/2026/programme/S1",
        "CONFERENCE;FEATURE=AUDIO,VIDEO;VALUE=URI:https://stream.example/1",
        "STATUS:CONFIRMED",
    ):
        assert line in found


def test_titles_are_in_the_language_that_was_asked_for() -> None:
    made = programme(session(translations={"fr": {"title": "Reliure"}}))
    assert "SUMMARY;LANGUAGE=fr:Reliure" in lines(feed(made, locale="fr"))
    assert "SUMMARY;LANGUAGE=en:Bookbinding 1" in lines(feed(made, locale="ru"))


def test_a_choice_of_times_is_written_alone() -> None:
    two = session(occurrences=(occurrence(1), occurrence(2)))
    made = programme(two, session(3))
    chosen: list[Pair] = [(two, two.occurrences[1])]
    assert [each["UID"] for each in events(feed(made, pairs=chosen))] == [occurrence(2).uid]
    assert len(events(feed(made))) == 3


def test_an_empty_programme_is_a_calendar_all_the_same() -> None:
    assert events(feed(pairs=[])) == []


@pytest.mark.parametrize("text", EVIL, ids=range(len(EVIL)))
def test_no_text_breaks_out_of_its_line(text: str) -> None:
    space = replace(SPACE, name=text, venue=replace(VENUE, name=text, address=text))
    evil = session(
        1,
        title=text,
        abstract=text,
        description=f"{text} again",
        tags=(text,),
        stream_url=text,
        code="S1",
        occurrences=(occurrence(space=space),),
    )
    body = feed(programme(evil, session(2)), name=text, description=text, home_url=text)
    assert len(events(body)) == 2
    assert not [each for each in lines(body) if each.startswith("X-EVIL")]
    found = events_in_ical_js(body)
    assert [each["uid"] for each in found] == [occurrence(1).uid, occurrence(2).uid]
    assert not [each for each in found if "x-evil" in each["names"]]


def test_the_naughty_strings_all_at_once(shared: Path) -> None:
    naughty = json.loads((shared / "data/corpora/blns/blns.json").read_text())
    made = programme(*(session(n, title=text, abstract=text) for n, text in enumerate(naughty)))
    body = feed(made)
    assert len(events(body)) == len(naughty) == len(events_in_ical_js(body))
    assert len(read(body).sessions) == len(naughty)


@settings(max_examples=150, deadline=None)
@given(title=st.text(max_size=120), text=st.text(max_size=400))
def test_any_text_comes_back_as_it_went(title: str, text: str) -> None:
    body = feed(programme(session(title=f"T {title}", abstract=text, presenters=())))
    event = events(body)[0]
    theirs = read(body).sessions[0]
    assert str(event["SUMMARY"]) == theirs.title
    assert max(len(line) for line in body.split(b"\r\n")) <= 75
    squeezed = re.sub(r"\s|[\x00-\x1f\x7f-\x9f\ufeff\ufffe\uffff]", "", theirs.title)
    folded = icalendar.vText(title)
    assert squeezed.startswith("T")
    assert len(folded) == len(title)


def test_one_event_that_cannot_be_written_costs_itself_only(
    caplog: pytest.LogCaptureFixture,
) -> None:
    beyond = datetime(9999, 12, 31, 23, 59, tzinfo=UTC)
    broken = session(2, occurrences=(occurrence(2, starts_at=beyond, minutes=600),))
    with caplog.at_level(logging.ERROR):
        body = feed(programme(session(1), broken, session(3)))
    assert [each["UID"] for each in events(body)] == [occurrence(1).uid, occurrence(3).uid]
    assert occurrence(2).uid in caplog.text


def test_three_programs_agree_on_a_real_programme(shared: Path) -> None:
    """482 events: the same times and places for icalendar, recurring-ical-events and ical.js."""
    source = (shared / "data/schedules/emf_2024.frab.xml").read_bytes()
    made = published_from(read(source), zone="Europe/London")
    body = feed(made)
    expected = sorted((occ.uid, occ.starts_at, occ.minutes) for _, occ in made.held)
    assert len(expected) == 482
    ours = [(str(e["UID"]), e["DTSTART"].dt, e["DTEND"].dt) for e in events(body)]
    assert sorted((uid, a.astimezone(UTC), (b - a).seconds // 60 + (b - a).days * 1440)
                  for uid, a, b in ours) == expected  # fmt: skip
    calendar = icalendar.Calendar.from_ical(body)
    assert len(recurring_ical_events.of(calendar).between(2024, 2025)) == 482
    theirs = [
        (each["uid"], datetime.fromisoformat(each["start"].replace("Z", "+00:00")), each["minutes"])
        for each in events_in_ical_js(body)
    ]
    assert sorted(theirs) == expected


def test_control_a_line_written_by_hand_is_found_out() -> None:
    """The broken variant: without escaping, the second line is a property of its own."""
    body = feed().replace(b"Bookbinding 1", b"Bookbinding\r\nX-EVIL:1")
    assert [each for each in lines(body) if each.startswith("X-EVIL")]
    assert "x-evil" in events_in_ical_js(body)[0]["names"]
