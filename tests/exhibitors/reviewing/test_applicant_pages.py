"""What the applicant does on their pages, and what lists cost."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from festival.accounts.models import RoleGrant
from festival.exhibitors.reviewing import queries
from festival.exhibitors.reviewing.actions import assign, release_round, try_decision
from festival.exhibitors.states import ApplicationState
from festival.extensions import db
from festival.mail.models import OutboxMessage
from festival.shared.access import Role
from festival.shared.clock import utc_now
from festival.shared.journal import SYSTEM
from tests.exhibitors.reading import address_of, press, text_of
from tests.factories.exhibitors import make_application, make_draft
from tests.factories.reviewing import make_review, make_reviewer, make_round, make_rubric
from tests.factories.world import NOW, World
from tests.forms import submit
from tests.queries import count_queries

pytestmark = pytest.mark.usefixtures("open_call")

S = ApplicationState


def office(world: World, page: str = "") -> str:
    return f"{world.here.path}/organize/exhibitors{page}"


# The applicant


def test_the_applicant_answers_by_the_mailed_link(world: World) -> None:
    row, _ = make_application(world.here)
    team = world.browser_as(Role.REVIEWER)
    page = office(world, f"/{row.code}")
    press(team, f"{page}/ask", of=page, text="Do you need <water>?")
    mail = db.session.scalars(
        select(OutboxMessage).where(OutboxMessage.kind == "application_question")
    ).one()
    link = re.search(r"http://localhost(/en/\S+/messages)", mail.body_text)
    assert link is not None
    stranger = world.browser()
    assert "Do you need &lt;water&gt;?" in text_of(stranger, link[1])
    assert submit(stranger, link[1], {"text": " "}).status_code == 422
    assert submit(stranger, link[1], {"text": "No."}).status_code == 303
    assert "new answer" in text_of(world.browser_as(Role.ORGANIZER), office(world, "?unread=1"))
    text_of(team, page)
    assert "new answer" in text_of(team, office(world)), "reading a page changes nothing"
    press(team, f"{page}/read", of=page)
    assert "Nothing matches" in text_of(team, office(world, "?unread=1"))
    press(team, f"{page}/note", of=page, text="Fine for us.")
    assert "Fine for us." in text_of(team, page)
    assert "Fine for us." not in text_of(stranger, link[1])


def test_the_applicant_agrees_on_their_page_and_nobody_else_does(world: World) -> None:
    row, token = make_application(world.here)
    _other, foreign = make_draft(world.here, name="Other", email="o@other.example")
    made = make_round(world.here, [(row, S.ACCEPTED_WITH_CHANGES)])
    page = address_of(world, token, "/changes")
    press(world.browser(), page, of=address_of(world, token, "/messages"), agree="1")
    db.session.expire_all()
    assert row.state == S.ACCEPTED_WITH_CHANGES, "not before the mail has left"
    release_round(made, now=NOW, actor=SYSTEM)
    db.session.commit()
    assert "Half the area." in text_of(world.browser(), address_of(world, token))
    stranger = world.browser_as(Role.EXHIBITOR)
    for handle in (row.code, token[:-1]):
        text_of(stranger, address_of(world, handle, "/changes"), status=404)
        text_of(stranger, address_of(world, handle, "/messages"), status=404)
        answer = press(
            stranger, address_of(world, handle, "/changes"),
            of=address_of(world, foreign, "/messages"), agree="1",
        )  # fmt: skip
        assert answer.status_code == 404
    press(world.browser(), page, of=page)
    db.session.expire_all()
    assert row.state == S.ACCEPTED_WITH_CHANGES, "neither yes nor no changes nothing"
    assert press(world.browser(), page, of=page, agree="1").status_code == 303
    db.session.expire_all()
    assert row.state == S.ACCEPTED
    assert "You take part!" in text_of(world.browser(), page)
    press(world.browser(), page, of=address_of(world, token, "/messages"), refuse="1")
    db.session.expire_all()
    assert row.state == S.ACCEPTED


def test_the_applicant_refuses_the_changes(world: World) -> None:
    row, token = make_application(world.here)
    release_round(make_round(world.here, [(row, S.ACCEPTED_WITH_CHANGES)]), now=NOW, actor=SYSTEM)
    db.session.commit()
    page = address_of(world, token, "/changes")
    assert press(world.browser(), page, of=page, refuse="1").status_code == 303
    db.session.expire_all()
    assert row.state == S.WITHDRAWN


# Costs


def test_lists_cost_the_same_with_one_and_with_thirty(world: World) -> None:
    make_rubric(world.here)
    me, anna = world.here.people["organizer"], make_reviewer(world.here, name="Anna")
    browser = world.browser_as(Role.ORGANIZER)
    reviewer = world.browser(anna)
    pages = ("", "?q=club&order=score&score=1", "/balance", "/decide", "/waiting-list",
             "/reviewers", "/conflicts", "/applications.csv")  # fmt: skip
    costs: list[list[int]] = []
    for more in (1, 29):
        for number in range(more):
            row, _ = make_application(
                world.here, name=f"Club {more} {number}", email=f"{number}@club{more}.example"
            )
            waits, _ = make_application(
                world.here, name=f"Wait {more} {number}", email=f"{number}@wait{more}.example",
                state=S.WAITLISTED,
            )  # fmt: skip
            assign(row, people=[anna], now=NOW, actor=SYSTEM)
            make_review(row, anna, scores=[3, 3])
            try_decision(world.here.edition, codes=[row.code, waits.code], to=S.ACCEPTED,
                         person_id=me.id)  # fmt: skip
        db.session.commit()
        costs.append([])
        for page in pages:
            db.session.expire_all()
            with count_queries() as seen:
                assert browser.get(office(world, page)).status_code == 200
            costs[-1].append(seen.count)
        with count_queries() as seen:
            text_of(reviewer, office(world, "/queue"))
        costs[-1].append(seen.count)
    assert costs[0] == costs[1]


def test_a_member_of_the_organization_is_barred_even_as_organizer(world: World) -> None:
    row, _ = make_application(world.here, about="Hidden words.")
    me = world.here.people["organizer"]
    db.session.add(
        RoleGrant(
            person_id=me.id, role=Role.EXHIBITOR, organization_id=row.organization_id,
            granted_at=NOW,
        )
    )  # fmt: skip
    db.session.commit()
    browser = world.browser_as(Role.ORGANIZER)
    text_of(browser, office(world, f"/{row.code}"), status=403)
    answer = press(
        browser, office(world, f"/{row.code}/decide"), of=office(world, "/queue"), to="accepted"
    )
    assert answer.status_code == 403
    db.session.expire_all()
    assert row.state == S.SUBMITTED


def test_the_applicant_hears_of_a_decision_when_its_mail_leaves(world: World) -> None:
    now = utc_now()
    row, token = make_application(world.here)
    other, other_token = make_application(world.here, name="Other", email="o@other.example")
    found = make_round(world.here, [(row, S.ACCEPTED_WITH_CHANGES), (other, S.DECLINED)], hold=None)
    for handle in (token, other_token):
        page = text_of(world.browser(), address_of(world, handle))
        assert "Your application is handed in." in page
        assert "Half the area." not in page
        assert "A word from us." not in page
    found.leaves_at = now + timedelta(hours=1)
    db.session.commit()
    assert queries.told_state(row, now=now) is S.SUBMITTED
    assert queries.told_state(row, now=now + timedelta(hours=1)) is S.ACCEPTED_WITH_CHANGES
    release_round(found, now=now, actor=SYSTEM)
    db.session.commit()
    assert "Half the area." in text_of(world.browser(), address_of(world, token))
    assert "A word from us." in text_of(world.browser(), address_of(world, other_token))
