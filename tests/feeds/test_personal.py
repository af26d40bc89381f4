"""A household's own calendar: made, shown again, revoked, and nobody else's."""

from __future__ import annotations

import re
from datetime import timedelta

import icalendar
from flask.testing import FlaskClient
from sqlalchemy import func, select

from festival.extensions import db
from festival.feeds import actions
from festival.feeds.models import PersonalFeed
from festival.feeds.personal_calendar import booked_pairs
from festival.feeds.queries import bookings_of
from festival.festivals.states import EditionState
from festival.programme.actions import cancel_occurrence, publish_programme, withdraw_session
from festival.programme.queries import published_programme
from festival.shared.journal import SYSTEM
from festival.visitors.actions import book, cancel_booking
from festival.visitors.models import Registration
from tests.factories.visitors import make_bookable, make_household
from tests.factories.world import NOW, Corner, World
from tests.forms import submit


def booked(corner: Corner, title: str = "Bookbinding") -> tuple[Registration, str, int]:
    """A household, its secret, and the occurrence that it has booked."""
    held = make_bookable(corner, title=title)
    publish_programme(corner.edition, actor=SYSTEM, now=NOW)
    household, token = make_household(corner)
    book(household, occurrence_id=held.id, people=2, now=NOW, token=token)
    db.session.commit()
    return household, token, held.id


def address_of(browser: FlaskClient, corner: Corner, token: str) -> str:
    page = browser.get(f"{corner.path}/r/{token}/calendar")
    found = re.search(r"http://localhost(/feeds/personal/[\w-]+\.ics)", page.text)
    return found[1] if found else ""


def events(body: bytes) -> list[tuple[str, str, int]]:
    return [
        (str(each["SUMMARY"]), str(each["STATUS"]), int(each["SEQUENCE"]))
        for each in icalendar.Calendar.from_ical(body).walk("VEVENT")
    ]


def test_a_household_makes_shows_and_revokes_its_calendar(world: World) -> None:
    _, token, _ = booked(world.here)
    browser = world.browser()
    page = f"{world.here.path}/r/{token}/calendar"
    assert page in browser.get(f"{world.here.path}/r/{token}").text
    assert address_of(browser, world.here, token) == ""
    for _ in range(2):  # a double click makes one
        first = browser.get(page)
        csrf = re.search(r'name="csrf_token" value="([^"]+)"', first.text)
        assert csrf
        browser.post(f"{page}/make", data={"csrf_token": csrf[1]})
    assert db.session.scalar(select(func.count(PersonalFeed.id))) == 1
    address = address_of(browser, world.here, token)
    answer = browser.get(address)
    assert answer.status_code == 200
    assert answer.content_type == "text/calendar; charset=utf-8"
    assert answer.headers["Cache-Control"].startswith("private")
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert events(answer.data) == [("Bookbinding", "CONFIRMED", 0)]
    same = browser.get(address, headers={"If-None-Match": answer.headers["ETag"]})
    assert same.status_code == 304
    assert token not in answer.text
    revoked = submit(browser, page, follow=True)
    assert "no longer works" in revoked.text
    assert browser.get(address).status_code == 410
    submit(browser, page)
    newer = address_of(browser, world.here, token)
    assert newer not in ("", address)
    assert browser.get(newer).status_code == 200
    assert browser.get(address).status_code == 410
    assert browser.get("/feeds/personal/" + "x" * 32 + ".ics").status_code == 404


def make(corner: Corner, title: str) -> tuple[str, str, Registration, int]:
    household, token, held = booked(corner, title)
    secret = actions.make_personal_feed(household, token=token, now=NOW)
    db.session.commit()
    return f"/feeds/personal/{secret}.ics", token, household, held


def test_two_households_never_share_a_calendar(world: World) -> None:
    here, token, _, _ = make(world.here, "Bookbinding")
    there, _, _, _ = make(world.there, "Knots")
    browser = world.browser()
    assert [each[0] for each in events(browser.get(here).data)] == ["Bookbinding"]
    assert [each[0] for each in events(browser.get(there).data)] == ["Knots"]
    assert browser.get(f"{world.there.path}/r/{token}/calendar").status_code == 404
    page = f"{world.here.path}/r/{token}/calendar"
    csrf = re.search(r'name="csrf_token" value="([^"]+)"', browser.get(page).text)
    assert csrf
    wrong = f"{world.there.path}/r/{token}/calendar/revoke"
    assert browser.post(wrong, data={"csrf_token": csrf[1]}).status_code == 404
    assert browser.get(here).status_code == 200


def test_a_draft_edition_shows_no_personal_calendar(world: World) -> None:
    address, _, _, _ = make(world.here, "Bookbinding")
    world.here.edition.state = EditionState.DRAFT
    db.session.commit()
    assert world.browser().get(address).status_code == 404


def test_a_booking_given_back_stays_as_cancelled_until_its_day_is_over(world: World) -> None:
    address, token, household, held = make(world.here, "Bookbinding")
    cancel_booking(household, occurrence_id=held, now=NOW + timedelta(days=1), token=token)
    db.session.commit()
    assert events(world.browser().get(address).data) == [("Bookbinding", "CANCELLED", 0)]
    programme = published_programme(world.here.edition)
    day = programme.held[0][1].starts_at
    bookings = bookings_of(household)
    assert len(booked_pairs(bookings, programme=programme, now=day)) == 1
    assert booked_pairs(bookings, programme=programme, now=day + timedelta(days=1)) == []
    pair = booked_pairs(bookings, programme=programme, now=day)[0]
    assert pair[1].changed_at == NOW + timedelta(days=1)


def test_what_the_festival_cancels_or_withdraws_is_told(world: World) -> None:
    address, _, household, _ = make(world.here, "Bookbinding")
    row = bookings_of(household)[0].occurrence
    cancel_occurrence(row, actor=SYSTEM, now=NOW + timedelta(days=1))
    db.session.commit()
    assert events(world.browser().get(address).data) == [("Bookbinding", "CANCELLED", 1)]
    withdraw_session(row.session, actor=SYSTEM, now=NOW + timedelta(days=2))
    publish_programme(world.here.edition, actor=SYSTEM, now=NOW + timedelta(days=2))
    db.session.commit()
    title, state, sequence = events(world.browser().get(address).data)[0]
    assert (title, state) == ("Bookbinding", "CANCELLED")
    assert sequence >= 1


def test_revoking_nothing_changes_nothing(world: World) -> None:
    household, token = make_household(world.here)
    actions.revoke_personal_feed(household, now=NOW)
    assert actions.personal_token(token, revoked=0) != actions.personal_token(token, revoked=1)
    assert db.session.scalar(select(func.count(PersonalFeed.id))) == 0
