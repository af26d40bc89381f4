"""Classes of stand of which there are only so many: while applying, deciding and giving."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from festival.exhibitors.actions import Incomplete, save_step, submit
from festival.exhibitors.calls.actions import ClassFacts, put_stand_class
from festival.exhibitors.calls.counting import is_full_for, uses_of_classes
from festival.exhibitors.calls.models import StandClass
from festival.exhibitors.calls.rules import ClassUse, is_class_full
from festival.exhibitors.models import Application
from festival.exhibitors.states import ApplicationState, Step
from festival.extensions import db
from festival.shared.access import Role
from festival.shared.errors import FieldRefused
from festival.shared.journal import SYSTEM
from tests.exhibitors.reading import address_of, press, text_of
from tests.factories.exhibitors import fill, make_application, make_draft
from tests.factories.world import NOW, World
from tests.forms import submit as send
from tests.queries import count_queries

pytestmark = pytest.mark.usefixtures("open_call")

S = ApplicationState


def make_class(world: World, *, quota: int | None = 1, closes: bool = True) -> StandClass:
    row = put_stand_class(
        world.here.call,
        ClassFacts(names={"en": "By the window"}, quota=quota, closes_when_full=closes),
        now=NOW,
        actor=SYSTEM,
    )
    db.session.commit()
    return row


def choose(row: Application, stand_class: StandClass) -> None:
    save_step(
        row, step=Step.PLAN, version=row.version, now=NOW,
        values={"brings": ["exhibits"], "space": "table", "stand_class": stand_class.code},
    )  # fmt: skip
    db.session.commit()


def asking(world: World, name: str, stand_class: StandClass, state: S = S.SUBMITTED) -> Application:
    """An application for the class that came as far as ``state``."""
    row, _ = make_application(world.here, name=name, email=f"{name.lower()}@full.example",
                              state=state)  # fmt: skip
    row.stand_class = stand_class
    db.session.commit()
    return row


@pytest.mark.parametrize(
    ("asked", "quota", "closes", "full"),
    [(1, 1, True, True), (0, 1, True, False), (2, 1, False, False), (9, None, True, False)],
)
def test_only_a_counted_class_that_shall_close_is_full(
    asked: int, quota: int | None, closes: bool, full: bool
) -> None:
    assert is_class_full(asked, quota=quota, closes_when_full=closes) is full


def test_more_promised_than_there_are_is_over() -> None:
    use = ClassUse("x", {}, quota=2, promised=1)
    assert not use.is_over
    assert not ClassUse("x", {}, quota=2, promised=1, tried=1).is_over
    assert ClassUse("x", {}, quota=2, promised=1, tried=2).is_over
    assert not ClassUse("x", {}, promised=99).is_over


def test_a_class_that_closes_says_how_many_there_are(world: World) -> None:
    with pytest.raises(FieldRefused) as refused:
        make_class(world, quota=None)
    assert refused.value.field == "quota"


@pytest.mark.parametrize("state", [S.SUBMITTED, S.ACCEPTED, S.ACCEPTED_WITH_CHANGES])
def test_a_full_class_is_not_chosen_by_the_next_one(world: World, state: S) -> None:
    window = make_class(world)
    first = asking(world, "First", window, state)
    row, token = make_draft(world.here, name="Second", email="second@full.example")
    with pytest.raises(FieldRefused) as refused:
        choose(row, window)
    assert refused.value.field == "stand_class"
    page = address_of(world, token, "/plan")
    assert "By the window · all taken" in text_of(world.browser(), page)
    answer = send(
        world.browser(), page,
        {"brings": "exhibits", "space": "table", "stand_class": window.code},
    )  # fmt: skip
    assert answer.status_code == 422
    assert "All stands of this kind are taken." in answer.text
    db.session.expire_all()
    assert db.session.get_one(Application, row.id).stand_class_id is None
    assert not is_full_for(db.session.get_one(Application, first.id), window)


@pytest.mark.parametrize("state", [S.DRAFT, S.WAITLISTED, S.DECLINED, S.WITHDRAWN])
def test_drafts_the_waiting_list_and_those_who_left_take_nothing(world: World, state: S) -> None:
    window = make_class(world)
    asking(world, "First", window, state)
    row, _ = make_draft(world.here, name="Second", email="second@full.example")
    choose(row, window)
    assert row.stand_class_id == window.id


def test_who_wants_it_at_the_same_time_is_told_when_handing_in(world: World) -> None:
    window = make_class(world)
    slow, token = make_draft(world.here, name="Slow", email="slow@full.example")
    fill(slow)
    choose(slow, window)
    asking(world, "Quick", window)
    with pytest.raises(Incomplete) as broken:
        submit(slow, version=slow.version, now=NOW)
    assert [each.step for each in broken.value.missing] == [Step.PLAN]
    browser = world.browser()
    check = text_of(browser, address_of(world, token, "/check"))
    assert "All stands of this kind are taken." in check
    page = address_of(world, token, "/plan")
    assert f'<option selected value="{window.code}">' in text_of(browser, page)
    assert send(browser, page, {"stand_class": ""}).status_code == 303
    submit(slow, version=slow.version, now=NOW)
    assert slow.state is S.SUBMITTED


def test_a_personal_link_lets_its_organization_choose_it_all_the_same(world: World) -> None:
    window = make_class(world)
    asking(world, "First", window)
    row, _ = make_draft(world.here, name="Late", email="late@full.example")
    row.late_until = NOW
    choose(row, window)
    assert row.stand_class_id == window.id


def test_deciding_names_what_would_be_too_many_and_does_not_stop(world: World) -> None:
    window = make_class(world, closes=False)
    accepted = asking(world, "First", window, S.ACCEPTED)
    second = asking(world, "Second", window)
    tried = {second.id: S.ACCEPTED}
    uses = uses_of_classes(world.here.edition, tried=tried)
    assert [(use.promised, use.asked, use.would_be, use.is_over) for use in uses] == [
        (1, 1, 2, True)
    ]
    swapped = uses_of_classes(world.here.edition, tried=tried | {accepted.id: S.DECLINED})
    assert not swapped[0].is_over
    browser = world.browser_as(Role.ORGANIZER)
    office = f"{world.here.path}/organize/exhibitors"
    sentence = "By the window: 2 would be promised, there are 1."
    assert sentence in text_of(browser, f"{office}/{second.code}")
    assert sentence not in text_of(browser, f"{office}/balance")
    press(browser, f"{office}/try", of=office, to="accepted", code=second.code)
    assert sentence in text_of(browser, f"{office}/balance")
    assert sentence in text_of(browser, f"{office}/decide")
    assert send(browser, f"{office}/decide").status_code == 303
    db.session.expire_all()
    assert db.session.get_one(Application, second.id).state is S.ACCEPTED


def test_the_other_edition_counts_for_itself(world: World) -> None:
    make_class(world)
    assert uses_of_classes(world.there.edition) == []


def test_counting_costs_the_same_for_one_and_for_ten(world: World) -> None:
    window = make_class(world, quota=3)
    tried = {asking(world, "First", window).id: S.ACCEPTED}
    edition_id = world.here.edition.id
    assert edition_id
    with count_queries() as few:
        uses_of_classes(world.here.edition, tried=tried)
    tried |= {asking(world, f"More{number}", window).id: S.ACCEPTED for number in range(9)}
    assert world.here.edition.id == edition_id
    with count_queries() as many:
        uses_of_classes(world.here.edition, tried=tried)
    assert few.count == many.count == 3


def test_the_form_of_a_class_keeps_whether_it_closes(world: World) -> None:
    browser = world.browser_as(Role.ORGANIZER)
    page = f"{world.here.path}/organize/calls/exhibitors/stands/new"
    values = {"name_en": "Corner", "closes_when_full": "y"}
    answer = send(browser, page, values)
    assert answer.status_code == 422
    assert "Say how many there are" in answer.text
    assert send(browser, page, values | {"quota": "4"}).status_code == 303
    row = db.session.scalars(select(StandClass).where(StandClass.quota == 4)).one()
    assert row.closes_when_full
