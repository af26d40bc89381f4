"""Set-up, invitation and forgotten password, through the browser and the mail."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from festival import create_app
from festival.accounts.actions import make_link
from festival.accounts.models import OneTimeLink, Person
from festival.accounts.states import LinkPurpose
from festival.extensions import db, limiter
from festival.mail.models import OutboxMessage
from festival.shared.clock import utc_now
from tests.factories.accounts import PASSWORD, person_with_password, sign_in
from tests.factories.world import World
from tests.forms import submit

EMAIL = "ana@luminara.example"
NEW = "another four words here"
TWICE = {"password": NEW, "again": NEW}


def path_in_last_mail() -> str:
    """The link of the newest mail, on our own host."""
    query = select(OutboxMessage.body_text).order_by(OutboxMessage.id.desc()).limit(1)
    found = re.search(r"http://localhost(/\S+)", db.session.scalars(query).one())
    assert found
    return found[1]


def link(purpose: LinkPurpose, person: Person | None = None) -> str:
    token, _ends = make_link(purpose, person=person, now=utc_now())
    db.session.commit()
    page = "setup" if purpose == LinkPurpose.SETUP else "password"
    return f"/en/{page}/{token}"


def ask(world: World, email: str) -> str:
    answer = submit(world.browser(), "/en/forgotten", {"email": email})
    assert answer.status_code == 200
    return re.sub(r'value="[^"]{30,}"', "", answer.get_data(as_text=True)).replace(email, "?")


def test_a_forgotten_password_is_replaced(world: World) -> None:
    person_with_password()
    ask(world, EMAIL)
    way = path_in_last_mail()
    browser = world.browser()
    answer = submit(browser, way, TWICE)
    assert (answer.status_code, answer.location) == (303, "/en/")
    assert browser.get("/en/account").status_code == 200
    assert sign_in(world.browser(), EMAIL, NEW).status_code == 303
    assert sign_in(world.browser(), EMAIL, PASSWORD).status_code == 422
    assert world.browser().get(way).status_code == 404


def test_known_and_unknown_addresses_get_the_same_answer(world: World) -> None:
    person_with_password()
    assert ask(world, EMAIL) == ask(world, "noa@luminara.example")
    assert len(db.session.scalars(select(OutboxMessage)).all()) == 1


def test_asking_twice_sends_one_mail_and_says_the_same(world: World) -> None:
    person_with_password()
    assert ask(world, EMAIL) == ask(world, EMAIL)
    assert len(db.session.scalars(select(OutboxMessage)).all()) == 1


@pytest.mark.parametrize(
    "address", ["a@b.example,c@d.example", "", "ana@luminara.example\nBcc: x@y.z"]
)
def test_what_is_not_one_address_is_refused_beside_the_field(world: World, address: str) -> None:
    person_with_password()
    answer = submit(world.browser(), "/en/forgotten", {"email": address})
    assert answer.status_code == 422
    assert db.session.scalars(select(OutboxMessage)).all() == []


def test_a_reset_ends_after_half_an_hour(world: World) -> None:
    way = link(LinkPurpose.RESET, person_with_password())
    with time_machine.travel(utc_now() + timedelta(minutes=31)):
        assert world.browser().get(way).status_code == 404


def test_changing_the_password_kills_an_open_reset(world: World) -> None:
    person = person_with_password()
    way = link(LinkPurpose.RESET, person)
    changed = {"present": PASSWORD, **TWICE}
    assert submit(world.browser(person), "/en/account/password", changed).status_code == 303
    assert world.browser().get(way).status_code == 404


def test_opening_the_page_does_not_use_the_link_up(world: World) -> None:
    """Mail programs open links to look at them."""
    way = link(LinkPurpose.RESET, person_with_password())
    for _ in range(3):
        assert world.browser().get(way).status_code == 200
    assert db.session.scalars(select(OneTimeLink.used_at)).all() == [None]
    assert submit(world.browser(), way, TWICE).status_code == 303


@pytest.mark.parametrize(
    "given",
    [{"password": "short", "again": "short"}, {"password": NEW, "again": "other words"}, {}],
)
def test_a_refused_password_leaves_the_link_as_it_was(world: World, given: dict[str, str]) -> None:
    way = link(LinkPurpose.RESET, person_with_password())
    assert submit(world.browser(), way, given).status_code == 422
    assert submit(world.browser(), way, TWICE).status_code == 303


def test_the_page_behind_a_link_is_kept_secret(world: World) -> None:
    answer = world.browser().get(link(LinkPurpose.RESET, person_with_password()))
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "no-store" in answer.headers["Cache-Control"]


def test_the_link_leads_to_the_configured_address_whatever_the_host_says(world: World) -> None:
    person_with_password()
    browser = world.browser()
    page = browser.get("/en/forgotten", headers={"X-Forwarded-Host": "evil.example"})
    token = page.get_data(as_text=True).split('name="csrf_token" value="')[1].split('"')[0]
    sent = {"email": EMAIL, "csrf_token": token}
    spoofed = {"X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example"}
    assert browser.post("/en/forgotten", data=sent, headers=spoofed).status_code == 200
    assert "evil" not in db.session.scalars(select(OutboxMessage.body_text)).one()
    assert (
        browser.post("/en/forgotten", data=sent, base_url="http://evil.example").status_code == 400
    )


def test_an_invitation_is_taken(world: World) -> None:
    organizer = world.browser(world.here.people["organizer"])
    invited = {"name": "Nia", "email": "nia@city.example", "roles": ["reviewer", "evaluator"]}
    assert (
        submit(organizer, f"{world.here.path}/organize/team", invited, form=-1).status_code == 303
    )
    browser = world.browser()
    assert submit(browser, path_in_last_mail(), TWICE).status_code == 303
    assert browser.get(f"{world.here.path}/organize/").status_code == 200
    assert browser.get(f"{world.there.path}/organize/").status_code == 404


def test_the_first_administrator_is_made_once(world: World) -> None:
    way = link(LinkPurpose.SETUP)
    given = {"name": "First", "email": "first@city.example", **TWICE}
    browser = world.browser()
    assert submit(browser, way, given).status_code == 303
    assert browser.get("/en/people").status_code == 200
    assert world.browser().get(way).status_code == 404
    person = db.session.scalars(select(Person).where(Person.email == "first@city.example")).one()
    assert person.is_administrator


@pytest.mark.parametrize(
    "wrong", [{"email": "аdmin@example.org"}, {"name": ""}, {"password": "short", "again": "short"}]
)
def test_a_refused_set_up_keeps_what_was_typed_and_the_link(
    world: World, wrong: dict[str, str]
) -> None:
    way = link(LinkPurpose.SETUP)
    given = {"name": "First", "email": "first@city.example", **TWICE}
    answer = submit(world.browser(), way, {**given, **wrong})
    assert answer.status_code == 422
    assert "First" in answer.get_data(as_text=True) or wrong.get("name") == ""
    assert submit(world.browser(), way, given).status_code == 303


@pytest.mark.parametrize("page", ["setup", "password"])
def test_a_guessed_link_is_not_found(world: World, page: str) -> None:
    assert world.browser().get(f"/en/{page}/guessed").status_code == 404


def test_a_reset_does_not_open_the_set_up(world: World) -> None:
    way = link(LinkPurpose.RESET, person_with_password()).replace("/password/", "/setup/")
    assert world.browser().get(way).status_code == 404


@pytest.fixture
def limited(world: World) -> Iterator[Flask]:
    """The same database behind an application that counts requests, as outside the tests."""
    settings = world.app.config["SETTINGS"].model_copy(update={"environment": "development"})
    app = create_app(settings)
    app.test_client_class = world.app.test_client_class
    yield app
    limiter.reset()
    limiter.enabled = False
    with app.app_context():
        db.engine.dispose()


def test_too_many_questions_from_one_address_are_refused(limited: Flask) -> None:
    browser = limited.test_client()
    codes = [
        submit(browser, "/en/forgotten", {"email": f"n{number}@city.example"}).status_code
        for number in range(31)
    ]
    assert codes == [200] * 30 + [429]
    page = browser.get("/en/forgotten").get_data(as_text=True)
    sent = {"csrf_token": page.split('token" value="')[1].split('"')[0], "email": "n@city.example"}
    spoofed = {"X-Forwarded-For": "203.0.113.9"}  # there is no proxy, so nobody is believed
    assert browser.post("/en/forgotten", data=sent, headers=spoofed).status_code == 429


def test_guessing_links_is_limited(limited: Flask) -> None:
    browser = limited.test_client()
    codes = [browser.get(f"/en/password/guess{number}").status_code for number in range(61)]
    assert codes == [404] * 60 + [429]
