"""Plans, stands, giving and wishes: what is done, what is refused, what is kept."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select

from festival.exhibitors.actions import withdraw
from festival.exhibitors.models import Application
from festival.exhibitors.stands import actions, queries
from festival.exhibitors.stands.actions import LayoutChanged, StandValues
from festival.exhibitors.stands.actions.plans import place_of
from festival.exhibitors.stands.models import (
    FloorPlan,
    PlacementWish,
    Stand,
)
from festival.exhibitors.stands.rules.drawing import Place
from festival.exhibitors.stands.segments import with_stand, without_stand
from festival.exhibitors.stands.states import StandState, WishKind
from festival.exhibitors.states import ApplicationState
from festival.extensions import db
from festival.shared.errors import FieldRefused, RuleBroken, StaleVersion
from festival.shared.journal import SYSTEM, JournalEntry
from festival.shared.work import work
from tests.exhibitors.stands.reading import holders
from tests.factories.stands import (
    give,
    make_exhibitor,
    make_plan,
    plan_values,
    stand_called,
)
from tests.factories.world import NOW, World

S = StandState


def journal_of(action: str) -> JournalEntry:
    return db.session.scalars(select(JournalEntry).where(JournalEntry.action == action)).one()


# Drawing


def test_a_plan_with_its_circuits(world: World) -> None:
    plan = make_plan(world.here, circuits={"B1": 3000, "B2": 2000}, stands=0)
    assert [(each.name, each.watts) for each in plan.circuits] == [("B1", 3000), ("B2", 2000)]
    version = plan.version
    values = plan_values(name="Hall", circuits={"B2": 2500, "B3": 100})
    actions.change_plan(plan, values, version=version, drawing="<svg/>", actor=SYSTEM, now=NOW)
    db.session.commit()
    assert [(each.name, each.watts) for each in plan.circuits] == [("B2", 2500), ("B3", 100)]
    assert (plan.name, plan.drawing, plan.version) == ("Hall", "<svg/>", version + 1)
    assert journal_of("floor_plan_changed").after["circuits"] == {"B2": 2500, "B3": 100}
    with pytest.raises(StaleVersion):
        actions.change_plan(plan, values, version=version, actor=SYSTEM, now=NOW)
    actions.change_plan(plan, values, version=plan.version, actor=SYSTEM, now=NOW)
    assert plan.drawing == "<svg/>", "a form without a file keeps the background"
    actions.change_plan(
        plan, values, version=plan.version, drop_background=True, actor=SYSTEM, now=NOW
    )
    assert plan.drawing == ""


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"width_cm": 99}, "width_cm"),
        ({"depth_cm": 100_001}, "depth_cm"),
        ({"width_cm": 900}, "width_cm"),
        ({"circuits": {}}, "circuits"),
    ],
)
def test_what_a_plan_refuses(world: World, changes: dict[str, Any], field: str) -> None:
    plan = make_plan(world.here)
    with pytest.raises(FieldRefused) as refused:
        actions.change_plan(
            plan, plan_values(**changes), version=plan.version, actor=SYSTEM, now=NOW
        )
    assert refused.value.field == field


def add_row(plan: FloorPlan, start: Place, **changes: Any) -> list[Stand]:
    values = {"prefix": "B", "first": 1, "count": 2, "gap": 0, "is_down": False} | changes
    return actions.add_row(plan, start, StandValues(), **values, actor=SYSTEM, now=NOW)


def test_rows_are_numbered_and_fit(world: World) -> None:
    plan = make_plan(world.here)
    made = add_row(plan, Place(100, 900, 200, 200), gap=50, is_down=True)
    assert [(each.number, each.x_cm, each.y_cm) for each in made] == [
        ("B1", 100, 900), ("B2", 100, 1150)
    ]  # fmt: skip
    assert [each.number for each in plan.stands] == ["A1", "A2", "A3", "A4", "B1", "B2"]
    for changes, field in (
        ({"prefix": "A"}, "prefix"),
        ({"prefix": "<"}, "prefix"),
        ({"first": 9, "count": 61}, "count"),
        ({"first": 9, "count": 0}, "count"),
        ({"first": 9, "count": 20}, "x"),
    ):
        with pytest.raises(FieldRefused) as refused:
            add_row(plan, Place(100, 900, 200, 200), **changes)
        assert refused.value.field == field
        db.session.rollback()


def test_a_stand_is_changed_unless_somebody_was_quicker(world: World) -> None:
    plan = make_plan(world.here)
    stand = stand_called(plan, "A1")
    options = {"version": stand.version, "actor": SYSTEM, "now": NOW}
    values = StandValues(watts=500, has_water=True, note="By the door")
    actions.change_stand(stand, Place(0, 0, 400, 200, 90), values, number="A1b", **options)
    db.session.commit()
    assert (stand.number, stand.rotation, stand.watts, stand.note) == (
        "A1b",
        90,
        500,
        "By the door",
    )
    assert queries.stand_facts(stand).width == 200, "turned"
    with pytest.raises(StaleVersion):
        actions.change_stand(stand, Place(0, 0, 400, 200), values, number="A1", **options)
    options["version"] = stand.version
    for place, number, field in (
        (Place(0, 0, 400, 200), "A2", "number"),
        (Place(9999, 0, 400, 200), "A1", "x"),
    ):
        with pytest.raises(FieldRefused) as refused:
            actions.change_stand(stand, place, values, number=number, **options)
        assert refused.value.field == field


def test_two_at_the_drawing_board(world: World) -> None:
    plan, other = make_plan(world.here), make_plan(world.there)
    first, second = stand_called(plan, "A1"), stand_called(plan, "A2")
    foreign = stand_called(other, "A1")
    version = plan.version
    sent = {
        first.code: Place(100, 1000, 300, 300), second.code: place_of(second),
        foreign.code: Place(5, 5, 300, 300),
    }  # fmt: skip
    assert actions.move_stands(plan, sent, version=version, actor=SYSTEM, now=NOW) == 1
    db.session.commit()
    assert (first.y_cm, foreign.x_cm, plan.version) == (1000, 100, version + 1)
    assert actions.move_stands(plan, sent, version=version, actor=SYSTEM, now=NOW) == 0, "as it is"
    with pytest.raises(LayoutChanged) as changed:
        actions.move_stands(
            plan, {first.code: Place(100, 1200, 300, 300)}, version=version, actor=SYSTEM, now=NOW
        )
    assert [(each.number, each.saved.y, each.sent.y) for each in changed.value.differences] == [
        ("A1", 1000, 1200)
    ]
    assert first.y_cm == 1000
    with pytest.raises(FieldRefused):
        actions.move_stands(
            plan, {first.code: Place(100, 9999, 300, 300)}, version=plan.version, actor=SYSTEM,
            now=NOW,
        )  # fmt: skip


def test_states_and_removal(world: World) -> None:
    plan = make_plan(world.here)
    stand, other = stand_called(plan, "A1"), stand_called(plan, "A2")
    actions.set_state(stand, S.BLOCKED, note="A door", actor=SYSTEM, now=NOW)
    assert (stand.state, stand.note) == (S.BLOCKED, "A door")
    actions.set_state(stand, S.BLOCKED, actor=SYSTEM, now=NOW)
    assert stand.note == "A door", "a second press changes nothing"
    actions.set_state(stand, S.RESERVED, actor=SYSTEM, now=NOW)
    with pytest.raises(RuleBroken):
        actions.set_state(stand, S.ASSIGNED, actor=SYSTEM, now=NOW)
    give(other, make_exhibitor(world.here, "Makers"))
    with pytest.raises(RuleBroken):
        actions.set_state(other, S.FREE, actor=SYSTEM, now=NOW)
    with pytest.raises(RuleBroken):
        actions.remove_stand(other, actor=SYSTEM, now=NOW)
    with pytest.raises(RuleBroken):
        actions.remove_plan(plan, actor=SYSTEM, now=NOW)
    actions.remove_stand(stand, actor=SYSTEM, now=NOW)
    actions.free(other, actor=SYSTEM, now=NOW)
    db.session.commit()
    assert [each.number for each in plan.stands] == ["A2", "A3", "A4"]
    actions.remove_plan(plan, actor=SYSTEM, now=NOW)
    db.session.commit()
    assert db.session.scalar(select(func.count(Stand.id))) == 0
    assert db.session.scalar(select(func.count(FloorPlan.id))) == 0


# Giving


@pytest.mark.both_databases
def test_a_stand_is_given_moved_and_freed(world: World) -> None:
    plan = make_plan(world.here)
    one, two = stand_called(plan, "A1"), stand_called(plan, "A2")
    who = make_exhibitor(world.here, "Makers")
    give(one, who, pinned=True)
    assert holders() == {"A1": "Makers"}
    assert queries.stand_of(who.id) is one
    give(one, who)
    assert holders() == {"A1": "Makers"}, "given twice is given once"
    actions.set_state(two, S.RESERVED, actor=SYSTEM, now=NOW)
    give(two, who)
    assert holders() == {"A2": "Makers"}
    assert one.state == S.FREE
    assert queries.stands_of([who.id])[who.id].number == "A2"
    assert queries.stands_of([]) == {}
    actions.free(two, actor=SYSTEM, now=NOW)
    actions.free(two, actor=SYSTEM, now=NOW)
    db.session.commit()
    assert holders() == {}
    assert two.state == S.FREE
    assert journal_of("stand_freed").before == {"number": "A2", "application": who.code}


def test_to_whom_nothing_is_given(world: World) -> None:
    plan = make_plan(world.here)
    stand = stand_called(plan, "A1")
    waiting = make_exhibitor(world.here, "Waiting", state=ApplicationState.SUBMITTED)
    foreign = make_exhibitor(world.there, "Foreign")
    for who in (waiting, foreign):
        with pytest.raises(RuleBroken):
            actions.assign(stand, who, actor=SYSTEM, now=NOW)
        db.session.rollback()
    give(stand, make_exhibitor(world.here, "First"))
    second = make_exhibitor(world.here, "Second")
    with pytest.raises(RuleBroken) as refused:
        actions.assign(stand, second, actor=SYSTEM, now=NOW)
    assert "given to somebody else" in refused.value.sentence
    db.session.rollback()
    blocked = stand_called(plan, "A2")
    actions.set_state(blocked, S.BLOCKED, actor=SYSTEM, now=NOW)
    with pytest.raises(RuleBroken):
        actions.assign(blocked, second, actor=SYSTEM, now=NOW)
    db.session.rollback()
    assert holders() == {"A1": "First"}


def at_once(world: World, *deeds: Callable[[], None]) -> list[str]:
    """Do all in threads of their own, each in a unit of work; say how each ended."""
    start = threading.Barrier(len(deeds))
    ends: list[str] = []

    def run(deed: Callable[[], None]) -> None:
        with world.app.app_context():
            start.wait()
            try:
                with work():
                    deed()
                ends.append("done")
            except RuleBroken:
                ends.append("refused")

    threads = [threading.Thread(target=run, args=(deed,)) for deed in deeds]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return sorted(ends)


@pytest.mark.both_databases
def test_two_organizers_at_once_cannot_give_one_stand_twice(world: World) -> None:
    plan = make_plan(world.here)
    stand_id = stand_called(plan, "A1").id
    people = [make_exhibitor(world.here, name).id for name in ("One", "Two", "Three")]
    db.session.remove()

    def deed(application_id: int) -> Callable[[], None]:
        return lambda: actions.assign(
            db.session.get_one(Stand, stand_id),
            db.session.get_one(Application, application_id),
            actor=SYSTEM,
            now=NOW,
        )

    ends = at_once(world, *(deed(each) for each in people))
    assert ends == ["done", "refused", "refused"]
    assert len(holders()) == 1


@pytest.mark.both_databases
def test_one_exhibitor_given_two_stands_at_once_has_one(world: World) -> None:
    plan = make_plan(world.here)
    stands = [stand_called(plan, number).id for number in ("A1", "A2")]
    who = make_exhibitor(world.here, "One").id
    db.session.remove()

    def deed(stand_id: int) -> Callable[[], None]:
        return lambda: actions.assign(
            db.session.get_one(Stand, stand_id), db.session.get_one(Application, who),
            actor=SYSTEM, now=NOW,
        )  # fmt: skip

    assert at_once(world, *(deed(each) for each in stands)) == ["done", "done"]
    assert len(holders()) == 1
    states = db.session.scalars(select(Stand.state).where(Stand.id.in_(stands))).all()
    assert sorted(states) == [S.ASSIGNED, S.FREE]


def test_pins(world: World) -> None:
    plan = make_plan(world.here)
    stand = stand_called(plan, "A1")
    with pytest.raises(RuleBroken):
        actions.pin(stand, is_pinned=True, actor=SYSTEM, now=NOW)
    who = make_exhibitor(world.here, "Makers")
    give(stand, who)
    actions.pin(stand, is_pinned=True, actor=SYSTEM, now=NOW)
    actions.pin(stand, is_pinned=True, actor=SYSTEM, now=NOW)
    db.session.commit()
    assert queries.hall_of(world.here.edition.id).pinned == {who.id}
    assert journal_of("stand_pinned").entity_key == stand.code


def test_withdrawing_frees_the_stand_and_the_wishes_in_one_step(world: World) -> None:
    plan = make_plan(world.here)
    leaving, staying = make_exhibitor(world.here, "Leaving"), make_exhibitor(world.here, "Staying")
    third = make_exhibitor(world.here, "Third")
    give(stand_called(plan, "A1"), leaving)
    give(stand_called(plan, "A2"), staying)
    for one, other in ((leaving, staying), (third, leaving), (third, staying)):
        actions.add_wish(one, other, kind=WishKind.NEAR, actor=SYSTEM, now=NOW)
    db.session.commit()
    withdraw(leaving, now=NOW)
    db.session.commit()
    assert holders() == {"A2": "Staying"}
    assert db.session.scalar(select(func.count(PlacementWish.id))) == 1
    withdraw(third, now=NOW)
    db.session.commit()
    assert db.session.scalar(select(func.count(PlacementWish.id))) == 0


def test_a_pair_has_one_wish(world: World) -> None:
    one, two = make_exhibitor(world.here, "One"), make_exhibitor(world.here, "Two")
    foreign = make_exhibitor(world.there, "Foreign")
    actions.add_wish(one, two, kind=WishKind.NEAR, actor=SYSTEM, now=NOW)
    actions.add_wish(two, one, kind=WishKind.APART, actor=SYSTEM, now=NOW)
    wish = db.session.scalars(select(PlacementWish)).one()
    assert (wish.application_id, wish.other_id, wish.kind) == (one.id, two.id, WishKind.APART)
    for other in (one, foreign):
        with pytest.raises(FieldRefused):
            actions.add_wish(one, other, kind=WishKind.NEAR, actor=SYSTEM, now=NOW)
    actions.remove_wish(wish, actor=SYSTEM, now=NOW)
    assert queries.wishes_of(one.id) == []


# What is asked


def test_the_hall_holds_what_the_applications_say(world: World) -> None:
    plan = make_plan(world.here)
    make_plan(world.there)
    who = make_exhibitor(
        world.here, "Makers", area_m2=7.5, power_watts=500, water=True, internet=True,
        step_free=True, needs_quiet=True, noise="loud",
    )  # fmt: skip
    plain = make_exhibitor(world.here, "Plain", noise="unheard of", area_m2=None)
    make_exhibitor(world.here, "Declined", state=ApplicationState.DECLINED)
    give(stand_called(plan, "A1"), who)
    hall = queries.hall_of(world.here.edition.id)
    assert set(hall.exhibitors) == {who.id, plain.id}
    facts = hall.exhibitors[who.id]
    assert (facts.area_m2, facts.watts, facts.is_loud) == (7.5, 500, True)
    assert facts.needs_water and facts.needs_internet and facts.needs_step_free
    assert (hall.exhibitors[plain.id].area_m2, hall.exhibitors[plain.id].is_loud) == (0, False)
    assert len(hall.stands) == 4
    area, circuit = queries.uses_of(hall, plan_id=plan.id)
    assert (area.used, area.of, area.is_over) == (9, 36, False)
    assert (circuit.name, circuit.used, circuit.of) == ("C1", 500, 3200)


def test_groups_to_write_to(world: World) -> None:
    plan = make_plan(world.here)
    has = make_exhibitor(world.here, "Has")
    make_exhibitor(world.here, "Waits")
    make_exhibitor(world.there, "Foreign")
    give(stand_called(plan, "A1"), has)
    edition = world.here.edition
    waiting = list(without_stand(edition, choice="", now=NOW))
    assert [(each.email, each.facts_in("en")["organization"]) for each in waiting] == [
        ("waits@stands.example", "Waits")
    ]
    given = list(with_stand(edition, choice="", now=NOW))
    (facts,) = [each.facts_in("ar") for each in given]
    assert facts.pop("day").endswith(f"/exhibitor/{has.code}/day")
    assert facts == {"organization": "Has", "stand": "A1", "plan": "Market hall"}
