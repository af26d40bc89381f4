"""Guards that stand behind the rooms: a refusal keeps nothing, two at once make one, no flood."""

from __future__ import annotations

import io
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from werkzeug.test import TestResponse

from festival.accounts.actions import Try, count_try
from festival.accounts.rules import SIGN_IN_LIMITS
from festival.cities import views as city_views
from festival.extensions import db
from festival.festivals.models import Space
from festival.mail.actions import HELD_BACK, MOST_A_DAY, try_again
from festival.mail.models import OutboxMessage
from festival.mail.states import MessageState
from festival.shared.access import Role
from festival.shared.journal import SYSTEM
from festival.shared.pictures import StoredPicture
from festival.shared.work import work
from festival.visitors.actions import book, cancel_booking
from tests.factories.cities import logo_bytes
from tests.factories.exhibitors import make_draft
from tests.factories.visitors import make_bookable, make_household, publish
from tests.factories.world import NOW, World
from tests.forms import submit


def logo() -> tuple[object, str]:
    return (io.BytesIO(logo_bytes()), "logo.png")


def send_city(world: World, browser: FlaskClient) -> TestResponse:
    values = {
        "name": "Ballycarron", "country": "IE", "time_zone": "Europe/Dublin", "languages": "en",
        "logo_terms": "Not cut.", "logo": logo(),
    }  # fmt: skip
    return submit(browser, f"{world.here.path}/organize/cities/new", values)


def test_a_refused_form_leaves_no_half_of_what_it_began(world: World) -> None:
    """The logo's row is written before the action says that somebody else has saved meanwhile."""
    row, token = make_draft(world.here)
    page = f"{world.here.path}/exhibitors/application/{token}/profile"
    values = {"name": "Another Workshop", "district": "Old Harbour", "logo": logo()}
    refused = submit(world.browser(), page, values | {"version": "0"})
    assert refused.status_code == 409
    assert db.session.scalar(select(func.count(StoredPicture.id))) == 0

    assert submit(world.browser(), page, values | {"logo": logo()}).status_code == 303
    assert db.session.scalar(select(func.count(StoredPicture.id))) == 1
    db.session.refresh(row.organization)
    assert row.organization.name == "Another Workshop"


def test_what_the_database_refuses_is_a_conflict_and_not_our_fault(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    twice = Space(edition_id=world.here.edition.id, venue_id=world.here.venue.id,
                  slug=world.here.space.slug, name="Twice")  # fmt: skip

    def quicker(*_args: object, **_values: object) -> None:
        db.session.add(twice)
        db.session.flush()

    browser = world.browser_as(Role.ORGANIZER)
    world.app.config["PROPAGATE_EXCEPTIONS"] = False
    try:
        monkeypatch.setattr(city_views.actions, "add_city", quicker)
        answer = send_city(world, browser)
    finally:
        world.app.config["PROPAGATE_EXCEPTIONS"] = None
    assert answer.status_code == 409
    assert "Somebody was quicker" in answer.text
    with pytest.raises(IntegrityError):
        quicker()
    db.session.rollback()


def states_of_mail() -> list[tuple[MessageState, str]]:
    rows = select(OutboxMessage.state, OutboxMessage.error).order_by(OutboxMessage.id)
    return [(state, error) for state, error in db.session.execute(rows)]


def test_a_stranger_cannot_flood_somebody_elses_mailbox(world: World) -> None:
    """Whoever registers may type any address, then book and give back again and again."""
    occurrence = make_bookable(world.here)
    publish(world.here)
    household, token = make_household(world.here, email="victim@example.org")
    for number in range(MOST_A_DAY):
        now = NOW + timedelta(seconds=number)
        if number % 2 == 0:
            book(household, occurrence_id=occurrence.id, people=1, now=now, token=token)
        else:
            cancel_booking(household, occurrence_id=occurrence.id, now=now, token=token)
    db.session.commit()
    states = states_of_mail()

    assert states[:-1] == [(MessageState.QUEUED, "")] * MOST_A_DAY
    assert states[-1] == (MessageState.DEAD, HELD_BACK)

    tomorrow = NOW + timedelta(days=1, minutes=5)
    book(household, occurrence_id=occurrence.id, people=2, now=tomorrow, token=token)
    assert states_of_mail()[-1] == (MessageState.QUEUED, "")
    held = db.session.scalars(select(OutboxMessage).where(OutboxMessage.error == HELD_BACK)).one()
    try_again(held.id, edition_id=world.here.edition.id, actor=SYSTEM, now=tomorrow)
    db.session.refresh(held)
    assert held.state == MessageState.QUEUED


@pytest.mark.both_databases
def test_tries_sent_at_once_are_counted_like_tries_in_a_row(world: World) -> None:
    app: Flask = world.app
    barrier = threading.Barrier(20)

    def guess(number: int) -> bool:
        with app.app_context():
            barrier.wait(timeout=30)
            try:
                with work():
                    return count_try(Try("one account", f"client {number}"), now=NOW)
            finally:
                db.session.remove()

    db.session.rollback()
    with ThreadPoolExecutor(20) as pool:
        allowed = list(pool.map(guess, range(20)))

    assert allowed.count(True) == SIGN_IN_LIMITS[0][1]
