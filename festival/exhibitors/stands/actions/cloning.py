"""The next edition begins with the same halls: plans, circuits and stands, given to nobody."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from festival.exhibitors.calls.models import Call, StandClass
from festival.exhibitors.stands import queries
from festival.exhibitors.stands.models import FloorPlan, PowerCircuit, Stand
from festival.exhibitors.stands.states import StandState
from festival.extensions import db
from festival.festivals.models import Edition, Space, Venue
from festival.shared.journal import Actor, write_journal
from festival.shared.tokens import make_code

PLAN_FIELDS = ("name", "width_cm", "depth_cm", "quiet_distance_cm", "picture_id", "drawing")
STAND_FIELDS = (
    "number", "position", "x_cm", "y_cm", "width_cm", "depth_cm", "rotation", "watts",
    "has_water", "has_internet", "is_step_free", "is_indoor", "floor_load_kg", "noise_zone",
)  # fmt: skip


def clone_plans(source: Edition, *, into: Edition, actor: Actor, now: datetime) -> int:
    """Copy every plan; answers how many.

    Venues and spaces are found by their slugs, classes by their codes.  Blocked stands stay blocked
    with their note, for walls do not move; reservations and exhibitors do not come along, and the
    copies are not public.
    """
    venues = _by_slug(Venue, source, into)
    spaces = _by_slug(Space, source, into)
    classes = _classes(source, into)
    plans = queries.plans_of(source.id)
    for plan in plans:
        copy = FloorPlan(
            edition_id=into.id, code=make_code(), created_at=now, changed_at=now,
            venue_id=venues.get(plan.venue_id or 0), space_id=spaces.get(plan.space_id or 0),
            **{name: getattr(plan, name) for name in PLAN_FIELDS},
        )  # fmt: skip
        copy.circuits = [PowerCircuit(name=each.name, watts=each.watts) for each in plan.circuits]
        circuits = dict(zip((each.id for each in plan.circuits), copy.circuits, strict=True))
        copy.stands = [_copied(each, into, circuits, classes) for each in plan.stands]
        db.session.add(copy)
        db.session.flush()
        write_journal(
            "floor_plan_cloned", actor=actor, entity="floor_plan", key=copy.code, now=now,
            edition_id=into.id, after={"name": copy.name, "stands": len(copy.stands)},
        )  # fmt: skip
    return len(plans)


def _copied(
    stand: Stand, into: Edition, circuits: dict[int, PowerCircuit], classes: dict[int, int]
) -> Stand:
    is_blocked = stand.state == StandState.BLOCKED
    return Stand(
        edition_id=into.id,
        code=make_code(),
        circuit=circuits.get(stand.circuit_id or 0),
        class_id=classes.get(stand.class_id or 0),
        state=StandState.BLOCKED if is_blocked else StandState.FREE,
        note=stand.note if is_blocked else "",
        **{name: getattr(stand, name) for name in STAND_FIELDS},
    )


def _by_slug(model: type[Venue] | type[Space], source: Edition, into: Edition) -> dict[int, int]:
    """Id there → id here of what has the same slug."""
    here = {
        slug: row_id
        for slug, row_id in db.session.execute(
            select(model.slug, model.id).where(model.edition_id == into.id)
        )
    }
    there = db.session.execute(select(model.slug, model.id).where(model.edition_id == source.id))
    return {row_id: here[slug] for slug, row_id in there if slug in here}


def _classes(source: Edition, into: Edition) -> dict[int, int]:
    """Id of a class of stand there → id of that with the same code in the same call here."""

    def known(edition: Edition) -> dict[tuple[str, str], int]:
        rows = db.session.execute(
            select(Call.kind, StandClass.code, StandClass.id)
            .join(StandClass.call)
            .where(Call.edition_id == edition.id)
        )
        return {(kind.value, code): row_id for kind, code, row_id in rows}

    here = known(into)
    return {row_id: here[key] for key, row_id in known(source).items() if key in here}
