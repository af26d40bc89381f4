"""What is asked about plans, stands and who has which."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from festival.exhibitors.calls.models import Call, StandClass
from festival.exhibitors.calls.rules import words_in
from festival.exhibitors.models import Application, Organization
from festival.exhibitors.stands.models import (
    FloorPlan,
    PlacementWish,
    Stand,
    StandAssignment,
    StandProposal,
)
from festival.exhibitors.stands.rules.facts import (
    CircuitFacts,
    ExhibitorFacts,
    Hall,
    PlanFacts,
    QuotaFacts,
    StandFacts,
    WishFacts,
)
from festival.exhibitors.stands.states import ProposalState, StandState
from festival.exhibitors.states import PROMISED, Noise
from festival.extensions import db

WITH_HOLDER = (
    joinedload(Stand.assignment)
    .joinedload(StandAssignment.application)
    .joinedload(Application.organization)
)


@dataclass(frozen=True, slots=True)
class Use:
    """How much of something is used, for a bar."""

    name: str
    used: float
    of: float

    @property
    def is_over(self) -> bool:
        return self.used > self.of


def plans_of(edition_id: int, *, only_public: bool = False) -> list[FloorPlan]:
    """Plans by name with their stands and who has them; five queries, however many."""
    query = (
        select(FloorPlan)
        .where(FloorPlan.edition_id == edition_id)
        .options(
            joinedload(FloorPlan.picture),
            joinedload(FloorPlan.venue),
            selectinload(FloorPlan.circuits),
            selectinload(FloorPlan.stands).options(WITH_HOLDER),
        )
        .order_by(FloorPlan.name, FloorPlan.id)
    )
    if only_public:
        query = query.where(FloorPlan.is_public)
    return list(db.session.scalars(query))


def find_plan(edition_id: int, code: str, *, only_public: bool = False) -> FloorPlan | None:
    """One plan of the edition with everything on it."""
    query = (
        select(FloorPlan)
        .where(FloorPlan.edition_id == edition_id, FloorPlan.code == code)
        .options(
            joinedload(FloorPlan.picture),
            joinedload(FloorPlan.venue),
            selectinload(FloorPlan.circuits),
            selectinload(FloorPlan.stands).options(WITH_HOLDER),
        )
    )
    if only_public:
        query = query.where(FloorPlan.is_public)
    return db.session.scalar(query)


def find_stand(edition_id: int, code: str) -> Stand | None:
    return db.session.scalar(
        select(Stand)
        .where(Stand.edition_id == edition_id, Stand.code == code)
        .options(joinedload(Stand.plan), joinedload(Stand.circuit), WITH_HOLDER)
    )


def exhibitors_of(edition_id: int) -> list[Application]:
    """Applications to which a place is promised, by name of the organization."""
    rows = db.session.scalars(
        select(Application)
        .join(Application.organization)
        .where(Application.edition_id == edition_id, Application.state.in_(PROMISED))
        .options(joinedload(Application.organization))
        .order_by(Organization.name, Application.id)
    )
    return list(rows)


def find_exhibitor(edition_id: int, code: str) -> Application | None:
    """An application to which a place is promised."""
    return db.session.scalar(
        select(Application)
        .where(
            Application.edition_id == edition_id,
            Application.code == code,
            Application.state.in_(PROMISED),
        )
        .options(joinedload(Application.organization))
    )


def stand_of(application_id: int) -> Stand | None:
    """The stand of an application with its plan: for the portal, the catalogue and mails."""
    return db.session.scalar(
        select(Stand)
        .join(StandAssignment, StandAssignment.stand_id == Stand.id)
        .where(StandAssignment.application_id == application_id)
        .options(joinedload(Stand.plan), joinedload(Stand.circuit))
    )


def stands_of(application_ids: Iterable[int]) -> dict[int, Stand]:
    """Application → its stand with the plan, in one query; those without one are left out."""
    wanted = list(application_ids)
    if not wanted:
        return {}
    rows = db.session.execute(
        select(StandAssignment.application_id, Stand)
        .join(Stand, StandAssignment.stand_id == Stand.id)
        .where(StandAssignment.application_id.in_(wanted))
        .options(joinedload(Stand.plan))
    )
    return {application_id: stand for application_id, stand in rows}


def without_stand(edition_id: int) -> list[Application]:
    """Exhibitors with a promised place and no stand, by name."""
    has_one = select(StandAssignment.application_id).where(StandAssignment.edition_id == edition_id)
    rows = db.session.scalars(
        select(Application)
        .join(Application.organization)
        .where(
            Application.edition_id == edition_id,
            Application.state.in_(PROMISED),
            Application.id.not_in(has_one),
        )
        .options(joinedload(Application.organization))
        .order_by(Organization.name, Application.id)
    )
    return list(rows)


def assignments_of(edition_id: int) -> dict[int, StandAssignment]:
    """Application → its assignment."""
    rows = db.session.scalars(
        select(StandAssignment).where(StandAssignment.edition_id == edition_id)
    )
    return {each.application_id: each for each in rows}


def wishes_of(application_id: int) -> list[PlacementWish]:
    """Both as the one and as the other."""
    rows = db.session.scalars(
        select(PlacementWish)
        .where(
            (PlacementWish.application_id == application_id)
            | (PlacementWish.other_id == application_id)
        )
        .options(
            joinedload(PlacementWish.application).joinedload(Application.organization),
            joinedload(PlacementWish.other).joinedload(Application.organization),
        )
        .order_by(PlacementWish.id)
    )
    return list(rows)


def proposals_of(edition_id: int) -> list[StandProposal]:
    """The newest first."""
    return list(
        db.session.scalars(
            select(StandProposal)
            .where(StandProposal.edition_id == edition_id)
            .order_by(StandProposal.id.desc())
            .limit(20)
        )
    )


def find_proposal(edition_id: int, code: str) -> StandProposal | None:
    return db.session.scalar(
        select(StandProposal).where(
            StandProposal.edition_id == edition_id, StandProposal.code == code
        )
    )


def open_proposals(edition_id: int) -> int:
    """How many are being worked out or wait for a decision."""
    return db.session.scalar(
        select(func.count())
        .select_from(StandProposal)
        .where(
            StandProposal.edition_id == edition_id,
            StandProposal.state.in_((ProposalState.COMPUTING, ProposalState.READY)),
        )
    ) or 0  # fmt: skip


def hall_of(edition_id: int) -> Hall:
    """Everything that decides about stands, as plain facts for the rules."""
    plans = plans_of(edition_id)
    exhibitors = {each.id: exhibitor_facts(each) for each in exhibitors_of(edition_id)}
    assignments = assignments_of(edition_id)
    wishes = db.session.scalars(
        select(PlacementWish)
        .where(PlacementWish.edition_id == edition_id)
        .order_by(PlacementWish.id)
    )
    return Hall(
        plans={each.id: PlanFacts(each.id, each.name, each.quiet_distance_cm) for each in plans},
        circuits={
            each.id: CircuitFacts(each.id, each.name, each.watts)
            for plan in plans
            for each in plan.circuits
        },
        stands={each.id: stand_facts(each) for plan in plans for each in plan.stands},
        exhibitors=exhibitors,
        wishes=tuple(
            WishFacts(each.application_id, each.other_id, each.kind)
            for each in wishes
            if each.application_id in exhibitors and each.other_id in exhibitors
        ),
        present={who: row.stand_id for who, row in assignments.items() if who in exhibitors},
        pinned=frozenset(
            who for who, row in assignments.items() if row.is_pinned and who in exhibitors
        ),
        quotas=_quotas(edition_id),
    )


def _quotas(edition_id: int) -> dict[int, QuotaFacts]:
    """Named in the first language in which an organizer named them."""
    rows = db.session.scalars(
        select(StandClass)
        .join(StandClass.call)
        .where(Call.edition_id == edition_id, StandClass.quota.is_not(None))
    )
    return {
        each.id: QuotaFacts(each.id, words_in(each.names, languages=()), each.quota or 0)
        for each in rows
    }


def stand_facts(row: Stand) -> StandFacts:
    is_turned = row.rotation == 90
    return StandFacts(
        id=row.id,
        number=row.number,
        plan_id=row.plan_id,
        x=row.x_cm,
        y=row.y_cm,
        width=row.depth_cm if is_turned else row.width_cm,
        depth=row.width_cm if is_turned else row.depth_cm,
        circuit_id=row.circuit_id,
        watts=row.watts,
        has_water=row.has_water,
        has_internet=row.has_internet,
        is_step_free=row.is_step_free,
        zone=row.noise_zone,
        class_id=row.class_id,
        bears_kg=row.floor_load_kg,
        is_blocked=row.state == StandState.BLOCKED,
        is_reserved=row.state == StandState.RESERVED,
    )


def exhibitor_facts(row: Application) -> ExhibitorFacts:
    """What the application says under needs; whatever is missing or unreadable asks nothing."""
    needs = row.needs
    noise = needs.get("noise")
    return ExhibitorFacts(
        id=row.id,
        name=row.organization.name,
        area_m2=needs.get("area_m2") or 0,
        watts=int(needs.get("power_watts") or 0),
        needs_water=bool(needs.get("water")),
        needs_internet=bool(needs.get("internet")),
        needs_step_free=bool(needs.get("step_free")),
        needs_quiet=bool(needs.get("needs_quiet")),
        noise=Noise(noise) if noise in {each.value for each in Noise} else Noise.NONE,
        class_id=row.stand_class_id,
        load_kg=int(needs.get("floor_load_kg") or 0),
        strand_id=row.strand_id,
    )


def uses_of(hall: Hall, *, plan_id: int) -> list[Use]:
    """Square metres of the plan's stands that are given away, then watts of each circuit."""
    stands = [each for each in hall.stands.values() if each.plan_id == plan_id]
    holders = {where: who for who, where in hall.present.items()}
    found = [
        Use(
            "",
            round(sum(each.area_m2 for each in stands if each.id in holders), 1),
            round(sum(each.area_m2 for each in stands if not each.is_blocked), 1),
        )
    ]
    on_it = {each.circuit_id for each in stands}
    for circuit in hall.circuits.values():
        if circuit.id in on_it:
            load = sum(
                hall.exhibitors[holders[each.id]].watts
                for each in stands
                if each.circuit_id == circuit.id and each.id in holders
            )
            found.append(Use(circuit.name, load, circuit.watts))
    return found
