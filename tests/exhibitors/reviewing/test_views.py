"""Who may see what of the review, and what the pages do."""

from __future__ import annotations

import csv
import io
import re

import pytest
from sqlalchemy import func, select

from festival.accounts.models import RoleGrant
from festival.exhibitors.reviewing import queries
from festival.exhibitors.reviewing.actions import assign, declare_conflict, try_decision
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


# Conflicts, by object


def test_whoever_is_not_impartial_sees_nothing_of_it_anywhere(world: World) -> None:
    make_rubric(world.here)
    row, _ = make_application(world.here, name="Secret Club", about="Hidden words.")
    make_review(row, make_reviewer(world.here, name="Anna"), scores=[5, 5], comment="Splendid.")
    found = make_round(world.here, [(row, S.WAITLISTED)])
    for role in (Role.ORGANIZER, Role.REVIEWER):
        browser = world.browser_as(role)
        assert "Hidden words" in text_of(browser, office(world, f"/{row.code}"))
        answer = submit(browser, office(world, f"/{row.code}/conflict"), {"reason": "My aunt."})
        assert answer.status_code == 303
        for page in ("", "/score"):
            text = text_of(browser, office(world, f"/{row.code}{page}"), status=403)
            assert "Secret Club" not in text
        for page in ("ask", "note", "read", "score", "decide", "reviewers"):
            answer = press(
                browser, office(world, f"/{row.code}/{page}"), of=office(world, "/queue"),
                text="Hello", to="accepted",
            )  # fmt: skip
            assert answer.status_code in (403, 404), page
        listed = text_of(browser, office(world))
        assert f"/organize/exhibitors/{row.code}" not in listed
        assert "You stay away from one application" in listed
    organizer = world.browser_as(Role.ORGANIZER)
    table = organizer.get(office(world, "/applications.csv")).get_data(as_text=True)
    assert "Secret Club" not in table
    assert "Secret Club" not in text_of(organizer, office(world, f"/decisions/{found.code}"))
    press(organizer, office(world, "/try"), of=office(world, "/queue"), to="accepted",
          code=row.code)  # fmt: skip
    db.session.expire_all()
    assert row.state == S.WAITLISTED
    assert db.session.scalar(select(func.count(Trial.id))) == 0
    assert queries.messages_about(row) == []


def test_a_reviewer_of_the_same_domain_is_asked_first(world: World) -> None:
    make_rubric(world.here)
    row, _ = make_application(world.here, email="nour@school.example", about="Hidden words.")
    anna = make_reviewer(world.here, name="Anna", email="anna@school.example")
    browser = world.browser(anna)
    question = office(world, f"/{row.code}/conflict")
    for page in ("", "/score"):
        answer = browser.get(office(world, f"/{row.code}{page}"))
        assert (answer.status_code, answer.location) == (303, question)
    answer = press(browser, office(world, f"/{row.code}/note"), of=question, text="Hello")
    assert answer.status_code == 403
    answer = press(browser, question, of=question, impartial="1")
    assert answer.status_code == 303
    assert "Hidden words" in text_of(browser, office(world, f"/{row.code}"))


def test_an_organizer_lifts_another_s_conflict(world: World) -> None:
    row, _ = make_application(world.here)
    for role in ("organizer", "reviewer"):
        declare_conflict(
            row, person=world.here.people[role], is_impartial=False, reason="Kin.", now=NOW
        )
    db.session.commit()
    browser = world.browser_as(Role.ORGANIZER)
    page = text_of(browser, office(world, "/conflicts"))
    assert page.count("/lift") == 1, "not one's own"
    assert "Kin." in page
    assert submit(browser, office(world, "/conflicts")).status_code == 303
    assert not queries.is_barred(row, person_id=world.here.people["reviewer"].id)


# Scores are hidden until given


def test_scores_appear_after_one_s_own(world: World) -> None:
    make_rubric(world.here)
    row, _ = make_application(world.here)
    anna = make_reviewer(world.here, name="Anna")
    make_review(row, anna, scores=[5, 5], comment="Splendid work.")
    me = world.here.people["reviewer"]
    assign(row, people=[me], now=NOW, actor=SYSTEM)
    db.session.commit()
    browser = world.browser(me)
    page = text_of(browser, office(world, f"/{row.code}"))
    assert "Splendid work." not in page
    assert "One colleague has given scores" in page
    listed = text_of(browser, office(world, "?order=score&score=4"))
    assert "Nothing matches" in listed, "a filter gives nothing away"
    assert "after yours" in text_of(browser, office(world))

    code, other = (each.code for each in queries.criteria_for(row))
    answer = submit(browser, office(world, f"/{row.code}/score"), {f"score-{code}": "2"})
    assert answer.status_code == 422
    assert "Give a score from 0 to 5." in answer.text
    answer = submit(
        browser,
        office(world, f"/{row.code}/score"),
        {f"score-{code}": "2", f"score-{other}": "2", "comment": "Hm."},
    )
    assert answer.location == office(world, f"/{row.code}")
    page = text_of(browser, answer.location)
    assert "Splendid work." in page
    assert "3.5 of 5 on average, spread 1.5" in page
    assert "3.5" in text_of(browser, office(world))


def test_an_organizer_who_shall_judge_does_not_see_before(world: World) -> None:
    make_rubric(world.here)
    row, _ = make_application(world.here)
    make_review(row, make_reviewer(world.here, name="Anna"), scores=[5, 5], comment="Splendid.")
    browser = world.browser_as(Role.ORGANIZER)
    assert "Splendid." in text_of(browser, office(world, f"/{row.code}"))
    assert "Nothing matches" not in text_of(browser, office(world, "?score=4"))
    assign(row, people=[world.here.people["organizer"]], now=NOW, actor=SYSTEM)
    db.session.commit()
    assert "Splendid." not in text_of(browser, office(world, f"/{row.code}"))
    assert "Nothing matches" in text_of(browser, office(world, "?score=4"))
    table = browser.get(office(world, "/applications.csv")).get_data(as_text=True)
    (line,) = csv.DictReader(io.StringIO(table.removeprefix("\ufeff")))
    assert (line["reviews"], line["score"], line["scores"]) == ("1", "", "")


def test_the_queue_leads_from_one_to_the_next(world: World) -> None:
    make_rubric(world.here)
    me = world.here.people["reviewer"]
    rows = [
        make_application(world.here, name=f"Club {number}", email=f"a@club{number}.example")[0]
        for number in range(2)
    ]
    for row in rows:
        assign(row, people=[me], now=NOW, actor=SYSTEM)
    db.session.commit()
    browser = world.browser(me)
    assert "0 of 2 given" in text_of(browser, office(world, "/queue"))
    scores = {f"score-{each.code}": "4" for each in queries.criteria_for(rows[0])}
    answer = submit(browser, office(world, f"/{rows[0].code}/score"), scores | {"next": "1"})
    assert answer.location == office(world, f"/{rows[1].code}/score")
    answer = submit(browser, answer.location, scores | {"next": "1"})
    assert answer.location == office(world, "/queue")
    assert "All done" in text_of(browser, answer.location)
    stale = submit(browser, office(world, f"/{rows[0].code}/score"), scores | {"version": "0",
                   "comment": "Other"})  # fmt: skip
    assert stale.status_code == 409


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
    make_round(world.here, [(row, S.ACCEPTED_WITH_CHANGES)])
    page = address_of(world, token, "/changes")
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
    make_round(world.here, [(row, S.ACCEPTED_WITH_CHANGES)])
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
