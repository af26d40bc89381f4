"""What a visitor sees, and that nothing but their own press makes a lead."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from festival import create_app
from festival.exhibitors.actions import withdraw
from festival.extensions import db, limiter
from festival.festivals.models import Edition
from festival.portal.leads.models import LeadPage
from festival.shared.access import Role
from festival.shared.clock import utc_now
from tests.factories.everything import fill
from tests.factories.leads import PURPOSE, TYPED, all_leads, leave, make_exhibitor, make_page
from tests.factories.world import NOW, World
from tests.forms import submit
from tests.house.signed import form_token, post
from tests.house.test_leaks import all_places
from tests.house.test_reading_changes_nothing import fingerprint
from tests.portal.leads.conftest import another_edition, at, own


def test_a_visitor_reads_who_gets_what_for_what_and_for_how_long(
    world: World, page: LeadPage
) -> None:
    text = world.browser().get(at(world, page)).text
    for words in ("Paper Workshop", "E-mail address", PURPOSE, "15 July 2027", "at any time"):
        assert words in text, words
    assert "Telephone" not in text
    assert all_leads() == []


def test_pressing_the_button_passes_it_on_and_leads_to_the_way_back(
    world: World, page: LeadPage
) -> None:
    visitor = world.browser()
    given = submit(visitor, at(world, page), TYPED, follow=True)

    assert given.status_code == 200 and "lea@example.org" in given.text
    assert given.headers["Referrer-Policy"] == "no-referrer"
    (lead,) = all_leads()
    assert lead.details == TYPED
    taken = submit(visitor, given.request.path, follow=True)
    assert "Nothing of you is kept here" in taken.text
    assert "lea@example.org" not in taken.text
    assert all_leads() == []
    assert "Nothing of you is kept" in visitor.get(given.request.path).text


def test_what_is_wrong_is_said_beside_the_field_and_what_was_typed_stays(
    world: World, page: LeadPage
) -> None:
    browser = world.browser()
    answer = submit(browser, at(world, page), {"name": "Lea", "email": "a@b.example, c@d.example"})
    assert answer.status_code == 422 and 'value="Lea"' in answer.text
    answer = submit(browser, at(world, page), {"name": "Lea"})
    assert answer.status_code == 422 and "so that they can answer" in answer.text
    assert all_leads() == []


def test_a_page_that_was_changed_while_it_was_read_is_shown_again(
    world: World, page: LeadPage
) -> None:
    browser = world.browser()
    form = {"csrf_token": form_token(browser), "key": "k" * 30, "wording": "of yesterday"} | TYPED
    answer = browser.post(at(world, page), data=form)

    assert answer.status_code == 409
    assert "has changed" in answer.text and "lea@example.org" in answer.text
    assert all_leads() == []


def test_the_own_registration_fills_in_only_when_asked(world: World, page: LeadPage) -> None:
    browser = world.browser()
    submit(
        browser, f"{world.here.path}/register", {"people": "2", "name": "Noa", "email": "n@o.test"}
    )
    plain = browser.get(at(world, page)).text
    assert "n@o.test" not in plain and "Fill in from my registration" in plain
    filled = browser.get(f"{at(world, page)}?mine=1").text
    assert 'value="n@o.test"' in filled and 'value="Noa"' in filled
    assert all_leads() == []
    assert "Fill in from" not in world.browser().get(at(world, page)).text
    assert "n@o.test" not in world.browser().get(f"{at(world, page)}?mine=1").text


def test_a_withdrawn_application_closes_its_page(world: World, page: LeadPage) -> None:
    _link, token = leave(page)
    withdraw(page.application, now=NOW)
    db.session.commit()
    browser = world.browser()
    answer = browser.get(at(world, page))
    assert answer.status_code == 410
    assert "Paper Workshop does not take part in the festival any more." in answer.text
    before = fingerprint()
    assert post(browser, at(world, page), token=form_token(browser)).status_code == 410
    assert fingerprint() == before
    assert world.browser_as(Role.EXHIBITOR).get(own(world, page.application)).status_code == 404
    assert "Take it back" in browser.get(f"{world.here.path}/i/given/{token}").text


@pytest.mark.parametrize("changes", [{"is_open": False}, {"fields": ["phone"]}])
def test_a_closed_page_says_so(world: World, page: LeadPage, changes: dict[str, object]) -> None:
    make_page(page.application, **changes)
    answer = world.browser().get(at(world, page))

    assert answer.status_code == 410 and "does not take addresses at the moment" in answer.text


def test_a_week_after_the_festival_nothing_is_taken_any_more(world: World, page: LeadPage) -> None:
    db.session.execute(
        update(Edition)
        .where(Edition.id == world.here.edition.id)
        .values(starts_on=utc_now().date().replace(year=2020),
                ends_on=utc_now().date().replace(year=2020))
    )  # fmt: skip
    db.session.commit()
    assert "The festival is over" in world.browser().get(at(world, page)).text
    assert "takes no more addresses" in (
        world.browser_as(Role.EXHIBITOR).get(own(world, page.application)).text
    )


def test_codes_and_secrets_hold_in_their_own_edition_only(world: World, page: LeadPage) -> None:
    _link, token = leave(page)
    second = another_edition(world)
    browser = world.browser()
    for place in (world.there.path, f"/en/luminara/{second.slug}"):
        assert browser.get(f"{place}/i/{page.code}").status_code == 404
        assert browser.get(f"{place}/i/given/{token}").status_code == 404
        token_of_form = form_token(browser)
        assert post(browser, f"{place}/i/given/{token}", token=token_of_form).status_code == 404
    assert browser.get(f"{world.here.path}/i/given/{'x' * 32}").status_code == 404
    assert len(all_leads()) == 1


def test_no_other_door_makes_a_lead(world: World) -> None:
    """Scanning a badge, booking, registering, and every other form of the house: none does."""
    made = fill(world.here, canary="Nearby")
    known = {each.id: each.details for each in all_leads()}
    stranger, organizer = world.browser(), world.browser_as(Role.ORGANIZER)
    administrator = world.browser(world.administrator)
    door = world.browser()
    door.get(f"/door/{made.door_token}")
    scanned = door.post(
        f"/door/{made.door_token}/scans",
        json={"code": made.badge.code, "key": "k" * 20, "scanned_at": NOW.isoformat(),
              "sent_at": NOW.isoformat()},
    )  # fmt: skip
    assert scanned.status_code == 200
    entered = 0
    for browser in (stranger, organizer, administrator):
        for each, place in all_places(world, made):
            if "POST" in each.methods and each.endpoint != "portal.interest":
                answer = post(browser, place, token=form_token(browser))
                entered += answer.status_code in (200, 303, 409, 422)

    assert entered > 60
    assert {each.id: each.details for each in all_leads()}.items() <= known.items()


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


def test_many_presses_at_one_page_are_slowed_down(
    world: World, page: LeadPage, limited: Flask
) -> None:
    other = make_page(make_exhibitor(world.here, name="Second House"))
    browser = limited.test_client()
    token = form_token(browser)
    found = [post(browser, at(world, page), token=token).status_code for _ in range(61)]
    elsewhere = post(browser, at(world, other), token=token).status_code
    translated = at(world, page).replace("/en/", "/ar/", 1)

    assert (found[0], found[59], found[60]) == (409, 409, 429)
    assert post(browser, translated, token=token).status_code == 429
    assert elsewhere == 409


@pytest.mark.parametrize("language", ["en", "ar"])
def test_hostile_words_are_words(world: World, language: str) -> None:
    words = '<script>alert(1)</script> "><img src=x> {{7*7}} %(name)s %s ‮txet'
    page = make_page(make_exhibitor(world.here, name="Evil House"), purposes={"en": words})
    page.application.organization.name = words[:120]
    db.session.commit()
    visitor: FlaskClient = world.browser()
    place = at(world, page).replace("/en/", f"/{language}/")
    given = submit(visitor, place, {"name": words, "email": "a@b.example", "note": words},
                   follow=True)  # fmt: skip
    owner = world.browser_as(Role.EXHIBITOR)
    seen = [given, visitor.get(place)]
    seen += [owner.get(f"{own(world, page.application)}{each}") for each in ("", "/poster")]
    for each in seen:
        assert each.status_code == 200
        assert "<script>alert" not in each.text and "<img src=x" not in each.text
        assert "{{7*7}}" in each.text


def test_who_typed_somebody_elses_address_reads_nothing_of_theirs(
    world: World, page: LeadPage
) -> None:
    """The same address is the same lead, and anybody can type it."""
    _link, strangers = leave(page, name="Mallory", note="Whatever")
    _link, own_token = leave(page, name="Lea Okafor", note="My daughter is ill")
    browser = world.browser()
    seen = browser.get(f"{world.here.path}/i/given/{strangers}").text
    mine = browser.get(f"{world.here.path}/i/given/{own_token}").text

    assert "Okafor" not in seen and "daughter" not in seen and "lea@example.org" not in seen
    assert "Take it back" in seen
    assert "Okafor" in mine and "daughter" in mine and "lea@example.org" in mine
