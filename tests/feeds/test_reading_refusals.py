"""Small files that are refused, each for one reason, in each of the three formats."""

from __future__ import annotations

import json

import pytest

from festival.feeds.imported import ImportRefused
from tests.feeds.test_reading_calendars import calendar, event
from tests.feeds.worlds import read

START = "DTSTART:20260901T090000Z"
WHEN = "<start>10:00</start><duration>1:00</duration>"
KNOT = f"<event id='1'><title>Knots</title>{WHEN}</event>"


def xml(inner: str, *, conference: str = "<title>T</title>", root: str = "schedule") -> str:
    day = f'<day date="2026-09-01"><room name="A">{inner}</room></day>'
    return f"<{root}>\n<conference>{conference}</conference>\n{day}\n</{root}>"


def rest_of_json(**conference: object) -> str:
    return json.dumps({"schedule": {"conference": {"title": "T", "days": [], **conference}}})


def many(tag: str, inner: str, number: int) -> str:
    return f"<{tag}>{inner * number}</{tag}>"


def zone(*lines: str) -> str:
    """A calendar with one event in a zone that the file defines with these lines."""
    parts = ["BEGIN:VTIMEZONE", "TZID:Z", "BEGIN:STANDARD", *lines, "END:STANDARD", "END:VTIMEZONE"]
    return calendar(event("DTSTART;TZID=Z:20260901T090000"), head="\r\n".join([*parts, ""]))


OFFSETS = ("TZOFFSETFROM:+0100", "TZOFFSETTO:+0100")

