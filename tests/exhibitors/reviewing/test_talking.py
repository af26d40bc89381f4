"""Changes that the applicant agrees to, questions, words among the team, the waiting list."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from festival.exhibitors.actions import withdraw
from festival.exhibitors.models import ResumeLink
from festival.exhibitors.reviewing import queries
from festival.exhibitors.reviewing.actions import (
    agree_to_changes,
    answer_question,
    ask_applicant,
    mark_read,
    move_up,
    refuse_changes,
    tell_team,
)
from festival.exhibitors.reviewing.models import (
    DecisionRound,
    ReviewMessage,
)
from festival.exhibitors.reviewing.states import Audience
from festival.exhibitors.states import ApplicationState
from festival.extensions import db
from festival.mail.models import OutboxMessage
from festival.shared.access import Role
from festival.shared.errors import (
    FieldRefused,
    NotFound,
    RuleBroken,
)
from festival.shared.journal import SYSTEM, Actor
from tests.factories.exhibitors import make_application, make_draft
from tests.factories.reviewing import make_reviewer, make_round
from tests.factories.world import NOW, World

pytestmark = pytest.mark.usefixtures("open_call")

S = ApplicationState


def three(world: World) -> list:
    return [
        make_application(world.here, name=f"Club {number}", email=f"a@club{number}.example")[0]
        for number in range(3)
    ]


def decision_mails() -> list[OutboxMessage]:
    kinds = [f"application_{each.value}" for each in S]
    return list(
        db.session.scalars(
            select(OutboxMessage).where(OutboxMessage.kind.in_(kinds)).order_by(OutboxMessage.id)
        )
    )


# Changes


def test_the_applicant_agrees_or_does_not(world: World) -> None:
    one, two, three_ = three(world)
    make_round(world.here, [(one, S.ACCEPTED_WITH_CHANGES), (two, S.ACCEPTED_WITH_CHANGES)])
    assert queries.open_conditions(one) == "Half the area."
    assert db.session.scalar(select(func.count(ResumeLink.id))) == 2, "a link for each mail"
    for _twice in range(2):
        agree_to_changes(one, now=NOW)
        refuse_changes(two, now=NOW)
    assert (one.state, two.state) == (S.ACCEPTED, S.WITHDRAWN)
    assert queries.open_conditions(one) == ""
    assert [mail.kind for mail in decision_mails()][-1] == "application_accepted"
    with pytest.raises(RuleBroken):
        refuse_changes(one, now=NOW)
    with pytest.raises(RuleBroken):
        agree_to_changes(three_, now=NOW)
    assert (one.state, three_.state) == (S.ACCEPTED, S.SUBMITTED)


# Questions


def test_a_question_goes_by_mail_with_a_link_and_the_answer_is_unread(world: World) -> None:
    row, *_ = three(world)
    me = world.here.people["organizer"]
    actor = Actor(me.name, me.id)
    for _twice in range(2):
        ask_applicant(row, text="Water?", now=NOW, actor=actor)
    ask_applicant(row, text="And power?", now=NOW, actor=actor)
    mails = db.session.scalars(
        select(OutboxMessage).where(OutboxMessage.kind == "application_question")
    ).all()
    assert len(mails) == 2
    assert "Water?" in mails[0].body_text
    assert "/exhibitors/application/" in mails[0].body_text

    for _twice in range(2):
        answer_question(row, text="No, thank you.", now=NOW, author="Nour")
    thread = queries.messages_about(row, audience=Audience.APPLICANT)
    assert [(each.author, each.is_from_applicant, each.read_at) for each in thread] == [
        (me.name, False, NOW), (me.name, False, NOW), ("Nour", True, None),
    ]  # fmt: skip
    assert mark_read(row, by_team=True, now=NOW) == 1
    assert mark_read(row, by_team=True, now=NOW) == 0


def test_asking_again_reads_the_answers_and_a_draft_is_not_asked(world: World) -> None:
    row, *_ = three(world)
    answer_question(row, text="By the way …", now=NOW, author="Nour")
    ask_applicant(row, text="Thanks. Water?", now=NOW, actor=SYSTEM)
    assert [each.read_at for each in queries.messages_about(row)] == [NOW, None]
    draft, _ = make_draft(world.here, name="Draft", email="d@draft.example")
    with pytest.raises(RuleBroken):
        ask_applicant(draft, text="Hurry?", now=NOW, actor=SYSTEM)


def test_messages_are_neither_empty_nor_endless_nor_too_many(world: World) -> None:
    row, *_ = three(world)
    for text in ("  ", "x" * 4001):
        with pytest.raises(FieldRefused):
            ask_applicant(row, text=text, now=NOW, actor=SYSTEM)
        with pytest.raises(FieldRefused):
            answer_question(row, text=text, now=NOW, author="Nour")
        with pytest.raises(FieldRefused):
            tell_team(row, text=text, now=NOW, actor=SYSTEM)
    for number in range(50):
        answer_question(row, text=f"Word {number}", now=NOW, author="Nour")
    with pytest.raises(FieldRefused):
        answer_question(row, text="One more", now=NOW, author="Nour")
    answer_question(row, text="Tomorrow", now=NOW + timedelta(days=1), author="Nour")
    assert db.session.scalar(select(func.count(ReviewMessage.id))) == 51


def test_a_word_to_the_team_is_nothing_for_the_applicant(world: World) -> None:
    row, *_ = three(world)
    anna = make_reviewer(world.here, name="Anna")
    for _twice in range(2):
        tell_team(row, text="Look at their power.", now=NOW, actor=Actor("Anna", anna.id))
    assert len(queries.messages_about(row, audience=Audience.TEAM)) == 1
    assert queries.messages_about(row, audience=Audience.APPLICANT) == []


# Waiting list


def test_the_waiting_list_keeps_its_order(world: World) -> None:
    one, two, three_ = three(world)
    edition = world.here.edition
    make_round(world.here, [(one, S.WAITLISTED), (two, S.WAITLISTED)])
    make_round(world.here, [(three_, S.WAITLISTED)])
    assert queries.waiting_list(edition) == [one, two, three_]
    move_up(edition, code=three_.code, by=1, now=NOW, actor=SYSTEM)
    move_up(edition, code=one.code, by=1, now=NOW, actor=SYSTEM)
    assert queries.waiting_list(edition) == [one, three_, two]
    move_up(edition, code=one.code, by=-5, now=NOW, actor=SYSTEM)
    assert queries.waiting_list(edition) == [three_, two, one]
    withdraw(three_, now=NOW)
    assert queries.waiting_list(edition) == [two, one]
    make_round(world.here, [(two, S.ACCEPTED)])
    make_round(world.here, [(two, S.DECLINED)])
    make_round(world.here, [(two, S.WAITLISTED)])
    assert queries.waiting_list(edition) == [one, two], "who comes again stands at the end"
    for place, code in ((edition, "unknown"), (world.there.edition, one.code)):
        with pytest.raises(NotFound):
            move_up(place, code=code, by=1, now=NOW, actor=SYSTEM)
    assert db.session.scalar(select(func.count(DecisionRound.id))) == 5


def test_the_desk_counts_new_answers_and_held_decisions(world: World) -> None:
    one, two, _three = three(world)
    edition = world.here.edition
    answer_question(one, text="One.", now=NOW, author="Nour")
    answer_question(one, text="Two.", now=NOW, author="Nour")
    make_round(world.here, [(one, S.WAITLISTED), (two, S.WAITLISTED)], hold=None)
    make_round(world.here, [(one, S.ACCEPTED)])
    assert queries.count_unread_answers(edition.id) == 1
    assert queries.count_held_mails(edition.id) == 2
    assert queries.count_held_mails(world.there.edition.id) == 0
    browser = world.browser_as(Role.ORGANIZER)
    desk = browser.get(f"{world.here.path}/organize/").text
    assert "applicant has answered a question" in desk
    assert "mails with decisions wait to be released" in desk
    mark_read(one, by_team=True, now=NOW)
    assert queries.count_unread_answers(edition.id) == 0
