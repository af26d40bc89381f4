"""Public pages of twin cities, the organizer's, and the partner's own."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import pytest

from festival.accounts.states import Role
from festival.cities import queries
from festival.cities.models import TwinCity
from festival.extensions import db
from festival.festivals.states import EditionState
from tests.factories.cities import logo_bytes
from tests.factories.world import NOW, World
from tests.forms import submit
from tests.queries import count_queries


@pytest.fixture
def organizer(world: World) -> Any:
    return world.browser_as(Role.ORGANIZER)


@pytest.fixture
def partner(world: World) -> Any:
    return world.browser_as(Role.PARTNER)


def test_the_public_list_says_how_far_the_clock_is_ahead(world: World) -> None:
    page = world.browser().get(f"{world.here.path}/twin-cities").text
    assert "Twin of Luminara is 7 hours ahead" in page
    assert "South Korea" in page
    assert "Twin of Harbour" not in page


def test_the_clock_line_is_dated_where_a_clock_changes(world: World) -> None:
    world.here.edition.starts_on, world.here.edition.ends_on = date(2027, 10, 30), date(2027, 11, 1)
    db.session.commit()
    page = world.browser().get(f"{world.here.path}/twin-cities").text
    assert "from 30 October: Twin of Luminara is 7 hours ahead" in page
    assert "from 31 October: Twin of Luminara is 8 hours ahead" in page


@pytest.mark.parametrize(
    ("zone", "sentence"),
    [
        ("America/Mexico_City", "is 8 hours behind"),
        ("Europe/Rome", "keeps the same time"),
        ("Asia/Kolkata", "is 3 hours 30 minutes ahead"),
        ("Europe/Dublin", "is 1 hour behind"),
    ],
)
def test_the_sentence_of_the_clock(world: World, zone: str, sentence: str) -> None:
    world.here.city.time_zone = zone
    db.session.commit()
    assert sentence in world.browser().get(f"{world.here.path}/twin-cities/korea").text


def test_a_city_has_a_page_with_both_clocks_and_no_contact(world: World) -> None:
    city = world.here.city
    city.languages, city.contact_email = ["ko", "not-a-code"], "secret@korea.example"
    city.website, city.about = "https://korea.example", "First.\n\nSecond."
    city.learning_city_since = 2013
    db.session.commit()
    page = world.browser().get(f"{world.here.path}/twin-cities/korea").text
    assert "Korean" in page and "not-a-code" in page
    assert "next day" in page and "2013" in page
    assert "secret@korea.example" not in page
    assert world.browser().get(f"{world.here.path}/twin-cities/atlantis").status_code == 404


def test_a_day_before_is_flagged_too(world: World) -> None:
    world.here.city.time_zone = "Pacific/Honolulu"
    db.session.commit()
    assert "the day before" in world.browser().get(f"{world.here.path}/twin-cities/korea").text


def test_the_empty_lists_say_what_to_do(world: World, organizer: Any) -> None:
    for grant in list(world.here.people[Role.PARTNER.value].grants):
        db.session.delete(grant)
    db.session.flush()
    db.session.delete(world.here.city)
    db.session.commit()
    assert "No twin cities this time" in world.browser().get(f"{world.here.path}/twin-cities").text
    assert "Add a partner city" in organizer.get(f"{world.here.path}/organize/cities").text


def test_the_organizer_adds_changes_and_removes_a_city(world: World, organizer: Any) -> None:
    base = f"{world.here.path}/organize/cities"
    values = {
        "name": "Ballycarron", "country": "IE", "time_zone": "dublin", "languages": "en, ga,",
        "logo_terms": "Not cut.", "logo": (io.BytesIO(logo_bytes()), "arms.png"),
    }  # fmt: skip
    assert submit(organizer, f"{base}/new", values).location == base
    city = queries.find_city(world.here.festival.id, "ballycarron")
    assert city is not None and city.logo is not None
    assert (city.time_zone, city.languages) == ("Europe/Dublin", ["en", "ga"])
    page = world.browser().get(f"{world.here.path}/twin-cities/ballycarron").text
    address = page.split('src="/media/')[1].split('"')[0]
    picture = world.browser().get(f"/media/{address}")
    assert picture.status_code == 200
    assert picture.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "immutable" in picture.headers["Cache-Control"]
    picture.close()
    submit(organizer, f"{base}/ballycarron", {"name": "Bally", "languages": "ga"})
    assert "Bally" in organizer.get(base).text
    db.session.expire_all()
    assert city.logo is not None
    answer = submit(organizer, f"{base}/ballycarron", form=2)
    assert answer.location == base
    assert queries.find_city(world.here.festival.id, "ballycarron") is None


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"name": ""}, "Please fill this in."),
        ({"time_zone": "Atlantis"}, "Choose a time zone of the list"),
        ({"website": "javascript:alert(1)"}, "Give a web address"),
        ({"twinned_since": "12"}, "Number must be between"),
        ({"logo": (io.BytesIO(b"no picture"), "a.png"), "logo_terms": "x"}, "not a PNG, JPEG"),
        ({"logo": (io.BytesIO(b"no picture"), "a.png")}, "Say how the logo may be used."),
    ],
)
def test_wrong_values_come_back_with_a_sentence(
    world: World, organizer: Any, values: dict[str, Any], words: str
) -> None:
    right = {"name": "Brest", "country": "FR", "time_zone": "Europe/Paris"}
    for path in ("new", "korea"):
        if "logo" in values:  # a stream is read once
            name, terms = values["logo"][1], values.get("logo_terms", "")
            values = {"logo": (io.BytesIO(b"no picture"), name), "logo_terms": terms}
        answer = submit(organizer, f"{world.here.path}/organize/cities/{path}", right | values)
        assert answer.status_code == 422
        assert words in answer.text
    assert queries.city_slugs(world.here.festival.id) == {"korea"}
    db.session.expire_all()
    assert world.here.city.name == "Twin of Luminara"


def test_a_city_that_takes_part_is_not_removed(world: World, organizer: Any) -> None:
    answer = submit(organizer, f"{world.here.path}/organize/cities/korea", form=3)
    assert answer.status_code == 409
    assert "still takes part" in answer.text


def test_a_partner_is_invited_and_dismissed(world: World, organizer: Any) -> None:
    address = f"{world.here.path}/organize/cities/korea"
    values = {"partner_name": "Seo", "email": "seo@korea.example"}
    assert submit(organizer, address, values, form=2).location == address
    assert "seo@korea.example" in organizer.get(address).text
    for wrong in ({"partner_name": "Seo"}, {"partner_name": "", "email": "x@korea.example"}):
        answer = submit(organizer, address, {"email": "", **wrong}, form=2 + 1)
        assert answer.status_code == 422
        assert "Please fill this in." in answer.text
    answer = submit(
        organizer, address, {"partner_name": "S", "email": "ѕeo@korea.example"}, form=3
    )  # with a Cyrillic letter
    assert answer.status_code == 422
    assert submit(organizer, address, form=1).location == address
    assert "seo@korea.example" not in organizer.get(address).text


def test_the_partner_edits_its_own_city_and_nothing_else(world: World, partner: Any) -> None:
    address = f"{world.here.path}/partner/korea"
    answer = submit(partner, address, {"about": "Come and see.", "languages": "ko"})
    assert answer.location == address
    assert "Come and see." in world.browser().get(f"{world.here.path}/twin-cities/korea").text
    answer = submit(partner, address, {"website": "ftp://x"})
    assert answer.status_code == 422
    answer = submit(partner, address, {"logo": (io.BytesIO(b"x"), "x.png"), "logo_terms": "y"})
    assert answer.status_code == 422
    assert "not a PNG, JPEG" in answer.text


def test_a_partner_cannot_enter_another_city_or_the_organizers_pages(
    world: World, partner: Any
) -> None:
    other = TwinCity(
        festival_id=world.here.festival.id, slug="other", name="Other", country="FR",
        time_zone="Europe/Paris", languages=[], created_at=NOW,
    )  # fmt: skip
    db.session.add(other)
    db.session.commit()
    for path in ("partner/other", "organize/cities/korea", "organize/cities"):
        assert partner.get(f"{world.here.path}/{path}").status_code == 404
    assert partner.get(f"{world.there.path}/partner/korea").status_code == 404
    assert "Desk" not in partner.get(f"{world.here.path}/partner/korea").text


def test_a_partner_reaches_its_page_while_the_edition_is_a_draft(
    world: World, partner: Any
) -> None:
    world.here.edition.state = EditionState.DRAFT
    db.session.commit()
    assert partner.get(f"{world.here.path}/partner/korea").status_code == 200
    assert partner.get(f"{world.here.path}/twin-cities").status_code == 404


def test_the_neighbour_finds_none_of_it(world: World) -> None:
    neighbour = world.browser_as(Role.ORGANIZER, at=world.there)
    for path in ("cities", "cities/new", "cities/korea"):
        assert neighbour.get(f"{world.here.path}/organize/{path}").status_code == 404
    page = neighbour.get(f"{world.there.path}/organize/cities/korea").text
    assert "Twin of Harbour" in page and "Twin of Luminara" not in page


@pytest.mark.parametrize("path", ["twin-cities", "organize/cities"])
def test_lists_ask_the_same_with_one_and_with_thirty(
    world: World, organizer: Any, path: str
) -> None:
    address = f"{world.here.path}/{path}"
    organizer.get(address)
    with count_queries() as few:
        organizer.get(address)
    for number in range(30):
        db.session.add(
            TwinCity(
                festival_id=world.here.festival.id,
                slug=f"c{number}",
                name=f"City {number}",
                country="FR",
                time_zone="Europe/Paris",
                languages=["fr"],
                created_at=NOW,
            )
        )
    db.session.commit()
    with count_queries() as many:
        assert "City 29" in organizer.get(address).text
    assert many.count == few.count
