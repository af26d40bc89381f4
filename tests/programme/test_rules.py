"""Rules of the programme: no database, no application."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from festival.programme.folding import folded
from festival.programme.links import calendar_links, feed_path, subscription
from festival.programme.published import (
    PublishedCity,
    PublishedOccurrence,
    PublishedPerson,
    PublishedProgramme,
    PublishedSession,
    PublishedSpace,
    PublishedVenue,
)
from festival.programme.rules import (
    ClashKind,
    ClockFault,
    SessionValues,
    Wanted,
    clashes_between,
    count_by_day,
    difference,
    differing_fields,
    held_as_wanted,
    instant_of,
    is_for_age,
    is_open,
    may_move,
    partner_time,
    sessions_as_wanted,
    without_time,
)
from festival.programme.rules.versions import place_text
from festival.programme.states import MOVES, SENTENCES, SessionState

MADRID, SEOUL = ZoneInfo("Europe/Madrid"), ZoneInfo("Asia/Seoul")
TEN = datetime(2027, 5, 14, 8, 0, tzinfo=UTC)  # in Madrid
NAIVE_2000 = datetime.combine(date(2000, 1, 1), time())
LIBRARY = PublishedVenue("library", "Library", "1 Main Street")
HALL = PublishedSpace("hall", "Hall", LIBRARY, capacity=20)
TENT = PublishedSpace("tent", "Tent", LIBRARY)
NOUR, CHEN = PublishedPerson("n", "Nour"), PublishedPerson("c", "Chen")
KOREA = PublishedCity("korea", "Daejeon", "KR", "Asia/Seoul")


def occ(uid: str, start: datetime = TEN, minutes: int = 60, **values: Any) -> PublishedOccurrence:
    facts: dict[str, Any] = {"space": None} | values
    return PublishedOccurrence(
        id=1, uid=uid, sequence=0, changed_at=TEN, starts_at=start, minutes=minutes, **facts
    )


def session(code: str, *occurrences: PublishedOccurrence, **values: Any) -> PublishedSession:
    facts: dict[str, Any] = {"title": f"Session {code}", "language": "en"} | values
    return PublishedSession(code=code, guid=code, kind="activity", occurrences=occurrences, **facts)


def programme(*sessions: PublishedSession) -> PublishedProgramme:
    return PublishedProgramme(
        festival_slug="luminara", edition_slug="2027", title="Luminara", city_name="Luminara",
        time_zone="Europe/Madrid", languages=("en",), starts_on=date(2027, 5, 14),
        ends_on=date(2027, 5, 16), version=1, published_at=TEN, venues=(LIBRARY,),
        spaces=(HALL, TENT), sessions=sessions,
    )  # fmt: skip


def kinds(*sessions: PublishedSession, **more: Any) -> list[tuple[ClashKind, str, set[str]]]:
    return [
        (each.kind, each.name, set(each.codes))
        for each in clashes_between(programme(*sessions), **more)
    ]


class TestClashes:
    def test_one_space_at_one_time(self) -> None:
        found = kinds(
            session("a", occ("1", space=HALL)),
            session("b", occ("2", TEN + timedelta(minutes=59), space=HALL)),
            session("c", occ("3", TEN, space=TENT)),
        )
        assert found == [(ClashKind.SPACE, "Hall", {"a", "b"})]

    def test_ends_that_touch_do_not_clash(self) -> None:
        assert kinds(
            session("a", occ("1", space=HALL), presenters=(NOUR,)),
            session("b", occ("2", TEN + timedelta(minutes=60), space=HALL), presenters=(NOUR,)),
        ) == []  # fmt: skip

    def test_one_person_in_two_places(self) -> None:
        assert kinds(
            session("a", occ("1", space=HALL), presenters=(NOUR, CHEN)),
            session("b", occ("2", space=TENT), presenters=(CHEN,)),
        ) == [(ClashKind.PRESENTER, "Chen", {"a", "b"})]

    def test_a_long_one_clashes_with_each_within_it(self) -> None:
        found = kinds(
            session("a", occ("1", minutes=180, space=HALL)),
            session("b", occ("2", TEN + timedelta(minutes=30), 30, space=HALL)),
            session("c", occ("3", TEN + timedelta(minutes=90), 30, space=HALL)),
        )
        assert [codes for _kind, _name, codes in found] == [{"a", "b"}, {"a", "c"}]

    def test_what_is_cancelled_takes_no_space(self) -> None:
        assert kinds(
            session("a", occ("1", space=HALL, status="cancelled")),
            session("b", occ("2", space=HALL)),
        ) == []  # fmt: skip

    def test_warnings(self) -> None:
        found = kinds(
            session("big", occ("1", space=HALL, capacity=21)),
            session("open", occ("2")),
            session("online", occ("3"), attendance_mode="remote"),
            session("late", occ("4", TEN + timedelta(days=9), space=TENT)),
            session("korea", occ("5", TEN + timedelta(hours=5), space=TENT), city=KOREA),
            session("fits", occ("6", TEN - timedelta(hours=2), space=TENT), city=KOREA),
        )
        assert found == [
            (ClashKind.CAPACITY, "Hall", {"big"}),
            (ClashKind.NO_SPACE, "", {"open"}),
            (ClashKind.WORKDAY, "Daejeon", {"korea"}),
            (ClashKind.OUTSIDE_DAYS, "", {"late"}),
        ]

    def test_serious_ones_come_first_and_every_kind_has_a_sentence(self) -> None:
        found = clashes_between(
            programme(
                session("a", occ("1", TEN - timedelta(hours=3))),
                session("b", occ("2", space=HALL)), session("c", occ("3", space=HALL)),
            )
        )  # fmt: skip
        assert [each.is_serious for each in found] == [True, False]
        assert all(each.sentence for each in found)

    def test_a_closed_venue(self) -> None:
        hours = {"library": {date(2027, 5, 14): ((time(9), time(10, 30)), (time(12), time(20)))}}
        inside = session("in", occ("1", TEN + timedelta(hours=2), space=HALL))
        across = session("across", occ("2", space=HALL))
        other_day = session("day", occ("3", TEN + timedelta(days=1), space=HALL))
        assert kinds(inside, across, other_day, hours=hours) == [
            (ClashKind.CLOSED, "Library", {"across"}),
            (ClashKind.CLOSED, "Library", {"day"}),
        ]

    def test_nothing_is_known_about_hours_or_it_ends_after_midnight(self) -> None:
        end = TEN + timedelta(hours=15)
        assert is_open({}, TEN, end, zone=MADRID)
        all_day = {date(2027, 5, 14): ((time(0), time(23, 59)),)}
        assert not is_open(all_day, TEN, end, zone=MADRID)


class TestClocks:
    @pytest.mark.parametrize(
        ("day", "at", "later", "hour", "fault"),
        [
            (date(2027, 5, 14), time(10), False, 8, None),
            (date(2027, 3, 28), time(2, 30), False, 1, ClockFault.SKIPPED),
            (date(2027, 10, 31), time(2, 30), False, 0, ClockFault.REPEATED),
            (date(2027, 10, 31), time(2, 30), True, 1, ClockFault.REPEATED),
            (date(2027, 10, 31), time(3, 0), False, 2, None),
        ],
    )
    def test_wall_clock_times(
        self, day: date, at: time, later: bool, hour: int, fault: ClockFault | None
    ) -> None:
        found = instant_of(day, at, zone=MADRID, later=later)
        assert (found.instant.hour, found.fault) == (hour, fault)
        assert found.instant.tzinfo == UTC

    @given(
        st.datetimes(NAIVE_2000, NAIVE_2000 + timedelta(days=50 * 365)),
        st.booleans(),
    )
    def test_a_time_that_exists_is_shown_as_it_was_typed(
        self, typed: datetime, later: bool
    ) -> None:
        for zone in (MADRID, ZoneInfo("America/Mexico_City"), ZoneInfo("Australia/Lord_Howe")):
            found = instant_of(typed.date(), typed.time(), zone=zone, later=later)
            shown = found.instant.astimezone(zone).replace(tzinfo=None)
            assert (shown == typed) == (found.fault != ClockFault.SKIPPED)

    @pytest.mark.parametrize(
        ("hours", "shift", "outside"),
        [(-2, 0, False), (2, 0, False), (3, 0, True), (4, 0, True), (8, 1, True), (-9, 0, False)],
    )
    def test_partner_city(self, hours: int, shift: int, outside: bool) -> None:
        there = partner_time(TEN + timedelta(hours=hours), minutes=60, home=MADRID, partner=SEOUL)
        assert (there.day_shift, there.outside_workday) == (shift, outside)

    def test_a_partner_in_the_west_may_still_be_yesterday(self) -> None:
        mexico = ZoneInfo("America/Mexico_City")
        there = partner_time(TEN - timedelta(hours=5), minutes=30, home=MADRID, partner=mexico)
        assert there.day_shift == -1


class TestSearching:
    def test_folding(self) -> None:
        assert folded("Éducation STRASSE") == folded("education straße")
        assert folded("أحمد") == folded("احمد")
        assert folded("Łódź, Søren") == "lodz, soren"
        assert "书法" in folded("阿拉伯书法工作坊")

    def test_ages(self) -> None:
        kids = session("k", age_min=6, age_max=12)
        assert [age for age in (5, 6, 12, 13) if is_for_age(kids, age)] == [6, 12]
        assert is_for_age(kids, None) and is_for_age(session("all"), 99)

    def test_counting_by_day_forgets_the_day_but_no_filter(self) -> None:
        made = programme(
            session("a", occ("1"), occ("2", TEN + timedelta(days=1)), languages=("fr",)),
            session("b", occ("3")),
            session("c"),
        )
        wanted = Wanted(language="fr", day=date(2027, 5, 14))
        assert count_by_day(made, wanted) == {date(2027, 5, 14): 1, date(2027, 5, 15): 1}
        assert [each.uid for _s, each in held_as_wanted(made, wanted)] == ["1"]
        assert without_time(made, wanted) == []
        assert [each.code for each in without_time(made, Wanted())] == ["c"]
        assert len(sessions_as_wanted(made, Wanted())) == 3

    def test_what_counts_as_a_filter(self) -> None:
        assert not Wanted(day=date(2027, 5, 14)).is_narrowed
        assert Wanted(words="x").is_narrowed and Wanted(words="x").count == 0
        assert Wanted(age=0, tags=("quiet",), day=date(2027, 5, 14)).count == 2


class TestDifferences:
    def test_nothing_changed(self) -> None:
        made = programme(session("a", occ("1", space=HALL)))
        assert difference(made, made) == []

    def test_everything_that_a_reader_would_notice(self) -> None:
        before = programme(
            session("a", occ("1", space=HALL), occ("2"), title="Old", presenters=(NOUR,)),
            session("gone", occ("3")),
        )
        moved = occ("1", TEN + timedelta(hours=1), 90, bookable=True, capacity=9)
        after = programme(
            session("a", moved, occ("4"), title="New", presenters=(NOUR, CHEN), cost="2 €"),
            session("new"),
        )
        found = [
            (each.code, each.what, each.before, each.after) for each in difference(before, after)
        ]
        later = (TEN + timedelta(hours=1)).isoformat()
        assert found == [
            ("a", "title", "Old", "New"), ("a", "presenters", "Nour", "Nour, Chen"),
            ("a", "time", TEN.isoformat(), later), ("a", "length", "60", "90"),
            ("a", "place", "Hall, Library", ""), ("a", "booking", "", "9"),
            ("a", "added", "", TEN.isoformat()), ("a", "removed", TEN.isoformat(), ""),
            ("a", "text", "", ""), ("new", "session_added", "", ""),
            ("gone", "session_removed", "", ""),
        ]  # fmt: skip

    def test_cancelled_and_restored(self) -> None:
        held = programme(session("a", occ("1", bookable=True)))
        cancelled = replace(
            held, sessions=(session("a", occ("1", status="cancelled", bookable=True)),)
        )
        assert [each.what for each in difference(held, cancelled)] == ["cancelled"]
        assert [each.what for each in difference(cancelled, held)] == ["restored"]

    def test_a_booking_without_a_number(self) -> None:
        before, after = (programme(session("a", occ("1", bookable=flag))) for flag in (False, True))
        assert [(e.before, e.after) for e in difference(before, after)] == [("", "∞")]

    def test_fields_that_differ(self) -> None:
        saved, typed = SessionValues(title="A"), SessionValues(title="B", cost="1")
        assert differing_fields(saved, typed) == [("title", "A", "B"), ("cost", "", "1")]


def test_places_as_people_read_them() -> None:
    assert (place_text(HALL), place_text(None)) == ("Hall, Library", "")


def test_every_state_has_a_sentence_and_moves() -> None:
    assert set(MOVES) == set(SENTENCES) == set(SessionState)
    assert may_move(SessionState.DRAFT, SessionState.READY)
    assert not may_move(SessionState.WITHDRAWN, SessionState.READY)


def test_links_that_lead_out() -> None:
    made = programme(session("a", occ("1", space=HALL)))
    assert feed_path(made, "place", name="library") == "/feeds/luminara/2027/place/library.ics"
    assert feed_path(made, "csv") == "/feeds/luminara/2027/programme.csv"
    assert subscription("https://example.org/", "/a.ics") == "webcal://example.org/a.ics"
    links = calendar_links(made.sessions[0].occurrences[0], title="A & B", page_url="https://e.org")
    assert "dates=20270514T080000Z%2F20270514T090000Z" in links.google
    assert "text=A+%26+B" in links.google and "1+Main+Street" in links.google
    assert "startdt=2027-05-14T08%3A00%3A00Z" in links.outlook
    nowhere = calendar_links(occ("2"), title="T", page_url="https://e.org")
    assert "location=&" in nowhere.google
