"""The files that everybody may take: their schema, and what must never stand in them."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from festival.exhibitors.catalogue.actions import CardValues, PlaceValues, choose_terms
from festival.exhibitors.catalogue.states import Licence
from festival.exhibitors.models import OrganizationContact
from festival.extensions import db
from festival.festivals.states import EditionState
from festival.programme.actions import publish_programme
from festival.shared.access import Role
from festival.shared.journal import SYSTEM
from tests.factories import programme
from tests.factories.catalogue import MADRID, make_exhibitor, show
from tests.factories.stands import give, make_plan, stand_called
from tests.factories.world import NOW, World

pytestmark = pytest.mark.usefixtures("open_call")
FEEDS = "/feeds/luminara/2027"
NAMES = ("exhibitors.json", "exhibitors.geojson", "exhibitors.csv", "learning.csv")
SCHEMA = json.loads(
    (Path(__file__).parents[3] / "static/schemas/learning-provision-1.json").read_text()
)
CANARY = "Quokka"


@pytest.fixture
def filled(world: World) -> Any:
    """One exhibitor with everything, and a canary in all that nobody may read."""
    row = make_exhibitor(world.here, "The Paper Hand", names={"zh": "纸手"})
    who = row.organization
    who.contact_name, who.contact_email = f"{CANARY} Haddad", f"{CANARY.lower()}@paper.example"
    who.contact_phone = f"+34 {CANARY}"
    who.contacts.append(
        OrganizationContact(name=f"{CANARY} Two", role=CANARY, email=f"{CANARY}@two.example",
                            phone=CANARY)
    )  # fmt: skip
    row.remarks = row.decision_text = CANARY
    row.needs = {**row.needs, "vehicle": CANARY}
    row.answers = {"q": CANARY}
    make_exhibitor(world.here, f"{CANARY} waiting", state="submitted")
    make_exhibitor(world.there, f"{CANARY} there")
    card = CardValues(f"{CANARY}@card.example", CANARY, agreed=True)
    show(row, PlaceValues("Stable", "1 Mill Race", "Old Town", MADRID), card=card,
         fr="Nous plions.")  # fmt: skip
    plan = make_plan(world.here)
    give(stand_called(plan, "A2"), row)
    programme.make_session(
        world.here.edition, title="Fold a boat", space=world.here.space,
        organization_id=row.organization_id,
    )  # fmt: skip
    publish_programme(world.here.edition, actor=SYSTEM, now=NOW)
    world.here.venue.latitude, world.here.venue.longitude = 40.4, -3.7
    db.session.commit()
    return row


def test_the_json_is_what_its_schema_says(world: World, filled: Any) -> None:
    document = world.browser().get(f"{FEEDS}/exhibitors.json").get_json()
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    jsonschema.Draft202012Validator(SCHEMA).validate(document)
    (who,) = document["organizations"]
    assert who["id"] == filled.organization.code
    assert who["names"] == {"zh": "纸手"}
    assert who["about"]["fr"] == "Nous plions." and who["about"]["en"].startswith("We teach")
    assert who["stand"]["number"] == "A2" and "/stands/" in who["stand"]["plan"]
    assert who["exhibits"][0]["all_year"] is True
    assert len(who["sessions"]) == 1 and who["sessions"][0]["url"].startswith("http://localhost/")
    assert who["places"][0]["latitude"] == 40.4168
    assert document["licence"] is None
    assert document["version"]["programme"] == 1


def test_nothing_about_a_person_and_nothing_untold_stands_in_any_file(
    world: World, filled: Any
) -> None:
    for name in NAMES:
        body = world.browser().get(f"{FEEDS}/{name}").get_data(as_text=True)
        assert "Paper Hand" in body or "Stable" in body, name
        assert CANARY.lower() not in body.lower(), name
        assert "nour" not in body.lower() and "@" not in body, name


def test_licence_source_and_note_are_the_editions(world: World, filled: Any) -> None:
    choose_terms(
        world.here.edition, licence=Licence.CC_BY, source="City of Luminara", note="By hand.",
        actor=SYSTEM, now=NOW,
    )  # fmt: skip
    db.session.commit()
    document = world.browser().get(f"{FEEDS}/exhibitors.json").get_json()
    assert document["licence"]["id"] == "CC-BY-4.0"
    assert document["source"]["name"] == "City of Luminara" and document["note"] == "By hand."
    jsonschema.Draft202012Validator(SCHEMA).validate(document)
    page = world.browser().get(f"{world.here.path}/open-data").get_data(as_text=True)
    assert "City of Luminara" in page and "By hand." in page and 'rel="license' in page


def test_everybody_may_read_the_files_and_only_them_from_elsewhere(
    world: World, filled: Any
) -> None:
    browser = world.browser()
    for name in NAMES:
        answer = browser.get(f"{FEEDS}/{name}", headers={"Origin": "https://else.example"})
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert "Access-Control-Allow-Credentials" not in answer.headers
        again = browser.get(f"{FEEDS}/{name}", headers={"If-None-Match": answer.headers["ETag"]})
        assert again.status_code == 304 and again.data == b""
        assert again.headers["Access-Control-Allow-Origin"] == "*"
    for page in ("exhibitors", "courses", "map", "open-data",
                 f"exhibitors/{filled.organization.code}"):  # fmt: skip
        answer = browser.get(f"{world.here.path}/{page}")
        assert "Access-Control-Allow-Origin" not in answer.headers, page


def test_the_files_are_the_same_for_whoever_is_signed_in(world: World, filled: Any) -> None:
    mine = world.browser_as(Role.ORGANIZER).get(f"{FEEDS}/exhibitors.json").get_json()
    theirs = world.browser().get(f"{FEEDS}/exhibitors.json").get_json()
    assert {**mine, "generated_at": ""} == {**theirs, "generated_at": ""}


def test_identifiers_stay_when_something_else_changes(world: World, filled: Any) -> None:
    before = world.browser().get(f"{FEEDS}/exhibitors.json").get_json()["organizations"][0]
    place = filled.organization_id and before["places"][0]["id"]
    filled.exhibits[0].description = "Another text"
    show(filled, PlaceValues("New first", code=""),
         PlaceValues("Stable renamed", "1 Mill Race", "Old Town", MADRID, code=place))  # fmt: skip
    after = world.browser().get(f"{FEEDS}/exhibitors.json").get_json()["organizations"][0]
    assert after["exhibits"][0]["id"] == before["exhibits"][0]["id"]
    assert after["exhibits"][0]["description"] == "Another text"
    assert after["places"][1]["id"] == place and after["places"][1]["name"] == "Stable renamed"


def test_a_formula_in_a_name_calculates_nothing(world: World) -> None:
    row = make_exhibitor(world.here, "=HYPERLINK(1)")
    row.exhibits[0].title = "@SUM(A1)"
    db.session.commit()
    for name in ("exhibitors.csv", "learning.csv"):
        body = world.browser().get(f"{FEEDS}/{name}").data.decode("utf-8-sig")
        rows = list(csv.reader(io.StringIO(body)))
        assert len(rows) > 1 and len({len(each) for each in rows}) == 1
        assert not [cell for each in rows for cell in each if cell[:1] in "=@+" and cell]


def test_the_table_of_offers_has_a_row_for_each(world: World, filled: Any) -> None:
    body = world.browser().get(f"{FEEDS}/learning.csv").data.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(body)))
    assert [each["kind"] for each in rows] == ["course", "activity"]
    assert rows[0]["all_year"] == "true" and rows[0]["organization"] == filled.organization.code
    assert rows[0]["places"] == "Stable, 1 Mill Race"


def test_geojson_points_east_first(world: World, filled: Any) -> None:
    answer = world.browser().get(f"{FEEDS}/exhibitors.geojson")
    assert answer.mimetype == "application/geo+json"
    found = json.loads(answer.data)
    assert found["type"] == "FeatureCollection"
    kinds = {each["properties"]["kind"]: each for each in found["features"]}
    assert kinds["learning_place"]["geometry"]["coordinates"] == [-3.7038, 40.4168]
    assert kinds["venue"]["geometry"]["coordinates"] == [-3.7, 40.4]
    assert kinds["learning_place"]["properties"]["courses"] == ["Evening course"]


def test_the_files_outlive_the_festival(world: World, filled: Any) -> None:
    world.here.edition.state = EditionState.ARCHIVED
    db.session.commit()
    for name in NAMES:
        assert world.browser().get(f"{FEEDS}/{name}").status_code == 200, name


def test_an_unknown_language_is_not_found_and_another_one_changes_the_links(
    world: World, filled: Any
) -> None:
    browser = world.browser()
    assert browser.get(f"{FEEDS}/exhibitors.json?lang=xx").status_code == 404
    found = browser.get(f"{FEEDS}/exhibitors.json?lang=ar").get_json()
    assert "/ar/luminara/2027/exhibitors/" in found["organizations"][0]["url"]
