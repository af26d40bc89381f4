"""Proposals: worked out by a task, accepted whole and in part, stale, taken back, put aside."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from festival.exhibitors.models import Application
from festival.exhibitors.stands import actions, queries
from festival.exhibitors.stands.jobs import propose
from festival.exhibitors.stands.models import (
    FloorPlan,
    StandProposal,
)
from festival.exhibitors.stands.solving.running import SolverFailed
from festival.exhibitors.stands.states import ProposalState, StandState
from festival.extensions import db
from festival.shared.errors import RuleBroken, StaleVersion
from festival.shared.journal import SYSTEM
from festival.shared.running import run_task
from festival.shared.tasks import Task, TaskRun, TaskState
from tests.exhibitors.stands.reading import holders
from tests.factories.stands import (
    give,
    make_exhibitor,
    make_plan,
    make_proposal,
    stand_called,
)
from tests.factories.world import NOW, World

S = StandState


def begin(world: World, **changes: Any) -> StandProposal:
    options = {"effort": "quick", "address": lambda code: f"/p/{code}", "locale": "en"} | changes
    row = actions.start_proposal(world.here.edition, **options, actor=SYSTEM, now=NOW)
    db.session.commit()
    return row


def test_what_a_proposal_needs_first(world: World) -> None:
    with pytest.raises(RuleBroken) as refused:
        begin(world)
    assert "no stand" in refused.value.sentence
    make_plan(world.here)
    with pytest.raises(RuleBroken) as refused:
        begin(world)
    assert "No exhibitor" in refused.value.sentence


@pytest.mark.both_databases
def test_a_task_works_the_proposal_out(world: World) -> None:
    plan = make_plan(world.here)
    big = make_exhibitor(world.here, "Big", area_m2=90)
    small = make_exhibitor(world.here, "Small", area_m2=9)
    give(stand_called(plan, "A3"), small)
    row = begin(world, effort="unheard of")
    code = row.code
    assert run_task(row.task_code)
    db.session.expire_all()
    task = db.session.scalars(select(Task)).one()
    assert task.state == TaskState.DONE, task.error
    assert task.result == {
        "text": "1 of 2 exhibitors have a stand in it.",
        "links": [{"label": "Look at the proposal", "href": f"/p/{code}"}],
    }
    assert row.state == ProposalState.READY
    assert row.result is not None
    assert [(each["exhibitor"], each["stand"], each["was"]) for each in row.result["places"]] == [
        (small.id, stand_called(plan, "A3").id, stand_called(plan, "A3").id)
    ]
    assert [each["exhibitor"] for each in row.result["unplaced"]] == [big.id]
    assert row.result["status"] == "optimal"
    again = TaskRun("x", "stand_proposal", world.here.edition.id, None, dict(task.payload))
    assert propose(again) is None, "repeated after a crash it changes nothing"
    again.edition_id = world.there.edition.id
    assert propose(again) is None


def test_a_failed_solver_is_told(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    make_plan(world.here)
    make_exhibitor(world.here, "Makers")

    def fail(*_: Any, **__: Any) -> None:
        raise SolverFailed("It ended.")

    monkeypatch.setattr("festival.exhibitors.stands.jobs.solve", fail)
    row = begin(world)
    assert run_task(row.task_code)
    db.session.expire_all()
    assert db.session.scalars(select(Task.error)).one() == "It ended."
    assert row.state == ProposalState.COMPUTING, "it can be started again"


def ready(world: World, *, people: int = 2) -> tuple[FloorPlan, list[Application], StandProposal]:
    """First on A1, the second without; a proposal that puts them on A2, A3 …"""
    plan = make_plan(world.here)
    names = ("First", "Second", "Third")[:people]
    rows = [make_exhibitor(world.here, name) for name in names]
    give(stand_called(plan, "A1"), rows[0])
    chosen = {each.id: stand_called(plan, f"A{number + 2}").id for number, each in enumerate(rows)}
    return plan, rows, make_proposal(world.here, chosen)


@pytest.mark.both_databases
def test_a_proposal_is_accepted_whole_and_taken_back(world: World) -> None:
    plan, rows, row = ready(world)
    everybody = {each.id for each in rows}
    assert actions.accept(row, everybody, actor=SYSTEM, now=NOW) == 2
    db.session.commit()
    assert holders() == {"A2": "First", "A3": "Second"}
    assert stand_called(plan, "A1").state == S.FREE
    with pytest.raises(RuleBroken):
        actions.accept(row, everybody, actor=SYSTEM, now=NOW)
    db.session.rollback()
    assert actions.undo(row, actor=SYSTEM, now=NOW) == 2
    db.session.commit()
    assert holders() == {"A1": "First"}
    assert row.state == ProposalState.UNDONE
    with pytest.raises(RuleBroken):
        actions.undo(row, actor=SYSTEM, now=NOW)


def test_a_proposal_is_accepted_in_part(world: World) -> None:
    _, rows, row = ready(world)
    with pytest.raises(RuleBroken):
        actions.accept(row, set(), actor=SYSTEM, now=NOW)
    db.session.rollback()
    assert actions.accept(row, {rows[1].id, 9999}, actor=SYSTEM, now=NOW) == 1
    db.session.commit()
    assert holders() == {"A1": "First", "A3": "Second"}


def test_a_part_that_needs_the_rest_is_refused(world: World) -> None:
    plan = make_plan(world.here)
    first, second = make_exhibitor(world.here, "First"), make_exhibitor(world.here, "Second")
    one, two = stand_called(plan, "A1"), stand_called(plan, "A2")
    give(one, first)
    give(two, second)
    row = make_proposal(world.here, {first.id: two.id, second.id: one.id})
    with pytest.raises(RuleBroken) as refused:
        actions.accept(row, {first.id}, actor=SYSTEM, now=NOW)
    assert "Second has this stand" in refused.value.spoken()
    db.session.rollback()
    assert holders() == {"A1": "First", "A2": "Second"}
    actions.accept(row, {first.id, second.id}, actor=SYSTEM, now=NOW)
    db.session.commit()
    assert holders() == {"A1": "Second", "A2": "First"}
    actions.undo(row, actor=SYSTEM, now=NOW)
    db.session.commit()
    assert holders() == {"A1": "First", "A2": "Second"}, "two who changed places change back"


def test_a_stale_proposal_is_refused(world: World) -> None:
    plan, rows, row = ready(world)
    assert not actions.is_stale(row, queries.hall_of(world.here.edition.id))
    give(stand_called(plan, "A4"), rows[1])
    assert actions.is_stale(row, queries.hall_of(world.here.edition.id))
    with pytest.raises(StaleVersion):
        actions.accept(row, {each.id for each in rows}, actor=SYSTEM, now=NOW)
    db.session.rollback()
    assert holders() == {"A1": "First", "A4": "Second"}


def test_what_was_changed_since_is_not_undone(world: World) -> None:
    plan, rows, row = ready(world)
    actions.accept(row, {each.id for each in rows}, actor=SYSTEM, now=NOW)
    db.session.commit()
    third = make_exhibitor(world.here, "Third")
    give(stand_called(plan, "A1"), third)
    with pytest.raises(RuleBroken) as refused:
        actions.undo(row, actor=SYSTEM, now=NOW)
    assert "by hand since then" in refused.value.sentence
    db.session.rollback()
    actions.free(stand_called(plan, "A1"), actor=SYSTEM, now=NOW)
    give(stand_called(plan, "A4"), rows[0])
    with pytest.raises(RuleBroken):
        actions.undo(row, actor=SYSTEM, now=NOW)
    db.session.rollback()
    assert holders() == {"A4": "First", "A3": "Second"}


def test_a_proposal_is_put_aside(world: World) -> None:
    _, rows, row = ready(world)
    assert queries.open_proposals(world.here.edition.id) == 1
    actions.discard(row, actor=SYSTEM, now=NOW)
    actions.discard(row, actor=SYSTEM, now=NOW)
    db.session.commit()
    assert queries.open_proposals(world.here.edition.id) == 0
    with pytest.raises(RuleBroken):
        actions.accept(row, {rows[0].id}, actor=SYSTEM, now=NOW)
    db.session.rollback()
    actions.keep_result(row, queries.hall_of(world.here.edition.id), {}, now=NOW)
    assert row.state == ProposalState.DISCARDED, "a result that comes later changes nothing"
