"""Who may see what of the review, and what the pages do."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import func, select

from festival.exhibitors.reviewing import queries
from festival.exhibitors.reviewing.actions import declare_conflict
from festival.exhibitors.reviewing.models import (
    Assignment,
    Conflict,
    DecisionRound,
    Review,
    ReviewMessage,
    Trial,
)
from festival.exhibitors.states import ApplicationState
from festival.extensions import db
from festival.mail.models import OutboxMessage
from festival.mail.states import MessageState
from festival.shared.access import Role
from tests.exhibitors.reading import press, text_of
from tests.factories.exhibitors import make_application
from tests.factories.reviewing import make_reviewer, make_round, make_rubric
from tests.factories.world import NOW, World
from tests.forms import submit

pytestmark = pytest.mark.usefixtures("open_call")

S = ApplicationState


def office(world: World, page: str = "") -> str:
    return f"{world.here.path}/organize/exhibitors{page}"


# The neighbour


def test_another_festival_s_people_reach_nothing(world: World) -> None:
    make_rubric(world.here)
    row, _ = make_application(world.here)
    found = make_round(world.here, [(row, S.WAITLISTED)])
    declare_conflict(
        row, person=world.here.people["reviewer"], is_impartial=False, reason="", now=NOW
    )
    db.session.commit()
    number = db.session.scalars(select(Conflict.id)).one()
    counts = [
        select(func.count()).select_from(model)
        for model in (Review, Assignment, ReviewMessage, Trial, Conflict, DecisionRound)
    ]
    before = [db.session.scalar(each) for each in counts]
    version = row.version
    for role in (Role.ORGANIZER, Role.REVIEWER):
        browser = world.browser_as(role, at=world.there)
        for base in (office(world), f"{world.there.path}/organize/exhibitors"):
            for page in ("", "/score", "/reviewers", "/conflict"):
                text_of(browser, f"{base}/{row.code}{page}", status=404)
            text_of(browser, f"{base}/decisions/{found.code}", status=404)
            for page in (
                f"/{row.code}/decide", f"/{row.code}/ask", f"/{row.code}/note",
                f"/{row.code}/read", f"/{row.code}/score", f"/{row.code}/conflict",
                f"/{row.code}/reviewers", f"/decisions/{found.code}/undo",
                f"/decisions/{found.code}/release", f"/conflicts/{number}/lift",
                f"/waiting-list/{row.code}",
            ):  # fmt: skip
                answer = press(
                    browser, f"{base}{page}", of=f"{world.there.path}/exhibitors/apply",
                    to="accepted", text="Hello", code=row.code,
                )  # fmt: skip
                assert answer.status_code == 404, page
    there = world.browser_as(Role.ORGANIZER, at=world.there)
    foreign = f"{world.there.path}/organize/exhibitors"
    press(there, f"{foreign}/try", of=foreign, to="accepted", code=row.code)
    db.session.expire_all()
    assert [db.session.scalar(each) for each in counts] == before
    assert (row.state, row.version) == (S.WAITLISTED, version)


def test_a_reviewer_scores_and_does_not_decide(world: World) -> None:
    make_rubric(world.here)
    row, _ = make_application(world.here)
    browser = world.browser_as(Role.REVIEWER)
    page = text_of(browser, office(world, f"/{row.code}"))
    assert 'id="decide"' not in page
    for page in ("/balance", "/decide", "/decisions", "/rubric", "/reviewers", "/targets"):
        text_of(browser, office(world, page), status=404)
    for page in ("/try", f"/{row.code}/decide", f"/waiting-list/{row.code}"):
        answer = press(
            browser, office(world, page), of=office(world, f"/{row.code}"), to="accepted",
            code=row.code,
        )  # fmt: skip
        assert answer.status_code == 404
    db.session.expire_all()
    assert row.state == S.SUBMITTED


# Preparing


def test_the_rubric_is_written_and_an_emptied_line_is_dropped(world: World) -> None:
    browser = world.browser_as(Role.ORGANIZER)
    page = office(world, "/rubric")
    answer = submit(browser, page, {"lines-0-name": "Learning", "lines-0-weight": "3"})
    assert answer.status_code == 303
    (one,) = queries.criteria_of(world.here.edition)
    assert (one.name, one.weight) == ("Learning", 3)
    answer = submit(
        browser, page, {"lines-0-name": "", "lines-1-name": "Open", "lines-2-name": "open"}
    )
    assert answer.status_code == 422
    assert "Two criteria have the same name." in answer.text
    assert submit(browser, page, {"lines-0-name": "", "lines-1-name": "Open"}).status_code == 303
    db.session.expire_all()
    assert [each.name for each in queries.criteria_of(world.here.edition)] == ["Open"]
    assert submit(browser, page, {"seen": "gone"}).status_code == 409
    assert submit(browser, page, {"lines-0-weight": "9"}).status_code == 422


def test_reviewers_are_set_by_hand_and_evenly(world: World) -> None:
    row, _ = make_application(world.here)
    anna = make_reviewer(world.here, name="Anna")
    foreign = make_reviewer(world.there, name="Foreign")
    browser = world.browser_as(Role.ORGANIZER)
    page = office(world, f"/{row.code}/reviewers")
    assert submit(browser, page, {"people": [str(foreign.id)]}).status_code == 404
    assert submit(browser, page, {"people": [str(anna.id)]}).status_code == 303
    assert [each.person_id for each in queries.assignments_of(row)] == [anna.id]
    assert submit(browser, office(world, "/reviewers"), {"each": "99"}).status_code == 422
    assert submit(browser, office(world, "/reviewers"), {"each": "2"}).status_code == 303
    assert len(queries.assignments_of(row)) == 2


# Deciding


def test_decisions_are_tried_previewed_made_and_undone(world: World) -> None:
    one, _ = make_application(world.here, name="One", email="a@one.example")
    two, _ = make_application(world.here, name="Two", email="b@two.example", language="fr")
    browser = world.browser_as(Role.ORGANIZER)
    list_page = office(world)
    answer = press(
        browser, office(world, "/try"), of=list_page, to="accepted", code=one.code,
        back=f"{list_page}?state=submitted",
    )  # fmt: skip
    assert answer.location == f"{list_page}?state=submitted"
    answer = press(
        browser, office(world, "/try"), of=list_page, to="accepted_with_changes", code=two.code,
        back="https://evil.example/",
    )  # fmt: skip
    assert answer.location == list_page, "back never leads to another site"
    assert "You try 2 decisions" in text_of(browser, list_page)
    assert "take part instead of 0" in text_of(browser, office(world, "/balance"))

    page = office(world, "/decide")
    preview = submit(browser, page, {"text-accepted-en": "Hello {organization}!", "preview": "1"})
    assert preview.status_code == 200
    assert "Hello One!" in preview.text
    assert db.session.scalar(select(func.count(DecisionRound.id))) == 0
    wrong = submit(browser, page, {"text-accepted-en": "Hello {nobody}!"})
    assert wrong.status_code == 422
    assert "There is no placeholder {nobody} here" in wrong.text
    missing = submit(browser, page)
    assert missing.status_code == 422
    assert "Say what has to change" in missing.text
    db.session.expire_all()
    assert one.state == S.SUBMITTED, "all or nothing"

    answer = submit(
        browser, page, {f"conditions-{two.code}": "Only Saturday.", "text-accepted-en": "Hi {name}"}
    )
    assert answer.status_code == 303
    db.session.expire_all()
    assert (one.state, two.state) == (S.ACCEPTED, S.ACCEPTED_WITH_CHANGES)
    assert one.decision_text == "Hi Nour Haddad"
    assert "mail waits" in text_of(browser, list_page)
    assert "You try nothing yet" in text_of(browser, page)

    undone = submit(browser, answer.location, form=0)
    assert undone.status_code == 303
    db.session.expire_all()
    assert (one.state, two.state) == (S.SUBMITTED, S.SUBMITTED)
    states = db.session.scalars(
        select(OutboxMessage.state).where(OutboxMessage.kind.like("application_accepted%"))
    ).all()
    assert set(states) == {MessageState.CANCELLED}
    assert "Undone" in text_of(browser, answer.location)


def test_the_decision_on_one_is_made_on_its_page(world: World) -> None:
    row, _ = make_application(world.here)
    browser = world.browser_as(Role.ORGANIZER)
    page = office(world, f"/{row.code}")
    forms = {"to": "declined", "text": ""}
    where = _decide_form(browser.get(page).text)
    answer = submit(browser, page, forms, form=where)
    assert answer.status_code == 422
    assert "Give the reason" in answer.text
    answer = submit(browser, page, {"to": "accepted_with_changes"}, form=where)
    assert answer.status_code == 422
    assert "Say what has to change" in answer.text
    answer = submit(browser, page, {"to": None}, form=where)
    assert answer.status_code == 422
    stale = submit(browser, page, {"to": "accepted", "seen": "waitlisted"}, form=where)
    assert stale.status_code == 409
    answer = submit(browser, page, {"to": "waitlisted", "hold": "held"}, form=where)
    assert answer.status_code == 303
    db.session.expire_all()
    assert row.state == S.WAITLISTED
    assert row.decision_text.startswith("Dear Nour Haddad, more organizations")
    released = submit(browser, answer.location, form=1)
    assert released.status_code == 303
    assert "Mails have left" not in text_of(browser, office(world, "/decisions"))
    text_of(browser, office(world, "/waiting-list"))


def _decide_form(page: str) -> int:
    """The position of the decision's form among those that post."""
    actions = re.findall(r'<form[^>]*method="post"[^>]*action="([^"]+)"', page)
    actions = [each for each in actions if "sign-out" not in each]
    return next(number for number, each in enumerate(actions) if each.endswith("/decide"))


