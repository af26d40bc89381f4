"""Times of a session on the organizer's pages: clocks, moving, cancelling, warnings."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from festival.exhibitors.states import ApplicationState
from festival.extensions import db
from festival.festivals.models import OpeningHours
from festival.programme.models import Occurrence, ProgrammeSession
from festival.programme.queries import published_programme
from festival.programme.states import OccurrenceState, SessionState
from tests.factories.programme import (
    TEN_O_CLOCK,
    make_occurrence,
    make_session,
)
from tests.factories.world import World
from tests.forms import submit
from tests.programme.test_actions import make_offer
from tests.programme.test_views import publish, token


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"new-minutes": "0"}, "between 1 and"),
        ({"new-capacity": "", "new-is_bookable": "y"}, "how many places"),
        ({"new-day": "2027-03-28", "new-at": "02:30"}, "jumps over this time"),
        ({"new-day": "2027-10-31", "new-at": "02:30"}, "shows this time twice"),
        ({"new-day": ""}, "Please fill this in."),
    ],
)
def test_a_time_that_cannot_be_is_told_beside_its_field(
    world: World, organizer: FlaskClient, desk: str, values: dict[str, str], message: str
) -> None:
    session = make_session(world.here.edition, starts_at=None)
    db.session.commit()
    good = {"new-day": "2027-05-14", "new-at": "10:00", "new-minutes": "30"}

    answer = submit(organizer, f"{desk}/sessions/{session.code}", good | values, form="new-time")

    assert answer.status_code == 422
    assert message in answer.text
    assert db.session.scalars(select(Occurrence)).all() == []


@pytest.mark.parametrize(("which", "hour"), [("first", 0), ("second", 1)])
def test_of_two_equal_times_one_is_chosen_and_stays_chosen(
    world: World, organizer: FlaskClient, desk: str, which: str, hour: int
) -> None:
    session = make_session(world.here.edition, starts_at=None)
    db.session.commit()
    page = f"{desk}/sessions/{session.code}"

    answer = submit(organizer, page, form="new-time", values={
        "new-day": "2027-10-31", "new-at": "02:30", "new-minutes": "30",
    })  # fmt: skip
    assert answer.status_code == 422 and 'name="new-which"' in answer.text
    csrf = token(organizer, page)
    answer = organizer.post(f"{page}/times", data={
        "csrf_token": csrf, "new-day": "2027-10-31", "new-at": "02:30", "new-minutes": "30",
        "new-which": which, "new-space": "",
    })  # fmt: skip

    assert answer.status_code == 303
    occurrence = db.session.scalars(select(Occurrence)).one()
    assert (occurrence.starts_at.hour, occurrence.starts_at.minute) == (hour, 30)
    chosen = f'<option selected value="{which}">'
    assert chosen in organizer.get(page).text


def time_address(desk: str, occurrence: Occurrence) -> str:
    return f"{desk}/times/{occurrence.uid}"


def typed_time(browser: FlaskClient, page: str, occurrence: Occurrence, **values: str) -> Any:
    prefix = f"time{occurrence.id}-"
    data = {"day": "2027-05-14", "at": "12:00", "minutes": "60", "space": ""} | values
    return {"csrf_token": token(browser, page)} | {
        name if name == "publish" else prefix + name: value for name, value in data.items()
    }


def test_a_time_is_moved_in_the_draft_or_for_everybody(
    world: World, organizer: FlaskClient, desk: str
) -> None:
    edition = world.here.edition
    session = make_session(edition)
    publish(world)
    page = f"{desk}/sessions/{session.code}"
    occurrence = session.occurrences[0]
    data = typed_time(organizer, page, occurrence)

    assert organizer.post(time_address(desk, occurrence), data=data).status_code == 303
    db.session.expire_all()
    assert occurrence.starts_at == TEN_O_CLOCK + timedelta(hours=2)
    assert published_programme(edition).held[0][1].starts_at == TEN_O_CLOCK

    answer = organizer.post(time_address(desk, occurrence), data=data | {"publish": "1"})
    assert answer.status_code == 303
    db.session.expire_all()
    assert published_programme(edition).held[0][1].starts_at == occurrence.starts_at

    wrong = organizer.post(
        time_address(desk, occurrence), data=typed_time(organizer, page, occurrence, at="25:99")
    )
    assert wrong.status_code == 422
    occurrence.capacity = occurrence.places_taken = 5
    db.session.commit()
    fewer = typed_time(organizer, page, occurrence, capacity="4")
    answer = organizer.post(time_address(desk, occurrence), data=fewer)
    assert answer.status_code == 422
    assert "5 places are already booked" in answer.text


def test_cancelling_restoring_removing(world: World, organizer: FlaskClient, desk: str) -> None:
    edition = world.here.edition
    session = make_session(edition)
    publish(world)
    occurrence = session.occurrences[0]
    address = time_address(desk, occurrence)
    assert "Yes, cancel it" in organizer.get(f"{address}/cancel").text

    assert submit(organizer, f"{address}/cancel").status_code == 303
    db.session.expire_all()
    assert occurrence.state == OccurrenceState.CANCELLED
    assert published_programme(edition).sessions[0].is_cancelled
    page = f"{desk}/sessions/{session.code}"
    csrf = {"csrf_token": token(organizer, page)}
    assert organizer.post(f"{address}/restore", data=csrf).status_code == 303
    assert organizer.post(f"{address}/remove", data=csrf).status_code == 409
    unseen = make_occurrence(session)
    db.session.commit()
    assert organizer.post(f"{time_address(desk, unseen)}/remove", data=csrf).status_code == 303
    db.session.expire_all()
    assert session.occurrences == [occurrence]
    assert occurrence.state == OccurrenceState.CONFIRMED


def test_an_offer_is_taken_in(world: World, organizer: FlaskClient, desk: str) -> None:
    offer = make_offer(world.here, state=ApplicationState.ACCEPTED)
    db.session.commit()
    assert "1 offer waits" in organizer.get(desk).text or "offers" in organizer.get(desk).text

    answer = submit(organizer, f"{desk}/offers")

    assert answer.status_code == 303
    page = organizer.get(answer.location).text
    assert 'value="45"' in page and 'value="12"' in page
    assert "Bookbinding" not in organizer.get(f"{desk}/offers").text
    assert db.session.scalars(select(ProgrammeSession)).one().offer_id == offer.id


def test_opening_hours_are_looked_at(world: World, organizer: FlaskClient, desk: str) -> None:
    here = world.here
    make_session(here.edition, space=here.space, minutes=120)  # from 10 to 12 in Madrid
    for opens, closes in ((time(8), time(11)), (time(13), time(20))):
        here.venue.opening_hours.append(
            OpeningHours(day=date(2027, 5, 14), opens_at=opens, closes_at=closes)
        )
    db.session.commit()
    assert "Luminara Library is not open" in organizer.get(f"{desk}/clashes").text


def test_the_organizer_sees_the_clock_of_the_twin_city(
    world: World, organizer: FlaskClient, desk: str
) -> None:
    here = world.here
    evening = TEN_O_CLOCK + timedelta(hours=10)
    session = make_session(here.edition, starts_at=evening, twin_city=here.city, space=here.space)
    gone = make_session(here.edition, state=SessionState.WITHDRAWN, twin_city=here.city)
    db.session.commit()

    page = organizer.get(f"{desk}/sessions/{session.code}").text

    assert "03:00–04:00 in Twin of Luminara (+1 day)" in page
    assert "In Twin of Luminara this is before 8 or after 20" in page
    assert "in Twin of Luminara" not in organizer.get(f"{desk}/sessions/{gone.code}").text


def test_days_outside_the_festival_are_warned_of(
    world: World, organizer: FlaskClient, desk: str
) -> None:
    make_session(world.here.edition, starts_at=TEN_O_CLOCK + timedelta(days=30))
    db.session.commit()
    assert world.here.edition.ends_on < date(2027, 6, 1)
    assert "outside the days of the festival" in organizer.get(f"{desk}/clashes").text
