"""What households and strangers see and do."""

from __future__ import annotations

import re
import time
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from festival.extensions import db
from festival.mail.models import OutboxMessage
from festival.visitors.actions import book
from festival.visitors.models import PartyBand, Registration
from festival.visitors.states import AgeBand, RegistrationState
from tests.factories.visitors import FAR, make_bookable, make_household, publish
from tests.factories.world import NOW, World
from tests.forms import submit


def registrations() -> list[Registration]:
    return list(db.session.scalars(select(Registration).order_by(Registration.id)))


def text_of(browser: FlaskClient, address: str, *, status: int = 200) -> str:
    page = browser.get(address)
    assert page.status_code == status, f"{address} answered {page.status_code}"
    return page.get_data(as_text=True)


# Registering


@pytest.mark.both_databases
def test_a_stranger_registers_with_one_number_and_gets_a_page(world: World) -> None:
    browser = world.browser()

    answer = submit(browser, f"{world.here.path}/register", {"people": "3"})

    assert answer.status_code == 303
    (row,) = registrations()
    assert (row.people, row.name, row.email, row.locale) == (3, "", "", "en")
    page = text_of(browser, answer.location)
    assert "3 people are registered" in page
    assert row.code in page
    assert "/badge/" in page, "the badge was issued in the same unit of work"


def test_ages_and_address_are_kept_and_the_link_is_mailed(world: World) -> None:
    submit(
        world.browser(),
        f"/ar/{world.here.festival.slug}/2027/register",
        {"people": "5", "band_6_to_12": "2", "name": " نور\x01 ", "email": "Nur@Example.org"},
    )

    (row,) = registrations()
    assert (row.name, row.email, row.locale) == ("نور", "nur@example.org", "ar")
    bands = {each.band: each.people for each in db.session.scalars(select(PartyBand))}
    assert bands == {AgeBand.FROM_6: 2, AgeBand.UNKNOWN: 3}
    (mail,) = db.session.scalars(select(OutboxMessage))
    assert (mail.kind, mail.locale) == ("registration_confirmed", "ar")


def test_the_button_pressed_twice_registers_once(world: World) -> None:
    browser = world.browser()
    address = f"{world.here.path}/register"
    page = browser.get(address).get_data(as_text=True)
    fields = dict(re.findall(r'name="(key|csrf_token)"[^>]*value="([^"]+)"', page))

    answers = [browser.post(address, data=fields | {"people": "2"}) for _ in range(2)]

    assert [each.status_code for each in answers] == [303, 303]
    assert answers[0].location == answers[1].location
    assert len(registrations()) == 1


@pytest.mark.parametrize(
    "values",
    [
        {"people": "0"},
        {"people": "41"},
        {"people": ""},
        {"people": "many"},
        {"people": "9" * 400},
        {"people": "2", "band_under_6": "3"},
        {"people": "2", "band_under_6": "-1"},
        {"people": "2", "email": "a@b.example,c@d.example"},
    ],
)
def test_what_is_refused_stays_in_the_form(world: World, values: dict[str, str]) -> None:
    answer = submit(world.browser(), f"{world.here.path}/register", {"name": "Nour"} | values)

    assert answer.status_code == 422
    assert 'value="Nour"' in answer.get_data(as_text=True)
    assert "data-error-summary" in answer.get_data(as_text=True)
    assert registrations() == []


def test_a_broken_key_is_replaced_and_nothing_is_lost(world: World) -> None:
    answer = submit(world.browser(), f"{world.here.path}/register", {"key": "x", "name": "Nour"})
    assert answer.status_code == 422
    assert 'value="Nour"' in answer.get_data(as_text=True)


def test_a_closed_registration_says_so(world: World) -> None:
    world.here.edition.registration_closes_at = NOW - timedelta(days=999)
    db.session.commit()
    page = text_of(world.browser(), f"{world.here.path}/register")
    assert "Registration is not open now" in page
    assert 'name="people"' not in page


def test_the_browser_remembers_its_household(world: World) -> None:
    browser = world.browser()
    answer = submit(browser, f"{world.here.path}/register", {"people": "2"})

    assert answer.location in text_of(browser, f"{world.here.path}/register")
    assert "registered already" not in text_of(world.browser(), f"{world.here.path}/register")
    assert "registered already" not in text_of(browser, f"{world.there.path}/register")


# The household's own page


def test_the_link_is_a_secret_of_one_edition(world: World) -> None:
    _, token = make_household(world.here, name="Nour")

    page = world.browser().get(f"{world.here.path}/r/{token}")
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert "no-store" in page.headers["Cache-Control"]
    text_of(world.browser(), f"{world.there.path}/r/{token}", status=404)
    text_of(world.browser(), f"{world.here.path}/r/{token[:-1]}", status=404)
    text_of(world.browser(), f"{world.here.path}/r/{registrations()[0].code}", status=404)


