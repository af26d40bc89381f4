"""The catalogue as a stranger reads it."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import Any

import html5lib
import pytest
from flask.testing import FlaskClient

from festival.exhibitors.catalogue.actions import CardValues, PlaceValues
from festival.extensions import db
from festival.festivals.states import EditionState
from festival.programme.actions import publish_programme
from festival.shared.journal import SYSTEM
from tests.factories import programme
from tests.factories.catalogue import MADRID, add_course, make_exhibitor, show
from tests.factories.stands import give, make_plan, stand_called
from tests.factories.world import NOW, World
from tests.forms import XHTML
from tests.queries import count_queries

pytestmark = pytest.mark.usefixtures("open_call")


def titles(body: bytes) -> list[str]:
    """What the cards of a list are called."""
    tree = html5lib.parse(body, treebuilder="etree")
    cards = [each for each in tree.iter(f"{XHTML}article") if "card" in each.get("class", "")]
    return ["".join(next(card.iter(f"{XHTML}h2")).itertext()) for card in cards]


def options(body: bytes, name: str) -> dict[str, str]:
    """Value → text of a select or of ticks."""
    tree = html5lib.parse(body, treebuilder="etree")
    for each in tree.iter(f"{XHTML}select"):
        if each.get("name") == name:
            found = each.iter(f"{XHTML}option")
            return {one.get("value", ""): "".join(one.itertext()) for one in found}
    return {}


@pytest.fixture
def three(world: World) -> list[Any]:
    rows = [
        make_exhibitor(world.here, "The Paper Hand", district="Old Town", languages=["en"],
                       names={"zh": "纸手", "ar": "يد الورق", "fr": "La Main de Papier"}),
        make_exhibitor(world.here, "City Library", sector="library", district="Harbour",
                       languages=["en", "ar"]),
        make_exhibitor(world.here, "Zebra Club", district="old town", languages=["fr"]),
    ]  # fmt: skip
    add_course(rows[1], "Reading aloud")
    add_course(rows[1], "Only in May", all_year=False)
    return rows


@pytest.mark.parametrize("words", ["纸", "يد الورق", "MAIN papier", "paper hand", "bookbinding "])
def test_every_name_is_found_in_every_language(world: World, three: list[Any], words: str) -> None:
    answer = world.browser().get(f"{world.here.path}/exhibitors", query_string={"q": words})
    assert "The Paper Hand" in titles(answer.data)


def test_filters_with_their_numbers_work_without_javascript(world: World, three: list[Any]) -> None:
    browser, page = world.browser(), f"{world.here.path}/exhibitors"
    everything = browser.get(page).data
    assert titles(everything) == ["City Library", "The Paper Hand", "Zebra Club"]
    assert options(everything, "district") == {
        "": "The whole city", "harbour": "Harbour (1)", "old town": "Old Town (2)",
    }  # fmt: skip
    assert options(everything, "language")["en"] == "English (3)"
    found = browser.get(page, query_string={"district": "old town", "language": "fr"}).data
    assert titles(found) == ["Zebra Club"]
    assert titles(browser.get(page, query_string={"sector": "library"}).data) == ["City Library"]
    nobody = browser.get(page, query_string={"sector": "library", "district": "old town"})
    assert nobody.status_code == 200 and b"Nobody found" in nobody.data


def test_nonsense_in_the_address_is_no_fault(world: World, three: list[Any]) -> None:
    for query in ("sector=%00", "district=%F0%9F", "page=-1", "page=99999999999",
                  "access=x&access=y", "language=../../etc", "strand=%22%3Cscript%3E"):  # fmt: skip
        answer = world.browser().get(f"{world.here.path}/exhibitors?{query}")
        assert answer.status_code in (200, 400), query


def test_courses_of_all_year_stand_across_organizations(world: World, three: list[Any]) -> None:
    show(three[1], PlaceValues("Reading room", "3 Quay", "Harbour", MADRID))
    browser, page = world.browser(), f"{world.here.path}/courses"
    answer = browser.get(page).data
    assert titles(answer) == ["Evening course"] * 3 + ["Reading aloud"]
    assert b"Only in May" not in answer
    assert b"geo:40.4168,-3.7038" in answer and b"3 Quay" in answer
    assert titles(browser.get(page, query_string={"q": "aloud"}).data) == ["Reading aloud"]
    assert len(titles(browser.get(page, query_string={"sector": "library"}).data)) == 2


def test_many_stand_on_several_pages(world: World) -> None:
    for number in range(50):
        make_exhibitor(world.here, f"Club {number:02}")
    browser, page = world.browser(), f"{world.here.path}/exhibitors"
    first, second = browser.get(page, query_string={"q": "club"}), None
    assert len(titles(first.data)) == 48 and b"50 exhibitors" in first.data
    href = re.search(rb'rel="next" href="([^"]+)"', first.data)
    assert href is not None
    second = browser.get(unescape(href[1].decode()))
    assert titles(second.data) == ["Club 48", "Club 49"]


def test_an_exhibitors_page_speaks_the_readers_language(world: World, three: list[Any]) -> None:
    show(three[0], ar="نحن نطوي الورق.")
    code = three[0].organization.code
    answer = world.browser().get(f"/ar/luminara/2027/exhibitors/{code}").get_data(as_text=True)
    assert '<h1 dir="auto">يد الورق</h1>' in answer
    assert 'lang="ar">نحن نطوي الورق.' in answer
    answer = world.browser().get(f"/es/luminara/2027/exhibitors/{code}").get_data(as_text=True)
    assert '<h1 dir="auto">The Paper Hand</h1>' in answer and "La Main de Papier" in answer
    assert 'lang="en">We teach bookbinding' in answer


def test_the_stand_leads_to_the_plan_that_everybody_sees(world: World, three: list[Any]) -> None:
    plan = make_plan(world.here)
    give(stand_called(plan, "A2"), three[0])
    hidden = make_plan(world.here, name="Cellar", is_public=False)
    give(stand_called(hidden, "A1"), three[1])
    browser, page = world.browser(), f"{world.here.path}/exhibitors"
    answer = browser.get(f"{page}/{three[0].organization.code}").get_data(as_text=True)
    href = re.search(r'href="([^"]*/stands/[^"]*stand=[^"]*)"', answer)
    assert href is not None
    drawn = browser.get(unescape(href[1])).get_data(as_text=True)
    assert "data-marked" in drawn and f"/exhibitors/{three[0].organization.code}" in drawn
    other = browser.get(f"{page}/{three[1].organization.code}").get_data(as_text=True)
    assert "Cellar" not in other and "stand=" not in other


def test_its_sessions_stand_with_their_times(world: World, three: list[Any]) -> None:
    edition = world.here.edition
    programme.make_session(
        edition, title="Fold a boat", space=world.here.space,
        organization_id=three[0].organization_id,
    )  # fmt: skip
    programme.make_session(edition, title="Somebody else's", space=world.here.space)
    publish_programme(edition, actor=SYSTEM, now=NOW)
    programme.make_session(edition, title="Not published", organization_id=three[0].organization_id)
    db.session.commit()
    address = f"{world.here.path}/exhibitors/{three[0].organization.code}"
    answer = world.browser().get(address).get_data(as_text=True)
    assert "Fold a boat" in answer and "session__time" in answer
    assert "Not published" not in answer and "Somebody else" not in answer


def linked_data(browser: FlaskClient, address: str) -> Any:
    tree = html5lib.parse(browser.get(address).data, treebuilder="etree")
    for each in tree.iter(f"{XHTML}script"):
        if each.get("type") == "application/ld+json":
            return json.loads("".join(each.itertext()))
    return None


def test_search_engines_read_an_organization_and_nothing_breaks_out(
    world: World, three: list[Any]
) -> None:
    who = three[0].organization
    who.about = "</script><script>alert(1)</script>"
    who.website = "javascript:alert(1)"
    db.session.commit()
    show(three[0], PlaceValues("Stable", "1 Mill Race", "", MADRID))
    thing = linked_data(world.browser(), f"{world.here.path}/exhibitors/{who.code}")
    assert thing["@type"] == "Organization" and thing["name"] == "The Paper Hand"
    assert thing["description"] == "</script><script>alert(1)</script>"
    assert thing["url"].startswith("http://localhost/")
    assert thing["alternateName"] == ["纸手", "يد الورق", "La Main de Papier"]
    assert thing["location"][0]["geo"]["latitude"] == 40.4168
    assert "nour" not in json.dumps(thing).lower()
    library = linked_data(
        world.browser(), f"{world.here.path}/exhibitors/{three[1].organization.code}"
    )
    assert library["@type"] == "Library"
    assert library["makesOffer"][1]["itemOffered"]["name"] == "Reading aloud"


def test_a_contact_card_only_with_consent(world: World, three: list[Any]) -> None:
    browser = world.browser()
    page = f"{world.here.path}/exhibitors/{three[0].organization.code}"
    card = f"{page}/card.vcf"
    assert browser.get(card).status_code == 404 and b"card.vcf" not in browser.get(page).data
    show(three[0], card=CardValues("hello@paper.example", "+34 1", agreed=False))
    assert browser.get(card).status_code == 404
    assert b"hello@paper.example" not in browser.get(page).data

    show(three[0], card=CardValues("hello@paper.example", "+34 1", agreed=True))
    answer = browser.get(card)
    assert answer.mimetype == "text/vcard" and b"card.vcf" in browser.get(page).data
    assert b"EMAIL:hello@paper.example" in answer.data
    assert b"nour" not in answer.data.lower() and b"contact" not in answer.data
    show(three[0], card=CardValues("hello@paper.example", "+34 1"))
    assert browser.get(card).status_code == 404


def test_the_map_loads_nothing_and_lists_everything(world: World, three: list[Any]) -> None:
    world.here.venue.latitude, world.here.venue.longitude = 40.42, -3.70
    world.here.venue.district = "Centre"
    show(three[0], PlaceValues("Stable", "1 Mill Race", "Old Town", MADRID),
         PlaceValues("Elsewhere", "Unknown street"))  # fmt: skip
    answer = world.browser().get(f"{world.here.path}/map").get_data(as_text=True)
    assert answer.count('class="learning-map__mark"') == 2
    assert "Old Town</text>" in answer and "Centre</text>" in answer
    assert 'href="geo:40.42,-3.7"' in answer and "Unknown street" in answer
    assert re.findall(r'(?:src|xlink:href)="(?!/)[^"]*"', answer) == []
    assert "<image" not in answer


def test_an_empty_edition_says_what_comes(world: World) -> None:
    for page in ("exhibitors", "courses", "map", "open-data", "stands"):
        answer = world.browser().get(f"{world.here.path}/{page}")
        assert answer.status_code == 200 and (b"empty-state" in answer.data or page == "open-data")


def test_the_pages_lead_to_each_other(world: World, three: list[Any]) -> None:
    body = world.browser().get(f"{world.here.path}/exhibitors").get_data(as_text=True)
    for page in ("courses", "map", "stands", "open-data"):
        assert f'href="{world.here.path}/{page}"' in body


def test_it_stays_readable_when_the_festival_is_over(world: World, three: list[Any]) -> None:
    world.here.edition.state = EditionState.ARCHIVED
    db.session.commit()
    browser, code = world.browser(), three[0].organization.code
    for page in ("exhibitors", f"exhibitors/{code}", "courses", "map", "open-data"):
        answer = browser.get(f"{world.here.path}/{page}")
        assert answer.status_code == 200, page
    assert b"The Paper Hand" in browser.get(f"{world.here.path}/exhibitors").data


def test_a_draft_edition_shows_nothing(world: World, three: list[Any]) -> None:
    world.here.edition.state = EditionState.DRAFT
    db.session.commit()
    for page in ("exhibitors", "courses", "map", "open-data"):
        assert world.browser().get(f"{world.here.path}/{page}").status_code == 404, page
    for name in ("exhibitors.json", "exhibitors.geojson", "exhibitors.csv", "learning.csv"):
        assert world.browser().get(f"/feeds/luminara/2027/{name}").status_code == 404, name


def test_one_and_thirty_exhibitors_cost_the_same_queries(world: World) -> None:
    pages = ("exhibitors", "courses", "map", "open-data", "exhibitors?q=club&sector=ngo")
    files = ("exhibitors.json", "exhibitors.csv", "learning.csv", "exhibitors.geojson")
    addresses = [f"{world.here.path}/{each}" for each in pages]
    addresses += [f"/feeds/luminara/2027/{each}" for each in files]
    counts = []
    for wanted in (1, 30):
        for number in range(0 if wanted == 1 else 1, wanted):
            row = make_exhibitor(world.here, f"Club {number:02}")
            show(row, PlaceValues("Place", "Street", "Centre", MADRID), fr="Bonjour")
        seen_of = []
        for address in addresses:
            db.session.expire_all()
            with count_queries() as seen:
                assert world.browser().get(address).status_code == 200
            seen_of.append(seen.count)
        counts.append(seen_of)
    assert counts[0] == counts[1]
