"""Weight on the floor, classes that are counted, and neighbours in the exhibitor's own words."""

from __future__ import annotations

import pytest

from festival.exhibitors.calls.actions import ClassFacts, put_stand_class
from festival.exhibitors.stands import queries
from festival.exhibitors.stands.rules.constraints import (
    Constraint,
    faults_of,
    faults_of_a_proposal,
    fits,
)
from festival.exhibitors.stands.rules.explaining import reasons, why_without
from festival.exhibitors.stands.rules.facts import QuotaFacts
from festival.exhibitors.stands.solving.order import order_of
from festival.extensions import db
from festival.shared.access import Role
from festival.shared.journal import SYSTEM
from tests.exhibitors.reading import address_of, text_of
from tests.exhibitors.stands.halls import exhibitor, hall, stand
from tests.exhibitors.stands.reading import holders
from tests.factories.exhibitors import make_application, make_draft
from tests.factories.stands import give, make_exhibitor, make_plan, stand_called
from tests.factories.world import NOW, World
from tests.forms import submit


@pytest.mark.parametrize(
    ("bears", "load", "holds"),
    [(500, 500, True), (500, 501, False), (0, 1, False), (500, 0, True), (None, 9000, True)],
)
def test_a_floor_bears_what_it_bears(bears: int | None, load: int, holds: bool) -> None:
    assert fits(exhibitor(1, load_kg=load), stand(1, bears_kg=bears)) is holds


def test_too_heavy_is_named_and_the_solver_never_puts_it_there() -> None:
    weak, strong = stand(1, bears_kg=300), stand(2, bears_kg=800)
    heavy = exhibitor(1, load_kg=600)
    made = hall(stands=[weak, strong], exhibitors=[heavy])
    (fault,) = faults_of(made, 1, placing={1: 1})
    assert fault.constraint is Constraint.FLOOR
    assert not fault.only_warns
    assert fault.said.in_english() == (
        "Too heavy: puts 600 kg on a square metre, the floor bears 300 kg."
    )
    assert order_of(made, seconds=1, effort=1)["allowed"] == [[1]]
    why = [each.in_english() for each in reasons(made, 1, placing={1: 2})]
    assert "The floor bears its weight." in why
    alone = hall(stands=[weak], exhibitors=[heavy])
    (said,) = why_without(alone, 1, placing={}, may_give=frozenset({1}))
    assert "the floor bears 300 kg" in said.in_english()


def test_a_counted_class_warns_and_no_proposal_is_thrown_away_for_it() -> None:
    made = hall(
        stands=[stand(1), stand(2, class_id=7), stand(3)],
        exhibitors=[exhibitor(1, class_id=7), exhibitor(2), exhibitor(3)],
        quotas={7: QuotaFacts(7, "By the window", 1)},
    )
    assert faults_of(made, 1, placing={1: 1, 3: 3}) == []
    placing = {1: 1, 2: 2, 3: 3}
    (fault,) = faults_of(made, 2, placing=placing)
    assert fault.constraint is Constraint.QUOTA
    assert fault.only_warns
    assert not fault.is_wish
    assert fault.said.in_english() == (
        "More than there are: 2 of By the window are given, 1 exist."
    )
    assert faults_of(made, 3, placing=placing) == []
    assert faults_of_a_proposal(made, placing=placing) == []


@pytest.mark.usefixtures("open_call")
def test_what_the_applicant_says_is_checked_when_a_stand_is_given(world: World) -> None:
    window = put_stand_class(
        world.here.call, ClassFacts(names={"en": "By the window"}, quota=1), now=NOW, actor=SYSTEM
    )
    plan = make_plan(world.here, stands=2)
    for each in plan.stands:
        each.floor_load_kg = 250
    first = make_exhibitor(world.here, "First")
    second = make_exhibitor(world.here, "Steam engines", floor_load_kg=900)
    first.stand_class = second.stand_class = window
    db.session.commit()
    give(stand_called(plan, "A1"), first)
    browser = world.browser_as(Role.ORGANIZER)
    page = f"{world.here.path}/organize/stands/stand/{stand_called(plan, 'A2').code}"
    answer = submit(browser, page, {"other": second.code})
    assert answer.status_code == 422
    assert "Too heavy: puts 900 kg on a square metre, the floor bears 250 kg." in answer.text
    assert "More than there are: 2 of By the window are given, 1 exist." in answer.text
    assert holders() == {"A1": "First"}


@pytest.mark.usefixtures("open_call")
def test_wishes_in_own_words_reach_the_organizers_and_nobody_else(world: World) -> None:
    row, token = make_draft(world.here, name="Ink", email="ink@stands.example")
    browser = world.browser()
    plan = address_of(world, token, "/plan")
    assert submit(browser, plan, {"brings": "exhibits", "space": "more"}).status_code == 303
    needs = address_of(world, token, "/needs")
    words = {"near": "The city library", "not_beside": "Other printers", "floor_load_kg": "450"}
    assert submit(browser, needs, words).status_code == 303
    db.session.expire_all()
    kept = {name: row.needs[name] for name in words}
    assert kept == {**words, "floor_load_kg": 450}
    assert "Other printers" in text_of(browser, needs)

    shown, _ = make_application(world.here, name="Press", email="press@stands.example")
    accepted = make_exhibitor(
        world.here, "Printers", near="The city library", not_beside="Other printers"
    )
    other = make_exhibitor(world.here, "Library")
    make_plan(world.here)
    office = world.browser_as(Role.ORGANIZER)
    stands = f"{world.here.path}/organize/stands"
    assert "Wishes in their own words" in text_of(office, stands)
    page = f"{stands}/exhibitors/{accepted.code}"
    assert "Other printers" in text_of(office, page)
    assert submit(office, page, {"other": other.code, "kind": "near"}, form=0).status_code == 303
    assert len(queries.wishes_of(accepted.id)) == 1
    whole = text_of(office, f"{world.here.path}/organize/exhibitors/{accepted.code}")
    assert "Other printers" in whole
    table = text_of(office, f"{world.here.path}/organize/exhibitors/applications.csv")
    assert "Other printers" in table
    for page in (f"/exhibitors/{accepted.organization.code}", "/exhibitors"):
        assert "Other printers" not in text_of(world.browser(), f"{world.here.path}{page}")
    assert shown.needs["near"] == ""


@pytest.mark.usefixtures("open_call")
def test_who_wants_only_a_table_has_no_weight_and_no_words(world: World) -> None:
    row, token = make_draft(world.here, name="Ink", email="ink@stands.example")
    for space in ("more", "table", "none"):
        page = address_of(world, token, "/plan")
        submit(world.browser(), page, {"brings": "exhibits", "space": space})
        if space == "more":
            words = {"near": "The library", "floor_load_kg": "10"}
            submit(world.browser(), address_of(world, token, "/needs"), words)
        db.session.expire_all()
        told = (row.needs["near"], row.needs["floor_load_kg"])
        assert told == (("The library", 10) if space == "more" else ("", None))
