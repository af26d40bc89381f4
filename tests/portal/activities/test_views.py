"""An exhibitor's own activities: every number with its source, nobody's name, nobody else's."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
import time_machine
from flask.testing import FlaskClient

from festival.accounts.models import Person
from festival.exhibitors.models import Application
from festival.exhibitors.states import ApplicationState
from festival.extensions import db
from festival.portal.activities.queries import OwnTime, Places, own_activities
from festival.portal.states import Chore
from festival.portal.views.activities import chores
from festival.programme.models import Occurrence
from festival.shared.access import Role
from festival.visitors.actions import book
from festival.visitors.models import Registration
from festival.visitors.releasing import claim_places, release_booking
from tests.factories.evaluation import let_in, make_badge
from tests.factories.portal import make_exhibitor
from tests.factories.programme import TEN_O_CLOCK
from tests.factories.returns import AFTERWARDS, ENDED, hold, make_return
from tests.factories.visitors import make_household
from tests.factories.world import NOW, Corner, World
from tests.queries import count_queries

BEFORE = ENDED - timedelta(hours=3)
Host = tuple[Application, Person, Occurrence]


@pytest.fixture(autouse=True)
def afterwards() -> Iterator[None]:
    """Whoever signs in does so the day after."""
    with time_machine.travel(AFTERWARDS, tick=False):
        yield


@pytest.fixture
def host(world: World) -> Host:
    return a_host(world.here)


def a_host(corner: Corner, *, title: str = "Solar ovens", name: str = "Paper Workshop") -> Host:
    """An exhibitor that holds one bookable activity, and who speaks for it."""
    application, person = make_exhibitor(corner, name)
    occurrence = hold(
        corner, title=title, organization=application.organization, is_bookable=True, capacity=12
    )
    return application, person, occurrence


def booked(corner: Corner, occurrence: Occurrence, *, people: int, name: str = "") -> Registration:
    household, _key = make_household(corner, people=people, name=name)
    book(household, occurrence_id=occurrence.id, people=people, now=NOW)
    db.session.commit()
    return household


def page_of(corner: Corner, application: Application) -> str:
    return f"{corner.path}/exhibitor/{application.code}/activities"


def only_time(corner: Corner, application: Application, *, now: datetime = AFTERWARDS) -> OwnTime:
    db.session.expire_all()
    ((each,),) = [
        activity.times
        for activity in own_activities(
            corner.edition, organization_id=application.organization_id, now=now
        )
    ]
    return each


@pytest.mark.both_databases
def test_bookings_scans_and_no_shows_are_counted_each_from_its_own_source(world: World) -> None:
    application, _person, occurrence = a_host(world.here)
    came = booked(world.here, occurrence, people=3)
    booked(world.here, occurrence, people=4)
    late = booked(world.here, occurrence, people=2)
    claim_places(came.id, occurrence_id=occurrence.id, now=TEN_O_CLOCK)
    (booking,) = late.bookings
    release_booking(booking.id, now=TEN_O_CLOCK)
    let_in(make_badge(world.here, people=5), occurrence=occurrence)
    db.session.commit()

    held = only_time(world.here, application)

    assert held.places == Places(households=2, kept=7, claimed=3, released=2)
    assert (held.line.time.booked, held.line.scanned, held.no_shows) == (7, 5, 6)
    assert only_time(world.here, application, now=BEFORE).no_shows is None


def test_where_nobody_scanned_nobody_is_said_to_have_stayed_away(world: World, host: Host) -> None:
    application, _person, occurrence = host
    booked(world.here, occurrence, people=3)

    assert only_time(world.here, application).no_shows is None


def test_the_page_shows_numbers_and_no_names(world: World, host: Host) -> None:
    application, person, occurrence = host
    booked(world.here, occurrence, people=3, name="Rosa Secret")
    make_return(
        world.here, occurrence, total=None, children=4, adults=5, visitors_said="Again, please"
    )

    page = world.browser(person).get(page_of(world.here, application)).text

    assert "Solar ovens" in page
    assert "9 people: 4 under 18, 5 adults" in page
    assert "Again, please" in page
    assert "1 booking" in page
    assert "no names and no addresses" in page
    assert "Rosa" not in page
    assert f"{world.here.path}/programme/{occurrence.session.code}" in page
    assert "mailto:hello@luminara.example?subject=Solar%20ovens" in page


def test_a_neighbour_a_stranger_and_an_organizer_find_nothing(world: World, host: Host) -> None:
    application, _person, _occurrence = host
    path = page_of(world.here, application)
    neighbour, there, _other = a_host(world.there, title="Theirs", name="Harbour Crew")

    for browser in (
        world.browser(there), world.browser_as(Role.EXHIBITOR),
        world.browser_as(Role.EXHIBITOR, at=world.there),
    ):  # fmt: skip
        assert browser.get(path).status_code == 404
    assert world.browser().get(path).status_code in (302, 401)
    under_here = page_of(world.here, neighbour)
    assert world.browser(there).get(under_here).status_code == 404


def test_another_organization_of_the_same_edition_is_not_seen(world: World, host: Host) -> None:
    application, person, _occurrence = host
    other, other_person, _held = a_host(world.here, title="Bee hotel", name="Bee Friends")

    mine = world.browser(person).get(page_of(world.here, application)).text

    assert "Bee hotel" not in mine
    assert world.browser(person).get(page_of(world.here, other)).status_code == 404
    theirs = world.browser(other_person).get(page_of(world.here, other)).text
    assert "Bee hotel" in theirs
    assert "Solar ovens" not in theirs


def test_a_second_edition_has_its_own_activities(world: World, host: Host) -> None:
    application, person, _occurrence = host
    last = type(world.here.edition)(
        festival_id=world.here.festival.id, slug="2026", title="Last year",
        starts_on=world.here.edition.starts_on - timedelta(days=364),
        ends_on=world.here.edition.ends_on - timedelta(days=364), time_zone="Europe/Madrid",
        languages=["en"], state=world.here.edition.state, created_at=NOW,
    )  # fmt: skip
    db.session.add(last)
    db.session.flush()
    before = Application(
        edition_id=last.id, organization_id=application.organization_id, code="lastyear",
        resume_hash="x", state=ApplicationState.ACCEPTED, language="en", brings=[], needs={},
        answers={}, created_at=NOW, changed_at=NOW,
    )  # fmt: skip
    db.session.add(before)
    db.session.commit()
    browser = world.browser(person)
    path = f"/en/{world.here.festival.slug}/2026/exhibitor"

    page = browser.get(f"{path}/lastyear/activities").text
    assert "None of your activities is in the programme yet" in page
    assert browser.get(f"{path}/{application.code}/activities").status_code == 404


@pytest.mark.parametrize(
    "state",
    [ApplicationState.WITHDRAWN, ApplicationState.DECLINED, ApplicationState.SUBMITTED],
)
def test_who_has_no_promised_place_has_no_page(
    world: World, host: Host, state: ApplicationState
) -> None:
    application, person, _occurrence = host
    application.state = state
    db.session.commit()

    assert world.browser(person).get(page_of(world.here, application)).status_code == 404


def test_what_has_not_changed_is_not_sent_again(world: World, host: Host) -> None:
    application, person, occurrence = host
    browser, path = world.browser(person), page_of(world.here, application)

    first = browser.get(path)
    mark = first.headers["ETag"]
    again = browser.get(path, headers={"If-None-Match": mark})
    booked(world.here, occurrence, people=2)
    changed = browser.get(path, headers={"If-None-Match": mark})

    assert first.headers["Cache-Control"] == "private, no-store"
    assert (again.status_code, again.get_data()) == (304, b"")
    assert changed.status_code == 200
    assert changed.headers["ETag"] != mark


def test_one_persons_mark_says_nothing_about_anothers_page(world: World, host: Host) -> None:
    application, person, _occurrence = host
    mark = world.browser(person).get(page_of(world.here, application)).headers["ETag"]
    other, other_person, _held = a_host(world.here, title="Bee hotel", name="Bee Friends")

    answer = world.browser(other_person).get(
        page_of(world.here, other), headers={"If-None-Match": mark}
    )

    assert answer.status_code == 200


def asked(world: World, application: Application, *, now: datetime) -> list[Chore]:
    corner = world.here
    with world.app.test_request_context(page_of(corner, application)):
        world.app.preprocess_request()
        return chores(application, now=now)


def test_chores_name_what_is_missing_with_its_date(world: World, host: Host) -> None:
    application, _person, occurrence = host
    hold(
        world.here, title="Later", organization=application.organization,
        starts_at=AFTERWARDS + timedelta(days=1),
    )  # fmt: skip

    assert asked(world, application, now=BEFORE) == []
    (open_one,) = asked(world, application, now=AFTERWARDS)
    late = AFTERWARDS + timedelta(days=20)
    overdue = asked(world, application, now=late)
    make_return(world.here, occurrence)
    (done,) = asked(world, application, now=AFTERWARDS)

    assert open_one.title == "Tell how it went: Solar ovens"
    assert open_one.href.endswith(f"/exhibitor/returns/{occurrence.uid}")
    assert open_one.due == datetime(2027, 5, 28, 22, 0, tzinfo=NOW.tzinfo)
    assert not open_one.done
    assert overdue[0].state(now=late) == "late"
    assert "organizers" in overdue[0].detail
    assert done.done
    assert done.detail == "1 return is filed."


def test_thirty_times_cost_as_many_queries_as_one(world: World) -> None:
    counts = []
    for number, corner in ((1, world.here), (30, world.there)):
        application, person, occurrence = a_host(corner)
        for each in range(number - 1):
            hold(
                corner, title=f"More {each}", organization=application.organization,
                publish=False, is_bookable=True, capacity=9,
            )  # fmt: skip
        hold(corner, title="Last", organization=application.organization)
        make_return(corner, occurrence)
        browser: FlaskClient = world.browser(person)
        path = page_of(corner, application)
        browser.get(path)
        with count_queries() as seen:
            assert browser.get(path).status_code == 200
        counts.append(seen.count)

    assert counts[0] == counts[1] <= 22


@pytest.mark.parametrize("language", ["ar", "zh", "fr", "ru", "es"])
def test_the_page_stands_in_every_language(world: World, host: Host, language: str) -> None:
    application, person, occurrence = host
    make_return(world.here, occurrence, total=900)
    path = page_of(world.here, application).replace("/en/", f"/{language}/")

    assert world.browser(person).get(path).status_code == 200
