"""The hall of the festival: a plan with stands, most of them given, some wishes, some trouble."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from festival.exhibitors.models import Application
from festival.exhibitors.stands import actions, queries
from festival.exhibitors.stands.actions import PlanValues, StandValues
from festival.exhibitors.stands.drawings import remade_drawing
from festival.exhibitors.stands.models import FloorPlan, Stand
from festival.exhibitors.stands.rules.constraints import faults_of
from festival.exhibitors.stands.rules.drawing import Place
from festival.exhibitors.stands.states import NoiseZone, StandState, WishKind
from festival.extensions import db
from festival.site.demo.stage import Stage

WITHOUT = 4
"""Exhibitors for whom a stand still has to be found."""
SHOWN = "bindery"
"""Whose portal the sample's exhibitor opens: it has a stand, whatever else."""
ROWS = (
    ("A", 10, (150, 150, 300, 350), 1, NoiseZone.QUIET),
    ("B", 8, (150, 850, 400, 400), 2, NoiseZone.NORMAL),
    ("C", 9, (150, 1270, 360, 350), 3, NoiseZone.NORMAL),
    ("D", 7, (150, 1950, 450, 350), 4, NoiseZone.NORMAL),
    ("E", 7, (150, 2600, 450, 350), 5, NoiseZone.LOUD),
)
"""Letters, stands, the first one's place and size (cm), circuit, noise."""
WALLS = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 360 320">'
    b'<rect x="2" y="2" width="356" height="316" fill="none" stroke="#8a7aa8" stroke-width="3"/>'
    b'<path d="M160 318h40" stroke="#ffc933" stroke-width="6"/>'
    b'<path d="M358 90v40" stroke="#ffc933" stroke-width="6"/>'
    b'<circle cx="120" cy="62" r="3" fill="#8a7aa8"/>'
    b'<circle cx="240" cy="62" r="3" fill="#8a7aa8"/>'
    b'<circle cx="120" cy="242" r="3" fill="#8a7aa8"/>'
    b'<circle cx="240" cy="242" r="3" fill="#8a7aa8"/></svg>'
)


def draw_hall(stage: Stage, applications: dict[str, Application]) -> int:
    """One plan with 41 stands; answers how many are given away."""
    now = stage.at(-40, 10)
    venue = stage.edition.venues[0]
    values = PlanValues(
        name="Learning hall", width_cm=3600, depth_cm=3200, quiet_distance_cm=600,
        venue_id=venue.id, space_id=None, is_public=True,
        circuits={"L1": 4000, "L2": 16000, "L3": 9000, "L4": 14000, "L5": 14000},
    )  # fmt: skip
    plan = actions.make_plan(stage.edition, values, actor=stage.actor, now=now)
    plan.drawing = remade_drawing(WALLS)
    stands = _draw_rows(stage, plan, now=now)
    actions.set_state(
        stands["A10"], StandState.BLOCKED, note="Emergency exit", actor=stage.actor, now=now
    )
    actions.set_state(
        stands["E7"], StandState.RESERVED, note="Twin cities", actor=stage.actor, now=now
    )
    _wish(stage, applications, now=now)
    return _give(stage, stands, first=applications[SHOWN].id, now=now)


def _draw_rows(stage: Stage, plan: FloorPlan, *, now: datetime) -> dict[str, Stand]:
    circuits = {each.name: each.id for each in plan.circuits}
    for prefix, count, place, circuit, zone in ROWS:
        actions.add_row(
            plan, Place(*place),
            StandValues(
                circuit_id=circuits[f"L{circuit}"], watts=3500, has_water=prefix in "AE",
                has_internet=True, noise_zone=zone, floor_load_kg=500,
            ),
            prefix=prefix, first=1, count=count, gap=20, is_down=False, actor=stage.actor,
            now=now,
        )  # fmt: skip
    rows = db.session.scalars(select(Stand).where(Stand.plan_id == plan.id))
    return {each.number: each for each in rows}


def _wish(stage: Stage, applications: dict[str, Application], *, now: datetime) -> None:
    people = queries.exhibitors_of(stage.edition.id)
    for one, other, kind in (
        (0, 1, WishKind.NEAR), (2, 3, WishKind.NEAR), (4, 5, WishKind.APART),
    ):  # fmt: skip
        actions.add_wish(people[one], people[other], kind=kind, actor=stage.actor, now=now)


def _give(stage: Stage, stands: dict[str, Stand], *, first: int, now: datetime) -> int:
    """Each in turn gets the first stand without a fault; the last ones are left for later."""
    hall = queries.hall_of(stage.edition.id)
    people = sorted(queries.exhibitors_of(stage.edition.id), key=lambda each: each.id != first)
    by_id = {each.id: each for each in stands.values()}
    placing: dict[int, int] = {}
    for number, who in enumerate(people[: len(people) - WITHOUT]):
        for where in hall.stands.values():
            if where.id in placing.values() or where.is_blocked or where.is_reserved:
                continue
            tried = {**placing, who.id: where.id}
            if all(each.only_warns for each in faults_of(hall, who.id, placing=tried)):
                placing = tried
                actions.assign(
                    by_id[where.id], who, actor=stage.actor, now=now, pinned=number % 7 == 0
                )
                break
    return len(placing)
