"""Changing calls, and what a personal link lets in."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from festival.exhibitors.actions import CallClosed, save_step, submit
from festival.exhibitors.calls import actions
from festival.exhibitors.calls.actions import CallFacts, ClassFacts, QuestionFacts
from festival.exhibitors.calls.models import Call
from festival.exhibitors.calls.queries import calls_of, find_call
from festival.exhibitors.calls.rules import WallWindows
from festival.exhibitors.calls.states import CallKind, QuestionKind
from festival.exhibitors.starting import start_application
from festival.exhibitors.states import ApplicationState, Step
from festival.extensions import db
from festival.festivals.actions import clone_edition
from festival.festivals.models import Edition
from festival.shared.errors import FieldRefused, RuleBroken, StaleVersion
from festival.shared.journal import SYSTEM
from festival.shared.tokens import make_token
from tests.factories.calls import make_question, make_stand_class
from tests.factories.exhibitors import fill, make_application, make_draft, needs_values
from tests.factories.world import NOW, World

DAY = timedelta(days=1)


def wall(text: str) -> datetime:
    """On the clock of the edition."""
    return datetime.fromisoformat(text)


FACTS = CallFacts(
    windows=WallWindows(opens=wall("2027-01-01T09:00"), closes=wall("2027-07-01T18:00")),
    texts={"en": {"title": "Show it", "text": "A stand costs nothing."}, "fr": {"title": ""}},
    papers_wanted=["insurance"],
)
ARGUMENTS: dict[str, Any] = {"now": NOW, "actor": SYSTEM}


def closed(world: World) -> Call:
    world.here.call.closes_at = NOW - DAY
    db.session.commit()
    return world.here.call


def next_edition(world: World) -> Edition:
    made = clone_edition(
        world.here.edition, slug="2028", title="Luminara Learns 2028",
        starts_on=world.here.edition.starts_on + timedelta(days=364), **ARGUMENTS,
    )  # fmt: skip
    db.session.commit()
    return made


# The call itself


@pytest.mark.both_databases
def test_times_are_read_on_the_clock_of_the_edition_and_texts_kept_where_there_are_some(
    world: World,
) -> None:
    call = actions.change_call(
        world.here.edition, kind=CallKind.ACTIVITIES, facts=FACTS, version=0, **ARGUMENTS
    )
    db.session.commit()
    db.session.expire_all()
    assert call.opens_at == datetime(2027, 1, 1, 8, tzinfo=UTC), "Madrid, winter"
    assert call.closes_at == datetime(2027, 7, 1, 16, tzinfo=UTC), "Madrid, summer"
    assert call.texts == {"en": {"title": "Show it", "text": "A stand costs nothing."}}
    assert [each.kind for each in calls_of(world.here.edition)] == ["exhibitors", "activities"]
    assert [each.kind for each in calls_of(world.there.edition)] == ["exhibitors"]


def test_two_editors_of_one_call(world: World) -> None:
    call = world.here.call
    version = call.version
    actions.change_call(
        world.here.edition, kind=call.kind, facts=FACTS, version=version, **ARGUMENTS
    )
    with pytest.raises(StaleVersion):
        actions.change_call(
            world.here.edition, kind=call.kind, facts=replace(FACTS, most_passes=1),
            version=version, **ARGUMENTS,
        )  # fmt: skip
    assert call.most_passes == 6


def test_a_wrong_time_is_refused_beside_its_field(world: World) -> None:
    wrong = replace(FACTS, windows=WallWindows(opens=wall("2027-03-28T02:30")))
    with pytest.raises(FieldRefused) as refused:
        actions.change_call(
            world.here.edition, kind=CallKind.EXHIBITORS, facts=wrong, version=1, **ARGUMENTS
        )
    assert refused.value.field == "opens"


def test_two_at_once_make_one_call(world: World) -> None:
    actions.set_call(world.here.edition, opens_at=NOW, kind=CallKind.ACTIVITIES, **ARGUMENTS)
    with pytest.raises(StaleVersion):
        actions._new_call(world.here.edition, kind=CallKind.ACTIVITIES, now=NOW)
    assert db.session.scalar(select(func.count(Call.id))) == 3


@pytest.mark.both_databases
def test_the_next_edition_has_the_calls_of_the_last_a_year_later(world: World) -> None:
    first = make_question(world.here, kind="choice", options=["Yes", "No"])
    make_question(
        world.here, "How many?", kind="number", shown_if_question=first.code,
        shown_if_answer=first.options[0]["value"],
    )  # fmt: skip
    make_stand_class(world.here)
    world.here.call.closes_at = datetime(2027, 4, 1, 16, tzinfo=UTC)
    copy = find_call(next_edition(world))
    assert copy is not None
    assert copy.closes_at == datetime(2028, 3, 30, 16, tzinfo=UTC), "18:00 in Madrid in summer"
    assert [(each.code, each.labels, each.shown_if_question) for each in copy.questions] == [
        (each.code, each.labels, each.shown_if_question) for each in world.here.call.questions
    ]
    assert [each.names for each in copy.stand_classes] == [{"en": "A table in the hall"}]
    assert copy.id != world.here.call.id


# Questions and kinds of stand


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        (QuestionFacts(QuestionKind.TEXT, {"en": ""}), "labels"),
        (QuestionFacts(QuestionKind.CHOICE, {"en": "Which?"}), "options"),
        (
            QuestionFacts(
                QuestionKind.SEVERAL, {"en": "Which?"}, options=[{"labels": {"en": "One"}}]
            ),
            "options",
        ),
        (
            QuestionFacts(
                QuestionKind.TEXT, {"en": "Why?"}, shown_if_question="q", shown_if_answer="x"
            ),
            "shown_if",
        ),
    ],
)
def test_a_question_that_cannot_be_asked_is_refused(
    world: World, facts: QuestionFacts, field: str
) -> None:
    with pytest.raises(FieldRefused) as refused:
        actions.add_question(world.here.call, facts, **ARGUMENTS)
    assert refused.value.field == field
    assert world.here.call.questions == []


def test_the_value_of_an_answer_never_changes_with_its_words(world: World) -> None:
    row = make_question(world.here, kind="choice", options=["Yes", "No"])
    kept = row.options[0]["value"]
    options = [
        {"value": kept, "labels": {"en": "Gladly", "fr": ""}},
        {"value": "", "labels": {"en": "Never"}},
        {"value": "", "labels": {"en": ""}},
    ]
    facts = QuestionFacts(QuestionKind.CHOICE, {"en": "Well?"}, options=options, required=True)
    actions.change_question(row, facts, **ARGUMENTS)
    assert [each["labels"] for each in row.options] == [{"en": "Gladly"}, {"en": "Never"}]
    assert row.options[0]["value"] == kept
    text = QuestionFacts(QuestionKind.TEXT, {"en": "Well?"}, options=options)
    actions.change_question(row, text, **ARGUMENTS)
    assert row.options == []


def test_questions_move_but_not_before_what_they_depend_on(world: World) -> None:
    first = make_question(world.here, "First?", kind="consent")
    second = make_question(world.here, "Second?")
    third = make_question(world.here, "Third?", shown_if_question=first.code, shown_if_answer="yes")
    call = world.here.call

    def order() -> list[str]:
        return [each.labels["en"] for each in call.questions]

    actions.move_question(second, up=True, **ARGUMENTS)
    assert order() == ["Second?", "First?", "Third?"]
    for row, up in ((second, True), (third, False)):
        actions.move_question(row, up=up, **ARGUMENTS)
    assert order() == ["Second?", "First?", "Third?"], "at the end of the list nothing happens"
    db.session.commit()
    with pytest.raises(RuleBroken):
        actions.move_question(third, up=True, **ARGUMENTS)
    db.session.rollback()
    assert order() == ["Second?", "First?", "Third?"]
    with pytest.raises(RuleBroken):
        actions.remove_question(first, **ARGUMENTS)
    with pytest.raises(RuleBroken):
        actions.change_question(
            first, QuestionFacts(QuestionKind.TEXT, {"en": "Why?"}), **ARGUMENTS
        )
    db.session.rollback()
    actions.remove_question(third, **ARGUMENTS)
    actions.remove_question(first, **ARGUMENTS)
    assert order() == ["Second?"]


def test_not_more_questions_and_classes_than_can_be_read(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("festival.exhibitors.calls.rules.MOST_QUESTIONS", 1)
    monkeypatch.setattr("festival.exhibitors.calls.rules.MOST_CLASSES", 1)
    make_question(world.here)
    make_stand_class(world.here)
    with pytest.raises(FieldRefused):
        make_question(world.here)
    with pytest.raises(FieldRefused):
        make_stand_class(world.here)
    with pytest.raises(FieldRefused):
        actions.put_stand_class(world.here.call, ClassFacts(names={}), **ARGUMENTS)


def test_a_class_that_somebody_wishes_for_stays(world: World) -> None:
    row = make_stand_class(world.here)
    application, _ = make_draft(world.here)
    plan = {"brings": ["exhibits"], "space": "table", "stand_class": row.code}
    save_step(application, step=Step.PLAN, values=plan, version=1, now=NOW)
    db.session.commit()
    assert application.stand_class is row
    with pytest.raises(RuleBroken):
        actions.remove_stand_class(row, **ARGUMENTS)
    actions.put_stand_class(
        world.here.call, ClassFacts(names={"en": "Bigger"}, area_m2=9), row=row, **ARGUMENTS
    )
    assert (row.names, row.area_m2) == ({"en": "Bigger"}, 9)
    application.stand_class = None
    db.session.flush()
    actions.remove_stand_class(row, **ARGUMENTS)
    assert world.here.call.stand_classes == []


# Limits


def test_a_full_call_takes_no_more_but_a_personal_link_does(world: World) -> None:
    call = world.here.call
    draft, _ = make_draft(world.here, name="Second", email="b@example.org")
    fill(draft)
    make_application(world.here, name="First", email="a@example.org")
    call.most_applications = 1
    db.session.commit()
    with pytest.raises(CallClosed):
        make_draft(world.here, name="Third", email="c@example.org")
    db.session.rollback()
    with pytest.raises(CallClosed):
        submit(draft, version=draft.version, now=NOW)
    draft.late_until = NOW + DAY
    submit(draft, version=draft.version, now=NOW)
    assert draft.state is ApplicationState.SUBMITTED


def test_what_the_call_limits_is_refused_beside_its_field(world: World) -> None:
    row, _ = make_draft(world.here)
    world.here.call.most_passes = 3
    with pytest.raises(FieldRefused) as refused:
        save_step(
            row, step=Step.NEEDS, values=needs_values(team_passes_wanted=4), version=1, now=NOW
        )
    assert refused.value.field == "team_passes_wanted"
    assert "3" in refused.value.spoken()


def test_a_call_for_activities_asks_for_no_stand(world: World) -> None:
    actions.set_call(world.here.edition, opens_at=NOW, kind=CallKind.ACTIVITIES, **ARGUMENTS)
    row = start_application(
        world.here.edition, organization_name="Choir", email="choir@example.org", language="en",
        key=make_token(), now=NOW, kind=CallKind.ACTIVITIES,
    )  # fmt: skip
    assert (row.brings, row.needs) == (["activities"], {"space": "none"})
    assert row.call is not None
    assert row.call.kind is CallKind.ACTIVITIES
