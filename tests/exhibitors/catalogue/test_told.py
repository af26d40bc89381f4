"""Nobody stands in the catalogue before they were told, and nobody vanishes before either."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import product

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select, update

from festival.exhibitors.catalogue.queries import entries_of, find_entry, shown_applications
from festival.exhibitors.models import Application
from festival.exhibitors.reviewing.actions import release_round, undo_round
from festival.exhibitors.reviewing.queries import told_state
from festival.exhibitors.reviewing.queries.telling import told_state_of
from festival.exhibitors.states import ApplicationState
from festival.extensions import db
from festival.mail.models import OutboxMessage
from festival.mail.states import MessageState
from festival.shared.journal import SYSTEM
from tests.factories.catalogue import make_exhibitor
from tests.factories.reviewing import TEN_MINUTES, make_round
from tests.factories.stands import give, make_plan, stand_called
from tests.factories.world import NOW, World

pytestmark = pytest.mark.usefixtures("open_call")
S = ApplicationState
LATER = NOW + timedelta(hours=1)
PAGES = ("exhibitors", "courses", "open-data")
FILES = ("exhibitors.json", "exhibitors.csv", "learning.csv")


@pytest.fixture
def clock() -> Iterator[time_machine.Coordinates]:
    with time_machine.travel(NOW + timedelta(minutes=1), tick=False) as travel:
        yield travel


def names(world: World, *, now=NOW) -> list[str]:
    return [each.name for each in entries_of(world.here.edition, now=now)]


@pytest.mark.both_databases
def test_the_query_says_what_the_rule_of_one_says(world: World) -> None:
    """Every decision, held or not, released, undone, its mail in every state."""
    for number, (start, to, hold, mail) in enumerate(
        product(
            (S.SUBMITTED, S.ACCEPTED),
            (S.ACCEPTED, S.DECLINED, S.ACCEPTED_WITH_CHANGES),
            (TEN_MINUTES, None),
            (None, MessageState.SENT, MessageState.SENDING, "released", "undone"),
        )
    ):
        row = make_exhibitor(world.here, f"Club {number:02}", state=start)
        if start is to or (start is S.ACCEPTED and to is not S.DECLINED):
            continue
        made = make_round(world.here, [(row, to)], hold=hold)
        if mail == "released":
            release_round(made, now=NOW, actor=SYSTEM)
        elif mail == "undone":
            undo_round(made, now=NOW, actor=SYSTEM)
        elif mail is not None:
            number_of_mail = made.decisions[0].message_id
            db.session.execute(
                update(OutboxMessage).where(OutboxMessage.id == number_of_mail).values(state=mail)
            )
    db.session.commit()
    kinds = set()
    for now in (NOW, NOW + timedelta(minutes=9), LATER):
        told = dict(db.session.execute(select(Application.id, told_state_of(now))).all())
        for row in db.session.scalars(select(Application)):
            assert told[row.id] == told_state(row, now=now), (row.organization.name, now)
            kinds.add((row.state, told_state(row, now=now)))
        shown = shown_applications(world.here.edition.id, now=now)
        assert shown == {key for key, state in told.items() if state == S.ACCEPTED}
    assert {(S.ACCEPTED, S.SUBMITTED), (S.DECLINED, S.ACCEPTED)} <= kinds


def test_an_acceptance_that_waits_shows_nowhere_and_then_everywhere(
    world: World, clock: time_machine.Coordinates
) -> None:
    row = make_exhibitor(world.here, "Paper Hand", state=S.SUBMITTED)
    make_round(world.here, [(row, S.ACCEPTED)])
    stranger, code = world.browser(), row.organization.code
    path, data = world.here.path, f"/feeds{world.here.path.removeprefix('/en')}"
    places = [f"{path}/{each}" for each in PAGES] + [f"{data}/{each}" for each in FILES]
    before = {place: stranger.get(place) for place in places}
    assert all(answer.status_code == 200 for answer in before.values())
    assert not [place for place, each in before.items() if b"Paper Hand" in each.data]
    assert stranger.get(f"{path}/exhibitors/{code}").status_code == 404
    version = world.here.edition.content_version

    clock.shift(TEN_MINUTES)
    after = {place: stranger.get(place) for place in places}
    db.session.refresh(world.here.edition)
    assert world.here.edition.content_version == version, "nobody wrote anything"
    named = [place for place in places if "open-data" not in place]
    assert all(b"Paper Hand" in after[place].data for place in named)
    assert stranger.get(f"{path}/exhibitors/{code}").status_code == 200
    for place in places:
        old = {"If-None-Match": before[place].headers["ETag"]}
        assert stranger.get(place, headers=old).status_code == 200
        new = {"If-None-Match": after[place].headers["ETag"]}
        assert stranger.get(place, headers=new).status_code == 304


def test_a_mail_that_is_released_or_sent_shows_it_at_once(world: World) -> None:
    row = make_exhibitor(world.here, "Paper Hand", state=S.SUBMITTED)
    made = make_round(world.here, [(row, S.ACCEPTED)], hold=None)
    assert names(world, now=LATER) == []
    release_round(made, now=NOW, actor=SYSTEM)
    db.session.commit()
    assert names(world) == ["Paper Hand"]


def test_a_promise_that_is_taken_back_shows_until_that_mail_has_left(world: World) -> None:
    row = make_exhibitor(world.here, "Paper Hand")
    make_round(world.here, [(row, S.DECLINED)])
    assert names(world) == ["Paper Hand"]
    assert names(world, now=LATER) == []


def test_accepted_with_changes_and_other_states_show_nowhere(world: World) -> None:
    for state in (S.DRAFT, S.SUBMITTED, S.WAITLISTED, S.ACCEPTED_WITH_CHANGES, S.DECLINED,
                  S.WITHDRAWN):  # fmt: skip
        row = make_exhibitor(world.here, f"Club {state.value}", state=state)
        code = row.organization.code
        assert find_entry(world.here.edition, code=code, now=LATER) is None
    assert names(world, now=LATER) == []


def test_the_public_plan_names_nobody_who_was_not_told(
    world: World, clock: time_machine.Coordinates
) -> None:
    row = make_exhibitor(world.here, "Paper Hand", state=S.SUBMITTED)
    make_round(world.here, [(row, S.ACCEPTED)])
    plan = make_plan(world.here)
    give(stand_called(plan, "A1"), row)
    stranger: FlaskClient = world.browser()
    address = f"{world.here.path}/stands/{plan.code}"
    assert b"Paper Hand" not in stranger.get(address).data
    clock.shift(TEN_MINUTES)
    assert b"Paper Hand" in stranger.get(address).data


def test_another_festival_shows_nothing_of_this_one(world: World) -> None:
    row = make_exhibitor(world.here, "Paper Hand")
    assert entries_of(world.there.edition, now=LATER) == []
    assert find_entry(world.there.edition, code=row.organization.code, now=LATER) is None
    answer = world.browser().get(f"{world.there.path}/exhibitors/{row.organization.code}")
    assert answer.status_code == 404


def test_search_engines_learn_of_an_exhibitor_when_it_was_told(
    world: World, clock: time_machine.Coordinates
) -> None:
    row = make_exhibitor(world.here, "Paper Hand", state=S.SUBMITTED)
    make_round(world.here, [(row, S.ACCEPTED)])
    address = f"{world.here.path}/exhibitors/{row.organization.code}".encode()
    stranger = world.browser()
    assert address not in stranger.get("/sitemap.xml").data
    clock.shift(TEN_MINUTES)
    assert address in stranger.get("/sitemap.xml").data
