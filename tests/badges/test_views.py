"""The badge on the phone, and the organizers' list, sheets, revoking and replacing."""

from __future__ import annotations

import io
from datetime import date

import pypdf
import pytest
import zxingcpp
from icalendar import Calendar
from PIL import Image
from sqlalchemy import select

from festival.badges.models import Badge
from festival.badges.queries import PER_PAGE, badge_of
from festival.badges.states import BadgeKind, BadgeState
from festival.extensions import db
from festival.shared.access import Role
from tests.factories.badges import make_badge
from tests.factories.visitors import make_household
from tests.factories.world import World
from tests.forms import submit


def page_count(body: bytes) -> int:
    return len(pypdf.PdfReader(io.BytesIO(body)).pages)


def test_a_household_opens_its_badge_without_an_account(world: World) -> None:
    registration, _ = make_household(world.here, people=4, name="Familie Ünal")
    badge = badge_of(registration.id)
    assert badge is not None

    page = world.browser().get(f"{world.here.path}/badge/{badge.code}")

    assert page.status_code == 200
    assert "Familie Ünal" in page.text
    assert "4 people" in page.text
    assert "May 14\u2009–\u200916, 2027" in page.text
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert "no-store" in page.headers["Cache-Control"]


@pytest.mark.parametrize("language", ["ar", "zh", "en", "fr", "ru", "es"])
def test_the_badge_speaks_six_languages(world: World, language: str) -> None:
    badge = make_badge(world.here, name="李小龙", people=2)

    page = world.browser().get(f"/{language}/luminara/2027/badge/{badge.code}")
    paper = world.browser().get(f"/{language}/luminara/2027/badge/{badge.code}/badge.pdf")

    assert (page.status_code, paper.status_code) == (200, 200)
    assert page_count(paper.data) == 1


def test_the_picture_holds_the_code(world: World) -> None:
    badge = make_badge(world.here)

    answer = world.browser().get(f"{world.here.path}/badge/{badge.code}/badge.png")

    read = zxingcpp.read_barcodes(Image.open(io.BytesIO(answer.data)).convert("L"))
    assert [code.text for code in read] == [badge.code]


def test_the_days_go_into_a_calendar_without_the_code(world: World) -> None:
    badge = make_badge(world.here)

    answer = world.browser().get(f"{world.here.path}/badge/{badge.code}/festival.ics")

    event = Calendar.from_ical(answer.data).walk("VEVENT")[0]
    assert answer.content_type == "text/calendar; charset=utf-8"
    assert (event.start, event.end) == (date(2027, 5, 14), date(2027, 5, 17))
    assert event["SUMMARY"] == world.here.edition.title
    assert badge.code not in answer.text
    again = world.browser().get(f"{world.here.path}/badge/{badge.code}/festival.ics")
    assert again.data == answer.data


def test_a_code_opens_nothing_in_another_edition(world: World) -> None:
    badge = make_badge(world.there)

    for ending in ("", "/badge.pdf", "/badge.png", "/festival.ics"):
        answer = world.browser().get(f"{world.here.path}/badge/{badge.code}{ending}")
        assert answer.status_code == 404
        assert badge.holder_name not in answer.text


def test_a_revoked_badge_says_so_and_shows_no_code(world: World) -> None:
    badge = make_badge(world.here)
    badge.state = BadgeState.REVOKED
    db.session.commit()

    page = world.browser().get(f"{world.here.path}/badge/{badge.code}")

    assert page.status_code == 200
    assert "no longer opens the door" in page.text
    assert 'class="qr"' not in page.text
    answer = world.browser().get(f"{world.here.path}/badge/{badge.code}/badge.pdf")
    assert answer.status_code == 404


def test_the_household_hears_that_its_badge_was_revoked(world: World) -> None:
    registration, token = make_household(world.here)
    page = f"{world.here.path}/r/{token}"
    assert "Show the badge" in world.browser().get(page).text
    badge = badge_of(registration.id)
    assert badge is not None
    badge.state = BadgeState.REVOKED
    db.session.commit()

    said = world.browser().get(page).text

    assert "This badge no longer opens the door" in said
    assert "Show it at the door" not in said and "Show the badge" not in said


