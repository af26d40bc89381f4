"""iCalendar: the rules of reading, one by one."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import icalendar
import pytest
import recurring_ical_events

from festival.feeds.imported import ImportedSession, ImportRefused
from tests.feeds.worlds import read

HEAD = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n"


def event(*lines: str, uid: str = "1", title: str = "SUMMARY:Knots") -> str:
    return "\r\n".join(["BEGIN:VEVENT", f"UID:{uid}", title, *lines, "END:VEVENT", ""])


def calendar(*events: str, head: str = "") -> str:
    return HEAD + head + "".join(events) + "END:VCALENDAR\r\n"


def only(data: str, zone: str = "Europe/London") -> ImportedSession:
    sessions = read(data, zone=zone).sessions
    assert len(sessions) == 1
    return sessions[0]


def starts(data: str, zone: str = "Europe/London") -> list[datetime]:
    return [occ.starts_at for each in read(data, zone=zone).sessions for occ in each.occurrences]


def refusal(*lines: str) -> list[tuple[int, str]]:
    with pytest.raises(ImportRefused) as refused:
        read(calendar(event(*lines)))
    return [(each.line, each.field) for each in refused.value.problems]


def warned(data: str) -> list[str]:
    return [each.reason for each in read(data).warnings]


NINE = datetime(2026, 9, 1, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    "start",
    [
        "DTSTART:20260901T090000Z",
        "DTSTART;TZID=Europe/Paris:20260901T110000",
        'DTSTART;TZID="Europe/Paris":20260901T110000',
        "DTSTART;TZID=/freeassociation.sourceforge.net/Europe/Paris:20260901T110000",
        "DTSTART;TZID=/mozilla.org/20050126_1/Europe/Paris:20260901T110000",
        "DTSTART;TZID=Romance Standard Time:20260901T110000",
        "DTSTART;VALUE=DATE-TIME;TZID=europe/paris:20260901T110000",
        "DTSTART:20260901T100000",
    ],
)
def test_a_zone_is_known_by_each_of_its_names(start: str) -> None:
    assert starts(calendar(event(start, "DURATION:PT1H"))) == [NINE]


def test_a_floating_time_is_in_the_calendars_own_zone() -> None:
    data = calendar(event("DTSTART:20260901T110000"), head="X-WR-TIMEZONE:Europe/Paris\r\n")
    assert starts(data) == [NINE]
    assert read(data).time_zone == "Europe/Paris"
    assert any("names no time zone" in each for each in warned(data))


def test_a_zone_that_the_file_defines_itself_holds_for_that_file_alone() -> None:
    part = "DTSTART:16010101T000000\r\nTZOFFSETFROM:+0530\r\nTZOFFSETTO:+0530\r\n"
    own = (
        "BEGIN:VTIMEZONE\r\nTZID:Our Zone\r\n"
        f"BEGIN:STANDARD\r\n{part}END:STANDARD\r\nEND:VTIMEZONE\r\n"
    )
    start = event("DTSTART;TZID=Our Zone:20260901T143000")
    assert starts(calendar(start, head=own)) == [NINE]
    with pytest.raises(ImportRefused) as refused:  # icalendar itself would remember it
        read(calendar(start))
    assert "Our Zone" in refused.value.problems[0].reason


def test_an_hour_that_is_skipped_and_one_that_comes_twice() -> None:
    gap = calendar(event("DTSTART;TZID=Europe/Berlin:20260329T023000"))
    fold = calendar(event("DTSTART;TZID=Europe/Berlin:20261025T023000"))
    assert starts(gap) == [datetime(2026, 3, 29, 1, 30, tzinfo=UTC)]
    assert starts(fold) == [datetime(2026, 10, 25, 0, 30, tzinfo=UTC)]
    assert any("skipped" in each for each in warned(gap))
    assert any("twice" in each for each in warned(fold))


def test_a_whole_day_lasts_from_midnight_to_midnight() -> None:
    held = only(calendar(event("DTSTART;VALUE=DATE:20260901"))).occurrences[0]
    assert (held.starts_at, held.minutes, held.whole_day) == (
        datetime(2026, 8, 31, 23, tzinfo=UTC), 24 * 60, True,
    )  # fmt: skip
    two = calendar(event("DTSTART;VALUE=DATE:20260901", "DTEND;VALUE=DATE:20260903"))
    assert only(two).occurrences[0].minutes == 48 * 60


def test_an_event_without_an_end_says_nothing_of_its_length() -> None:
    data = calendar(event("DTSTART:20260901T090000Z"))
    assert only(data).occurrences[0].minutes == 0
    assert warned(data) == ["The event names no end."]


def test_texts_are_unescaped_and_folded_lines_joined() -> None:
    data = calendar(
        event(
            "DTSTART:20260901T090000Z",
            "DESCRIPTION:one\\, two\\; three\\\\n\\nfo\r\n ur",
            "LOCATION:Hall\\, left",
            "CATEGORIES:Craft\\, making,relaxed",
            "STATUS:CANCELLED",
            "URL:https://a.example/x",
            "ORGANIZER;CN=Ada Byrne:mailto:ada@example.org",
            "CONFERENCE;VALUE=URI;FEATURE=VIDEO;LABEL=Stream:https://b.example/",
        )
    )
    session = only(data)
    assert session.description == "one, two; three\\n\nfour"
    assert session.occurrences[0].room == "Hall, left"
    assert (session.strand, session.tags) == ("Craft, making", ("relaxed",))
    assert session.is_cancelled
    assert session.links == (("https://a.example/x", ""), ("https://b.example/", "Stream"))
    assert [who.name for who in session.presenters] == ["Ada Byrne"]


def test_an_empty_title_is_replaced_by_the_room_with_a_word() -> None:
    data = calendar(event("DTSTART:20260901T090000Z", "LOCATION:Bistro", title="SUMMARY:"))
    assert only(data).title == "Bistro"
    assert any("Bistro was taken" in each for each in warned(data))


def test_a_uid_used_twice_tells_nothing_apart() -> None:
    data = calendar(event("DTSTART:20260901T090000Z"), event("DTSTART:20260902T090000Z"))
    assert [each.guid for each in read(data).sessions] == [None, None]
    assert any("used by several" in each for each in warned(data))


RULES = (
    ("DTSTART:20260901T090000Z", "RRULE:FREQ=DAILY;COUNT=5"),
    ("DTSTART;TZID=Europe/Berlin:20261023T090000", "RRULE:FREQ=DAILY;COUNT=5"),
    ("DTSTART:20260901T090000Z", "RRULE:FREQ=WEEKLY;BYDAY=TU,TH;UNTIL=20261001T090000Z"),
    ("DTSTART:20260901T090000Z", "RRULE:FREQ=DAILY;INTERVAL=2;UNTIL=20260920"),
    ("DTSTART:20260907T090000Z", "RRULE:FREQ=MONTHLY;BYDAY=1MO;COUNT=12"),
    ("DTSTART:20260930T090000Z", "RRULE:FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=9"),
    ("DTSTART:20280229T090000Z", "RRULE:FREQ=YEARLY;COUNT=2"),
    ("DTSTART;VALUE=DATE:20260901", "RRULE:FREQ=WEEKLY;COUNT=4"),
    ("DTSTART:20260901T090000Z", "RRULE:FREQ=DAILY;COUNT=5", "EXDATE:20260903T090000Z"),
    ("DTSTART:20260901T090000Z", "RDATE:20260905T100000Z,20260906T100000Z"),
    (
        "DTSTART;TZID=Europe/Berlin:20260901T090000",
        "RRULE:FREQ=DAILY;COUNT=3",
        "RDATE;TZID=Asia/Tokyo:20260910T090000",
        "EXDATE:20260902T070000Z",
    ),
    ("DTSTART;TZID=America/Sao_Paulo:20991201T090000", "RRULE:FREQ=DAILY;COUNT=2"),
)


@pytest.mark.parametrize("lines", RULES[:-1])
def test_repeated_times_are_those_that_another_library_finds(lines: tuple[str, ...]) -> None:
    data = calendar(event(*lines))
    expanded = recurring_ical_events.of(icalendar.Calendar.from_ical(data)).between(2020, 2040)
    expected = sorted(each["DTSTART"].dt for each in expanded)
    assert starts(data, zone="UTC") == [
        (each if isinstance(each, datetime) else datetime.combine(each, time(), UTC)).astimezone(
            UTC
        )
        for each in expected
    ]


def test_a_year_beyond_the_calendar_that_is_counted_on_is_refused() -> None:
    assert refusal(*RULES[-1]) == [(7, "DTSTART")]


def test_each_repeated_time_has_a_uid_of_its_own_that_stays() -> None:
    held = only(calendar(event("DTSTART:20260901T090000Z", "RRULE:FREQ=DAILY;COUNT=2"))).occurrences
    assert [occ.uid for occ in held] == ["1/20260901T090000Z", "1/20260902T090000Z"]


def test_one_time_of_a_repetition_can_be_moved_and_cancelled() -> None:
    data = calendar(
        event("DTSTART:20260901T090000Z", "DTEND:20260901T100000Z", "RRULE:FREQ=DAILY;COUNT=3"),
        event(
            "RECURRENCE-ID:20260902T090000Z",
            "DTSTART:20260902T150000Z",
            "DTEND:20260902T160000Z",
            "STATUS:CANCELLED",
        ),
    )
    held = only(data).occurrences
    assert [(occ.starts_at.hour, occ.is_cancelled, occ.uid) for occ in held] == [
        (9, False, "1/20260901T090000Z"),
        (15, True, "1/20260902T090000Z"),
        (9, False, "1/20260903T090000Z"),
    ]


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        (("DTSTART:20260901T090000Z", "DTEND:20260801T090000Z"), (8, "DTEND")),
        (("DTSTART:20260901T090000Z", "DURATION:-PT1H"), (8, "DURATION")),
        (("DTSTART:20260901T090000Z", "DURATION:P9999999D"), (8, "DURATION")),
        (("DTSTART:99991231T235959Z",), (7, "DTSTART")),
        (("DTSTART:20260931T090000Z",), (7, "DTSTART")),
        (("DTSTART;TZID=Mars/Olympus:20260901T090000",), (7, "DTSTART")),
        (("DTSTART;TZID=../../etc/passwd:20260901T090000",), (7, "DTSTART")),
        (("DTSTART:20260901T090000Z", "DTSTART:20260902T090000Z"), (8, "DTSTART")),
        (("DESCRIPTION:nothing else",), (4, "DTSTART")),
        (("DTSTART:20260901T090000Z", "RRULE:FREQ=DAILY"), (8, "RRULE")),
        (("DTSTART:20260901T090000Z", "RRULE:FREQ=SECONDLY;COUNT=2"), (8, "RRULE")),
        (("DTSTART:20260901T090000Z", "RRULE:FREQ=DAILY;COUNT=1000000000"), (8, "RRULE")),
        (("DTSTART:20260901T090000Z", "RRULE:FREQ=DAILY;COUNT=0"), (8, "RRULE")),
        (("DTSTART:20260901T090000Z", "RRULE:FREQ=DAILY;COUNT=9;INTERVAL=0"), (8, "RRULE")),
        (("DTSTART:20260901T090000Z", "RRULE:FREQ=WEEKLY;COUNT=3;BYDAY=XX"), (8, "RRULE")),
        (
            ("DTSTART:20260901T090000Z", "RRULE:FREQ=YEARLY;COUNT=2;BYMONTH=2;BYMONTHDAY=30"),
            (8, "RRULE"),
        ),
        (
            ("DTSTART:20260901T090000Z", "RRULE:FREQ=DAILY;COUNT=2", "RRULE:FREQ=WEEKLY;COUNT=2"),
            (9, "RRULE"),
        ),
        (("DTSTART:20260901T090000Z", "EXDATE:"), (8, "EXDATE")),
        (("DTSTART:20260901T090000Z", "no colon here"), (8, "")),
        (("DTSTART:20260901T090000Z", "SUMMARY;X=:a\rX-EVIL:1"), (8, "")),
        (("DTSTART:20260901T090000Z", "DESCRIPTION:a\0b"), (8, "")),
    ],
)
def test_what_cannot_be_meant_is_refused_with_its_line(
    lines: tuple[str, ...], found: tuple[int, str]
) -> None:
    assert refusal(*lines)[0] == found


def test_a_file_that_ends_in_the_middle_is_refused() -> None:
    whole = calendar(event("DTSTART:20260901T090000Z"))
    for end in range(1, len(whole) - 2):
        with pytest.raises(ImportRefused):
            read(whole[:end])


def test_days_are_those_of_the_zone() -> None:
    data = calendar(event("DTSTART:20260901T233000Z"), head="X-WR-TIMEZONE:Europe/Paris\r\n")
    assert read(data).days == (date(2026, 9, 2),)
