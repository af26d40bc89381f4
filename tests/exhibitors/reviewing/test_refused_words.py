"""Words that are refused come back on the page; papers and answers ask who is impartial."""

from __future__ import annotations

import csv
import io

import html5lib
import pytest
from sqlalchemy import func, select

from festival.exhibitors.actions import save_step
from festival.exhibitors.reviewing.actions import declare_conflict
from festival.exhibitors.reviewing.models import ReviewMessage
from festival.exhibitors.states import ApplicationState, Step
from festival.extensions import db
from festival.mail.models import OutboxMessage
from festival.shared.access import Role
from tests.exhibitors.reading import press, text_of
from tests.factories.calls import make_question
from tests.factories.exhibitors import make_application, make_draft
from tests.factories.papers import make_paper
from tests.factories.world import NOW, World
from tests.forms import XHTML, submit
from tests.queries import count_queries

pytestmark = pytest.mark.usefixtures("open_call")

LONG = "Bring a longer table. " * 190


def office(world: World, page: str = "") -> str:
    return f"{world.here.path}/organize/exhibitors{page}"


def written() -> int:
    return db.session.scalar(select(func.count(ReviewMessage.id))) or 0


@pytest.mark.parametrize("role", [Role.ORGANIZER, Role.REVIEWER])
@pytest.mark.parametrize(("door", "field"), [("ask", "question"), ("note", "note")])
@pytest.mark.parametrize(("text", "sentence"), [(LONG, "4000"), (" \n ", "Write something first")])
def test_a_refused_word_stays_in_its_field_with_the_reason(
    world: World, role: Role, door: str, field: str, text: str, sentence: str
) -> None:
    row, _ = make_application(world.here)
    page = office(world, f"/{row.code}")
    answer = press(world.browser_as(role), f"{page}/{door}", of=page, text=text)
    assert answer.status_code == 422
    root = html5lib.parse(answer.get_data(), treebuilder="etree")
    areas = {each.get("id"): each for each in root.iter(f"{XHTML}textarea")}
    kept = areas.pop(field)
    assert (kept.text or "").strip() == text.strip()
    assert kept.get("aria-invalid") == "true"
    assert f"{field}-error" in kept.get("aria-describedby")
    assert not any((each.text or "").strip() for each in areas.values())
    wrong = next(each for each in root.iter() if each.get("id") == f"{field}-error")
    assert sentence in "".join(wrong.itertext())
    ids = [each.get("id") for each in root.iter() if each.get("id")]
    assert len(ids) == len(set(ids))
    assert written() == 0
    assert not db.session.scalar(
        select(OutboxMessage.id).where(OutboxMessage.kind == "application_question")
    )


def test_the_same_page_sends_what_is_right_after_all(world: World) -> None:
    row, _ = make_application(world.here)
    page = office(world, f"/{row.code}")
    browser = world.browser_as(Role.ORGANIZER)
    for door in ("ask", "note"):
        answer = press(browser, f"{page}/{door}", of=page, text="How <big> is it?")
        assert answer.status_code == 303
    assert written() == 2
    assert text_of(browser, page).count("How &lt;big&gt; is it?") == 2


def test_a_draft_is_not_asked_and_the_words_are_kept(world: World) -> None:
    row, _ = make_draft(world.here)
    page = office(world, f"/{row.code}")
    answer = press(world.browser_as(Role.ORGANIZER), f"{page}/ask", of=page, text="Hello?")
    assert answer.status_code == 409
    assert written() == 0


def test_whoever_is_not_impartial_opens_no_paper_either(world: World) -> None:
    row, _ = make_application(world.here)
    paper = make_paper(row)
    for role in (Role.ORGANIZER, Role.REVIEWER):
        browser = world.browser_as(role)
        door = office(world, f"/{row.code}/papers/{paper.file.code}")
        with browser.get(door) as answer:
            assert answer.status_code == 200
        declare_conflict(
            row, person=world.here.people[role.value], is_impartial=False, reason="", now=NOW
        )
        db.session.commit()
        with browser.get(door) as answer:
            assert answer.status_code == 403
            assert answer.mimetype == "text/html"
        papers = browser.get(office(world, f"/{row.code}/papers"))
        assert papers.status_code == (403 if role is Role.ORGANIZER else 404)