def test_an_organizer_makes_finds_and_prints_badges(world: World) -> None:
    browser = world.browser_as(Role.ORGANIZER)
    path = f"{world.here.path}/organize/badges"

    made = submit(browser, f"{path}/new", {"kind": "crew", "name": "Kim", "count": "3"})
    listed = browser.get(f"{path}?q=kim&kind=crew")
    badges = db.session.scalars(select(Badge).where(Badge.holder_name == "Kim")).all()
    sheet = browser.get(
        f"{path}/sheet.pdf",
        query_string={"layout": "a4-8", "start": 8, "badge": [b.code_hash for b in badges[:2]]},
    )

    assert made.status_code == 303
    assert listed.text.count(">Kim<") == 3
    assert all(badge.code not in listed.text for badge in badges)
    assert sheet.mimetype == "application/pdf"
    assert page_count(sheet.data) == 2


def test_without_a_selection_all_that_match_are_printed(world: World) -> None:
    for number in range(3):
        make_badge(world.here, kind=BadgeKind.PRESS, name=f"P{number}")
    make_badge(world.here, kind=BadgeKind.CREW)
    revoked = make_badge(world.here, kind=BadgeKind.PRESS)
    revoked.state = BadgeState.REVOKED
    db.session.commit()

    sheet = world.browser_as(Role.ORGANIZER).get(
        f"{world.here.path}/organize/badges/sheet.pdf?layout=a6&kind=press"
    )

    assert page_count(sheet.data) == 3


def test_nothing_to_print_sends_back_to_the_list(world: World) -> None:
    answer = world.browser_as(Role.ORGANIZER).get(
        f"{world.here.path}/organize/badges/sheet.pdf", follow_redirects=True
    )

    assert answer.status_code == 200
    assert "There is no active badge to print" in answer.text


@pytest.mark.parametrize(
    "values", [{"count": "0"}, {"people": "-1"}, {"count": "x"}, {"kind": "king"}]
)
def test_impossible_badges_are_refused_with_everything_typed_kept(
    world: World, values: dict[str, str]
) -> None:
    answer = submit(
        world.browser_as(Role.ORGANIZER),
        f"{world.here.path}/organize/badges/new",
        {"name": "Typed Name"} | values,
    )

    assert answer.status_code == 422
    assert "Typed Name" in answer.text
    assert db.session.scalars(select(Badge)).all() == []


def test_revoking_needs_a_reason_and_shows_it_to_organizers(world: World) -> None:
    badge = make_badge(world.here)
    browser = world.browser_as(Role.ORGANIZER)
    page = f"{world.here.path}/organize/badges/{badge.code_hash}"

    refused = submit(browser, page, {"reason": " "}, form="revoke")
    done = submit(browser, page, {"reason": "lost on the tram"}, form="revoke", follow=True)

    assert refused.status_code == 422
    assert "lost on the tram" in done.text
    db.session.expire_all()
    assert badge.state == BadgeState.REVOKED


def test_replacing_leads_to_the_new_badge(world: World) -> None:
    badge = make_badge(world.here, name="Nour", people=5)
    page = f"{world.here.path}/organize/badges/{badge.code_hash}"

    answer = submit(world.browser_as(Role.ORGANIZER), page, form=0, follow=True)

    db.session.expire_all()
    new = db.session.scalars(select(Badge).where(Badge.replaces_id == badge.id)).one()
    assert answer.request.path.endswith(new.code_hash)
    assert (new.people, badge.state) == (5, BadgeState.REVOKED)


def test_another_festivals_organizer_finds_nothing(world: World) -> None:
    badge = make_badge(world.there, name="Canary")
    browser = world.browser_as(Role.ORGANIZER)
    here, there = f"{world.here.path}/organize/badges", f"{world.there.path}/organize/badges"

    for address in (
        there,
        f"{there}/{badge.code_hash}",
        f"{there}/sheet.pdf",
        f"{here}/{badge.code_hash}",
    ):
        answer = browser.get(address)
        assert answer.status_code == 404, address
        assert "Canary" not in answer.text
    foreign = browser.get(f"{here}/sheet.pdf?badge={badge.code_hash}")
    assert foreign.status_code == 303


def test_a_long_list_has_pages_and_costs_no_more_queries(world: World) -> None:
    for number in range(PER_PAGE + 2):
        make_badge(world.here, name=f"N{number:03}")

    first = world.browser_as(Role.ORGANIZER).get(f"{world.here.path}/organize/badges?kind=visitor")
    second = world.browser_as(Role.ORGANIZER).get(
        f"{world.here.path}/organize/badges?kind=visitor&page=2"
    )

    assert "kind=visitor&amp;page=2" in first.text
    assert "N000" not in first.text
    assert "N000" in second.text
