"""Changing calls, and what a personal link lets in."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from festival.exhibitors.actions import CallClosed, save_step, submit, take_back
from festival.exhibitors.calls import actions, links
from festival.exhibitors.calls.actions import CallFacts, ClassFacts, QuestionFacts
from festival.exhibitors.calls.models import Call, CallLink
from festival.exhibitors.calls.queries import calls_of, find_call
from festival.exhibitors.calls.rules import WallWindows
from festival.exhibitors.calls.states import CallKind, LinkPurpose, QuestionKind
from festival.exhibitors.models import Application, Organization
from festival.exhibitors.queries import earlier_exhibitors
from festival.exhibitors.starting import add_resume_link, find_by_key, start_application
from festival.exhibitors.states import ApplicationState, Step
from festival.extensions import db
from festival.festivals.actions import clone_edition
from festival.festivals.models import Edition
from festival.mail.models import OutboxMessage
from festival.shared.errors import FieldRefused, NotFound, RuleBroken, StaleVersion
from festival.shared.journal import SYSTEM, JournalEntry
from festival.shared.tokens import make_token, token_hash
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


# Personal links


@pytest.mark.both_databases
def test_a_late_link_lets_one_organization_in_and_nobody_else(world: World) -> None:
    call = closed(world)
    with pytest.raises(CallClosed):
        make_draft(world.here)
    db.session.rollback()
    link = links.make_late_link(
        call, organization=None, email=" Late@Example.org ", language="fr",
        expires_at=NOW + DAY, **ARGUMENTS,
    )  # fmt: skip
    token = make_token()
    link.token_hash = token_hash(token)  # the mail holds the secret, the database only its hash
    db.session.commit()
    assert link.email == "late@example.org"
    arguments: dict[str, Any] = {"token": token, "language": "fr", **ARGUMENTS}
    with pytest.raises(FieldRefused):
        links.open_link(link, **arguments)
    row = links.open_link(link, organization_name="Latecomers", **arguments)
    again = links.open_link(link, organization_name="Somebody else", **arguments)
    db.session.commit()
    assert again.id == row.id
    assert (row.organization.name, row.late_until) == ("Latecomers", NOW + DAY)
    assert find_by_key(world.here.edition, key=token) is row
    assert find_by_key(world.there.edition, key=token) is None
    fill(row)
    submit(row, version=row.version, now=NOW)
    take_back(row, now=NOW)
    with pytest.raises(CallClosed):
        submit(row, version=row.version, now=NOW + DAY)


def test_a_late_link_opens_the_draft_that_is_there(world: World) -> None:
    row, first = make_draft(world.here)
    fill(row)
    call = closed(world)
    link = links.make_late_link(
        call, organization=row.organization, email="", language="en", expires_at=NOW + DAY,
        **ARGUMENTS,
    )  # fmt: skip
    assert link.email == "nour@paper.example"
    token = make_token()
    link.token_hash = token_hash(token)
    found = links.open_link(link, token=token, language="en", **ARGUMENTS)
    assert found is row
    edition = world.here.edition
    assert find_by_key(edition, key=first) is row is find_by_key(edition, key=token)
    submit(row, version=row.version, now=NOW)
    other = links.make_late_link(
        call, organization=row.organization, email="", language="en", expires_at=NOW + 2 * DAY,
        **ARGUMENTS,
    )  # fmt: skip
    links.open_link(other, token=make_token(), language="en", **ARGUMENTS)
    assert row.late_until == NOW + DAY, "what was handed in needs no more time"


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"email": "a@b.example, c@d.example"}, "email"), ({"expires_at": None}, "until"),
     ({"expires_at": NOW}, "until")],
)  # fmt: skip
def test_a_late_link_is_refused_beside_its_field(
    world: World, changes: dict[str, Any], field: str
) -> None:
    arguments = {
        "organization": None, "email": "a@b.example", "language": "en",
        "expires_at": NOW + DAY, **ARGUMENTS,
    }  # fmt: skip
    with pytest.raises(FieldRefused) as refused:
        links.make_late_link(world.here.call, **(arguments | changes))
    assert refused.value.field == field
    assert db.session.scalar(select(func.count(CallLink.id))) == 0


def test_a_link_that_was_taken_back_or_is_over_opens_nothing(world: World) -> None:
    arguments: dict[str, Any] = {"organization": None, "email": "a@b.example", "language": "en"}
    link = links.make_late_link(world.here.call, expires_at=NOW + DAY, **arguments, **ARGUMENTS)
    with pytest.raises(RuleBroken):
        links.refuse_if_over(link, now=NOW + DAY)
    links.revoke_link(link, **ARGUMENTS)
    links.revoke_link(link, now=NOW + DAY, actor=SYSTEM)
    assert link.revoked_at == NOW
    with pytest.raises(NotFound):
        links.open_link(link, token="x", organization_name="A", language="en", **ARGUMENTS)


# Exhibitors of earlier editions


@pytest.mark.both_databases
def test_earlier_exhibitors_are_invited_once_and_nothing_is_copied_before_their_click(
    world: World,
) -> None:
    old, _ = make_application(world.here, state=ApplicationState.ACCEPTED, language="ar")
    make_application(world.here, name="Declined", email="d@example.org",
                     state=ApplicationState.DECLINED)  # fmt: skip
    make_application(world.there, name="Stranger", state=ApplicationState.ACCEPTED)
    edition = next_edition(world)
    assert [each.organization.name for each in earlier_exhibitors(edition)] == ["Paper Workshop"]
    call = find_call(edition)
    assert call is not None
    call.opens_at = NOW
    nobody = Organization(
        festival_id=edition.festival_id, code="nobody", name="No address", languages=[],
        created_at=NOW,
    )  # fmt: skip
    db.session.add(nobody)
    db.session.flush()
    made = links.invite_again(call, [old.organization, nobody], **ARGUMENTS)
    again = links.invite_again(call, [old.organization], **ARGUMENTS)
    db.session.commit()
    assert ([each.purpose for each in made], again) == ([LinkPurpose.INVITED], [])
    mail = db.session.scalars(
        select(OutboxMessage).where(OutboxMessage.kind == "call_invited")
    ).one()
    assert (mail.recipient, mail.locale) == ("nour@paper.example", "ar")
    here = select(func.count(Application.id)).where(Application.edition_id == edition.id)
    assert db.session.scalar(here) == 0, "an invitation copies nothing"

    token = make_token()
    made[0].token_hash = token_hash(token)
    row = links.open_link(made[0], token=token, language="ar", **ARGUMENTS)
    db.session.commit()
    assert [each.title for each in row.exhibits] == [each.title for each in old.exhibits]
    assert (row.late_until, row.state) == (None, ApplicationState.DRAFT)
    assert links.invite_again(call, [old.organization], **ARGUMENTS) == []
    assert earlier_exhibitors(edition) == []


def test_nobody_is_invited_to_a_closed_call(world: World) -> None:
    call = closed(world)
    with pytest.raises(RuleBroken):
        links.invite_again(call, [world.here.organization], **ARGUMENTS)


def test_a_call_without_an_end_invites_until_the_festival_is_over(world: World) -> None:
    world.here.call.closes_at = None
    made = links.invite_again(world.here.call, [world.here.organization], **ARGUMENTS)
    assert made[0].expires_at == datetime(2027, 5, 16, 22, tzinfo=UTC)
    assert made[0].language == "en", "nothing is known of it: the first language of the edition"


def test_more_than_one_secret_opens_an_application(world: World) -> None:
    row, first = make_draft(world.here)
    second = add_resume_link(row, now=NOW)
    assert add_resume_link(row, now=NOW, token=second) == second
    for key in (first, second):
        assert find_by_key(world.here.edition, key=key) is row
    assert find_by_key(world.there.edition, key=second) is None


def test_no_address_and_no_secret_stands_in_the_journal(world: World) -> None:
    links.make_late_link(
        world.here.call, organization=None, email="secret@example.org", language="en",
        expires_at=NOW + DAY, **ARGUMENTS,
    )  # fmt: skip
    db.session.flush()
    for line in db.session.scalars(select(JournalEntry)):
        assert "secret@example.org" not in f"{line.before} {line.after} {line.entity_key}"
