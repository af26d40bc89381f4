"""The exhibitor's first page: what is to do, where, when; and for nobody else."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest

from festival.exhibitors.models import Application
from festival.exhibitors.papers.states import PaperKind
from festival.exhibitors.reviewing.actions import answer_question, ask_applicant, release_round
from festival.exhibitors.stands.rules.facts import StandFacts
from festival.exhibitors.states import ApplicationState
from festival.extensions import db
from festival.festivals.actions import clone_edition
from festival.festivals.places import set_opening_hours
from festival.festivals.states import EditionState
from festival.portal.rules import in_order, neighbours_of
from festival.portal.slots import actions as slots
from festival.portal.slots.actions import Load
from festival.portal.states import Chore
from festival.shared.access import Role
from festival.shared.journal import SYSTEM
from tests.factories.exhibitors import make_application
from tests.factories.papers import make_paper
from tests.factories.portal import make_exhibitor, make_gate, make_slots, make_speaker
from tests.factories.reviewing import make_round
from tests.factories.stands import give, make_plan, stand_called
from tests.factories.world import FIRST_DAY, NOW, Corner, World
from tests.queries import count_queries

SOON = datetime(2027, 5, 1, tzinfo=UTC)


def home(corner: Corner, row: Application) -> str:
    return f"{corner.path}/exhibitor/{row.code}/day"


def chore(key: str, *, days: int | None = None, done: bool = False) -> Chore:
    due = SOON + timedelta(days=days) if days is not None else None
    return Chore(key=key, title=key, href="/", due=due, done=done)


def test_late_first_then_by_date_then_what_is_done() -> None:
    chores = [
        chore("done", days=-3, done=True), chore("later", days=9), chore("sometime"),
        chore("soon", days=2), chore("late", days=-1), chore("later still late", days=-2),
    ]  # fmt: skip
    assert [each.key for each in in_order(chores, now=SOON)] == [
        "later still late", "late", "soon", "later", "sometime", "done",
    ]  # fmt: skip


def test_neighbours_are_beside_or_across_an_aisle() -> None:
    def stand(number: int, x: int, y: int = 0, plan: int = 1) -> StandFacts:
        return StandFacts(number, f"A{number}", plan, x, y, 300, 300)

    own = stand(1, 0)
    others = [own, stand(2, 300), stand(3, 0, 550), stand(4, 900), stand(5, 0, 0, plan=2)]
    assert neighbours_of(own, others) == [2, 3]


def test_everything_of_the_day_on_one_page(world: World) -> None:
    row, speaker = make_exhibitor(world.here)
    other, _speaker = make_exhibitor(world.here, "Next Door")
    pending, _speaker = make_exhibitor(
        world.here, "On Conditions", state=ApplicationState.ACCEPTED_WITH_CHANGES
    )
    plan = make_plan(world.here, venue_id=world.here.venue.id)
    for number, who in (("A2", row), ("A3", other), ("A1", pending)):
        give(stand_called(plan, number), who)
    hours = {FIRST_DAY: [(time(9), time(18))]}
    set_opening_hours(world.here.venue, hours, actor=SYSTEM, now=NOW)
    gate = make_gate(world.here, address="2 Harbour Street", note="Ring twice.")
    slots.book_slot(row, make_slots(world.here, gate)[0], Load(), actor=SYSTEM, now=NOW)
    db.session.commit()
    text = world.browser(speaker).get(home(world.here, row)).text

    assert 'aria-label="A2: your stand"' in text and "data-marked" in text
    assert "Next Door" in text and "On Conditions" not in text
    for words in ("2 Harbour Street", "Ring twice.", "09:00–18:00", "1 Main Street",
                  "hello@luminara.example", "08:00–08:30", f"/stands/{plan.code}"):  # fmt: skip
        assert words in text


def test_a_plan_that_is_not_public_names_nobody(world: World) -> None:
    row, speaker = make_exhibitor(world.here)
    other, _speaker = make_exhibitor(world.here, "Next Door")
    plan = make_plan(world.here, is_public=False)
    give(stand_called(plan, "A2"), row)
    give(stand_called(plan, "A3"), other)
    text = world.browser(speaker).get(home(world.here, row)).text

    assert "A2: your stand" in text and "data-marked" in text
    assert "Next Door" not in text and f"/stands/{plan.code}" not in text


def test_what_the_application_still_lacks(world: World) -> None:
    row, speaker = make_exhibitor(world.here)
    world.here.call.papers_wanted = ["insurance"]
    db.session.commit()
    browser = world.browser(speaker)
    ask_applicant(row, text="Do you need water?", now=NOW, actor=SYSTEM)
    db.session.commit()
    before = browser.get(home(world.here, row)).text
    assert "Do you need water?" in before and "Hand in: Insurance" in before
    assert "It has to hold until the last day" in before

    answer_question(row, text="No.", now=NOW, author="Nour", actor=SYSTEM)
    make_paper(row, kind=PaperKind.INSURANCE, expires_on=date(2028, 1, 1))
    db.session.commit()
    after = browser.get(home(world.here, row)).text
    assert "Do you need water?" not in after
    assert "Hand in: Insurance" in after and "It has to hold until" not in after


def test_who_is_accepted_on_conditions_is_asked(world: World) -> None:
    row, _token = make_application(world.here)
    speaker = make_speaker(row)
    found = make_round(world.here, [(row, ApplicationState.ACCEPTED_WITH_CHANGES)])
    release_round(found, now=NOW, actor=SYSTEM)
    db.session.commit()
    text = world.browser(speaker).get(home(world.here, row)).text

    assert "Say whether you agree to the changes" in text and "Half the area." in text


@pytest.mark.parametrize(
    "state",
    [
        ApplicationState.SUBMITTED,
        ApplicationState.WAITLISTED,
        ApplicationState.WITHDRAWN,
        ApplicationState.DECLINED,
    ],
)
def test_without_a_promise_there_is_no_such_page(world: World, state: ApplicationState) -> None:
    row, speaker = make_exhibitor(world.here, state=state)
    browser = world.browser(speaker)
    for rest in ("day", "slots", "slots/set_up", "calendar"):
        assert browser.get(f"{world.here.path}/exhibitor/{row.code}/{rest}").status_code == 404
    assert "Everything for the day" not in browser.get(f"{world.here.path}/exhibitor").text


def test_a_decision_that_nobody_was_told_of_shows_nothing(world: World) -> None:
    row, _token = make_application(world.here)
    speaker = make_speaker(row)
    make_round(world.here, [(row, ApplicationState.ACCEPTED)])
    db.session.commit()
    assert row.state is ApplicationState.ACCEPTED
    browser = world.browser(speaker)

    assert browser.get(home(world.here, row)).status_code == 404
    assert "Everything for the day" not in browser.get(f"{world.here.path}/exhibitor").text


def test_the_own_page_leads_there(world: World) -> None:
    row, speaker = make_exhibitor(world.here)
    assert home(world.here, row) in world.browser(speaker).get(f"{world.here.path}/exhibitor").text


def test_another_organization_and_strangers_get_nowhere(world: World) -> None:
    row, speaker = make_exhibitor(world.here)
    _other, neighbour = make_exhibitor(world.here, "Next Door")
    slot = make_slots(world.here, make_gate(world.here))[0]
    slots.book_slot(row, slot, Load(), actor=SYSTEM, now=NOW)
    db.session.commit()
    pages = [home(world.here, row), home(world.here, row).replace("/day", "/slots"),
             home(world.here, row).replace("/day", "/slots/set_up")]  # fmt: skip
    assert [world.browser(speaker).get(page).status_code for page in pages] == [200] * 3
    for browser in (world.browser(neighbour), world.browser_as(Role.ORGANIZER)):
        assert [browser.get(page).status_code for page in pages] == [404] * 3
    assert [world.browser().get(page).status_code for page in pages] == [401] * 3
    moved = [page.replace(world.here.path, world.there.path) for page in pages]
    assert [world.browser(speaker).get(page).status_code for page in moved] == [404] * 3


def test_the_next_edition_knows_nothing_of_this_one(world: World) -> None:
    """The same organization: its slot and its page belong to one year."""
    row, speaker = make_exhibitor(world.here)
    copy = clone_edition(
        world.here.edition, slug="2028", starts_on=FIRST_DAY + timedelta(days=364),
        title="Next year", actor=SYSTEM, now=NOW,
    )  # fmt: skip
    copy.state = EditionState.PUBLIC
    db.session.commit()
    later = world.here.path.replace("2027", "2028")
    browser = world.browser(speaker)

    assert browser.get(home(world.here, row)).status_code == 200
    for rest in ("day", "slots", "slots/set_up", "calendar"):
        assert browser.get(f"{later}/exhibitor/{row.code}/{rest}").status_code == 404


def test_the_page_costs_the_same_beside_three_and_beside_thirty(world: World) -> None:
    row, speaker = make_exhibitor(world.here)
    plan = make_plan(world.here, stands=36, width_cm=12_000)
    give(stand_called(plan, "A2"), row)
    browser, page = world.browser(speaker), home(world.here, row)

    def cost() -> int:
        db.session.expire_all()
        with count_queries() as seen:
            assert browser.get(page).status_code == 200
        return seen.count

    cost()
    few = cost()
    for number in range(10):
        other, _speaker = make_exhibitor(world.here, f"Exhibitor {number}")
        give(stand_called(plan, f"A{number + 3}"), other)
        make_slots(world.here, make_gate(world.here, f"Gate {number}"))
    more = cost()

    print(f"queries of the home page: {few}")
    assert more <= few + 1  # the slots that there are now are looked for once
    assert few <= 40


def test_a_neighbour_whose_acceptance_is_not_told_is_not_named(world: World) -> None:
    row, speaker = make_exhibitor(world.here)
    other, _token = make_application(world.here, name="Next Door", email="next@door.example")
    made = make_round(world.here, [(other, ApplicationState.ACCEPTED)], hold=None)
    plan = make_plan(world.here)
    give(stand_called(plan, "A2"), row)
    give(stand_called(plan, "A3"), other)
    browser = world.browser(speaker)
    before = browser.get(home(world.here, row)).text
    release_round(made, now=NOW, actor=SYSTEM)
    db.session.commit()

    assert "A2: your stand" in before and "Next Door" not in before
    assert f"/exhibitors/{other.organization.code}" not in before
    assert "Next Door" in browser.get(home(world.here, row)).text
