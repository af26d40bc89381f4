"""Public pages show the published version, in every language, and nothing else."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from festival.extensions import db
from festival.festivals.actions import touch_edition
from festival.programme.actions import publish_programme
from festival.programme.states import Kind, OccurrenceState
from festival.shared.journal import SYSTEM
from festival.shared.translations import translate
from tests.factories.programme import (
    TEN_O_CLOCK,
    make_presenter,
    make_programme,
    make_session,
    make_space,
    make_strand,
)
from tests.factories.world import NOW, World
from tests.queries import count_queries


def publish(world: World) -> None:
    publish_programme(world.here.edition, actor=SYSTEM, now=NOW)
    db.session.commit()


def text_of(world: World, address: str, **query: object) -> str:
    answer = world.browser().get(world.here.path + address, query_string=query)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def test_before_the_first_publication_the_page_says_so(world: World) -> None:
    make_session(world.here.edition, title="Secret plan")
    db.session.commit()

    page = text_of(world, "/programme")

    assert "The programme is being made" in page
    assert "Secret plan" not in page


def test_the_draft_is_never_seen(world: World) -> None:
    session = make_session(world.here.edition, title="Published words")
    publish(world)
    session.title = "Draft words"
    db.session.commit()

    for address in ("/programme", f"/programme/{session.code}"):
        page = text_of(world, address)
        assert "Published words" in page
        assert "Draft words" not in page


def test_the_first_day_is_shown_unless_another_is_asked_for(world: World) -> None:
    edition = world.here.edition
    make_session(edition, title="On Friday")
    make_session(edition, title="On Saturday", starts_at=TEN_O_CLOCK + timedelta(days=1))
    make_session(edition, title="Some time", starts_at=None)
    publish(world)

    first = text_of(world, "/programme")
    assert "On Friday" in first and "On Saturday" not in first
    assert "Friday 14 May" in first and "10:00–11:00" in first and "Madrid time" in first
    second = text_of(world, "/programme", day="2027-05-15")
    assert "On Saturday" in second and "On Friday" not in second
    everything = text_of(world, "/programme", day="all")
    assert all(title in everything for title in ("On Friday", "On Saturday", "Some time"))
    assert "On Friday" in text_of(world, "/programme", day="1999-01-01")
    assert "On Friday" in text_of(world, "/programme", day="nonsense")


def test_what_is_found_on_another_day_is_shown_at_once(world: World) -> None:
    edition = world.here.edition
    make_session(edition, title="Bread at noon")
    make_session(edition, title="Kites", starts_at=TEN_O_CLOCK + timedelta(days=1))
    publish(world)

    page = text_of(world, "/programme", day="2027-05-14", q="kites")
    assert "Kites" in page and "What was found" in page
    assert "Nothing like that in the programme" not in page
    here = text_of(world, "/programme", day="2027-05-14", q="bread")
    assert "Bread at noon" in here and "Friday 14 May" in here
    assert "Nothing like that" in text_of(world, "/programme", day="2027-05-14", q="whale")


def test_the_offset_is_that_of_the_day_when_the_clocks_change(world: World) -> None:
    edition = world.here.edition
    edition.starts_on, edition.ends_on = date(2027, 10, 30), date(2027, 10, 31)
    summer = make_session(edition, starts_at=datetime(2027, 10, 30, 8, tzinfo=UTC))
    winter = make_session(edition, starts_at=datetime(2027, 10, 31, 9, tzinfo=UTC))
    publish(world)

    for session, offset in ((summer, "(UTC+2)"), (winter, "(UTC+1)")):
        page = text_of(world, f"/programme/{session.code}")
        assert offset in page and "10:00–11:00" in page
    assert "(UTC+2)" in text_of(world, "/programme", day="2027-10-30")
    assert "(UTC+1)" in text_of(world, "/programme", day="2027-10-31")
    assert "(UTC+2 / UTC+1)" in text_of(world, "/programme", day="all")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "education"}, {"Éducation populaire"}),
        ({"q": "CALLIGRAPHY"}, {"الخط العربي"}),
        ({"q": "书法"}, {"الخط العربي"}),
        ({"q": "الخط"}, {"الخط العربي"}),
        ({"q": "haddad"}, {"الخط العربي"}),
        ({"q": "populaire education"}, {"Éducation populaire"}),
        ({"place": "library"}, {"الخط العربي", "Éducation populaire"}),
        ({"space": "tent"}, {"Éducation populaire"}),
        ({"strand": "making"}, {"الخط العربي"}),
        ({"kind": "conference"}, {"Open questions"}),
        ({"language": "fr"}, {"Éducation populaire"}),
        ({"age": "6"}, {"Éducation populaire", "Open questions"}),
        ({"tag": "relaxed"}, {"الخط العربي"}),
        ({"booking": "bookable"}, {"Éducation populaire"}),
        ({"booking": "drop_in"}, {"الخط العربي", "Open questions"}),
        ({"city": "korea"}, {"Open questions"}),
        ({"q": "no such words"}, set()),
        ({"strand": "making", "day": "2027-05-15"}, set()),
    ],
)
def test_searching_and_filtering(world: World, query: dict[str, str], found: set[str]) -> None:
    here = world.here
    arabic = make_session(
        here.edition, title="الخط العربي", language="ar", space=here.space, age_min=8,
        strand=make_strand(here.edition), tags=["relaxed"], languages=["ar"],
        presenters=(make_presenter(here.edition, name="Nour Haddad"),),
    )  # fmt: skip
    translate("programme_session", arabic.id, field="title", locale="en", text="Calligraphy")
    translate("programme_session", arabic.id, field="abstract", locale="zh", text="阿拉伯书法")
    make_session(
        here.edition, title="Éducation populaire", languages=["fr", "en"], age_max=12,
        space=make_space(here.venue, slug="tent"), occurrence={"is_bookable": True},
    )  # fmt: skip
    make_session(
        here.edition, title="Open questions", kind=Kind.CONFERENCE, twin_city=here.city,
        starts_at=TEN_O_CLOCK + timedelta(days=1), languages=["ko"],
    )  # fmt: skip
    publish(world)

    answer = world.browser().get(f"/fr{here.path[3:]}/programme", query_string=query)
    page = answer.get_data(as_text=True)

    titles = ("الخط العربي", "Éducation populaire", "Open questions")
    assert {title for title in titles if f">{title}</a>" in page} == found
    if not found:
        assert "empty-state" in page


def test_a_long_search_is_paged(world: World) -> None:
    make_programme(world.here.edition, venue=world.here.venue, sessions=70)
    publish(world)

    first = text_of(world, "/programme", q="learn")
    second = text_of(world, "/programme", q="learn", page=2)

    assert "70 sessions found" in first
    assert (first.count('class="session"'), second.count('class="session"')) == (60, 10)
    assert "page=2" in first
    beyond = text_of(world, "/programme", q="learn", page=99)
    assert beyond.count('class="session"') == 10


def test_the_timetable_stands_by_place(world: World) -> None:
    here = world.here
    make_session(here.edition, title="In the hall", space=here.space)
    make_session(here.edition, title="Nowhere yet")
    publish(world)

    page = text_of(world, "/programme", view="timetable", day="2027-05-14")

    assert "timetable__grid" in page
    assert "Reading Hall" in page and "Place still open" in page


def test_partner_time_stands_beside_with_the_shift_of_the_day(world: World) -> None:
    here = world.here
    at_night = TEN_O_CLOCK + timedelta(hours=10)  # 20:00 in Madrid, 03:00 in Seoul
    session = make_session(here.edition, starts_at=at_night, twin_city=here.city)
    publish(world)

    for address in ("/programme", f"/programme/{session.code}"):
        assert "03:00–04:00 in Twin of Luminara (+1 day)" in text_of(world, address)


def test_a_session_page_counts_the_places_of_this_moment(world: World) -> None:
    session = make_session(
        world.here.edition, occurrence={"is_bookable": True, "capacity": 20, "places_taken": 3}
    )
    publish(world)
    address = f"/programme/{session.code}"
    assert "17 places left" in text_of(world, address)
    assert f"/book/{session.occurrences[0].uid}" in text_of(world, address)

    session.occurrences[0].places_taken = 20
    db.session.commit()

    page = text_of(world, address)
    assert "Every place is taken" in page
    assert "/book/" not in page


def test_a_list_says_full_when_the_visitors_room_says_so(world: World) -> None:
    session = make_session(world.here.edition, occurrence={"is_bookable": True, "capacity": 2})
    publish(world)
    assert 'data-state="bookable"' in text_of(world, "/programme")

    session.occurrences[0].places_taken = 2
    touch_edition(world.here.edition.id)
    db.session.commit()

    assert 'data-state="full"' in text_of(world, "/programme")


def test_cancelled_and_moved_are_told(world: World) -> None:
    cancelled = make_session(world.here.edition, title="Not held")
    moved = make_session(world.here.edition, title="Later")
    publish(world)
    cancelled.occurrences[0].state = OccurrenceState.CANCELLED
    moved.occurrences[0].starts_at += timedelta(hours=2)
    publish(world)

    page = text_of(world, f"/programme/{cancelled.code}")
    assert "Cancelled" in page and 'data-state="cancelled"' in page
    assert "planned for Friday 14 May, 10:00" in text_of(world, f"/programme/{moved.code}")
    assert 'data-state="cancelled"' in text_of(world, "/programme")


def test_texts_come_in_the_language_of_the_page(world: World) -> None:
    session = make_session(world.here.edition, title="Solar ovens", abstract="**Bring** <b>sun</b>")
    translate("programme_session", session.id, field="title", locale="ar", text="أفران شمسية")
    publish(world)

    arabic = world.browser().get(f"/ar{world.here.path[3:]}/programme/{session.code}").text
    english = text_of(world, f"/programme/{session.code}")

    assert "أفران شمسية" in arabic
    assert "<strong>Bring</strong> &lt;b&gt;sun&lt;/b&gt;" in english


def test_places(world: World) -> None:
    here = world.here
    make_session(here.edition, title="In the hall", space=here.space)
    make_space(here.venue, slug="garden")
    publish(world)

    assert "Luminara Library" in text_of(world, "/places")
    page = text_of(world, "/places/library")
    assert "In the hall" in page and "Garden" in page
    assert world.browser().get(f"{here.path}/places/nowhere").status_code == 404


def test_strands(world: World) -> None:
    here = world.here
    make_session(here.edition, title="Of the strand", strand=make_strand(here.edition))
    make_session(here.edition, title="Without")
    publish(world)

    page = text_of(world, "/strands/making")
    assert "Of the strand" in page and "Without" not in page
    assert f"/feeds/{here.festival.slug}/2027/strand/making.ics" in page
    assert world.browser().get(f"{here.path}/strands/other").status_code == 404


def test_a_session_leads_to_others_of_its_strand(world: World) -> None:
    edition = world.here.edition
    strand = make_strand(edition)
    titles = ["Before", "This one", "Next", "Later", "Much later"]
    made = [
        make_session(
            edition, title=title, strand=strand, starts_at=TEN_O_CLOCK + timedelta(hours=number)
        )
        for number, title in enumerate(titles)
    ]
    made[2].occurrences[0].state = OccurrenceState.CANCELLED
    alone = make_session(edition, title="Alone", starts_at=None)
    publish(world)

    page = text_of(world, f"/programme/{made[1].code}")

    aside = page.split("More like this")[1]
    assert [title for title in titles if f">{title}</a>" in aside] == [
        "Before", "Later", "Much later",
    ]  # fmt: skip
    page = text_of(world, f"/programme/{alone.code}")
    assert "More like this" not in page and "The time is not fixed yet" in page


def test_a_session_of_the_neighbour_is_not_here(world: World) -> None:
    session = make_session(world.there.edition)
    publish_programme(world.there.edition, actor=SYSTEM, now=NOW)
    publish(world)

    assert world.browser().get(f"{world.here.path}/programme/{session.code}").status_code == 404
    assert world.browser().get(f"{world.there.path}/programme/{session.code}").status_code == 200


def test_a_page_costs_the_same_queries_with_3_and_with_60_sessions(world: World) -> None:
    counts = []
    for corner, size in ((world.here, 3), (world.there, 60)):
        make_programme(corner.edition, venue=corner.venue, sessions=size)
        publish_programme(corner.edition, actor=SYSTEM, now=NOW)
        db.session.commit()
        with count_queries() as seen:
            assert world.browser().get(f"{corner.path}/programme").status_code == 200
        counts.append(seen.count)
    assert counts[0] == counts[1] <= 12
