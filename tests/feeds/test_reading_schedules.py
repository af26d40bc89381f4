"""schedule.xml and schedule.json: the rules of reading, one by one."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from festival.feeds.imported import ImportRefused
from tests.feeds.worlds import read


def schedule(*events: str, conference: str = "", day: str = "2026-09-01") -> str:
    return (
        f"<schedule>\n<conference><title>T</title>{conference}</conference>\n"
        f'<day date="{day}"><room name="A">\n' + "\n".join(events) + "\n</room></day></schedule>"
    )


def event(guid: str = "g1", **parts: str) -> str:
    known = {"title": "Knots", "start": "10:00", "duration": "00:30", **parts}
    inner = "".join(f"<{name}>{text}</{name}>" for name, text in known.items())
    return f'<event guid="{guid}">{inner}</event>'


def as_json(**changes: Any) -> str:
    held = {"guid": "g1", "title": "Knots", "date": "2026-09-01T10:00:00+02:00", "duration": "1:00"}
    day = {"date": "2026-09-01", "rooms": {"A": [{**held, **changes}]}}
    return json.dumps({"schedule": {"conference": {"title": "T", "days": [day]}}}, indent=1)


def refusal(data: str | bytes) -> list[tuple[int, str]]:
    with pytest.raises(ImportRefused) as refused:
        read(data)
    return [(each.line, each.field) for each in refused.value.problems]


def line_of(part: str, data: str) -> int:
    return 1 + next(n for n, line in enumerate(data.splitlines()) if part in line)


def start_of(data: str, zone: str = "Europe/London") -> datetime:
    return read(data, zone=zone).sessions[0].occurrences[0].starts_at


def test_a_time_without_a_zone_is_in_the_editions() -> None:
    assert start_of(schedule(event())) == datetime(2026, 9, 1, 9, tzinfo=UTC)
    assert start_of(schedule(event()), zone="Asia/Tokyo") == datetime(2026, 9, 1, 1, tzinfo=UTC)


def test_a_file_that_names_its_zone_is_in_that() -> None:
    own = schedule(event(), conference="<time_zone_name>Africa/Lagos</time_zone_name>")
    assert start_of(own) == datetime(2026, 9, 1, 9, tzinfo=UTC)
    assert read(own).time_zone == "Africa/Lagos"


def test_a_date_with_an_offset_is_the_truth_and_a_differing_start_is_told() -> None:
    data = schedule(event(date="2026-09-01T11:00:00+02:00"))
    programme = read(data)
    assert programme.sessions[0].occurrences[0].starts_at == datetime(2026, 9, 1, 9, tzinfo=UTC)
    assert [(each.line, each.field) for each in programme.warnings] == [(4, "start")]


def test_what_starts_before_the_days_change_belongs_to_the_night() -> None:
    late = schedule(event(start="01:30"), conference="<day_change>09:00:00</day_change>")
    assert start_of(late) == datetime(2026, 9, 2, 0, 30, tzinfo=UTC)


def test_events_with_one_code_are_times_of_one_session() -> None:
    first = event("a").replace("<event", '<event code="XYZ"')
    second = event("b", start="14:00").replace("<event", '<event code="XYZ"')
    programme = read(schedule(first, second, event("c")))
    assert [len(each.occurrences) for each in programme.sessions] == [2, 1]
    assert [occ.uid for occ in programme.sessions[0].occurrences] == ["a", "b"]


def test_html_becomes_markdown_and_script_never_a_link() -> None:
    text = (
        "&lt;p&gt;Bring &lt;b&gt;wool&lt;/b&gt;.&lt;/p&gt;&lt;ul&gt;&lt;li&gt;one&lt;/li&gt;"
        "&lt;li&gt;&lt;a href='https://a.example/(1)'&gt;two&lt;/a&gt;&lt;/li&gt;&lt;/ul&gt;"
        "&lt;a href='javascript:alert(1)'&gt;three&lt;/a&gt; &lt;https://b.example&gt;"
    )
    assert read(schedule(event(abstract=text))).sessions[0].abstract == (
        "Bring **wool**.\n\n- one\n- [two](https://a.example/%281%29)\n\nthree <https://b.example>"
    )


def test_plain_text_with_angle_brackets_stays_as_it_is() -> None:
    programme = read(schedule(event(abstract="for a &lt; b, we &lt;3 &amp;amp; it")))
    assert programme.sessions[0].abstract == "for a < b, we <3 &amp; it"


def test_links_are_web_addresses_or_left_out_with_a_word() -> None:
    links = (
        '<links><link href="https://a.example">A</link><link href="javascript:x">B</link></links>'
    )
    programme = read(schedule(event().replace("</event>", f"{links}</event>")))
    assert programme.sessions[0].links == (("https://a.example", "A"),)
    assert [each.field for each in programme.warnings] == ["links"]


def test_a_title_too_long_for_its_column_is_shortened_with_a_word() -> None:
    programme = read(schedule(event(title="x" * 508)))
    assert len(programme.sessions[0].title) == 500
    assert programme.sessions[0].title.endswith("…")
    assert "500" in programme.warnings[0].reason


@pytest.mark.parametrize(
    ("parts", "field"),
    [
        ({"title": " "}, "title"),
        ({"start": "25:99"}, "start"),
        ({"start": ""}, "start"),
        ({"duration": "-1"}, "duration"),
        ({"duration": "00:75"}, "duration"),
        ({"duration": "99:48:00"}, "duration"),
        ({"duration": ""}, "duration"),
        ({"date": "1 September"}, "date"),
        ({"date": "9999-12-31T23:59:00+00:00"}, "date"),
        ({"date": "0001-01-01T00:00:00+02:00"}, "date"),
        ({"abstract": "x" * 50_001}, "abstract"),
        ({"room": "x" * 5_001}, "room"),
    ],
)
def test_a_part_that_cannot_be_meant_refuses_the_file(parts: dict[str, str], field: str) -> None:
    assert refusal(schedule(event("a"), event("b", **parts))) == [(5, field)]


def test_all_reasons_are_told_at_once() -> None:
    data = schedule(event("a"), event("a", start="25:99"), event("c", duration="x"))
    assert refusal(data) == [(5, "guid"), (5, "start"), (6, "duration")]


def test_a_day_without_a_date_refuses_the_file() -> None:
    assert (3, "date") in refusal(schedule(event(), day="tomorrow"))


def test_json_says_line_and_path() -> None:
    with pytest.raises(ImportRefused) as refused:
        read(as_json(id="12"))
    problem = refused.value.problems[0]
    assert (problem.line, problem.field) == (line_of('"id": "12"', as_json(id="12")), "id")
    assert problem.reason == (
        "At $['schedule']['conference']['days'][0]['rooms']['A'][0]['id']: text instead of integer"
    )


def test_json_keeps_no_lone_surrogate() -> None:
    programme = read(as_json(title="Knots \ud800", abstract="a\udfffb"))
    assert programme.sessions[0].title == "Knots"
    assert programme.sessions[0].abstract == "ab"


@pytest.mark.parametrize("changes", [{"guid": ""}, {"title": None}, {"duration": "x"}])
def test_json_is_refused_for_a_part_that_cannot_be_meant(changes: dict[str, Any]) -> None:
    data = as_json(**changes)
    line = line_of(json.dumps(changes)[1:-1], data)
    assert refusal(data) == [(line, next(iter(changes)))]


def test_a_sentence_can_be_spoken_in_another_language() -> None:
    with pytest.raises(ImportRefused) as refused:
        read(schedule(event(start="25:99")), name="a.xml")
    problem = refused.value.problems[0]
    assert str(problem) == "a.xml, line 4 (start): The start 25:99 is no time of day."
    spoken = {"The start %(start)s is no time of day.": "%(start)s no es una hora."}
    assert problem.sentence(spoken.__getitem__) == "25:99 no es una hora."
