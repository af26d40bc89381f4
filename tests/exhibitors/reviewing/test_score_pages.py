"""Who is not impartial sees nothing; scores are hidden until one has given one's own."""

from __future__ import annotations

import csv
import io

import pytest
from sqlalchemy import func, select

from festival.exhibitors.reviewing import queries
from festival.exhibitors.reviewing.actions import assign, declare_conflict
from festival.exhibitors.reviewing.models import (
    Trial,
)
from festival.exhibitors.states import ApplicationState
from festival.extensions import db
from festival.shared.access import Role
from festival.shared.journal import SYSTEM
from tests.exhibitors.reading import press, text_of
from tests.factories.exhibitors import make_application
from tests.factories.reviewing import make_review, make_reviewer, make_round, make_rubric
from tests.factories.world import NOW, World
from tests.forms import submit

pytestmark = pytest.mark.usefixtures("open_call")

S = ApplicationState


def office(world: World, page: str = "") -> str:
    return f"{world.here.path}/organize/exhibitors{page}"


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
