"""What everybody sees of the plans, what a neighbour does not, and how often pages ask."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from festival.exhibitors.stands import queries
from festival.exhibitors.stands.models import Stand
from festival.exhibitors.stands.states import StandState
from festival.exhibitors.states import ApplicationState
from festival.extensions import db
from festival.shared.access import Role
from tests.exhibitors.reading import press, text_of
from tests.exhibitors.stands.reading import holders
from tests.factories.stands import give, make_exhibitor, make_plan, make_proposal, stand_called
from tests.factories.world import World
from tests.queries import count_queries


@pytest.fixture
def browser(world: World) -> FlaskClient:
    return world.browser_as(Role.ORGANIZER)


def test_the_public_plan_has_stands_as_links_and_the_list_beside(world: World) -> None:
    public = f"{world.here.path}/stands"
    stranger = world.browser()
    assert "still being drawn" in text_of(stranger, public)
    hidden = make_plan(world.here, is_public=False)
    text_of(stranger, f"{public}/{hidden.code}", status=404)
    plan = make_plan(world.here, name="Open hall")
    assert stranger.get(public).location.endswith(f"/stands/{plan.code}")
    shown = make_exhibitor(world.here, "Makers")
    unsure = make_exhibitor(world.here, "Unsure", state=ApplicationState.ACCEPTED_WITH_CHANGES)
    give(stand_called(plan, "A1"), shown)
    give(stand_called(plan, "A2"), unsure)
    text = text_of(stranger, f"{public}/{plan.code}")
    assert text.count(f"/exhibitors/{shown.organization.code}") == 2
    assert 'aria-label="A1: Makers"' in text
    assert 'aria-label="A2: Assigned"' in text
    assert "Unsure" not in text, "not agreed on yet"
    assert "style=" not in text
    assert 'data-zoom="2"' in text_of(stranger, f"{public}/{plan.code}?zoom=2")
    assert 'data-zoom="1"' in text_of(stranger, f"{public}/{plan.code}?zoom=9999999999999999")
    make_plan(world.here, name="Yard")
    assert "Yard" in text_of(stranger, public)


def test_the_neighbour_gets_at_nothing(world: World) -> None:
    plan = make_plan(world.here)
    who = make_exhibitor(world.here, "Makers")
    stand = stand_called(plan, "A1")
    row = make_proposal(world.here, {who.id: stand.id})
    own = make_exhibitor(world.there, "Foreign")
    theirs = make_plan(world.there)
    neighbour = world.browser_as(Role.ORGANIZER, at=world.there)
    place = f"{world.there.path}/organize/stands"
    for page in (
        f"plans/{plan.code}", f"plans/{plan.code}/edit", f"plans/{plan.code}/draw",
        f"stand/{stand.code}", f"exhibitors/{who.code}", f"proposals/{row.code}",
    ):  # fmt: skip
        text_of(neighbour, f"{place}/{page}", status=404)
        text_of(neighbour, f"{world.here.path}/organize/stands/{page}", status=404)
    for page in (
        f"stand/{stand.code}/give", f"stand/{stand.code}/free", f"stand/{stand.code}/pin",
        f"stand/{stand.code}/state/blocked", f"stand/{stand.code}/remove",
        f"plans/{plan.code}/remove", f"proposals/{row.code}/accept",
        f"proposals/{row.code}/discard",
    ):  # fmt: skip
        answer = press(neighbour, f"{place}/{page}", of=place, other=own.code)
        assert answer.status_code == 404, page
    mine = stand_called(theirs, "A1").code
    answer = press(neighbour, f"{place}/stand/{mine}/give", of=place, other=who.code)
    assert answer.status_code == 422, "an exhibitor of another festival is no choice"
    assert holders() == {}
    assert db.session.scalar(select(func.count(Stand.id))) == 8
    assert set(db.session.scalars(select(Stand.state))) == {StandState.FREE}


def test_pages_ask_as_often_for_one_as_for_thirty(world: World, browser: FlaskClient) -> None:
    plan = make_plan(world.here, stands=8, width_cm=9000)
    give(stand_called(plan, "A1"), make_exhibitor(world.here, "First"))
    pages = [
        f"{world.here.path}/organize/stands",
        f"{world.here.path}/organize/stands/plans/{plan.code}",
        f"{world.here.path}/stands/{plan.code}",
    ]

    def counts() -> list[int]:
        found = []
        for page in pages:
            db.session.expire_all()
            with count_queries() as seen:
                text_of(browser, page)
            found.append(seen.count)
        return found

    counts()
    few = counts()
    for number in range(2, 9):
        give(stand_called(plan, f"A{number}"), make_exhibitor(world.here, f"Next{number}"))
    assert len(queries.hall_of(world.here.edition.id).present) == 8
    assert counts() == few
