"""Feeds at their fixed addresses: what they hold, how they are kept, whom they belong to."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from xml.etree import ElementTree

import html5lib
import icalendar
import pytest
from flask.testing import FlaskClient

from festival.extensions import db
from festival.festivals.states import EditionState
from festival.press.kit import contributions
from festival.programme.actions import cancel_occurrence, publish_programme
from festival.programme.models import ProgrammeSession
from festival.programme.queries import published_programme
from festival.shared.journal import SYSTEM
from tests.factories.feeds import SMALL_XML, import_file
from tests.factories.world import NOW, World
from tests.queries import count_queries

ROOT = "/feeds/luminara/2027"


@pytest.fixture
def browser(world: World) -> FlaskClient:
    import_file(world.here.edition, SMALL_XML, adapt=False)
    session = db.session.query(ProgrammeSession).filter_by(title="How rivers move").one()
    session.twin_city = world.here.city
    publish_programme(world.here.edition, actor=SYSTEM, now=NOW + timedelta(days=2))
    db.session.commit()
    return world.browser()


def titles(body: bytes) -> set[str]:
    return {str(each["SUMMARY"]) for each in icalendar.Calendar.from_ical(body).walk("VEVENT")}


BOTH = {"Knots for sailors", "How rivers move"}


@pytest.mark.parametrize(
    ("ending", "held"),
    [
        ("programme.ics", BOTH),
        ("strand/making.ics", {"Knots for sailors"}),
        ("place/small-fair.ics", BOTH),
        ("space/great-hall.ics", BOTH),
        ("city/korea.ics", {"How rivers move"}),
        ("place/library.ics", set()),
    ],
)
def test_a_calendar_holds_its_part(browser: FlaskClient, ending: str, held: set[str]) -> None:
    answer = browser.get(f"{ROOT}/{ending}")
    assert answer.status_code == 200
    assert answer.content_type == "text/calendar; charset=utf-8"
    assert answer.headers["Content-Disposition"].startswith('inline; filename="luminara-2027')
    assert answer.headers["Content-Disposition"].endswith('.ics"')
    assert titles(answer.data) == held


def test_a_session_has_a_calendar_and_a_description(browser: FlaskClient, world: World) -> None:
    session = published_programme(world.here.edition).sessions[0]
    assert titles(browser.get(f"{ROOT}/session/{session.code}.ics").data) == {session.title}
    answer = browser.get(f"{ROOT}/session/{session.code}.jsonld")
    assert answer.content_type == "application/ld+json"
    thing = json.loads(answer.data)[0]
    assert thing["name"] == session.title
    assert thing["url"] == f"http://localhost/en/luminara/2027/programme/{session.code}"


def test_the_session_page_carries_its_description(browser: FlaskClient, world: World) -> None:
    session = published_programme(world.here.edition).sessions[0]
    page = browser.get(f"{world.here.path}/programme/{session.code}")
    scripts = [
        each
        for each in html5lib.parse(page.data, namespaceHTMLElements=False).iter("script")
        if each.get("type") == "application/ld+json"
    ]
    assert json.loads(scripts[0].text)[0]["name"] == session.title


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("schedule.xml", "application/xml; charset=utf-8"),
        ("schedule.json", "application/json"),
        ("programme.csv", "text/csv; charset=utf-8"),
    ],
)
def test_open_formats(browser: FlaskClient, name: str, kind: str) -> None:
    answer = browser.get(f"{ROOT}/{name}")
    assert (answer.status_code, answer.content_type) == (200, kind)
    assert "Knots for sailors" in answer.text
    if name == "schedule.xml":
        urls = [each.text for each in ElementTree.fromstring(answer.data).iter("url")]
        assert all(each and each.startswith("http://localhost/en/luminara/2027/") for each in urls)


@pytest.mark.parametrize(
    "name", ["programme.ics", "schedule.xml", "schedule.json", "programme.csv"]
)
def test_a_feed_that_has_not_changed_answers_304(
    world: World, browser: FlaskClient, name: str
) -> None:
    first = browser.get(f"{ROOT}/{name}")
    tag, changed = first.headers["ETag"], first.headers["Last-Modified"]
    assert re.fullmatch(r'"[0-9a-f]{32}"', tag)
    assert changed == "Wed, 03 Mar 2027 09:00:00 GMT"
    assert browser.get(f"{ROOT}/{name}", headers={"If-None-Match": tag}).status_code == 304
    assert browser.get(f"{ROOT}/{name}", headers={"If-Modified-Since": changed}).status_code == 304
    assert browser.get(f"{ROOT}/{name}").data == first.data
    with count_queries() as kept:
        browser.get(f"{ROOT}/{name}")
    assert kept.count <= 3
    held = db.session.query(ProgrammeSession).filter_by(title="How rivers move").one()
    cancel_occurrence(held.occurrences[0], actor=SYSTEM, now=NOW + timedelta(days=3))
    db.session.commit()
    newer = browser.get(
        f"{ROOT}/{name}", headers={"If-None-Match": tag, "If-Modified-Since": changed}
    )
    assert newer.status_code == 200
    assert newer.headers["ETag"] != tag
    if name == "programme.ics":
        events = icalendar.Calendar.from_ical(newer.data).walk("VEVENT")
        states = {str(each["SUMMARY"]): str(each["STATUS"]) for each in events}
        assert states["How rivers move"] == "CANCELLED"


def test_a_language_changes_links_and_an_invented_one_is_not_found(browser: FlaskClient) -> None:
    body = icalendar.Calendar.from_ical(browser.get(f"{ROOT}/programme.ics?lang=ar").data)
    assert "/ar/luminara/2027/programme/" in str(body.walk("VEVENT")[0]["URL"])
    assert browser.get(f"{ROOT}/programme.ics?lang=tlh").status_code == 404


@pytest.mark.parametrize(
    "ending",
    ["strand/x.ics", "place/x.ics", "space/x.ics", "city/x.ics", "session/x.ics",
     "session/x.jsonld"],
)  # fmt: skip
def test_what_there_is_not_is_not_found(browser: FlaskClient, ending: str) -> None:
    assert browser.get(f"{ROOT}/{ending}").status_code == 404


def test_another_editions_feeds_hold_nothing_of_this_one(browser: FlaskClient) -> None:
    assert titles(browser.get("/feeds/harbour/2027/programme.ics").data) == set()
    assert browser.get("/feeds/harbour/2027/strand/making.ics").status_code == 404
    assert "Knots" not in browser.get("/feeds/harbour/2027/programme.csv").text
    assert browser.get("/feeds/luminara/1999/programme.ics").status_code == 404


def test_a_draft_edition_has_no_feeds(world: World, browser: FlaskClient) -> None:
    world.here.edition.state = EditionState.DRAFT
    db.session.commit()
    for name in ("programme.ics", "schedule.xml", "schedule.json", "programme.csv"):
        assert browser.get(f"{ROOT}/{name}").status_code == 404
    assert browser.get(f"{world.here.path}/subscribe").status_code == 404


def test_every_address_on_the_subscribe_page_answers(world: World, browser: FlaskClient) -> None:
    page = browser.get(f"{world.here.path}/subscribe")
    assert page.status_code == 200
    found = set(re.findall(r'href="(/feeds/[^"]+)"', page.text))
    assert len(found) == 8  # programme, two strands, one place, one city, three formats
    for address in found:
        assert browser.get(address).status_code == 200, address
    assert "webcal://localhost/feeds/luminara/2027/programme.ics" in page.text
    there = browser.get(f"{world.there.path}/subscribe").text
    assert "not published yet" in there


def test_the_press_kit_takes_the_open_formats() -> None:
    assert {"programme/programme.csv", "programme/programme.ics", "programme/schedule.xml"} <= set(
        contributions()
    )