def test_adding_people_and_an_address_later(world: World) -> None:
    row, token = make_household(world.here, people=2)
    address = f"{world.here.path}/r/{token}/change"

    answer = submit(
        world.browser(), address, {"people": "4", "band_under_6": "1", "email": "nur@example.org"}
    )

    assert answer.status_code == 303
    db.session.expire_all()
    assert (row.people, row.email) == (4, "nur@example.org")
    page = text_of(world.browser(), address)
    assert 'value="4"' in page
    assert re.search(r'name="band_under_6"[^>]*value="1"', page)
    answer = submit(world.browser(), address, {"people": "0"})
    assert answer.status_code == 422


def test_a_household_that_booked_cannot_shrink_below_it(world: World) -> None:
    row, token = make_household(world.here, people=3)
    book(row, occurrence_id=make_bookable(world.here).id, people=3, now=NOW)
    db.session.commit()
    answer = submit(world.browser(), f"{world.here.path}/r/{token}/change", {"people": "1"})
    assert answer.status_code == 422
    assert "3 places in one activity" in answer.get_data(as_text=True)


def test_cancelling_asks_once_and_can_forget(world: World) -> None:
    row, token = make_household(world.here, name="Nour", email="nur@example.org")
    occurrence = make_bookable(world.here)
    book(row, occurrence_id=occurrence.id, people=2, now=NOW)
    db.session.commit()
    browser = world.browser()
    address = f"{world.here.path}/r/{token}"
    assert "Bookbinding for beginners" in text_of(browser, f"{address}/cancel")
    assert row.state == RegistrationState.ACTIVE

    answer = submit(browser, f"{address}/cancel", {"forget": "y"})

    assert answer.status_code == 303
    db.session.expire_all()
    assert (row.state, row.name, row.email) == (RegistrationState.CANCELLED, "", "")
    assert occurrence.places_taken == 0
    assert "was cancelled" in text_of(browser, address)
    assert "registered already" not in text_of(browser, f"{world.here.path}/register")


def test_a_cancelled_household_changes_nothing_more(world: World) -> None:
    row, token = make_household(world.here)
    browser = world.browser()
    address = f"{world.here.path}/r/{token}"
    submit(browser, f"{address}/cancel")
    answer = submit(browser, f"{address}/change", {"people": "7"})
    assert answer.status_code == 409
    db.session.expire_all()
    assert row.people == 2


# Booking


@pytest.fixture
def household(world: World) -> tuple[FlaskClient, Registration, str]:
    """A browser that has opened its household's link, three people."""
    row, token = make_household(world.here, people=3)
    browser = world.browser()
    browser.get(f"{world.here.path}/r/{token}")
    return browser, row, token


Household = tuple[FlaskClient, Registration, str]


@pytest.mark.both_databases
def test_booking_changing_and_giving_back(world: World, household: Household) -> None:
    browser, _, token = household
    occurrence = make_bookable(world.here, capacity=10)
    publish(world.here)
    address = f"{world.here.path}/book/{occurrence.uid}"
    assert "10 places are left" in text_of(browser, address)

    assert submit(browser, address).status_code == 303
    db.session.expire_all()
    assert occurrence.places_taken == 3, "the form proposes the whole household"
    assert submit(browser, address, {"people": "1"}).status_code == 303
    db.session.expire_all()
    assert occurrence.places_taken == 1
    page = text_of(browser, f"{world.here.path}/r/{token}")
    assert "Bookbinding for beginners" in page
    assert "One place" in page

    submit(browser, f"{world.here.path}/r/{token}")
    db.session.expire_all()
    assert occurrence.places_taken == 0


def test_whoever_is_new_registers_first_and_comes_back_to_booking(world: World) -> None:
    occurrence = make_bookable(world.here)
    publish(world.here)
    browser = world.browser()

    answer = browser.get(f"{world.here.path}/book/{occurrence.uid}")
    assert answer.status_code == 303
    assert "Bookbinding for beginners" in text_of(browser, answer.location)
    answer = submit(browser, answer.location, {"people": "2"})

    assert answer.status_code == 303
    assert "/book/" in answer.location
    assert submit(browser, answer.location).status_code == 303
    db.session.expire_all()
    assert occurrence.places_taken == 2


def test_a_full_session_says_how_many_are_left(world: World, household: Household) -> None:
    browser, _, _ = household
    occurrence = make_bookable(world.here, capacity=3)
    publish(world.here)
    other, _ = make_household(world.here, people=2)
    address = f"{world.here.path}/book/{occurrence.uid}"
    page = browser.get(address)
    book(other, occurrence_id=occurrence.id, people=2, now=NOW)
    db.session.commit()
    fields = dict(re.findall(r'name="(csrf_token)"[^>]*value="([^"]+)"', page.text))

    answer = browser.post(address, data=fields | {"people": "3"})

    assert answer.status_code == 409
    assert "Only one place is left" in answer.text
    assert 'value="3"' in answer.text
    book(other, occurrence_id=occurrence.id, people=1, now=NOW)
    third, _ = make_household(world.here, people=2)
    book(third, occurrence_id=occurrence.id, people=2, now=NOW)
    db.session.commit()
    assert "All places are taken" in text_of(browser, address)


