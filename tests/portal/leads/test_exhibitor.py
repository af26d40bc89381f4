"""Pages of the exhibitor and the organizers: what may be asked, what was left."""

from __future__ import annotations

import csv
import io
import re

import zxingcpp
from PIL import Image
from werkzeug.test import TestResponse

from festival.exhibitors.models import Application
from festival.extensions import db
from festival.portal.leads import actions
from festival.portal.leads.models import LeadPage
from festival.portal.leads.queries import allowed_in, page_of
from festival.portal.views.leads import chores
from festival.shared.access import Role
from festival.shared.journal import SYSTEM
from tests.factories.leads import PURPOSE, leave, make_exhibitor, make_page
from tests.factories.world import NOW, World
from tests.forms import submit
from tests.house.signed import form_token, post
from tests.house.test_reading_changes_nothing import fingerprint
from tests.portal.leads.conftest import another_edition, at, own
from tests.queries import count_queries


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
