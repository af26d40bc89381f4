"""Decisions about editions, days, hours and names."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo, available_timezones

import pytest

from festival.festivals import rules
from festival.festivals.states import EditionState
from tests.factories.festivals import edition_facts, wall

MADRID = ZoneInfo("Europe/Madrid")


def fields(**changes: object) -> list[str]:
    return [fault.field for fault in rules.edition_faults(edition_facts(**changes))]


def test_right_facts_have_no_fault() -> None:
    assert fields() == []


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"ends_on": date(2028, 5, 11)}, "ends_on"),
        ({"ends_on": date(2028, 7, 11)}, "ends_on"),
        ({"inhabitants": 0}, "inhabitants"),
        ({"inhabitants": None}, "inhabitants_year"),
        ({"inhabitants_year": None}, "inhabitants_year"),
        ({"languages": ()}, "languages"),
        (
            {
                "registration_opens": wall("2028-05-01T09:00"),
                "registration_closes": wall("2028-05-01T09:00"),
            },
            "registration_closes",
        ),
    ],
)
def test_each_fault_names_its_field(changes: dict[str, object], field: str) -> None:
    assert fields(**changes) == [field]


def test_an_edition_may_last_sixty_days_and_one_day() -> None:
    assert fields(ends_on=date(2028, 7, 10)) == []
    assert fields(ends_on=date(2028, 5, 12)) == []


@pytest.mark.parametrize(
    ("text", "exists"),
    [
        ("2028-03-26T01:59", True),
        ("2028-03-26T02:30", False),  # the clocks go from 2:00 to 3:00
        ("2028-03-26T03:00", True),
        ("2028-10-29T02:30", True),  # this hour comes twice
    ],
)
def test_an_hour_is_left_out_in_spring_and_comes_twice_in_autumn(text: str, exists: bool) -> None:
    assert rules.is_on_the_clock(wall(text), zone=MADRID) is exists


def test_an_edition_moves_by_its_table_only() -> None:
    draft, public, archived = EditionState.DRAFT, EditionState.PUBLIC, EditionState.ARCHIVED
    assert rules.refusal_for_move(draft, public) is None
    assert rules.refusal_for_move(public, archived) is None
    assert rules.refusal_for_move(archived, public) is None
    assert "goes from draft to public" in str(rules.refusal_for_move(draft, archived))
    assert "already" in str(rules.refusal_for_move(public, public))


def test_the_zone_is_fixed_once_the_programme_is_published() -> None:
    assert rules.refusal_for_zone_change(programme_version=0) is None
    assert "published" in str(rules.refusal_for_zone_change(programme_version=1))


@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        ("Europe/Madrid", "Europe/Madrid"),
        (" europe/madrid ", "Europe/Madrid"),
        ("madrid", "Europe/Madrid"),
        ("mexico city", "America/Mexico_City"),
        ("Seoul", "Asia/Seoul"),
        ("Atlantis", None),
        ("", None),
        ("indiana", None),
    ],
)
def test_a_city_is_enough_to_find_its_time_zone(typed: str, zone: str | None) -> None:
    assert rules.find_time_zone(typed, known=available_timezones()) == zone


def test_two_zones_with_the_same_end_are_ambiguous() -> None:
    assert rules.find_time_zone("newton", known={"A/Newton", "B/Newton"}) is None


@pytest.mark.parametrize(
    ("hours", "part"),
    [
        ([(9, 13), (14, 18)], None),
        ([(14, 18), (9, 13)], None),
        ([(9, 13), (13, 18)], None),
        ([], None),
        ([(13, 9)], "after opening"),
        ([(9, 9)], "after opening"),
        ([(9, 14), (13, 18)], "overlap"),
    ],
)
def test_opening_hours_of_a_day(hours: list[tuple[int, int]], part: str | None) -> None:
    fault = rules.hours_fault([(time(opens), time(closes)) for opens, closes in hours])
    assert (fault is None) if part is None else (part in str(fault))


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("Öffentliche Bücherei", "offentliche-bucherei"),
        ("Hall 3, north", "hall-3-north"),
        ("مكتبة المدينة", "venue"),
        ("--", "venue"),
        ("x" * 60, "x" * 40),
    ],
)
def test_a_slug_is_made_from_a_name(text: str, slug: str) -> None:
    assert rules.slug_from(text, fallback="venue") == slug


def test_a_taken_slug_gets_a_number_within_forty_letters() -> None:
    assert rules.free_slug("hall", taken=set()) == "hall"
    assert rules.free_slug("hall", taken={"hall", "hall-2"}) == "hall-3"
    long = "x" * 40
    made = rules.free_slug(long, taken={long})
    assert made == "x" * 38 + "-2"


@pytest.mark.parametrize("slug", ["luminara", "2027", "a", "a-b", "x" * 40])
def test_good_slugs(slug: str) -> None:
    assert rules.slug_fault(slug) is None


@pytest.mark.parametrize("slug", ["", "-a", "a-", "Ä", "A", "a b", "a/b", "x" * 41, "account"])
def test_slugs_that_cannot_stand_in_an_address(slug: str) -> None:
    assert rules.slug_fault(slug) is not None


def test_a_reserved_word_is_free_where_nothing_is_reserved() -> None:
    assert rules.slug_fault("account", reserved=()) is None


def test_a_time_moved_over_a_change_of_clocks_keeps_its_place_on_the_clock() -> None:
    winter = datetime(2028, 3, 20, 8, 0, tzinfo=UTC)  # 9:00 in Madrid
    moved = rules.same_wall_time(winter, days=14, zone=MADRID)
    assert moved == datetime(2028, 4, 3, 7, 0, tzinfo=UTC)  # 9:00 in summer time
    assert rules.same_wall_time(None, days=14, zone=MADRID) is None


def test_the_next_edition_begins_on_the_same_day_of_the_week() -> None:
    first = date(2027, 5, 14)
    assert rules.next_first_day(first) == date(2028, 5, 12)
    assert rules.next_first_day(first).weekday() == first.weekday()
