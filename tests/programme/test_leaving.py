"""An organization that leaves holds no activities any more."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from festival.exhibitors.actions import withdraw
from festival.exhibitors.models import Application
from festival.exhibitors.states import ApplicationState
from festival.extensions import db
from festival.programme.actions import (
    add_occurrence,
    change_state,
    publish_programme,
    take_offer,
)
from festival.programme.models import ProgrammeSession
from festival.programme.queries import published_programme
from festival.programme.rules import OccurrenceValues
from festival.programme.states import OccurrenceState, SessionState
from festival.shared.journal import SYSTEM
from tests.factories.exhibitors import make_application
from tests.factories.world import NOW, Corner, World

pytestmark = pytest.mark.usefixtures("open_call")


@pytest.fixture
def open_call(world: World) -> None:
    """The call is open whenever the tests are run."""
    world.here.call.opens_at = NOW - timedelta(days=900)
    db.session.commit()


def hold(corner: Corner, row: Application, *, ready: bool) -> ProgrammeSession:
    """The first activity of the application, held once."""
    session = take_offer(row.offers[0], edition=corner.edition, actor=SYSTEM, now=NOW)
    values = OccurrenceValues(
        starts_at=NOW + timedelta(days=80), minutes=45, space=corner.space.slug,
        is_bookable=False, capacity=None,
    )  # fmt: skip
    add_occurrence(session, values, actor=SYSTEM, now=NOW)
    if ready:
        change_state(session, to=SessionState.READY, actor=SYSTEM, now=NOW)
    db.session.commit()
    return session


def accepted(corner: Corner, name: str) -> Application:
    row, _ = make_application(
        corner, name=name, email=f"{name.lower()}@x.example", state=ApplicationState.ACCEPTED
    )
    return row


def test_published_activities_are_cancelled_at_once_and_drafts_withdrawn(world: World) -> None:
    here = world.here
    leaving, staying, quiet = (accepted(here, name) for name in ("Leaving", "Staying", "Quiet"))
    public, other = hold(here, leaving, ready=True), hold(here, staying, ready=True)
    draft = hold(here, quiet, ready=False)
    publish_programme(here.edition, actor=SYSTEM, now=NOW)
    db.session.commit()

    withdraw(leaving, now=NOW)
    withdraw(quiet, now=NOW)
    db.session.commit()

    assert public.occurrences[0].state == OccurrenceState.CANCELLED
    assert other.occurrences[0].state == OccurrenceState.CONFIRMED
    assert draft.state == SessionState.WITHDRAWN
    programme = published_programme(here.edition)
    held = {(session.code, occurrence.is_cancelled) for session, occurrence in programme.held}
    assert held == {(public.code, True), (other.code, False)}
    assert here.edition.programme_version == 2


def test_who_holds_nothing_publishes_nothing(world: World) -> None:
    row = accepted(world.here, "Silent")
    withdraw(row, now=NOW)
    db.session.commit()
    assert world.here.edition.programme_version == 0
    assert db.session.scalars(select(ProgrammeSession)).all() == []