CASES: dict[str, tuple[str | bytes, int, str]] = {
    "nothing": ("", 1, "none of the known formats"),
    "prose": ("Dear festival,", 1, "none of the known formats"),
    "utf-16": (calendar(event(START)).encode("utf-16"), 1, "not in UTF-8"),
    "xml of something else": (xml(KNOT, root="rss"), 1, "rss, not schedule"),
    "xml without sessions": (xml(""), 1, "no sessions"),
    "xml in an unknown encoding": ('<?xml version="1.0" encoding="klingon"?><schedule/>', 1, "XML"),
    "xml in a zone of its own": (
        xml(KNOT, conference="<time_zone_name>Mars</time_zone_name>"), 2, "Mars",
    ),
    "xml with too many elements": ("<a>" + "<b/>" * 150_000 + "</a>", 1, "too many elements"),
    "xml too deep": ("<a>\n" * 40, 33, "too deeply"),
    "xml including another": (
        '<schedule xmlns:x="http://www.w3.org/2001/XInclude">\n<x:include/></schedule>',
        2, "include",
    ),
    "xml with a doctype": ("<?xml version='1.0'?>\n<!DOCTYPE a><schedule/>", 2, "DOCTYPE"),
    "xml broken": ("<schedule>\n<day>\n</schedule>", 3, "well-formed"),
    "too many persons": (
        xml(KNOT.replace("</event>", many("persons", "<person>A</person>", 201) + "</event>")),
        3, "too many persons",
    ),
    "too many links": (
        xml(KNOT.replace("</event>", many("links", "<link href='https://a'/>", 201) + "</event>")),
        3, "too many links",
    ),
    "a guid too long": (xml(KNOT.replace("id='1'", f"guid='{'x' * 256}'")), 3, "too long"),
    "json in latin-1": (rest_of_json(title="\xe9").replace("\\u00e9", "\xe9").encode("latin-1"),
                        1, "not in UTF-8"),
    "json broken": ('{\n"schedule": {]', 2, "JSON"),
    "json with a huge number": ('{"schedule": ' + "1" * 5_000 + "}", 1, "JSON"),
    "json too deep": ("[\n" * 70, 65, "too deeply"),
    "json with too many lists": ("[" + "[]," * 60_000 + "[]]", 1, "too many elements"),
    "json with too many commas": ("[" + "0," * 300_001 + "0]", 1, "too many elements"),
    "json of something else": ("[]", 1, "list instead of object"),
    "json without sessions": (rest_of_json(), 1, "no sessions"),
    "json in a zone of its own": (rest_of_json(time_zone_name="Mars"), 1, "Mars"),
    "json of version 2": ('{"schedule":\n{"events": []}}', 2, "version 2"),
    "json without days": ('{"schedule": {"conference": {"title": "T"}}}', 1, "missing days"),
    "json with an impossible day": (
        rest_of_json(days=[{"date": "2026-13-01", "rooms": {}}]), 1, "2026-09-01",
    ),
    "json with days as text": (rest_of_json(days="all"), 1, "text instead of array"),
    "json with a wrong day": (
        rest_of_json(days=[{"date": "tomorrow", "rooms": {}}]), 1, "breaks the rule pattern",
    ),
    "calendar in latin-1": (calendar(event(START, "LOCATION:é")).encode("latin-1"), 8, "UTF-8"),
    "calendar without sessions": (calendar(), 1, "no sessions"),
    "calendar of one event alone": (event(START), 1, "VEVENT, not VCALENDAR"),
    "calendar in a zone of its own": (
        calendar(event(START), head="X-WR-TIMEZONE:Mars\r\n"), 4, "Mars",
    ),
    "calendar with a broken alarm": (
        calendar(event(START, "BEGIN:VALARM", "TRIGGER:soon", "END:VALARM")), 9, "TRIGGER",
    ),
    "calendar with a broken task": (
        calendar(event(START), "BEGIN:VTODO\r\nDUE:soon\r\nEND:VTODO\r\n"), 10, "DUE",
    ),
    "calendar with too many lines": ("BEGIN:VCALENDAR" + "\n" * 100_002, 1, "too many lines"),
    "calendar with a long line": (calendar(event(START, "X-A:" + "x" * 100_001)), 8, "too long"),
    "calendar with a long folded line": (
        calendar(event(START, "X-A:x" + "\r\n " + "x" * 100_001)), 8, "too long",
    ),
    "calendar with a long text": (
        calendar(event(START, "DESCRIPTION:" + "x" * 50_001)), 8, "too long",
    ),
    "calendar with a long uid": (calendar(event(START, uid="x" * 256)), 5, "too long"),
    "calendar closing what is not open": ("BEGIN:VCALENDAR\r\nEND:VEVENT\r\n", 2, "nothing"),
    "calendar with something outside": (calendar(event(START)) + "UID:1\r\n", 10, "outside"),
    "calendar too deep": ("BEGIN:VCALENDAR\r\n" * 9, 9, "too deeply"),
    "a duration for an end": (calendar(event(START, "DTEND:PT1H")), 8, "DTEND"),
    "an end for a duration": (calendar(event(START, f"DURATION:{START[8:]}")), 8, "DURATION"),
    "a rule with a part nobody knows": (
        calendar(event(START, "RRULE:FREQ=DAILY;COUNT=2;BYEASTER=1")), 8, "repetition",
    ),
    "a rule that ends before it begins": (
        calendar(event(START, "RRULE:FREQ=DAILY;UNTIL=20200101T000000Z")), 8, "never",
    ),
    "a rule for longer than a festival": (
        calendar(event(START, "RRULE:FREQ=YEARLY;UNTIL=20400101T000000Z")), 8, "too long",
    ),
    "a rule of exception": (calendar(event(START, "EXRULE:FREQ=DAILY;COUNT=2")), 8, "exception"),
    "too many dates": (
        calendar(event(START, "RDATE:" + ",".join(
            f"{2026 + n // 28:04d}09{n % 28 + 1:02d}T090000Z" for n in range(401)
        ))), 4, "too often",
    ),
    "a zone with a rule by the second": (
        zone("DTSTART:19700101T000000", "RRULE:FREQ=SECONDLY", *OFFSETS), 8, "FREQ=SECONDLY",
    ),
    "a zone without offsets": (zone("DTSTART:19700101T000000"), 4, "time zone"),
    "a zone of too many lines": (
        zone("DTSTART:19700101T000000", *OFFSETS, *["COMMENT:x"] * 60), 4, "time zone",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_it_is_refused_with_line_and_reason(name: str) -> None:
    data, line, part = CASES[name]
    with pytest.raises(ImportRefused) as refused:
        read(data, name=name)
    found = [(each.line, each.reason) for each in refused.value.problems]
    assert any(at == line and part in reason for at, reason in found), found
    assert {each.file for each in refused.value.problems} == {name}


def test_no_more_than_fifty_reasons_are_told() -> None:
    with pytest.raises(ImportRefused) as refused:
        read(calendar(*(event("COMMENT:x", uid=str(n)) for n in range(100))))
    assert len(refused.value.problems) == 50


def test_a_known_zone_of_the_files_own_making_is_taken() -> None:
    summer = "DTSTART:16010101T020000\r\nRRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU"
    assert read(zone(summer, *OFFSETS)).sessions[0].occurrences[0].starts_at.hour == 8


def test_every_time_taken_away_is_told() -> None:
    gone = event(START, "EXDATE:20260901T090000Z", uid="gone")
    programme = read(calendar(gone, event(START, uid="stays")))
    assert [each.guid for each in programme.sessions] == ["stays"]
    assert any("exception" in each.reason for each in programme.warnings)


def test_the_length_of_a_period_is_told_to_be_lost() -> None:
    programme = read(calendar(event(START, "RDATE;VALUE=PERIOD:20260902T090000Z/PT2H")))
    assert programme.occurrence_count == 2
    assert any("period" in each.reason for each in programme.warnings)


def test_a_lone_moved_time_is_a_session() -> None:
    programme = read(calendar(event(START, "RECURRENCE-ID:20260901T080000Z")))
    assert programme.sessions[0].occurrences[0].uid == "1/20260901T080000Z"


def test_a_title_of_its_own_for_one_time_is_told() -> None:
    programme = read(
        calendar(
            event(START, "RRULE:FREQ=DAILY;COUNT=2"),
            event("RECURRENCE-ID:20260902T090000Z", "DTSTART:20260902T100000Z", title="SUMMARY:X"),
        )
    )
    assert programme.occurrence_count == 2
    assert any("title of its own" in each.reason for each in programme.warnings)
