"""Drawing: plans, their circuits and background, stands one by one and in rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import select

from festival.exhibitors.stands.models import FloorPlan, PowerCircuit, Stand
from festival.exhibitors.stands.rules.drawing import (
    LARGEST_PLAN_CM,
    LONGEST_ROW,
    MOST_STANDS,
    Place,
    PlaceDifference,
    differences,
    numbers_of_row,
    places_of_row,
    refusal_for_number,
    refusal_for_place,
)
from festival.exhibitors.stands.states import MOVES, NoiseZone, StandState
from festival.extensions import db
from festival.festivals.actions import touch_edition
from festival.festivals.models import Edition
from festival.shared.errors import FieldRefused, RuleBroken, StaleVersion
from festival.shared.journal import Actor, write_journal
from festival.shared.pictures import StoredPicture
from festival.shared.sentences import mark
from festival.shared.tokens import make_code


@dataclass(frozen=True, slots=True)
class PlanValues:
    """What the form of a plan holds.  ``circuits``: name → watts."""

    name: str
    width_cm: int
    depth_cm: int
    quiet_distance_cm: int
    venue_id: int | None
    space_id: int | None
    is_public: bool
    circuits: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class StandValues:
    """What the form of a stand holds besides its number and its place."""

    circuit_id: int | None = None
    class_id: int | None = None
    watts: int = 0
    has_water: bool = False
    has_internet: bool = False
    is_step_free: bool = True
    is_indoor: bool = True
    floor_load_kg: int | None = None
    noise_zone: NoiseZone = NoiseZone.NORMAL
    note: str = ""


class LayoutChanged(StaleVersion):
    """Somebody else has moved stands; ``differences`` says which, nothing was overwritten."""

    def __init__(self, found: list[PlaceDifference]) -> None:
        super().__init__(
            mark("Somebody else has changed this plan since you opened it."),
            kept=mark("Nothing was overwritten."),
            next_step=mark("Look at the differences, then move your stands again."),
        )
        self.differences = found


def make_plan(edition: Edition, values: PlanValues, *, actor: Actor, now: datetime) -> FloorPlan:
    """A plan without stands.  Raises ``FieldRefused`` (name, width_cm, depth_cm, circuits)."""
    plan = FloorPlan(
        edition_id=edition.id, code=make_code(), name="", width_cm=1, depth_cm=1,
        created_at=now, changed_at=now,
    )  # fmt: skip
    _put(plan, values)
    db.session.add(plan)
    db.session.flush()
    _write("floor_plan_made", plan, actor=actor, now=now, after=_told(values))
    return plan


def change_plan(
    plan: FloorPlan,
    values: PlanValues,
    *,
    version: int,
    actor: Actor,
    now: datetime,
    picture: StoredPicture | None = None,
    drawing: str = "",
    drop_background: bool = False,
) -> None:
    """Save the form; ``picture`` or ``drawing`` replaces the background.

    Raises ``StaleVersion`` when somebody has saved since ``version``, and ``FieldRefused``.
    """
    _lock(plan)
    if version != plan.version:
        raise StaleVersion(
            mark("Somebody else has changed this plan since you opened it."),
            kept=mark("Nothing was overwritten."),
            next_step=mark("Open the plan again, then make your change."),
        )
    before = {"name": plan.name, "width_cm": plan.width_cm, "depth_cm": plan.depth_cm}
    _put(plan, values)
    if picture is not None or drawing or drop_background:
        plan.picture, plan.drawing = picture, drawing
    _changed(plan, now=now)
    _write("floor_plan_changed", plan, actor=actor, now=now, before=before, after=_told(values))


def remove_plan(plan: FloorPlan, *, actor: Actor, now: datetime) -> None:
    """Take the plan away with its stands; refused while one of them is given away."""
    _lock(plan)
    if any(each.assignment is not None for each in plan.stands):
        raise RuleBroken(
            mark("Stands of this plan are given to exhibitors."),
            next_step=mark("Free them first, or hide the plan from the public."),
        )
    _write("floor_plan_removed", plan, actor=actor, now=now, before={"name": plan.name})
    touch_edition(plan.edition_id)
    db.session.delete(plan)
    db.session.flush()


def add_row(
    plan: FloorPlan,
    start: Place,
    values: StandValues,
    *,
    prefix: str,
    first: int,
    count: int,
    gap: int,
    is_down: bool,
    actor: Actor,
    now: datetime,
) -> list[Stand]:
    """Draw ``count`` stands one beside the other, numbered from ``first``.

    Raises ``FieldRefused`` (prefix, count, x) when a number is taken or one would stick out.
    """
    _lock(plan)
    if not 1 <= count <= LONGEST_ROW or len(plan.stands) + count > MOST_STANDS:
        raise FieldRefused(
            "count",
            mark("A row has between 1 and %(longest)s stands, a plan at most %(most)s."),
            longest=LONGEST_ROW,
            most=MOST_STANDS,
        )
    numbers = numbers_of_row(prefix, first=first, count=count)
    known = {each.number for each in plan.stands}
    made = []
    for number, place in zip(
        numbers, places_of_row(start, count=count, gap=gap, is_down=is_down), strict=True
    ):
        _check_number(number, known=known, field="prefix")
        _check_place(plan, place, field="x")
        made.append(_new_stand(plan, number, place, values, position=len(plan.stands)))
    _changed(plan, now=now)
    db.session.flush()
    _write("stands_drawn", plan, actor=actor, now=now, after={"numbers": numbers})
    return made


def change_stand(
    stand: Stand,
    place: Place,
    values: StandValues,
    *,
    number: str,
    version: int,
    actor: Actor,
    now: datetime,
) -> None:
    """Save the form of one stand.  Raises ``StaleVersion`` and ``FieldRefused``."""
    _lock(stand.plan)
    db.session.refresh(stand)
    if version != stand.version:
        raise StaleVersion(
            mark("Somebody else has changed this stand since you opened it."),
            kept=mark("Nothing was overwritten."),
            next_step=mark("Open the stand again, then make your change."),
        )
    others = {each.number for each in stand.plan.stands if each.id != stand.id}
    _check_number(number, known=others, field="number")
    _check_place(stand.plan, place, field="x")
    before = {"number": stand.number, **_facts(stand)}
    stand.number = number
    _lay(stand, place)
    for each in fields(values):
        setattr(stand, each.name, getattr(values, each.name))
    stand.version += 1
    _changed(stand.plan, now=now)
    after = {"number": number, **_facts(stand)}
    _write_stand("stand_changed", stand, actor=actor, now=now, before=before, after=after)


def move_stands(
    plan: FloorPlan, places: Mapping[str, Place], *, version: int, actor: Actor, now: datetime
) -> int:
    """Put stands (code → place) where the drawing says; answers how many were moved.

    Codes of other plans are passed over.  Raises ``LayoutChanged`` when the plan has another
    version and the stands lie elsewhere, and ``FieldRefused`` (layout).
    """
    _lock(plan)
    rows = {each.code: each for each in plan.stands}
    saved = {code: (each.number, place_of(each)) for code, each in rows.items()}
    found = differences(saved, sent=places)
    if not found:
        return 0
    if version != plan.version:
        raise LayoutChanged(found)
    for code, place in places.items():
        if code in rows and place != saved[code][1]:
            _check_place(plan, place, field="layout")
            _lay(rows[code], place)
            rows[code].version += 1
    _changed(plan, now=now)
    _write(
        "stands_moved", plan, actor=actor, now=now,
        before={each.number: asdict(each.saved) for each in found},
        after={each.number: asdict(each.sent) for each in found},
    )  # fmt: skip
    return len(found)


def set_state(stand: Stand, to: StandState, *, note: str = "", actor: Actor, now: datetime) -> None:
    """Free, reserve or block a stand that nobody has; raises ``RuleBroken`` otherwise."""
    _lock(stand.plan)
    db.session.refresh(stand)
    if stand.state == to:
        return
    if to is StandState.ASSIGNED or stand.state == StandState.ASSIGNED or to not in MOVES[
        stand.state
    ]:  # fmt: skip
        raise RuleBroken(
            mark("The stand cannot be moved into this state."),
            next_step=mark("Free it first if an exhibitor has it."),
        )
    before = stand.state
    stand.state, stand.note = to, note
    stand.version += 1
    touch_edition(stand.edition_id)
    _write_stand(
        f"stand_{to.value}", stand, actor=actor, now=now,
        before={"state": before.value}, after={"state": to.value, "note": note},
    )  # fmt: skip


def remove_stand(stand: Stand, *, actor: Actor, now: datetime) -> None:
    """Take a stand off the plan; refused while an exhibitor has it."""
    _lock(stand.plan)
    db.session.refresh(stand)
    if stand.assignment is not None:
        raise RuleBroken(mark("An exhibitor has this stand."), next_step=mark("Free it first."))
    before = {"number": stand.number, **_facts(stand)}
    _write_stand("stand_removed", stand, actor=actor, now=now, before=before)
    plan = stand.plan
    plan.stands.remove(stand)
    _changed(plan, now=now)
    db.session.flush()


def place_of(stand: Stand) -> Place:
    return Place(stand.x_cm, stand.y_cm, stand.width_cm, stand.depth_cm, stand.rotation)


def _lay(stand: Stand, place: Place) -> None:
    stand.x_cm, stand.y_cm = place.x, place.y
    stand.width_cm, stand.depth_cm, stand.rotation = place.width, place.depth, place.rotation


def _lock(plan: FloorPlan) -> None:
    """One editor of a plan at a time; what is read after this is up to date."""
    db.session.flush()
    db.session.execute(select(FloorPlan.id).where(FloorPlan.id == plan.id).with_for_update())
    db.session.refresh(plan)


def _changed(plan: FloorPlan, *, now: datetime) -> None:
    plan.version += 1
    plan.changed_at = now
    touch_edition(plan.edition_id)


def _put(plan: FloorPlan, values: PlanValues) -> None:
    if not values.name:
        raise FieldRefused("name", mark("Give the plan a name."))
    for field in ("width_cm", "depth_cm"):
        if not 100 <= getattr(values, field) <= LARGEST_PLAN_CM:
            raise FieldRefused(field, mark("A plan is between one metre and a kilometre long."))
    _check_all_fit(plan, values)
    for field in ("name", "width_cm", "depth_cm", "quiet_distance_cm", "venue_id", "space_id"):
        setattr(plan, field, getattr(values, field))
    plan.is_public = values.is_public
    _put_circuits(plan, values.circuits)


def _check_all_fit(plan: FloorPlan, values: PlanValues) -> None:
    for each in plan.stands:
        refusal = refusal_for_place(place_of(each), width=values.width_cm, depth=values.depth_cm)
        if refusal is not None:
            raise FieldRefused(
                "width_cm",
                mark("Stand %(number)s would stick out of a plan of this size."),
                number=each.number,
            )


def _put_circuits(plan: FloorPlan, circuits: Mapping[str, int]) -> None:
    """Circuits keep their rows by name; one that stands hang on is not taken away."""
    rows = {each.name: each for each in plan.circuits}
    in_use = {each.circuit_id for each in plan.stands if each.circuit_id is not None}
    for name, row in rows.items():
        if name not in circuits and row.id in in_use:
            raise FieldRefused(
                "circuits", mark("Stands hang on circuit %(name)s: it stays."), name=name
            )
    for name, row in rows.items():
        if name not in circuits:
            plan.circuits.remove(row)
    for name, watts in circuits.items():
        if name in rows:
            rows[name].watts = watts
        else:
            plan.circuits.append(PowerCircuit(name=name, watts=watts))


def _new_stand(
    plan: FloorPlan, number: str, place: Place, values: StandValues, *, position: int
) -> Stand:
    given = {each.name: getattr(values, each.name) for each in fields(values)}
    row = Stand(
        edition_id=plan.edition_id, code=make_code(), number=number, position=position, **given
    )
    _lay(row, place)
    plan.stands.append(row)
    return row


def _check_number(number: str, *, known: set[str], field: str) -> None:
    refusal = refusal_for_number(number)
    if refusal is not None:
        raise FieldRefused(field, refusal)
    if number in known:
        raise FieldRefused(field, mark("There is a stand %(number)s already."), number=number)


def _check_place(plan: FloorPlan, place: Place, *, field: str) -> None:
    refusal = refusal_for_place(place, width=plan.width_cm, depth=plan.depth_cm)
    if refusal is not None:
        raise FieldRefused(field, refusal)


def _facts(stand: Stand) -> dict[str, Any]:
    names = [each.name for each in fields(StandValues)]
    return {**asdict(place_of(stand)), **{name: getattr(stand, name) for name in names}}


def _told(values: PlanValues) -> dict[str, Any]:
    return {**asdict(values), "circuits": dict(values.circuits)}


def _write(action: str, plan: FloorPlan, *, actor: Actor, now: datetime, **told: Any) -> None:
    write_journal(
        action, actor=actor, entity="floor_plan", key=plan.code, now=now,
        edition_id=plan.edition_id, **told,
    )  # fmt: skip


def _write_stand(action: str, stand: Stand, *, actor: Actor, now: datetime, **told: Any) -> None:
    write_journal(
        action, actor=actor, entity="stand", key=stand.code, now=now,
        edition_id=stand.edition_id, **told,
    )  # fmt: skip
