"""The home pages, and what programs ask for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import time_machine
from flask import Flask

from festival.accounts.states import Role
from festival.extensions import db
from festival.festivals.models import Edition
from festival.festivals.states import EditionState
from festival.programme.states import OccurrenceState
from festival.shared.languages import LANGUAGES
from festival.shared.pictures import store_picture
from festival.site import queries
from tests.factories.cities import logo_bytes
from tests.factories.programme import make_occurrence, make_session, make_strand
from tests.factories.visitors import publish
from tests.factories.world import FIRST_DAY, NOW, World, make_person
from tests.queries import count_queries

DURING = datetime(2027, 5, 14, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("header", "address"),
    [("ar,en;q=0.5", "/ar/"), ("zh-CN,zh;q=0.9", "/zh/"), ("xx", "/en/"), ("", "/en/")],
)
def test_the_entrance_speaks_the_browsers_language(world: World, header: str, address: str) -> None:
    answer = world.browser().get("/", headers={"Accept-Language": header})
    assert (answer.status_code, answer.location) == (302, address)
    assert "Accept-Language" in answer.headers["Vary"]


def test_the_calendar_knows_what_runs_what_comes_and_what_is_over(world: World) -> None:
    world.there.edition.starts_on = FIRST_DAY + timedelta(days=30)
    world.there.edition.ends_on = FIRST_DAY + timedelta(days=31)
    db.session.flush()
    here, there = world.here.edition, world.there.edition
    before = queries.public_calendar(now=NOW)
    assert (before.running, before.coming, before.past) == ([], [here, there], [])
    during = queries.public_calendar(now=DURING)
    assert (during.running, during.coming, during.next_edition) == ([here], [there], here)
    after = queries.public_calendar(now=DURING + timedelta(days=10))
    assert (after.coming, after.past, after.next_edition) == ([there], [here], there)
    over = queries.public_calendar(now=DURING + timedelta(days=100))
    assert (over.past, over.next_edition, over.is_empty) == ([there, here], None, False)


def test_the_first_day_begins_at_midnight_of_the_city(world: World) -> None:
    evening_before = datetime(2027, 5, 13, 22, 30, tzinfo=UTC)  # half past midnight in Madrid
    calendar = queries.public_calendar(now=evening_before)
    assert calendar.running == [world.here.edition]
    assert calendar.coming == [world.there.edition]  # still the evening before in New York
    assert queries.days_until(world.there.edition, now=evening_before) == 1
    assert queries.days_until(world.here.edition, now=DURING) == 0


def test_an_archived_edition_is_over_even_before_its_days(world: World) -> None:
    world.here.edition.state = EditionState.ARCHIVED
    db.session.flush()
    assert queries.public_calendar(now=NOW).past == [world.here.edition]


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (DURING, "It is on now."),
        (datetime(2027, 5, 13, 10, 0, tzinfo=UTC), "It begins tomorrow."),
        (datetime(2027, 5, 4, 10, 0, tzinfo=UTC), "It begins in 10 days."),
        (datetime(2027, 6, 4, 10, 0, tzinfo=UTC), "A whole city learns together"),
    ],
)
def test_home_says_how_long_one_has_to_wait(world: World, moment: datetime, words: str) -> None:
    with time_machine.travel(moment, tick=False):
        assert words in world.browser().get("/en/").text


def test_home_shows_no_draft_to_strangers(world: World) -> None:
    world.there.edition.state = EditionState.DRAFT
    db.session.commit()
    page = world.browser().get("/en/").text
    assert "Luminara Learns 2027" in page
    assert "Harbour Town Learns" not in page


def test_home_shows_people_where_they_work(world: World) -> None:
    for role, address in (
        (Role.ORGANIZER, "/en/luminara/2027/organize/"),
        (Role.PARTNER, "/en/luminara/2027/partner/korea"),
        (Role.EXHIBITOR, "/en/luminara/2027/exhibitor"),
    ):
        page = world.browser_as(role).get("/en/").text
        assert f'href="{address}"' in page
        assert "/en/harbour/2027/organize/" not in page
    page = world.browser(world.administrator).get("/en/").text
    assert "/en/luminara/2027/organize/" in page and "/en/harbour/2027/organize/" in page
    assert "/en/administration" in page
    assert "Where you work" not in world.browser().get("/en/").text


def test_a_partner_of_a_festival_in_draft_has_no_door_yet(world: World) -> None:
    world.here.edition.state = EditionState.DRAFT
    db.session.commit()
    assert "/partner/" not in world.browser_as(Role.PARTNER).get("/en/").text


def test_a_festival_in_draft_sends_its_organizer_to_the_desk(world: World) -> None:
    for corner in (world.here, world.there):
        corner.edition.state = EditionState.DRAFT
    db.session.commit()
    assert "To the desk" in world.browser_as(Role.ORGANIZER).get("/en/").text


def test_an_empty_house_says_what_to_do(app: Flask) -> None:
    with app.app_context():
        ada = make_person("ada@example.org", name="Ada")
        ada.is_administrator = True
        db.session.commit()
        nobody = World(app, None, None, ada)  # type: ignore[arg-type]
        assert "sign in and found the first festival" in nobody.browser().get("/en/").text
        page = nobody.browser(ada).get("/en/").text
        assert "This house is new" in page and "/en/administration" in page
        assert not queries.is_anybody_there()


@pytest.fixture
def published(world: World) -> World:
    strand = make_strand(world.here.edition, name="Made by hand")
    for number in range(4):
        make_session(
            world.here.edition, title=f"Pottery {number}", abstract="Clay.", strand=strand,
            space=world.here.space,
        )  # fmt: skip
    publish(world.here)
    return world


def test_the_edition_shows_days_strands_and_a_taste(published: World) -> None:
    page = published.browser().get(f"{published.here.path}/").text
    assert "Made by hand" in page
    assert "Friday" in page and "4 sessions" in page
    assert page.count("Pottery") == 1  # one of the strand
    assert "Twin of Luminara is 7 hours ahead" in page
    assert "Luminara Library" in page and "Harbour" not in page


def test_an_edition_without_a_programme_invites_exhibitors(world: World) -> None:
    page = world.browser().get(f"{world.here.path}/").text
    assert "The programme is being made" in page and "Offer an activity" in page


def test_sessions_without_strands_are_tasted_too(world: World) -> None:
    make_session(world.here.edition, title="Pottery", abstract="Clay.")
    publish(world.here)
    assert "Pottery" in world.browser().get(f"{world.here.path}/").text


def test_a_cancelled_session_is_no_taste_and_no_day(published: World) -> None:
    session = make_session(
        published.here.edition, title="Called off", abstract="Rain.", starts_at=None
    )
    make_occurrence(session, state=OccurrenceState.CANCELLED)
    publish(published.here)
    page = published.browser().get(f"{published.here.path}/").text
    assert "4 sessions" in page


def test_the_archive_says_that_it_is_one(published: World) -> None:
    published.here.edition.state = EditionState.ARCHIVED
    db.session.commit()
    page = published.browser().get(f"{published.here.path}/").text
    assert "This festival is over" in page
    assert "Come, and bring somebody" not in page


def test_a_draft_says_so_to_its_team(world: World) -> None:
    world.here.edition.state = EditionState.DRAFT
    db.session.commit()
    assert "This is a draft" in world.browser_as(Role.ORGANIZER).get(f"{world.here.path}/").text


def test_the_edition_is_kept_by_version(published: World) -> None:
    browser, address = published.browser(), f"{published.here.path}/"
    first = browser.get(address)
    with count_queries() as seen:
        again = browser.get(address)
    assert again.get_data() == first.get_data()
    assert seen.count <= 1  # the edition of the address
    assert browser.get(address, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304


def test_an_edition_costs_the_same_with_more_venues_and_cities(published: World) -> None:
    browser, address = published.browser_as(Role.ORGANIZER), f"{published.here.path}/"
    browser.get(address)
    with count_queries() as few:
        browser.get(address)
    for number in range(20):
        venue = type(published.here.venue)(
            edition_id=published.here.edition.id, slug=f"v{number}", name=f"V {number}"
        )
        db.session.add(venue)
    db.session.commit()
    with count_queries() as many:
        browser.get(address)
    assert many.count == few.count


def test_robots_keep_out_of_the_office(world: World) -> None:
    text = world.browser().get("/robots.txt").text
    assert "Disallow: /*/organize/" in text
    assert "Sitemap: http://localhost/sitemap.xml" in text


def test_the_map_of_the_site_lists_public_pages_in_all_languages(published: World) -> None:
    published.there.edition.state = EditionState.DRAFT
    db.session.commit()
    answer = published.browser().get("/sitemap.xml")
    assert answer.mimetype == "application/xml"
    space = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
    root = ElementTree.fromstring(answer.get_data())  # our own answer
    places = [each.text for each in root.iter(f"{space}loc")]
    assert "http://localhost/ar/luminara/2027/" in places
    assert len(places) == len(set(places))
    assert not any("/harbour/" in str(place) or "/organize/" in str(place) for place in places)
    sessions = [place for place in places if "/en/luminara/2027/programme/" in str(place)]
    assert len(sessions) == 4
    for url in root.iter(f"{space}url"):
        links = [each for each in url if each.tag.endswith("}link")]
        assert {each.get("hreflang") for each in links} == set(LANGUAGES)
    for place in places[:40]:
        path = str(place).removeprefix("http://localhost")
        assert published.browser().get(path).status_code == 200


def test_the_small_icon_is_found(world: World) -> None:
    answer = world.browser().get("/favicon.ico")
    assert (answer.status_code, answer.location) == (301, "/static/icons/favicon.svg")


@pytest.fixture
def picture(world: World) -> Any:
    row = store_picture(
        logo_bytes(), media_folder=world.app.config["SETTINGS"].media_folder, now=NOW
    )
    return row.file_name.rsplit("/", 1)[-1]


def test_a_picture_is_kept_for_ever_and_can_do_nothing(world: World, picture: str) -> None:
    answer = world.browser().get(f"/media/{picture}")
    assert answer.status_code == 200
    assert answer.mimetype == "image/jpeg"
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    etag = answer.headers["ETag"]
    answer.close()
    again = world.browser().get(f"/media/{picture}", headers={"If-None-Match": etag})
    assert again.status_code == 304
    again.close()


@pytest.mark.parametrize(
    "name",
    ["../secret_key", "0" * 64 + ".jpg", "0" * 64 + ".svg", "x.png", "%2e%2e%2fsecret_key"],
)
def test_nothing_but_stored_pictures_is_served(world: World, name: str) -> None:
    (Path(world.app.config["SETTINGS"].media_folder) / "00").mkdir(parents=True, exist_ok=True)
    assert world.browser().get(f"/media/{name}").status_code == 404


def test_the_titles_of_an_edition_are_escaped(world: World) -> None:
    edition = db.session.get(Edition, world.here.edition.id)
    assert edition is not None
    edition.title = "<script>alert(1)</script>"
    db.session.commit()
    for path in ("/en/", f"{world.here.path}/"):
        assert "<script>alert" not in world.browser().get(path).text
