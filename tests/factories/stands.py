"""Floor plans with stands, exhibitors with needs, proposals; made through the actions."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from festival.exhibitors.models import Application
from festival.exhibitors.stands import actions, queries
from festival.exhibitors.stands.actions import PlanValues, StandValues
from festival.exhibitors.stands.actions.proposals import keep_result
from festival.exhibitors.stands.models import FloorPlan, PlacementWish, Stand, StandProposal
from festival.exhibitors.stands.rules.drawing import Place
from festival.exhibitors.stands.solving.order import numbering_of
from festival.exhibitors.stands.states import ProposalState, WishKind
from festival.exhibitors.states import ApplicationState
from festival.extensions import db
from festival.shared.journal import SYSTEM
from tests.factories.exhibitors import make_application
from tests.factories.world import NOW, Corner


def plan_values(**changes: Any) -> PlanValues:
    values: dict[str, Any] = {
        "name": "Market hall", "width_cm": 3000, "depth_cm": 2000, "quiet_distance_cm": 600,
        "venue_id": None, "space_id": None, "is_public": True, "circuits": {"C1": 3200},
    }  # fmt: skip
    return PlanValues(**values | changes)


def make_plan(corner: Corner, *, stands: int = 4, **changes: Any) -> FloorPlan:
    """A plan with one row A1 …, three metres by three, on the circuit C1."""
    plan = actions.make_plan(corner.edition, plan_values(**changes), actor=SYSTEM, now=NOW)
    if stands:
        circuit = plan.circuits[0].id if plan.circuits else None
        actions.add_row(
            plan, Place(100, 100, 300, 300), StandValues(circuit_id=circuit, watts=3000),
            prefix="A", first=1, count=stands, gap=0, is_down=False, actor=SYSTEM, now=NOW,
        )  # fmt: skip
    db.session.commit()
    return plan


def stand_called(plan: FloorPlan, number: str) -> Stand:
    return next(each for each in plan.stands if each.number == number)


def make_exhibitor(
    corner: Corner,
    name: str,
    *,
    state: ApplicationState = ApplicationState.ACCEPTED,
    **needs: Any,
) -> Application:
    """An accepted application with these needs and no others."""
    address = "".join(char for char in name.casefold() if char.isalnum())
    row, _ = make_application(corner, state=state, name=name, email=f"{address}@stands.example")
    row.needs = needs
    db.session.commit()
    return row


def give(stand: Stand, application: Application, **options: Any) -> None:
    actions.assign(stand, application, actor=SYSTEM, now=NOW, **options)
    db.session.commit()


def make_proposal(corner: Corner, chosen: dict[int, int]) -> StandProposal:
    """A ready proposal with this plan: application id → stand id."""
    row = StandProposal(
        edition_id=corner.edition.id, code=f"proposal{corner.edition.id}", created_at=NOW,
        state=ProposalState.COMPUTING,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    hall = queries.hall_of(corner.edition.id)
    numbers = numbering_of(hall)
    place = {each.id: number for number, each in enumerate(numbers.stands)}
    result = {
        "chosen": [
            place[chosen[who.id]] if who.id in chosen else None for who in numbers.exhibitors
        ],
        "placed": len(chosen), "placed_bound": len(chosen), "status": "optimal",
        "objective": 0, "bound": 0, "seconds": 0.1, "by_the_clock": False,
    }  # fmt: skip
    keep_result(row, hall, result, now=NOW)
    db.session.commit()
    return row


def fill_stands(
    corner: Corner, application: Application, other: Application, *, canary: str
) -> dict[str, Any]:
    """One of every kind for ``factories.everything``: plan, stand, wish, proposal."""
    plan = make_plan(corner, name=f"{canary} hall")
    plan.drawing = '<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0"/></svg>'
    stand = stand_called(plan, "A1")
    stand.note = f"{canary} note"
    give(stand, application)
    actions.add_wish(application, other, kind=WishKind.NEAR, actor=SYSTEM, now=NOW)
    wish = db.session.scalars(
        select(PlacementWish).where(PlacementWish.edition_id == corner.edition.id)
    ).one()
    return {
        "floor_plan": plan,
        "stand": stand,
        "placement_wish": wish,
        "stand_proposal": make_proposal(corner, {application.id: stand.id}),
    }