def test_texts_and_wishes_are_saved_on_their_pages(world: World) -> None:
    make_application(world.here)
    browser = world.browser_as(Role.ORGANIZER)
    texts = office(world, "/decision-texts")
    assert submit(browser, texts, {"declined-ar": "{x}"}).status_code == 422
    assert submit(browser, texts, {"declined-ar": "{name}"}).status_code == 303
    assert queries.texts_of(world.here.edition) == {(S.DECLINED, "ar"): "{name}"}
    wishes = office(world, "/targets")
    assert submit(browser, wishes, {"sector:library": "-1"}).status_code == 422
    assert submit(browser, wishes, {"sector:library": "4"}).status_code == 303
    assert "Library" in text_of(browser, office(world, "/balance"))


def test_the_waiting_list_is_moved_and_promoted_by_hand(world: World) -> None:
    rows = [
        make_application(world.here, name=f"Club {number}", email=f"a@club{number}.example")[0]
        for number in range(3)
    ]
    make_round(world.here, [(row, S.WAITLISTED) for row in rows[:2]])
    browser = world.browser_as(Role.ORGANIZER)
    page = office(world, "/waiting-list")
    press(browser, f"{page}/{rows[0].code}", of=page, to="down")
    press(browser, f"{page}/{rows[0].code}", of=page, to="up")
    press(browser, f"{page}/{rows[1].code}", of=page, to="up")
    assert queries.waiting_list(world.here.edition) == [rows[1], rows[0]]
    make_round(world.here, [(rows[2], S.DECLINED)])
    review = text_of(browser, office(world, f"/{rows[2].code}"))
    assert "A place has become free" in review
    assert rows[1].code in review
