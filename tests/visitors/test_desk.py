"""What organizers and the people at the desk see and do."""

from __future__ import annotations

import re

from flask.testing import FlaskClient
from sqlalchemy import func, select

from festival.extensions import db
from festival.shared.access import Role
from festival.visitors.models import Booking, Registration
from festival.visitors.states import RegistrationSource, RegistrationState
from tests.factories.visitors import FAR, make_household
from tests.factories.world import World
from tests.forms import submit
from tests.queries import count_queries


def registrations() -> list[Registration]:
    return list(db.session.scalars(select(Registration).order_by(Registration.id)))


def text_of(browser: FlaskClient, address: str, *, status: int = 200) -> str:
    page = browser.get(address)
    assert page.status_code == status, f"{address} answered {page.status_code}"
    return page.get_data(as_text=True)


# Organizers and the desk


def test_the_list_counts_searches_and_shows_no_ages_of_one_household(world: World) -> None:
    make_household(world.here, people=4, name="Familie Öztürk", email="oz@example.org")
    make_household(world.here, people=1)
    make_household(world.there, people=9, name="Foreign Öztürk")
    browser = world.browser_as(Role.ORGANIZER)
    address = f"{world.here.path}/organize/visitors"

    page = text_of(browser, address)
    assert re.search(r'stat__number"><bdi>5<', page)
    assert "Foreign" not in page
    for words in ("ztürk", "oz@example", registrations()[0].code.upper()):
        assert "Familie" in text_of(browser, f"{address}?q={words}")
    assert "Nobody found" in text_of(browser, f"{address}?q=%25")
    one = text_of(browser, f"{address}/{registrations()[0].code}")
    assert "oz@example.org" in one
    assert "Age not told" not in one


def test_the_empty_list_says_what_to_do(world: World) -> None:
    page = text_of(world.browser_as(Role.ORGANIZER), f"{world.here.path}/organize/visitors")
    assert "Nobody has registered yet" in page


def test_the_list_costs_the_same_with_one_and_with_thirty_rows(world: World) -> None:
    browser = world.browser_as(Role.ORGANIZER)
    address = f"{world.here.path}/organize/visitors"
    costs = []
    for more in (1, 29):
        for _ in range(more):
            make_household(world.here)
        db.session.expire_all()
        with count_queries() as seen:
            text_of(browser, address)
        costs.append(seen.count)
    assert costs[0] == costs[1]


def test_many_registrations_come_in_pages(world: World) -> None:
    for number in range(53):
        make_household(world.here, name=f"Household {number:02}")
    browser = world.browser_as(Role.ORGANIZER)
    address = f"{world.here.path}/organize/visitors"
    assert "Household 52" in text_of(browser, address)
    assert "Household 02<" not in text_of(browser, address)
    assert "Household 02<" in text_of(browser, f"{address}?page=2")
    assert "Household 0" not in text_of(browser, f"{address}?page=99")


def test_the_desk_registers_with_one_number(world: World) -> None:
    browser = world.browser_as(Role.DOOR_LEAD)
    answer = submit(browser, f"{world.here.path}/organize/walk-in", {"people": "5"})

    assert answer.status_code == 303
    (row,) = registrations()
    assert (row.people, row.source) == (5, RegistrationSource.WALK_IN)
    page = text_of(browser, answer.location)
    assert row.code in page
    assert "/badge/" in page
    answer = submit(browser, f"{world.here.path}/organize/walk-in", {"people": "0"})
    assert answer.status_code == 422


def test_the_desk_works_while_registration_is_closed(world: World) -> None:
    world.here.edition.registration_opens_at = FAR
    db.session.commit()
    submit(world.browser_as(Role.DOOR_LEAD), f"{world.here.path}/organize/walk-in")
    assert len(registrations()) == 1


def test_an_organizer_cancels_for_a_household(world: World) -> None:
    row, _ = make_household(world.here)
    browser = world.browser_as(Role.ORGANIZER)
    address = f"{world.here.path}/organize/visitors/{row.code}/cancel"

    assert submit(browser, address).status_code == 303

    db.session.expire_all()
    assert row.state == RegistrationState.CANCELLED
    assert "was cancelled" in text_of(browser, f"{world.here.path}/organize/visitors/{row.code}")


def test_another_festivals_organizer_finds_nothing_here(world: World) -> None:
    row, _ = make_household(world.here)
    neighbour = world.browser_as(Role.ORGANIZER, at=world.there)
    for path in (
        f"{world.here.path}/organize/visitors",
        f"{world.here.path}/organize/visitors/{row.code}",
        f"{world.here.path}/organize/visitors/{row.code}/cancel",
        f"{world.there.path}/organize/visitors/{row.code}",
        f"{world.there.path}/organize/visitors/{row.code}/cancel",
        f"{world.here.path}/organize/walk-in",
    ):
        text_of(neighbour, path, status=404)
    done = text_of(neighbour, f"{world.there.path}/organize/walk-in?done={row.code}")
    assert "registered" not in re.sub(r"<title>.*?</title>", "", done.split("<main")[1])[:2000]
    assert db.session.scalar(select(func.count(Booking.id))) == 0
