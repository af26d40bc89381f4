"""The pages of team passes: the exhibitor's own, the organizers', and nobody else's."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from festival.accounts.states import Role
from festival.badges.actions import revoke_badge
from festival.badges.states import BadgeState
from festival.exhibitors.models import Application
from festival.extensions import db
from festival.portal.passes import queries
from festival.portal.passes.models import TeamPass
from festival.portal.states import ChoreState
from festival.portal.views.passes import chores
from festival.shared.journal import SYSTEM
from festival.shared.work import work
from tests.factories.passes import make_pass, make_team, speaker_of
from tests.factories.world import FIRST_DAY, NOW, World
from tests.forms import submit
from tests.house.signed import form_token, post
from tests.queries import count_queries


@pytest.fixture
def team(world: World) -> Application:
    return make_team(world.here)


@pytest.fixture
def nour(world: World, team: Application) -> FlaskClient:
    return world.browser(speaker_of(team))


def page(world: World, team: Application, ending: str = "") -> str:
    return f"{world.here.path}/exhibitor/{team.code}/passes{ending}"


def office(world: World, ending: str = "") -> str:
    return f"{world.here.path}/organize/exhibitors/passes{ending}"


def first_of(team: Application) -> TeamPass:
    db.session.expire_all()
    return queries.passes_of(team.id)[0]


def test_an_exhibitor_names_a_person_and_sees_the_badge(
    world: World, team: Application, nour: FlaskClient
) -> None:
    assert "Name the first person" in nour.get(page(world, team)).text

    answer = submit(nour, page(world, team), {"name": " Amina  Diallo ", "email": "A@Example.org"})

    assert answer.status_code == 303
    row = first_of(team)
    assert (row.name, row.email, row.language) == ("Amina Diallo", "a@example.org", "en")
    shown = nour.get(page(world, team)).text
    assert "Amina Diallo" in shown and 'class="qr"' in shown and "a@example.org" in shown


def test_what_is_wrong_is_said_beside_the_field_and_nothing_typed_is_lost(
    world: World, team: Application, nour: FlaskClient
) -> None:
    for values, kept in (
        ({"name": "", "email": "amina@example.org"}, "amina@example.org"),
        ({"name": "Amina", "email": "two@example.org, three@example.org"}, "Amina"),
        ({"name": "x" * 201, "email": ""}, "x" * 201),
        ({"name": "Amina", "language": "tlh"}, "Amina"),
    ):
        answer = submit(nour, page(world, team), values)
        assert answer.status_code == 422
        assert kept in answer.text
    assert queries.passes_of(team.id) == []


def test_when_all_are_named_the_form_is_gone_and_a_late_sender_is_told(
    world: World, team: Application, nour: FlaskClient
) -> None:
    token = form_token(nour)
    for name in ("One", "Two"):
        submit(nour, page(world, team), {"name": name})

    assert "Your whole team is named" in nour.get(page(world, team)).text
    late = nour.post(
        page(world, team), data={"csrf_token": token, "name": "Three", "language": "en"}
    )
    assert late.status_code == 409
    assert "All your team passes are named" in late.text
    assert len(queries.passes_of(team.id)) == 2


def test_a_pass_is_changed_mailed_renewed_and_taken_back(
    world: World, team: Application, nour: FlaskClient
) -> None:
    row = make_pass(team, "Amina Dialo", email="amina@example.org")
    own = page(world, team, f"/{row.code}")
    first = row.badge.code

    assert submit(nour, own, {"name": "Amina Diallo"}).status_code == 303
    assert (first_of(team).name, first_of(team).badge.code) == ("Amina Diallo", first)
    assert submit(nour, own, {"name": ""}).status_code == 422
    token = form_token(nour)
    assert post(nour, f"{own}/mail", token=token).status_code == 303
    assert post(nour, f"{own}/renew", token=token).status_code == 303
    assert first_of(team).badge.code != first
    assert post(nour, f"{own}/take-back", token=token).status_code == 303
    assert queries.passes_of(team.id) == []
    assert nour.get(own).status_code == 404
    assert post(nour, f"{own}/renew", token=token).status_code == 404


def test_a_badge_that_the_organizers_revoked_says_so(
    world: World, team: Application, nour: FlaskClient
) -> None:
    row = make_pass(team)
    with work():
        revoke_badge(row.badge, reason="Secret reason.", actor=SYSTEM, now=NOW)

    shown = nour.get(page(world, team)).text
    assert "The organizers revoked this badge" in shown
    assert "Secret reason" not in shown
    assert "Make a new badge" not in nour.get(page(world, team, f"/{row.code}")).text


def test_nobody_else_sees_or_changes_a_pass(world: World, team: Application) -> None:
    row = make_pass(team)
    neighbour = make_team(world.here, "Neighbour Books")
    rosa = world.browser(speaker_of(neighbour, "rosa@books.example"))
    others = [
        rosa,
        *(world.browser_as(role) for role in Role),
        *(world.browser_as(role, at=world.there) for role in Role),
    ]
    for browser in others:
        token = form_token(browser)
        for ending in ("", f"/{row.code}"):
            assert browser.get(page(world, team, ending)).status_code == 404
            place = page(world, team, ending)
            assert post(browser, place, token=token).status_code == 404
        for button in ("mail", "renew", "take-back"):
            place = page(world, team, f"/{row.code}/{button}")
            assert post(browser, place, token=token).status_code == 404
    # the neighbour's own address with this team's pass
    for ending in (f"/{row.code}", f"/{row.code}/take-back"):
        assert post(rosa, page(world, neighbour, ending), token=form_token(rosa)).status_code == 404
    db.session.expire_all()
    assert (row.ended_at, row.badge.state) == (None, BadgeState.ACTIVE)


def test_an_organizer_sees_who_has_named_how_many_and_grants_more(
    world: World, team: Application
) -> None:
    make_pass(team, "Amina Diallo")
    make_team(world.there, "Harbour Books")
    browser = world.browser_as(Role.ORGANIZER)
    assert "Harbour Books" not in browser.get(office(world)).text

    own = office(world, f"/{team.code}")
    assert "Amina Diallo" in browser.get(own).text
    for granted, status in (("0", 422), ("201", 422), ("9" * 400, 422), ("7", 303)):
        assert submit(browser, own, {"granted": granted}).status_code == status
    assert queries.quota_of(team).granted == 7
    assert "by hand" in browser.get(office(world)).text
    assert submit(browser, own, {"granted": ""}).status_code == 303
    assert queries.quota_of(team).granted == 2

    values = {"most_by_default": "1", "name_by": "2027-05-01"}
    assert submit(browser, office(world), values).status_code == 303
    assert queries.quota_of(team).granted == 1
    assert submit(browser, office(world), {"most_by_default": "-1"}).status_code == 422
    there = f"{world.there.path}/organize/exhibitors/passes/{team.code}"
    assert world.browser_as(Role.ORGANIZER, at=world.there).get(there).status_code == 404


def test_the_table_holds_no_code_and_no_formula(world: World, team: Application) -> None:
    row = make_pass(team, "=1+1", email="amina@example.org")
    team.organization.name = "@SUM(A1)"
    db.session.commit()

    answer = world.browser_as(Role.ORGANIZER).get(office(world, ".csv"))

    assert answer.mimetype == "text/csv"
    assert row.badge.code not in answer.text
    (_columns, line) = csv.reader(io.StringIO(answer.text.lstrip("\ufeff")))
    assert line[0] == "'@SUM(A1)" and line[3] == "'=1+1"
    assert (line[6], line[7]) == ("active", row.badge.code[-3:])


def test_naming_the_team_stands_in_the_to_do_list(world: World, team: Application) -> None:
    after = NOW + timedelta(days=400)

    def chore() -> tuple[ChoreState, str]:
        with world.app.test_request_context(page(world, team)):
            world.app.preprocess_request()
            (found,) = chores(team, now=NOW)
            return found.state(now=after), found.detail

    make_pass(team, "One")
    state, detail = chore()
    assert (state, detail) == (ChoreState.OPEN, "1 of 2 passes are named.")
    browser = world.browser_as(Role.ORGANIZER)
    submit(browser, office(world), {"name_by": FIRST_DAY.isoformat()})
    assert chore()[0] == ChoreState.LATE
    make_pass(team, "Two")
    assert chore()[0] == ChoreState.DONE
    nobody = make_team(world.here, "Alone", wanted=0)
    with world.app.test_request_context(page(world, team)):
        world.app.preprocess_request()
        assert chores(nobody, now=NOW) == []


def test_the_pages_cost_the_same_with_few_and_with_many(
    world: World, team: Application, nour: FlaskClient
) -> None:
    olga = world.browser_as(Role.ORGANIZER)

    def cost() -> list[int]:
        found = []
        for browser, place in (
            (nour, page(world, team)), (olga, office(world)), (olga, office(world, ".csv")),
        ):  # fmt: skip
            db.session.expire_all()
            with count_queries() as seen:
                assert browser.get(place).status_code == 200
            found.append(seen.count)
        return found

    make_pass(team, "One")
    cost()
    few = cost()
    team.team_passes_wanted = 6
    db.session.commit()
    for number in range(5):
        make_pass(team, f"Person {number}")
    for number in range(29):
        make_pass(make_team(world.here, f"Workshop {number}"))
    # what is left in the quota shows the form, which costs no query
    assert cost() == few
