"""Pages of visitors' interest: for the visitor, the exhibitor and the organizers."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator

import pytest
import zxingcpp
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from festival import create_app
from festival.exhibitors.actions import withdraw
from festival.exhibitors.models import Application
from festival.extensions import db, limiter
from festival.festivals.models import Edition
from festival.portal.leads import actions
from festival.portal.leads.models import InterestLead, LeadPage
from festival.portal.leads.queries import allowed_in, page_of
from festival.portal.views.leads import chores
from festival.shared.access import Role
from festival.shared.clock import utc_now
from festival.shared.journal import SYSTEM
from tests.factories.everything import fill
from tests.factories.leads import PURPOSE, TYPED, all_leads, leave, make_exhibitor, make_page
from tests.factories.world import NOW, World
from tests.forms import submit
from tests.house.signed import form_token, post
from tests.house.test_leaks import all_places
from tests.house.test_reading_changes_nothing import fingerprint
from tests.queries import count_queries


@pytest.fixture
def page(world: World) -> LeadPage:
    return make_page(make_exhibitor(world.here))


def at(world: World, page: LeadPage) -> str:
    return f"{world.here.path}/i/{page.code}"


def own(world: World, application: Application) -> str:
    return f"{world.here.path}/exhibitor/{application.code}/leads"


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


def another_edition(world: World) -> Edition:
    first = world.here.edition
    row = Edition(
        festival=world.here.festival, slug="2028", title="Next", starts_on=first.starts_on,
        ends_on=first.ends_on, time_zone=first.time_zone, languages=["en"], state=first.state,
        created_at=NOW,
    )  # fmt: skip
    db.session.add(row)
    db.session.commit()
    return row


# The exhibitor ------------------------------------------------------------------------------


def test_an_exhibitor_decides_sees_and_takes_the_table(world: World) -> None:
    application = make_exhibitor(world.here)
    browser = world.browser_as(Role.EXHIBITOR)
    place = own(world, application)
    saved = submit(
        browser, place,
        {"fields_asked": ["email", "note"], "purpose_en": PURPOSE, "purpose_ar": "مرة واحدة",
         "is_open": "y"},
        form=0, follow=True,
    )  # fmt: skip
    row = page_of(application)
    assert row is not None and f"/i/{row.code}" in saved.text
    assert (row.fields, row.purposes["ar"]) == (["email", "note"], "مرة واحدة")
    leave(row, note="=1+1", name="not asked for")
    assert "lea@example.org" in browser.get(place).text
    poster = browser.get(f"{place}/poster").text
    assert f"/i/{row.code}" in poster and "Paper Workshop" in poster and "lea@" not in poster
    table = rows_of(browser.get(f"{place}.csv"))
    assert table[0][:2] == ["E-mail address", "What interests you"]
    assert table[1][:2] == ["lea@example.org", "'=1+1"]
    assert len(table) == 2 and "not asked for" not in repr(table)


def test_a_phone_reads_the_poster(world: World, page: LeadPage) -> None:
    text = world.browser_as(Role.EXHIBITOR).get(f"{own(world, page.application)}/poster").text
    found = re.search(r'viewBox="0 0 (\d+) .*?fill="#000" d="([^"]+)"', text, re.DOTALL)
    assert found is not None
    side = int(found[1])
    picture = Image.new("L", (side, side), 255)
    for x, y, run in re.findall(r"M(\d+) (\d+)h(\d+)", found[2]):
        for each in range(int(run)):
            picture.putpixel((int(x) + each, int(y)), 0)
    (code,) = zxingcpp.read_barcodes(picture.resize((side * 4, side * 4), Image.Resampling.NEAREST))

    assert code.text == f"http://localhost{at(world, page)}"


def rows_of(answer: TestResponse) -> list[list[str]]:
    assert answer.status_code == 200
    return list(csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig"))))


def test_what_was_taken_back_stands_in_no_page_and_no_table(world: World, page: LeadPage) -> None:
    link, _token = leave(page)
    browser = world.browser_as(Role.EXHIBITOR)
    place = own(world, page.application)
    assert "lea@" in browser.get(place).text
    actions.withdraw_interest(link, now=NOW)
    db.session.commit()

    for each in (place, f"{place}.csv", f"{place}/poster"):
        assert "lea@" not in browser.get(each).text
    assert "Taken back" in browser.get(place).text


def test_what_the_organizers_forbid_later_is_no_longer_shown(world: World, page: LeadPage) -> None:
    leave(page)
    actions.change_rules(
        world.here.edition, fields=["email"], texts={}, kept_days=60, version=0, actor=SYSTEM,
        now=NOW,
    )  # fmt: skip
    db.session.commit()
    browser = world.browser_as(Role.EXHIBITOR)
    place = own(world, page.application)
    for each in (place, f"{place}.csv"):
        text = browser.get(each).text
        assert "lea@example.org" in text and "Okafor" not in text


def test_another_organization_and_another_festival_find_nothing(
    world: World, page: LeadPage
) -> None:
    leave(page)
    other = make_exhibitor(world.here, name="Second House")  # the role's person is theirs now
    make_page(other)
    before = fingerprint()
    strangers = [
        world.browser_as(Role.EXHIBITOR),
        world.browser_as(Role.EXHIBITOR, at=world.there),
        world.browser_as(Role.ORGANIZER),
        world.browser_as(Role.REVIEWER),
    ]
    for browser in strangers:
        token = form_token(browser)
        for path in ("", ".csv", "/poster"):
            assert browser.get(f"{own(world, page.application)}{path}").status_code == 404
        refused = post(browser, own(world, page.application), token=token)
        assert refused.status_code == 404
    signs = {each for each in fingerprint().items()} ^ {each for each in before.items()}
    assert {table for table, _print in signs} <= {"sign_in"}


def test_a_decision_that_is_not_told_yet_opens_nothing(world: World) -> None:
    application = make_exhibitor(world.here)
    second = another_edition(world)
    browser = world.browser_as(Role.EXHIBITOR)
    place = f"/en/luminara/{second.slug}/exhibitor/{application.code}/leads"
    assert browser.get(place).status_code == 404


def test_a_colleague_who_was_faster_is_not_overwritten(world: World, page: LeadPage) -> None:
    browser = world.browser_as(Role.EXHIBITOR)
    answer = submit(
        browser, own(world, page.application), {"version": "0", "purpose_en": "My words"}
    )
    assert answer.status_code == 409 and "My words" in answer.text
    assert "nothing was overwritten" in answer.text
    row = page_of(page.application)
    assert row is not None and row.purposes["en"] == PURPOSE
    for version in ("x", "9" * 40, ""):
        answer = submit(browser, own(world, page.application), {"version": version})
        assert answer.status_code == 409


def test_an_open_page_without_a_purpose_is_refused_with_a_sentence(world: World) -> None:
    application = make_exhibitor(world.here)
    browser = world.browser_as(Role.EXHIBITOR)
    answer = submit(browser, own(world, application), {"is_open": "y", "fields_asked": ["email"]})
    assert answer.status_code == 422 and "what you will do" in answer.text
    answer = submit(browser, own(world, application), {"fields_asked": ["phone"]})
    assert answer.status_code == 422  # not allowed, so not among the choices
    assert page_of(application) is None


def test_the_list_costs_the_same_with_one_and_with_thirty(world: World, page: LeadPage) -> None:
    browser = world.browser_as(Role.EXHIBITOR)
    place = own(world, page.application)
    leave(page)
    browser.get(place)
    counts = []
    for more in (0, 29):
        for number in range(more):
            leave(page, email=f"v{number}@example.org")
        for path in ("", ".csv"):
            with count_queries() as seen:
                assert browser.get(f"{place}{path}").status_code == 200
            counts.append(seen.count)

    assert counts[:2] == counts[2:]


# The organizers -----------------------------------------------------------------------------


def test_organizers_decide_and_see_numbers_only(world: World, page: LeadPage) -> None:
    leave(page)
    browser = world.browser_as(Role.ORGANIZER)
    place = f"{world.here.path}/organize/exhibitors/leads"
    assert "lea@" not in browser.get(place).text
    saved = submit(
        browser, place,
        {"fields_allowed": ["email", "phone"], "kept_days": "10", "text_en": "Ask our officer."},
        follow=True,
    )  # fmt: skip
    assert saved.status_code == 200 and "Paper Workshop" in saved.text
    allowed = allowed_in(world.here.edition)
    assert ([each.value for each in allowed.fields], allowed.kept_days) == (["email", "phone"], 10)
    assert allowed_in(world.there.edition).version == 0
    assert "Ask our officer." in world.browser().get(at(world, page)).text
    assert submit(browser, place, {"kept_days": "999"}).status_code == 422
    assert submit(browser, place, {"version": "0"}).status_code == 409


def test_the_organizers_list_costs_the_same_with_more_exhibitors(world: World) -> None:
    browser = world.browser_as(Role.ORGANIZER)
    place = f"{world.here.path}/organize/exhibitors/leads"
    counts = []
    for number in range(4):
        make_page(make_exhibitor(world.here, name=f"House{number} of Learning"))
        with count_queries() as seen:
            browser.get(place)
        counts.append(seen.count)

    assert len(set(counts)) == 1


def test_nothing_ticked_means_that_nobody_asks(world: World) -> None:
    application = make_exhibitor(world.here)
    place = f"{world.here.path}/organize/exhibitors/leads"
    submit(world.browser_as(Role.ORGANIZER), place, {"fields_allowed": None})
    text = world.browser_as(Role.EXHIBITOR).get(own(world, application)).text
    assert "No addresses at this festival" in text
    assert list_of_chores(world, application) == []


def list_of_chores(world: World, application: Application) -> list[tuple[bool, str]]:
    with world.app.test_request_context(f"{world.here.path}/"):
        world.app.preprocess_request()
        return [(each.done, each.detail) for each in chores(application, now=NOW)]


def test_the_to_do_list_asks_until_it_is_decided(world: World) -> None:
    application = make_exhibitor(world.here)
    assert list_of_chores(world, application) == [(False, "")]
    make_page(application)
    assert list_of_chores(world, application) == [(True, "Open to visitors")]
    make_page(application, is_open=False)
    assert list_of_chores(world, application) == [(True, "Not wanted")]


# The whole house ----------------------------------------------------------------------------


def test_no_other_door_makes_a_lead(world: World) -> None:
    """Scanning a badge, booking, registering, and every other form of the house: none does."""
    made = fill(world.here, canary="Nearby")
    page = make_page(made.application)
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
    tried = 0
    for browser in (stranger, organizer, administrator):
        token = form_token(browser)
        for each, place in all_places(world, made):
            if "POST" in each.methods and each.endpoint != "portal.interest":
                post(browser, place, token=token)
                tried += 1

    assert tried > 200
    assert db.session.scalars(select(InterestLead)).all() == []
    submit(stranger, at(world, page), TYPED)
    assert len(all_leads()) == 1


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

    assert (found[0], found[59], found[60]) == (409, 409, 429)
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