def test_a_reviewer_of_the_same_domain_answers_before_opening_a_paper(world: World) -> None:
    row, _ = make_application(world.here, email="nour@school.example")
    world.here.people["reviewer"].email = "anna@school.example"
    db.session.commit()
    paper = make_paper(row)
    door = office(world, f"/{row.code}/papers/{paper.file.code}")
    browser = world.browser_as(Role.REVIEWER)
    assert browser.get(door).status_code == 403
    asked = office(world, f"/{row.code}/conflict")
    assert submit(browser, asked, {"impartial": "1", "reason": ""}).status_code == 303
    with browser.get(door) as answer:
        assert answer.status_code == 200


# Answers


def answers(world: World, role: Role = Role.ORGANIZER, kind: str = "exhibitors") -> list[list[str]]:
    browser = world.browser_as(role)
    answer = browser.get(f"{world.here.path}/organize/calls/{kind}/answers.csv")
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment")
    return list(csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig"))))


def test_the_answers_are_a_table_without_formulas(world: World) -> None:
    classes = make_question(world.here, "=1+1 classes?", kind="choice", options=["Yes", "No"])
    yes = classes.options[0]["value"]
    many = make_question(world.here, "How many?", kind="number",
                         shown_if_question=classes.code, shown_if_answer=yes)  # fmt: skip
    words = make_question(world.here, "Anything else?")
    told = {classes.code: yes, many.code: 12, words.code: '=HYPERLINK("http://127.0.0.1")'}
    row, _ = make_application(world.here, name="@Makers")
    row.answers = told
    silent, _ = make_application(world.here, name="Silent", email="s@silent.example")
    silent.answers = {classes.code: classes.options[1]["value"], many.code: 99}
    draft, _ = make_draft(world.here, name="Draft", email="d@draft.example")
    save_step(draft, step=Step.QUESTIONS, values=told, version=draft.version, now=NOW)
    db.session.commit()
    table = answers(world)
    assert table[0] == [
        "Code", "State", "Organization", "'=1+1 classes?", "How many?", "Anything else?"
    ]  # fmt: skip
    assert table[1:] == [
        [row.code, "Handed in", "'@Makers", "Yes", "12", "'" + told[words.code]],
        [silent.code, "Handed in", "Silent", "No", "", ""],
    ]
    declare_conflict(
        row, person=world.here.people["organizer"], is_impartial=False, reason="", now=NOW
    )
    db.session.commit()
    assert [each[2] for each in answers(world)[1:]] == ["Silent"]


def test_answers_are_the_organizers_and_those_of_one_edition(world: World) -> None:
    make_question(world.here)
    make_application(world.here)
    door = f"{world.here.path}/organize/calls/exhibitors/answers.csv"
    assert world.browser_as(Role.REVIEWER).get(door).status_code == 404
    assert world.browser_as(Role.ORGANIZER, at=world.there).get(door).status_code == 404
    own = door.replace(world.here.path, world.there.path)
    theirs = world.browser_as(Role.ORGANIZER, at=world.there).get(own)
    assert theirs.get_data().decode("utf-8-sig").count("\r\n") == 1
    missing = door.replace("/exhibitors/", "/activities/")
    assert world.browser_as(Role.ORGANIZER).get(missing).status_code == 404
    assert "answers.csv" in text_of(
        world.browser_as(Role.ORGANIZER), f"{world.here.path}/organize/calls"
    )


def test_the_table_costs_the_same_with_twenty(world: World) -> None:
    make_question(world.here)
    browser = world.browser_as(Role.ORGANIZER)
    door = f"{world.here.path}/organize/calls/exhibitors/answers.csv"
    make_application(world.here, name="First", email="a@first.example")
    browser.get(door)
    with count_queries() as few:
        browser.get(door)
    for number in range(20):
        make_application(world.here, name=f"Club {number}", email=f"a@club{number}.example",
                         state=ApplicationState.SUBMITTED)  # fmt: skip
    with count_queries() as many:
        browser.get(door)
    assert many.count == few.count
