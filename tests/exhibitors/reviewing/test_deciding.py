"""Trials, rounds with held mails, undoing, questions, changes, the waiting list."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from festival.exhibitors.actions import withdraw
from festival.exhibitors.events import ApplicationLeft, application_left
from festival.exhibitors.moving import restore
from festival.exhibitors.reviewing import queries
from festival.exhibitors.reviewing.actions import (
    Choice,
    agree_to_changes,
    decide_together,
    declare_conflict,
    release_round,
    save_targets,
    save_texts,
    try_decision,
    undo_round,
)
from festival.exhibitors.reviewing.models import (
    BalanceTarget,
    Trial,
)
from festival.exhibitors.reviewing.states import Dimension, RoundState
from festival.exhibitors.states import ApplicationState
from festival.extensions import db
from festival.mail.models import OutboxMessage
from festival.mail.states import MessageState
from festival.shared.errors import (
    FieldRefused,
    NotAllowed,
    RuleBroken,
    StaleVersion,
)
from festival.shared.journal import SYSTEM, Actor
from festival.shared.tokens import make_token
from tests.factories.exhibitors import make_application, make_draft
from tests.factories.reviewing import TEN_MINUTES, make_round
from tests.factories.world import NOW, World

pytestmark = pytest.mark.usefixtures("open_call")

S = ApplicationState
M = MessageState


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


# Trials and wishes


def test_a_trial_is_one_person_s_and_changes_nothing(world: World) -> None:
    one, two, three_ = three(world)
    here, me = world.here.edition, world.here.people["organizer"].id
    foreign, _ = make_application(world.there, name="Foreign", email="f@foreign.example")
    draft, _ = make_draft(world.here, name="Draft", email="d@draft.example")
    codes = [one.code, two.code, foreign.code, draft.code, "unknown"]
    assert try_decision(here, codes=codes, to=S.ACCEPTED, person_id=me) == (2, 1)
    assert try_decision(here, codes=[two.code], to=S.DECLINED, person_id=me) == (1, 0)
    assert queries.trials_of(here, person_id=me) == {one.id: S.ACCEPTED, two.id: S.DECLINED}
    assert queries.trials_of(here, person_id=me + 1) == {}
    assert {row.state for row in (one, two, three_)} == {S.SUBMITTED}
    balance = queries.balance_of(here, trials=queries.trials_of(here, person_id=me))
    assert (balance.whole.tried, balance.whole.waiting) == (1, 1)
    assert try_decision(here, codes=[one.code, two.code], to=None, person_id=me) == (2, 0)
    assert queries.trials_of(here, person_id=me) == {}


def test_wishes_are_saved_and_zero_is_none(world: World) -> None:
    edition = world.here.edition
    wished = {(Dimension.SECTOR, "library"): 3, (Dimension.LANGUAGE, "ar"): 0}
    for _twice in range(2):
        save_targets(edition, wished, now=NOW, actor=SYSTEM)
    assert queries.targets_of(edition) == {(Dimension.SECTOR, "library"): 3}
    assert queries.targets_of(world.there.edition) == {}
    for value, wanted in (("library", -1), ("library", 10_001), ("x" * 201, 1)):
        with pytest.raises(FieldRefused):
            save_targets(edition, {(Dimension.SECTOR, value): wanted}, now=NOW, actor=SYSTEM)
    save_targets(edition, {}, now=NOW, actor=SYSTEM)
    assert db.session.scalar(select(func.count(BalanceTarget.id))) == 0


def test_the_balance_knows_ages_languages_access_and_who_was_here_before(world: World) -> None:
    row, _ = make_application(world.here, state=S.ACCEPTED, sector="library", district="Old Town")
    row.offers[0].tags, row.offers[0].access_facts = ["quiet"], ["step_free"]
    db.session.flush()
    lines = queries.balance_of(world.here.edition, trials={}).lines
    found = {
        dimension: {line.value for line in values if line.accepted}
        for dimension, values in lines.items()
    }
    assert found == {
        Dimension.SECTOR: {"library"},
        Dimension.STRAND: {""},
        Dimension.DISTRICT: {"Old Town"},
        Dimension.AGE: {"children", "teenagers", "adults", "older"},
        Dimension.LANGUAGE: {"en", "ar"},
        Dimension.ACCESS: {"quiet", "step_free"},
        Dimension.HISTORY: {"new"},
    }


# Rounds


def test_a_round_decides_all_and_its_mails_wait(world: World) -> None:
    one, two, three_ = three(world)
    me = world.here.people["organizer"]
    try_decision(world.here.edition, codes=[one.code], to=S.DECLINED, person_id=me.id)

    found = make_round(
        world.here, [(one, S.ACCEPTED), (two, S.WAITLISTED), (three_, S.DECLINED)],
        actor=Actor(me.name, me.id),
    )  # fmt: skip

    assert (one.state, two.state, three_.state) == (S.ACCEPTED, S.WAITLISTED, S.DECLINED)
    assert (one.decided_by_id, one.decision_text) == (me.id, "A word from us.")
    mails = decision_mails()
    assert [mail.state for mail in mails] == [M.QUEUED] * 3
    assert {mail.next_attempt_at for mail in mails} == {NOW + TEN_MINUTES}
    assert db.session.scalar(select(func.count(Trial.id))) == 0, "tried is decided now"
    assert queries.held_decision(one) is found.decisions[0]
    assert queries.waiting_list(world.here.edition) == [two]


def test_the_same_form_twice_is_one_round(world: World) -> None:
    row, *_ = three(world)
    key = make_token()
    rounds = {
        decide_together(
            world.here.edition, [Choice(row, S.ACCEPTED, "Yes.")], key=key, hold=TEN_MINUTES,
            now=NOW, actor=SYSTEM,
        ).id
        for _twice in range(2)
    }  # fmt: skip
    assert len(rounds) == 1
    assert len(decision_mails()) == 1


def test_nothing_is_decided_when_one_of_them_cannot_be(world: World) -> None:
    one, two, _three = three(world)
    edition = world.here.edition
    declined = Choice(two, S.DECLINED, "")
    for choices, field in (
        ([Choice(one, S.ACCEPTED, ""), declined], f"text-{two.code}"),
        ([Choice(two, S.ACCEPTED_WITH_CHANGES, "", " ")], f"conditions-{two.code}"),
        ([], "applications"),
    ):
        with pytest.raises(FieldRefused) as refused:
            decide_together(edition, choices, key=make_token(), hold=None, now=NOW, actor=SYSTEM)
        assert refused.value.field == field
        db.session.rollback()
        assert one.state == S.SUBMITTED
    with pytest.raises(FieldRefused):
        decide_together(edition, [declined], key="short", hold=None, now=NOW, actor=SYSTEM)
    assert decision_mails() == []


def test_who_was_slower_decides_nothing(world: World) -> None:
    one, two, _three = three(world)
    make_round(world.here, [(one, S.WAITLISTED)])
    for choice in (
        Choice(one, S.ACCEPTED, "", seen=S.SUBMITTED),
        Choice(one, S.WAITLISTED, ""),
        Choice(two, S.WITHDRAWN, ""),
    ):
        with pytest.raises(StaleVersion):
            decide_together(
                world.here.edition, [choice], key=make_token(), hold=None, now=NOW, actor=SYSTEM
            )
        db.session.rollback()
    draft, _ = make_draft(world.here, name="Draft", email="d@draft.example")
    with pytest.raises(RuleBroken):
        make_round(world.here, [(draft, S.ACCEPTED)])


def test_who_is_not_impartial_does_not_decide(world: World) -> None:
    row, *_ = three(world)
    me = world.here.people["organizer"]
    declare_conflict(row, person=me, is_impartial=False, reason="", now=NOW)
    with pytest.raises(NotAllowed):
        make_round(world.here, [(row, S.ACCEPTED)], actor=Actor(me.name, me.id))


def test_undoing_restores_everything_and_no_mail_leaves(world: World) -> None:
    one, two, three_ = three(world)
    first = make_round(world.here, [(one, S.WAITLISTED), (two, S.WAITLISTED)])
    release_round(first, now=NOW, actor=SYSTEM)
    before = (one.decided_at, one.decision_text, queries.waiting_list(world.here.edition))
    versions = [row.version for row in (one, three_)]
    later = make_round(world.here, [(one, S.DECLINED), (three_, S.ACCEPTED)], hold=None)
    assert [mail.state for mail in decision_mails()] == [M.QUEUED, M.QUEUED, M.HELD, M.HELD]

    assert undo_round(later, now=NOW, actor=SYSTEM) == (2, 0)

    assert (one.state, three_.state) == (S.WAITLISTED, S.SUBMITTED)
    assert (one.decided_at, one.decision_text, queries.waiting_list(world.here.edition)) == before
    assert (three_.decided_at, three_.decided_by_id, three_.decision_text) == (None, None, "")
    assert [row.version for row in (one, three_)] == [number + 2 for number in versions]
    assert [mail.state for mail in decision_mails()] == [
        M.QUEUED, M.QUEUED, M.CANCELLED, M.CANCELLED,
    ]  # fmt: skip
    assert later.state is RoundState.UNDONE
    assert queries.held_decision(one) is None
    with pytest.raises(RuleBroken):
        undo_round(later, now=NOW, actor=SYSTEM)
    again = make_round(world.here, [(three_, S.ACCEPTED)])
    assert again.decisions[0].message_id not in [each.message_id for each in later.decisions]


def test_what_has_left_or_was_changed_since_stays(world: World) -> None:
    one, two, three_ = three(world)
    found = make_round(world.here, [(one, S.ACCEPTED), (two, S.ACCEPTED), (three_, S.WAITLISTED)])
    decision_mails()[0].state = M.SENT
    withdraw(two, now=NOW)
    db.session.commit()
    assert undo_round(found, now=NOW, actor=SYSTEM) == (1, 2)
    assert (one.state, two.state, three_.state) == (S.ACCEPTED, S.WITHDRAWN, S.SUBMITTED)
    assert found.state is RoundState.RELEASED
    assert [each.is_undone for each in found.decisions] == [False, False, True]


def test_releasing_lets_the_mails_go_once(world: World) -> None:
    one, *_ = three(world)
    found = make_round(world.here, [(one, S.ACCEPTED)], hold=None)
    later = NOW + timedelta(hours=2)
    assert release_round(found, now=later, actor=SYSTEM) == 1
    (mail,) = decision_mails()
    db.session.refresh(mail)
    assert (mail.state, mail.next_attempt_at) == (M.QUEUED, later)
    assert release_round(found, now=later, actor=SYSTEM) == 0
    with pytest.raises(RuleBroken):
        undo_round(found, now=later, actor=SYSTEM)
    assert queries.rounds_of(world.here.edition) == [(found, 1, 1)]
    assert queries.find_round(world.there.edition, code=found.code) is None


def test_a_decision_whose_mail_was_never_written_can_be_undone(world: World) -> None:
    one, *_ = three(world)
    found = make_round(world.here, [(one, S.ACCEPTED)])
    found.decisions[0].message_id = None
    assert undo_round(found, now=NOW, actor=SYSTEM) == (1, 0)


def test_whoever_loses_a_promised_place_is_told_to_the_other_rooms(world: World) -> None:
    one, two, three_ = three(world)
    heard: list[ApplicationLeft] = []

    def hear(_sender: object, *, event: ApplicationLeft) -> None:
        heard.append(event)

    with application_left.connected_to(hear):
        make_round(world.here, [(one, S.ACCEPTED), (two, S.ACCEPTED_WITH_CHANGES)])
        make_round(world.here, [(three_, S.DECLINED)])
        agree_to_changes(two, now=NOW)
        assert heard == []
        withdraw(one, now=NOW)
        make_round(world.here, [(two, S.DECLINED)])
        restore(two, to=S.ACCEPTED, actor=SYSTEM, now=NOW)
        restore(two, to=S.SUBMITTED, actor=SYSTEM, now=NOW)
    assert [(event.application_id, event.before, event.state) for event in heard] == [
        (one.id, S.ACCEPTED, S.WITHDRAWN),
        (two.id, S.ACCEPTED, S.DECLINED),
        (two.id, S.ACCEPTED, S.SUBMITTED),
    ]


# Texts


def test_texts_are_kept_by_language_and_unknown_names_are_refused(world: World) -> None:
    edition = world.here.edition
    texts = {(S.ACCEPTED, "en"): "Hello {name}!", (S.DECLINED, "fr"): ""}
    for _twice in range(2):
        save_texts(edition, texts, now=NOW, actor=SYSTEM)
    assert queries.texts_of(edition) == {(S.ACCEPTED, "en"): "Hello {name}!"}
    for text in ("Hello {nobody}", "x" * 8001):
        with pytest.raises(FieldRefused) as refused:
            save_texts(edition, {(S.ACCEPTED, "fr"): text}, now=NOW, actor=SYSTEM)
        assert refused.value.field == "accepted-fr"
    save_texts(edition, {(S.ACCEPTED, "en"): ""}, now=NOW, actor=SYSTEM)
    assert queries.texts_of(edition) == {}
