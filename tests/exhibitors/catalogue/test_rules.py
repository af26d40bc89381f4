"""Searching, filters with their numbers, positions, the drawing: no database."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from festival.exhibitors.catalogue.rules import mapping
from festival.exhibitors.catalogue.rules.facts import (
    CardFacts,
    Entry,
    ExhibitFacts,
    OfferFacts,
    PlaceFacts,
    StrandFacts,
    search_key,
)
from festival.exhibitors.catalogue.rules.finding import Wanted, courses, exhibitors, find
from festival.exhibitors.catalogue.rules.mapping import Point, draw
from festival.exhibitors.catalogue.rules.places import position_text, read_position
from festival.exhibitors.catalogue.states import Facet, Spot
from festival.exhibitors.catalogue.vcard import contact_card
from festival.exhibitors.states import ExhibitKind, Sector


def offer(**changes: Any) -> OfferFacts:
    values: dict[str, Any] = {
        "title": "Bind a book", "description": "", "capacity": 8, "minutes": 30, "age_min": None,
        "age_max": None, "languages": ("es",), "bring": "", "repeats": 1, "tags": ("quiet",),
        "access_facts": ("step_free",), "is_bookable": False,
    }  # fmt: skip
    return OfferFacts(**values | changes)


def entry(number: int = 1, **changes: Any) -> Entry:
    values: dict[str, Any] = {
        "application_id": number, "organization_id": number, "code": f"c{number}",
        "name": f"Club {number}", "sector": Sector.NGO,
    }  # fmt: skip
    return Entry(**values | changes)


COURSE = ExhibitFacts(ExhibitKind.COURSE, "Évening course", "", all_year=True)


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("ecole", "École du soir"), ("SOIR", "École du soir"), ("图书", "卢米纳拉市图书馆"),
        ("ＡＢＣ", "abc"), ("احمد", "أَحْمَد"), ("مكتبه", "مكتبة"), ("strasse", "Straße"),
        ("istanbul", "İstanbul"), ("библиотека", "Городская БИБЛИОТЕКА"), ("lodz", "Łódź"),
    ],
)  # fmt: skip
def test_the_search_finds_words_as_readers_type_them(typed: str, written: str) -> None:
    assert search_key(typed) in search_key(written)


def test_every_name_and_title_and_place_is_searched() -> None:
    row = entry(
        names={"zh": "纸手", "ar": "يد الورق"}, district="Old Town", about="We fold.",
        abouts={"fr": "Nous plions."}, exhibits=(COURSE,), offers=(offer(),),
        places=(PlaceFacts("p", "Former stable", "1 Mill Race"),),
    )  # fmt: skip
    for words in ("纸", "يد الورق", "old town", "fold", "plions", "evening", "bind", "stable mill"):
        assert find(exhibitors([row]), Wanted(words)).items, words
    assert not find(exhibitors([row]), Wanted("fold nothing")).items


def numbers(found: Any, facet: Facet) -> dict[str, int]:
    return {each.value: each.count for each in found.options[facet]}


def test_each_filter_says_how_many_there_are_behind_it() -> None:
    rows = [
        entry(1, sector=Sector.NGO, district="Old Town", languages=("en",)),
        entry(2, sector=Sector.NGO, district="old  town", languages=("en", "ar")),
        entry(3, sector=Sector.LIBRARY, district="Harbour", languages=("ar",)),
    ]
    items = exhibitors(rows)
    all_of_them = find(items, Wanted())
    assert numbers(all_of_them, Facet.SECTOR) == {"ngo": 2, "library": 1}
    assert numbers(all_of_them, Facet.DISTRICT) == {"old town": 2, "harbour": 1}

    ngos = find(items, Wanted(values={Facet.SECTOR: ("ngo",)}))
    assert [each.entry.code for each in ngos.items] == ["c1", "c2"]
    assert numbers(ngos, Facet.SECTOR) == {"ngo": 2, "library": 1}
    assert numbers(ngos, Facet.DISTRICT) == {"old town": 2}
    assert numbers(ngos, Facet.LANGUAGE) == {"en": 2, "ar": 1}

    nobody = find(items, Wanted(values={Facet.SECTOR: ("ngo",), Facet.DISTRICT: ("harbour",)}))
    assert nobody.items == []
    assert numbers(nobody, Facet.SECTOR) == {"library": 1, "ngo": 0}


@given(st.data())
def test_a_number_is_what_choosing_that_value_shows(data: st.DataObject) -> None:
    """For every filter but access: replace its value, count what is shown."""
    sectors, languages = st.sampled_from(list(Sector)[:3]), st.sets(st.sampled_from(["en", "ar"]))
    rows = [
        entry(
            number, sector=data.draw(sectors), languages=tuple(sorted(data.draw(languages))),
            strand=StrandFacts(slug, slug, "sun") if slug else None,
        )
        for number, slug in enumerate(data.draw(st.lists(st.sampled_from(["a", "b", ""]))))
    ]  # fmt: skip
    chosen = {
        facet: (value,)
        for facet, values in (
            (Facet.SECTOR, [each.value for each in list(Sector)[:3]]),
            (Facet.LANGUAGE, ["en", "ar"]), (Facet.STRAND, ["a", "b"]),
        )
        if (value := data.draw(st.sampled_from(["", *values])))
    }  # fmt: skip
    items = exhibitors(rows)
    found = find(items, Wanted(values=chosen))
    for facet in (Facet.SECTOR, Facet.LANGUAGE, Facet.STRAND):
        for option in found.options[facet]:
            there = find(items, Wanted(values={**chosen, facet: (option.value,)}))
            assert option.count == len(there.items)


def test_several_ways_of_access_must_all_be_met() -> None:
    rows = [
        entry(1, offers=(offer(),)),
        entry(2, offers=(offer(tags=(), access_facts=("step_free",)),)),
        entry(3),
    ]
    one = find(exhibitors(rows), Wanted(values={Facet.ACCESS: ("step_free",)}))
    assert len(one.items) == 2 and numbers(one, Facet.ACCESS) == {"quiet": 1, "step_free": 2}
    both = find(exhibitors(rows), Wanted(values={Facet.ACCESS: ("step_free", "quiet")}))
    assert [each.entry.code for each in both.items] == ["c1"]


def test_courses_stand_by_title_and_only_those_of_all_year() -> None:
    once = ExhibitFacts(ExhibitKind.COURSE, "Once only")
    kit = ExhibitFacts(ExhibitKind.PRODUCT, "A kit", all_year=True)
    early = ExhibitFacts(ExhibitKind.COURSE, "Arithmetic", all_year=True)
    rows = [entry(1, exhibits=(COURSE, once, kit)), entry(2, exhibits=(early,))]
    items = courses(rows)
    assert [each.exhibit.title for each in items if each.exhibit] == ["Arithmetic", COURSE.title]
    assert len(find(items, Wanted("arith")).items) == 1
    assert not find(items, Wanted("arith evening")).items


def test_a_value_that_nobody_has_is_no_filter() -> None:
    items = exhibitors([entry(1), entry(2, sector=Sector.LIBRARY)])
    found = find(items, Wanted("", {Facet.SECTOR: ("x", "ngo", "library"), Facet.ACCESS: ("x",)}))
    assert found.wanted.values == {Facet.SECTOR: ("ngo",)}
    assert [each.entry.code for each in found.items] == ["c1"]
    assert found.wanted.active == 1


def test_districts_of_places_count_as_well_each_once() -> None:
    row = entry(district="Old Town", places=(PlaceFacts("a", "A", district="OLD TOWN"),
                                             PlaceFacts("b", "B", district="Harbour")))  # fmt: skip
    assert sorted(row.districts) == ["Harbour", "Old Town"]


def test_texts_are_in_the_readers_language_where_there_is_one() -> None:
    row = entry(about="Hello", about_language="en", abouts={"fr": "Bonjour", "ar": ""})
    assert row.about_in("fr") == ("Bonjour", "fr")
    assert row.about_in("ar") == ("Hello", "en")
    assert entry(names={"ar": "نادي"}).name_in("ar") == "نادي"


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("40.4168, -3.7038", (40.4168, -3.7038)),
        (" -33.9;18.4 ", (-33.9, 18.4)),
        ("geo:40.4168,-3.7038;u=35", (40.4168, -3.7038)),
        ("geo:40.4168,-3.7038?z=17", (40.4168, -3.7038)),
        ("https://www.openstreetmap.org/?mlat=40.4&mlon=-3.7#map=17/40.4/-3.7", (40.4, -3.7)),
        ("https://www.openstreetmap.org/#map=17/40.41/-3.70", (40.41, -3.7)),
        ("https://maps.example/place/@40.4168,-3.7038,17z", (40.4168, -3.7038)),
        ("91, 0", None), ("0, 181", None), ("somewhere", None), ("40.4168", None), ("", None),
        ("nan, inf", None), ("40,4168, -3,7038", None), ("１, ２", (1.0, 2.0)),
    ],
)  # fmt: skip
def test_positions_are_read_as_people_have_them(
    typed: str, read: tuple[float, float] | None
) -> None:
    assert read_position(typed) == read


@given(st.floats(-90, 90), st.floats(-180, 180))
def test_a_position_survives_the_form(latitude: float, longitude: float) -> None:
    read = read_position(position_text(latitude, longitude))
    assert read is not None
    assert math.isclose(read[0], latitude, abs_tol=1e-6)
    assert math.isclose(read[1], longitude, abs_tol=1e-6)


def point(key: str, latitude: float, longitude: float, **more: Any) -> Point:
    return Point(key, more.pop("kind", Spot.PLACE), key, latitude, longitude, **more)


def test_the_map_keeps_directions_and_distances() -> None:
    drawing = draw([point("west", 40.0, -4.0), point("east", 40.0, -3.9), point("n", 40.05, -3.95)])
    assert drawing is not None
    at = {mark.points[0].key: mark for mark in drawing.marks}
    assert at["west"].x < at["n"].x < at["east"].x
    assert at["n"].y < at["west"].y == pytest.approx(at["east"].y)
    wide = 0.1 * mapping.METRES_PER_DEGREE * math.cos(math.radians(40.025))
    drawn = at["east"].x - at["west"].x
    assert drawn / wide == pytest.approx(drawing.bar_length / drawing.bar_metres, rel=0.001)


def test_near_points_are_one_mark_and_venues_come_first() -> None:
    drawing = draw([
        point("place", 40.00001, -4.0), point("venue", 40.0, -4.0, kind=Spot.VENUE),
        point("other", 40.05, -4.0),
    ])  # fmt: skip
    assert drawing is not None
    assert [(mark.number, mark.kind, len(mark.points)) for mark in drawing.marks] == [
        (1, Spot.VENUE, 2), (2, Spot.PLACE, 1),
    ]  # fmt: skip


def test_who_is_far_away_does_not_shrink_the_city() -> None:
    drawing = draw([point("a", 40.0, -4.0), point("b", 40.01, -4.0), point("zero", 0.0, 0.0)])
    assert drawing is not None
    assert [each.key for each in drawing.far] == ["zero"]
    assert draw([]) is None


def test_a_city_on_the_date_line_is_no_ocean_wide() -> None:
    drawing = draw([point("east", -17.0, 179.99), point("west", -17.0, -179.99)])
    assert drawing is not None and not drawing.far


@given(st.lists(st.tuples(st.floats(-90, 90), st.floats(-180, 180)), max_size=30))
def test_every_point_is_on_the_paper_or_on_the_list(where: list[tuple[float, float]]) -> None:
    points = [point(str(number), *each) for number, each in enumerate(where)]
    drawing = draw(points)
    if drawing is None:
        return
    drawn = [each.key for mark in drawing.marks for each in mark.points]
    assert sorted(drawn + [each.key for each in drawing.far]) == sorted(each.key for each in points)
    for mark in drawing.marks:
        assert math.isfinite(mark.x) and math.isfinite(mark.y)


def test_districts_lie_round_their_points() -> None:
    drawing = draw([
        point("a", 40.0, -4.0, district="Old Town"), point("b", 40.01, -4.0, district="old town"),
        point("c", 40.05, -3.9),
    ])  # fmt: skip
    assert drawing is not None
    (area,) = drawing.districts
    assert area.name == "Old Town"
    for mark in drawing.marks[:2]:
        assert math.hypot(mark.x - area.x, mark.y - area.y) < area.radius


def test_no_card_without_consent_and_nothing_breaks_out_of_one() -> None:
    assert contact_card(entry(), page="https://x.example/", language="en") is None
    row = entry(
        name="A, B; C\\D\nEMAIL:evil@example.org", card=CardFacts("hello@club.example", "+34 1"),
        website="https://club.example/\r\nX:1", names={"zh": "纸" * 80},
        places=(PlaceFacts("p", "P", "1 Mill Race", "", 40.4, -3.7),),
    )  # fmt: skip
    card = contact_card(row, page="https://x.example/e", language="en")
    assert card is not None
    lines = card.decode().replace("\r\n ", "").split("\r\n")
    assert [each for each in lines if each.startswith("EMAIL")] == ["EMAIL:hello@club.example"]
    assert "FN:A\\, B\\; C\\\\D EMAIL:evil@example.org" in lines
    assert "GEO:geo:40.400000,-3.700000" in lines
    assert "URL:https://club.example/X:1" in lines
    assert all(len(each.encode()) <= 75 for each in card.decode().split("\r\n"))
