"""Whose application is whose; the exhibitor's own page, the organizers' office, the catalogue."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from festival.accounts.models import Person, RoleGrant
from festival.exhibitors.models import Application, Organization
from festival.exhibitors.states import ApplicationState
from festival.extensions import db
from festival.shared.access import Role
from festival.shared.tokens import make_token
from tests.exhibitors.reading import address_of, press, text_of
from tests.factories.exhibitors import make_application, make_draft
from tests.factories.world import NOW, World
from tests.forms import submit
from tests.queries import count_queries

pytestmark = pytest.mark.usefixtures("open_call")

S = ApplicationState


# Whose is what


def test_a_link_is_a_secret_of_one_application(world: World) -> None:
    row, token = make_draft(world.here)
    neighbour = world.browser_as(Role.EXHIBITOR, at=world.there)
    for browser in (world.browser(), neighbour, world.browser_as(Role.EXHIBITOR)):
        text_of(browser, address_of(world, row.code), status=404)
        text_of(browser, address_of(world, token[:-1]), status=404)
        text_of(browser, f"{world.there.path}/exhibitors/application/{token}", status=404)
        for page in ("organization", "exhibits", "needs", "activities", "check", "withdraw"):
            text_of(browser, address_of(world, row.code, f"/{page}"), status=404)
    answer = press(
        neighbour,
        address_of(world, row.code, "/withdraw"),
        of=f"{world.there.path}/exhibitors/apply",
    )
    assert answer.status_code == 404
    db.session.expire_all()
    assert row.state == S.DRAFT
    assert world.browser().get(address_of(world, token)).headers["Referrer-Policy"] == "no-referrer"


def test_an_exhibitor_sees_its_own_organizations_and_applies_again(world: World) -> None:
    browser = world.browser_as(Role.EXHIBITOR)
    own = f"{world.here.path}/exhibitor"
    make_application(world.here, name="Somebody Else")
    page = text_of(browser, own)
    assert "Luminara Makers" in page
    assert "Somebody Else" not in page

    answer = submit(browser, own)

    assert answer.status_code == 303
    row = db.session.scalars(
        select(Application).where(Application.organization_id == world.here.organization.id)
    ).one()
    assert answer.location == address_of(world, row.code)
    page = text_of(browser, answer.location)
    assert "Luminara Makers" in page
    assert 'id="application-link"' not in page, "a code is no secret link"
    answer = submit(browser, f"{answer.location}/needs", {"tables": "3"})
    assert answer.status_code == 303
    assert "Draft" in text_of(browser, own)
    text_of(
        world.browser_as(Role.EXHIBITOR, at=world.there), address_of(world, row.code), status=404
    )


def test_nobody_applies_for_a_foreign_organization(world: World) -> None:
    browser = world.browser_as(Role.EXHIBITOR, at=world.there)
    code = world.here.organization.code
    answer = press(
        browser,
        f"{world.here.path}/exhibitor/{code}/apply",
        of=f"{world.there.path}/exhibitor",
    )
    assert answer.status_code == 404
    assert "speak for no organization" in text_of(browser, f"{world.here.path}/exhibitor")
    assert db.session.scalar(select(func.count(Application.id))) == 0


def test_past_editions_are_listed_and_a_closed_call_says_so(world: World) -> None:
    row, _ = make_application(world.here, state=S.DECLINED)
    person = world.here.people["exhibitor"]
    grant = RoleGrant(
        person_id=person.id, role=Role.EXHIBITOR, organization_id=row.organization_id,
        granted_at=NOW,
    )  # fmt: skip
    db.session.add(grant)
    world.here.call.closes_at = NOW - timedelta(days=900)
    db.session.commit()
    page = text_of(world.browser(person), f"{world.here.path}/exhibitor")
    assert "This time there is no place for you." in page
    assert "the call is not open now" in page


# The office


def test_the_office_filters_searches_and_counts(world: World) -> None:
    make_application(world.here, name="École du soir", sector="formal_education")
    make_application(world.here, name="City Library", state=S.ACCEPTED, sector="library")
    make_application(world.there, name="Foreign Club")
    browser = world.browser_as(Role.REVIEWER)
    office = f"{world.here.path}/organize/exhibitors"

    page = text_of(browser, office)
    assert "One waits for a decision." in page
    assert "Foreign Club" not in page
    assert "Download the table" not in page, "a reviewer reads, an organizer downloads"
    for query, found in (
        ("?state=accepted", ["City Library"]),
        ("?state=nonsense", ["City Library", "École du soir"]),
        ("?sector=formal_education", ["École du soir"]),
        ("?q=ecole", ["École du soir"]),
        ("?q=ecole&state=accepted", []),
    ):
        page = text_of(browser, f"{office}{query}")
        names = [name for name in ("City Library", "École du soir") if name in page]
        assert names == found, query
    assert "Nothing matches" in page


def test_the_empty_office_says_what_to_do(world: World) -> None:
    page = text_of(world.browser_as(Role.ORGANIZER), f"{world.here.path}/organize/exhibitors")
    assert "No application yet" in page


def test_the_office_and_the_catalogue_cost_the_same_with_thirty_rows(world: World) -> None:
    browser = world.browser_as(Role.ORGANIZER)
    addresses = [f"{world.here.path}/organize/exhibitors", f"{world.here.path}/exhibitors"]
    costs: list[list[int]] = []
    for more in (1, 29):
        for number in range(more):
            make_application(
                world.here,
                state=S.ACCEPTED,
                name=f"Club {number}",
                email=f"c{more}-{number}@x.example",
            )
        db.session.expire_all()
        costs.append([])
        for address in addresses:
            with count_queries() as seen:
                text_of(browser, address)
            costs[-1].append(seen.count)
    assert costs[0] == costs[1]


def test_declining_needs_a_reason_and_keeps_the_page(world: World) -> None:
    row, _ = make_application(world.here)
    browser = world.browser_as(Role.ORGANIZER)
    review = f"{world.here.path}/organize/exhibitors/{row.code}"

    decided = {"to": "declined", "key": make_token(), "hold": "10"}
    answer = press(browser, f"{review}/decide", of=review, text="  ", **decided)
    assert answer.status_code == 422
    assert "Give the reason" in answer.text
    answer = press(browser, f"{review}/decide", of=review, text="No room.", **decided)
    assert answer.status_code == 303
    db.session.expire_all()
    assert (row.state, row.decision_text) == (S.DECLINED, "No room.")


def test_a_reviewer_reads_and_does_not_decide(world: World) -> None:
    row, _ = make_application(world.here)
    browser = world.browser_as(Role.REVIEWER)
    review = f"{world.here.path}/organize/exhibitors/{row.code}"
    page = text_of(browser, review)
    assert "Bind your own notebook" in page
    assert 'id="decide"' not in page
    answer = press(
        browser, f"{review}/decide", of=f"{world.here.path}/exhibitors/apply", to="accepted"
    )
    assert answer.status_code == 404
    db.session.expire_all()
    assert row.state == S.SUBMITTED


def test_another_festivals_organizer_finds_nothing_here(world: World) -> None:
    row, _ = make_application(world.here)
    neighbour = world.browser_as(Role.ORGANIZER, at=world.there)
    foreign = f"{world.there.path}/organize/exhibitors"
    text_of(neighbour, f"{world.here.path}/organize/exhibitors", status=404)
    text_of(neighbour, f"{world.here.path}/organize/exhibitors/applications.csv", status=404)
    text_of(neighbour, f"{world.here.path}/organize/exhibitors/{row.code}", status=404)
    text_of(neighbour, f"{foreign}/{row.code}", status=404)
    for corner in (world.here.path, world.there.path):
        answer = press(
            neighbour,
            f"{corner}/organize/exhibitors/{row.code}/decide",
            of=f"{world.there.path}/exhibitors/apply",
        )
        assert answer.status_code == 404
    text_of(world.browser(), f"{world.here.path}/exhibitors/{row.organization.code}", status=404)
    db.session.expire_all()
    assert row.state == S.SUBMITTED


def test_the_table_holds_no_formula(world: World) -> None:
    make_application(world.here, name="=HYPERLINK(1)", about="+1", district="@SUM(A1)", website="")
    make_application(world.there, name="Foreign Club")
    answer = world.browser_as(Role.ORGANIZER).get(
        f"{world.here.path}/organize/exhibitors/applications.csv"
    )
    assert answer.mimetype == "text/csv"
    assert "attachment" in answer.headers["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert [row["organization"] for row in rows] == ["'=HYPERLINK(1)"]
    assert rows[0]["contact_phone"] == "'+34 600 000 000"
    assert rows[0]["tables"] == "2"
    assert not any(cell.startswith(tuple("=+-@")) for row in rows for cell in row.values())


# The catalogue


def test_the_catalogue_shows_the_accepted_only_and_searches(world: World) -> None:
    for number, state in enumerate(S):
        make_application(world.here, state=state, name=f"Club {state}", email=f"{number}@x.example")
    make_application(world.here, state=S.ACCEPTED, name="متحف الميناء", sector="museum")
    address = f"{world.here.path}/exhibitors"
    page = text_of(world.browser(), address)
    assert re.findall(r"Club \w+", page) == ["Club accepted"]
    assert "2 exhibitors" in page
    assert "متحف" in text_of(world.browser(), f"{address}?q=الميناء")
    assert "Club" not in text_of(world.browser(), f"{address}?sector=museum").split("<main")[1]
    assert "Nobody found" in text_of(world.browser(), f"{address}?q=nothing")
    assert "still being chosen" in text_of(world.browser(), f"{world.there.path}/exhibitors")
    text_of(world.browser(), f"{address}/unknown", status=404)


def test_hostile_words_stay_words(world: World) -> None:
    hostile = "<script>alert(1)</script>\"'>{{ 7*7 }}"
    row, token = make_application(
        world.here, state=S.ACCEPTED, name=hostile, about=hostile, district=hostile
    )
    code = row.organization.code
    pages = [
        (world.browser(), f"{world.here.path}/exhibitors"),
        (world.browser(), f"{world.here.path}/exhibitors/{code}"),
        (world.browser(), address_of(world, token)),
        (world.browser_as(Role.ORGANIZER), f"{world.here.path}/organize/exhibitors/{row.code}"),
    ]
    for browser, address in pages:
        page = text_of(browser, address)
        assert "<script>alert" not in page
        assert "{{ 7*7 }}" in page
    assert db.session.scalar(select(func.count(Organization.id))) == 3


# Who signs in for an organization


def test_the_contact_of_an_accepted_application_is_invited_and_sent_away(world: World) -> None:
    row, _ = make_application(world.here, state=S.ACCEPTED)
    browser = world.browser_as(Role.ORGANIZER)
    review = f"{world.here.path}/organize/exhibitors/{row.code}"
    assert "Invite nour@paper.example" in text_of(browser, review)

    assert press(browser, f"{review}/invite", of=review).status_code == 303

    person = db.session.scalars(select(Person).where(Person.email == "nour@paper.example")).one()
    assert [each.organization_id for each in person.grants] == [row.organization_id]
    assert "Invite nour" not in text_of(browser, review)
    assert "Paper Workshop" in text_of(world.browser(person), f"{world.here.path}/exhibitor")
    foreign = world.there.people["exhibitor"]
    for number, status in ((str(foreign.id), 404), ("x", 404), (str(person.id), 303)):
        answer = press(browser, f"{review}/end-contact", of=review, person=number)
        assert answer.status_code == status
    db.session.expire_all()
    assert person.grants == []
    assert len(foreign.grants) == 1


def test_nobody_is_invited_before_the_decision_or_from_elsewhere(world: World) -> None:
    row, _ = make_application(world.here)
    review = f"{world.here.path}/organize/exhibitors/{row.code}"
    browser = world.browser_as(Role.ORGANIZER)
    assert press(browser, f"{review}/invite", of=review).status_code == 409
    neighbour = world.browser_as(Role.ORGANIZER, at=world.there)
    for what in ("invite", "end-contact"):
        answer = press(
            neighbour,
            f"{world.there.path}/organize/exhibitors/{row.code}/{what}",
            of=f"{world.there.path}/exhibitors/apply",
        )
        assert answer.status_code == 404
    assert db.session.scalar(select(Person.id).where(Person.email == "nour@paper.example")) is None