@pytest.mark.parametrize("people", ["0", "4", "", "-1", "x"])
def test_a_number_of_places_that_is_refused(
    world: World, household: Household, people: str
) -> None:
    occurrence = make_bookable(world.here)
    publish(world.here)
    address = f"{world.here.path}/book/{occurrence.uid}"
    assert submit(household[0], address, {"people": people}).status_code == 422
    db.session.expire_all()
    assert occurrence.places_taken == 0


def test_an_overlapping_booking_is_warned_of_but_allowed(
    world: World, household: Household
) -> None:
    browser, row, _ = household
    first = make_bookable(world.here, title="Clay", starts_at=FAR, minutes=90)
    second = make_bookable(world.here, title="Dye", starts_at=FAR + timedelta(hours=1))
    third = make_bookable(world.here, title="Ink", starts_at=FAR + timedelta(hours=3))
    publish(world.here)
    book(row, occurrence_id=first.id, people=1, now=NOW)
    db.session.commit()

    warning = "You have booked something at the same time"
    assert warning in text_of(browser, f"{world.here.path}/book/{second.uid}")
    assert warning not in text_of(browser, f"{world.here.path}/book/{third.uid}")
    assert submit(browser, f"{world.here.path}/book/{second.uid}").status_code == 303


@pytest.mark.parametrize("what", ["drop-in", "past"])
def test_what_cannot_be_booked_says_why(world: World, household: Household, what: str) -> None:
    starts_at = NOW - timedelta(days=999) if what == "past" else FAR
    occurrence = make_bookable(world.here, is_bookable=what == "past", starts_at=starts_at)
    publish(world.here)
    page = text_of(household[0], f"{world.here.path}/book/{occurrence.uid}")
    assert ("just come" if what == "drop-in" else "begun already") in page
    assert 'name="people"' not in page


def test_what_is_not_published_does_not_exist(world: World, household: Household) -> None:
    draft, foreign = make_bookable(world.here), make_bookable(world.there)
    publish(world.there)
    for occurrence in (draft, foreign):
        address = f"{world.here.path}/book/{occurrence.uid}"
        text_of(household[0], address, status=404)
        text_of(world.browser(), address, status=404)
    assert "Bookbinding" not in text_of(
        world.browser(), f"{world.here.path}/register?to={draft.uid}"
    )


def test_nobody_gives_back_what_another_household_booked(world: World) -> None:
    row, _ = make_household(world.here)
    occurrence = make_bookable(world.here)
    publish(world.here)
    book(row, occurrence_id=occurrence.id, people=2, now=NOW)
    db.session.commit()
    _, stranger = make_household(world.here)
    browser = world.browser()
    page = browser.get(f"{world.here.path}/r/{stranger}/change").text
    fields = dict(re.findall(r'name="(csrf_token)"[^>]*value="([^"]+)"', page))

    browser.post(f"{world.here.path}/r/{stranger}/give-back/{occurrence.uid}", data=fields)

    db.session.expire_all()
    assert occurrence.places_taken == 2


def test_a_moved_draft_is_not_told_before_it_is_published(
    world: World, household: Household
) -> None:
    browser, row, token = household
    occurrence = make_bookable(world.here)
    publish(world.here)
    book(row, occurrence_id=occurrence.id, people=1, now=NOW)
    db.session.commit()
    before = text_of(browser, f"{world.here.path}/r/{token}")
    occurrence.starts_at += timedelta(hours=5)
    occurrence.session.title = "Secret new title"
    db.session.commit()

    after = text_of(browser, f"{world.here.path}/r/{token}")

    assert "Secret" not in after
    assert re.findall(r"<bdi>[^<]*2098[^<]*</bdi>", before) == re.findall(
        r"<bdi>[^<]*2098[^<]*</bdi>", after
    )


def test_a_secret_page_can_be_sent_over_https_although_it_gives_no_referrer(world: World) -> None:
    row, token = make_household(world.here)
    browser, address = world.browser(), f"{world.here.path}/r/{token}/cancel"
    page = browser.get(address, base_url="https://localhost")
    fields = dict(re.findall(r'name="(csrf_token)"[^>]*value="([^"]+)"', page.text))
    assert page.headers["Referrer-Policy"] == "no-referrer"

    refused = browser.post(address, data={}, base_url="https://localhost")
    taken = browser.post(address, data=fields, base_url="https://localhost")

    assert (refused.status_code, taken.status_code) == (400, 303)
    db.session.expire_all()
    assert row.state == RegistrationState.CANCELLED


def test_the_form_opens_while_somebody_else_writes(world: World) -> None:
    """Only sending takes SQLite's one write lock; looking never waits for it."""
    address = f"{world.here.path}/register"
    db.session.rollback()
    with db.engine.connect() as other:
        other.exec_driver_sql("ROLLBACK")
        other.exec_driver_sql("BEGIN IMMEDIATE")
        begun = time.monotonic()
        assert "Come along" in text_of(world.browser(), address)
        assert time.monotonic() - begun < 8, "the lock is waited for ten seconds"
