"""Pages of the organizer and the administrator."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from festival.accounts.states import Role
from festival.extensions import db
from festival.festivals import queries
from festival.festivals.forms import country_names, zone_names
from festival.festivals.models import Edition, Festival
from festival.festivals.rules import RESERVED
from festival.festivals.states import EditionState
from tests.factories.festivals import open_venue
from tests.factories.programme import make_occurrence, make_session, make_space
from tests.factories.world import FIRST_DAY, World
from tests.forms import submit
from tests.queries import count_queries


@pytest.fixture
def organizer(world: World) -> Any:
    return world.browser_as(Role.ORGANIZER)


@pytest.fixture
def neighbour(world: World) -> Any:
    return world.browser_as(Role.ORGANIZER, at=world.there)


def test_no_festival_can_be_called_like_a_page_of_the_house(app: Flask) -> None:
    plain = {
        rule.rule.split("/")[2]
        for rule in app.url_map.iter_rules()
        if "lang" in rule.arguments and "<festival_slug>" not in rule.rule
    }
    assert {word for word in plain if word} - RESERVED == set()


def test_the_edition_is_saved_with_a_city_for_the_zone(world: World, organizer: Any) -> None:
    answer = submit(
        organizer,
        f"{world.here.path}/organize/edition",
        {"title": "  Luminara   Learns ", "time_zone": "lisbon", "first_language": "fr"},
    )
    assert answer.status_code == 303
    db.session.expire_all()
    edition = world.here.edition
    assert (edition.title, edition.time_zone) == ("Luminara Learns", "Europe/Lisbon")
    assert edition.languages[0] == "fr"
    assert sorted(edition.languages) == ["ar", "en", "fr"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"title": ""}, "Please fill this in."),
        ({"time_zone": "Atlantis"}, "Choose a time zone of the list"),
        ({"time_zone": ""}, "Please fill this in."),
        ({"ends_on": "2027-05-01"}, "cannot be before the first"),
        ({"contact_email": "a@b.example, c@d.example"}, "Give one e-mail address"),
    ],
)
def test_wrong_values_come_back_with_a_sentence(
    world: World, organizer: Any, changes: dict[str, str], words: str
) -> None:
    answer = submit(organizer, f"{world.here.path}/organize/edition", changes)
    assert answer.status_code == 422
    assert words in answer.text
    db.session.expire_all()
    assert world.here.edition.title == "Luminara Learns 2027"


def test_windows_are_shown_on_the_clock_of_the_city(world: World, organizer: Any) -> None:
    submit(
        organizer,
        f"{world.here.path}/organize/edition",
        {"registration_opens": "2027-04-01T09:00"},
    )
    page = organizer.get(f"{world.here.path}/organize/edition").text
    assert 'value="2027-04-01T09:00"' in page
    db.session.expire_all()
    opens = world.here.edition.registration_opens_at
    assert opens is not None and opens.hour == 7


def test_a_draft_is_hidden_from_strangers_only(world: World, organizer: Any) -> None:
    address = f"{world.here.path}/organize/edition/state"
    page = organizer.get(f"{world.here.path}/organize/edition").text
    token = page.split('name="csrf_token" value="')[1].split('"')[0]
    answer = organizer.post(address, data={"to": "draft", "csrf_token": token})
    assert answer.status_code == 303
    assert world.browser().get(f"{world.here.path}/").status_code == 404
    assert organizer.get(f"{world.here.path}/").status_code == 200
    assert organizer.post(address, data={"to": "x", "csrf_token": token}).status_code == 400
    answer = organizer.post(address, data={"to": "archived", "csrf_token": token})
    assert answer.status_code == 409
    assert "from draft to public" in answer.text
    for wanted in ("public", "archived"):
        answer = organizer.post(address, data={"to": wanted, "csrf_token": token})
        assert answer.status_code == 303
    db.session.expire_all()
    assert world.here.edition.state == EditionState.ARCHIVED


def test_the_next_edition_is_prepared_in_one_step(world: World, organizer: Any) -> None:
    address = f"{world.here.path}/organize/edition/next"
    assert 'value="2028-05-12"' in organizer.get(address).text
    answer = submit(organizer, address)
    assert answer.location == "/en/luminara/2028/organize/edition"
    assert organizer.get(answer.location).status_code == 200
    again = submit(organizer, address)
    assert again.status_code == 422
    assert "This address is taken" in again.text


def test_venues_and_spaces_are_added_edited_and_removed(world: World, organizer: Any) -> None:
    base = f"{world.here.path}/organize"
    answer = submit(
        organizer,
        f"{base}/venues/new",
        {"name": "Mill", "latitude": "41.65", "longitude": "-0.88", "access_facts": ["lift"]},
    )
    assert answer.location == f"{base}/venues/mill"
    answer = submit(organizer, f"{base}/venues/mill/spaces/new", {"name": "Yard", "capacity": "20"})
    assert answer.location == f"{base}/venues/mill"
    page = organizer.get(answer.location).text
    assert "Yard" in page and 'value="41.65"' in page
    answer = submit(organizer, f"{base}/spaces/yard", {"name": "Great Yard", "features": ["power"]})
    assert answer.status_code == 303
    answer = submit(organizer, f"{base}/spaces/yard", form=1)
    assert answer.location == f"{base}/venues/mill"
    answer = submit(organizer, f"{base}/venues/mill", {"name": "Old Mill"})
    assert answer.status_code == 303
    answer = submit(organizer, f"{base}/venues/mill", form=1)
    assert answer.location == f"{base}/venues"
    assert queries.venue_slugs(world.here.edition.id) == {"library"}


@pytest.mark.parametrize(
    ("path", "values"),
    [
        ("venues/new", {"name": ""}),
        ("venues/library", {"name": "", "latitude": "91"}),
        ("venues/library/spaces/new", {"name": "Yard", "capacity": "0"}),
        ("spaces/hall", {"name": "", "capacity": "many"}),
    ],
)
def test_wrong_places_come_back_with_what_was_typed(
    world: World, organizer: Any, path: str, values: dict[str, str]
) -> None:
    answer = submit(organizer, f"{world.here.path}/organize/{path}", values)
    assert answer.status_code == 422
    assert all(f'value="{value}"' in answer.text for value in values.values() if value)


def test_a_space_in_use_is_not_removed_and_the_page_says_why(world: World, organizer: Any) -> None:
    make_occurrence(make_session(world.here.edition, title="Pottery"), space=world.here.space)
    db.session.commit()
    answer = submit(organizer, f"{world.here.path}/organize/spaces/hall", form=1)
    assert answer.status_code == 409
    assert "is still used, so it stays" in answer.text


def test_a_break_in_the_opening_hours_survives(world: World, organizer: Any) -> None:
    address = f"{world.here.path}/organize/venues/library/hours"
    day = "2027-05-14"
    values = {
        f"{day}_opens": "09:00", f"{day}_closes": "13:00",
        f"{day}_opens_2": "14:00", f"{day}_closes_2": "18:00",
    }  # fmt: skip
    assert submit(organizer, address, values).status_code == 303
    page = organizer.get(address).text
    assert all(f'value="{time}"' in page for time in ("09:00", "13:00", "14:00", "18:00"))
    assert "09:00–13:00" in organizer.get(f"{world.here.path}/organize/venues/library").text


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"2027-05-15_opens": "09:00"}, "Give both times, or none."),
        ({"2027-05-15_closes": "09:00"}, "Give both times, or none."),
        (
            {"2027-05-15_opens": "18:00", "2027-05-15_closes": "09:00"},
            "Closing has to come after opening",
        ),
        (
            {
                "2027-05-15_opens": "09:00", "2027-05-15_closes": "14:00",
                "2027-05-15_opens_2": "13:00", "2027-05-15_closes_2": "18:00",
            },
            "overlap",
        ),
    ],
)  # fmt: skip
def test_wrong_hours_are_told_beside_their_day(
    world: World, organizer: Any, values: dict[str, str], words: str
) -> None:
    address = f"{world.here.path}/organize/venues/library/hours"
    answer = submit(organizer, address, values)
    assert answer.status_code == 422
    assert words in answer.text
    assert queries.hours_of(world.here.venue.id) == []


@pytest.mark.parametrize(
    "path",
    ["edition", "edition/next", "venues", "venues/new", "venues/library", "spaces/hall",
     "venues/library/hours", "venues/library/spaces/new"],
)  # fmt: skip
def test_the_neighbour_finds_none_of_it(world: World, neighbour: Any, path: str) -> None:
    assert neighbour.get(f"{world.here.path}/organize/{path}").status_code == 404
    assert neighbour.get(f"{world.there.path}/organize/{path}").status_code == 200


def test_the_neighbour_cannot_change_a_space_through_its_own_address(
    world: World, neighbour: Any
) -> None:
    make_space(world.here.venue, slug="secret", name="Secret")
    db.session.commit()
    assert neighbour.get(f"{world.there.path}/organize/spaces/secret").status_code == 404
    page = neighbour.get(f"{world.there.path}/organize/spaces/hall").text
    token = page.split('name="csrf_token" value="')[1].split('"')[0]
    answer = neighbour.post(
        f"{world.there.path}/organize/spaces/secret/remove", data={"csrf_token": token}
    )
    assert answer.status_code == 404
    assert queries.find_space(world.here.edition.id, "secret") is not None


def test_the_list_of_venues_asks_the_same_with_one_and_with_thirty(
    world: World, organizer: Any
) -> None:
    address = f"{world.here.path}/organize/venues"
    organizer.get(address)
    with count_queries() as few:
        organizer.get(address)
    for number in range(30):
        venue = type(world.here.venue)(
            edition_id=world.here.edition.id, slug=f"v{number}", name=f"Venue {number}"
        )
        db.session.add(venue)
        db.session.flush()
        make_space(venue, slug=f"s{number}")
        open_venue(venue, FIRST_DAY, (9, 18))
    db.session.commit()
    with count_queries() as many:
        page = organizer.get(address).text
    assert "Venue 29" in page
    assert many.count == few.count


def test_the_empty_list_says_what_to_do_next(world: World, organizer: Any) -> None:
    db.session.delete(world.here.space)
    db.session.delete(world.here.venue)
    db.session.commit()
    assert "Begin with the library" in organizer.get(f"{world.here.path}/organize/venues").text


def test_the_administrator_founds_a_festival_and_its_edition(world: World) -> None:
    browser = world.browser(world.administrator)
    answer = submit(
        browser,
        "/en/administration/new",
        {
            "name": "Sea Days", "city_name": "Brest", "country": "FR", "time_zone": "paris",
            "default_language": "fr", "slug": "brest",
        },
    )  # fmt: skip
    assert answer.location == "/en/administration/brest/editions/new"
    page = browser.get(answer.location).text
    assert 'value="Europe/Paris"' in page
    answer = submit(
        browser,
        "/en/administration/brest/editions/new",
        {
            "slug": "2028", "starts_on": "2028-06-01", "ends_on": "2028-06-03",
            "languages": ["fr", "en"],
        },
    )  # fmt: skip
    assert answer.location == "/en/brest/2028/organize/venues"
    made = db.session.scalars(select(Edition).where(Edition.slug == "2028")).one()
    assert (made.title, made.languages, made.state) == ("Sea Days", ["fr", "en"], "draft")
    assert "Sea Days" in browser.get("/en/administration").text
    answer = submit(browser, "/en/administration/brest", {"name": "River Days"})
    assert answer.location == "/en/administration"
    db.session.expire_all()
    assert made.festival.name == "River Days"


@pytest.mark.parametrize(
    ("path", "values", "words"),
    [
        ("new", {"name": "X", "city_name": "X", "country": "FR", "time_zone": "paris",
                 "slug": "luminara"}, "This address is taken"),
        ("new", {"name": "X", "city_name": "X", "country": "FR", "time_zone": "paris",
                 "slug": "account"}, "The house itself uses this word"),
        ("luminara", {"name": ""}, "Please fill this in."),
        ("luminara/editions/new", {"slug": "2027", "starts_on": "2028-06-01",
                                   "ends_on": "2028-06-03"}, "This address is taken"),
        ("luminara/editions/new", {"slug": "2028"}, "Please fill this in."),
    ],
)  # fmt: skip
def test_what_cannot_be_founded_comes_back_with_a_sentence(
    world: World, path: str, values: dict[str, str], words: str
) -> None:
    answer = submit(world.browser(world.administrator), f"/en/administration/{path}", values)
    assert answer.status_code == 422
    assert words in answer.text


def test_the_new_house_tells_the_administrator_to_found_a_festival(app: Flask) -> None:
    from tests.factories.world import World as Empty  # noqa: PLC0415 - built without its corners
    from tests.factories.world import make_person  # noqa: PLC0415

    with app.app_context():
        ada = make_person("ada@example.org", name="Ada")
        ada.is_administrator = True
        db.session.commit()
        browser = Empty(app, None, None, ada).browser(ada)  # type: ignore[arg-type]
        page = browser.get("/en/administration").text
        assert "This house is new" in page
        assert db.session.scalars(select(Festival)).all() == []


@pytest.mark.parametrize("path", ["", "/new", "/luminara", "/luminara/editions/new"])
def test_an_organizer_is_no_administrator(world: World, organizer: Any, path: str) -> None:
    assert organizer.get(f"/en/administration{path}").status_code == 404


def test_unknown_festivals_and_places_are_not_found(world: World, organizer: Any) -> None:
    administrator = world.browser(world.administrator)
    assert administrator.get("/en/administration/nowhere").status_code == 404
    assert organizer.get(f"{world.here.path}/organize/venues/nowhere").status_code == 404


def test_countries_and_zones_to_choose_from() -> None:
    countries = dict(country_names("fr"))
    assert countries["KR"] == "Corée du Sud"
    assert "EU" not in countries and "ZZ" not in countries
    assert "Asia/Seoul" in zone_names()
    assert not any(name.startswith(("Etc/", "US/")) for name in zone_names())
    assert date(2027, 5, 14) == FIRST_DAY
