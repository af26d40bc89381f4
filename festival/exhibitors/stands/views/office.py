"""The office of stands: all plans with what is used, who is without a stand, the table."""

from __future__ import annotations

from collections.abc import Iterator

from flask import g, render_template
from flask.typing import ResponseReturnValue

from festival.exhibitors.models import Application
from festival.exhibitors.stands import queries
from festival.exhibitors.stands.forms import ProposalForm
from festival.exhibitors.stands.models import FloorPlan
from festival.exhibitors.stands.rules.constraints import Fault, faults_in
from festival.exhibitors.stands.rules.facts import Hall
from festival.exhibitors.stands.states import StandState
from festival.exhibitors.stands.views.room import blueprint
from festival.shared.access import Role, open_to
from festival.shared.tables import Cell, csv_response

COLUMNS = (
    "plan", "stand", "state", "area_m2", "watts", "circuit", "water", "internet", "step_free",
    "noise_zone", "note", "organization", "application", "needs_m2", "needs_watts", "pinned",
    "faults",
)  # fmt: skip


@blueprint.get("/organize/stands")
@open_to(Role.ORGANIZER)
def overview() -> ResponseReturnValue:
    """Plans with their bars, exhibitors without a stand, proposals."""
    plans = queries.plans_of(g.edition.id)
    hall = queries.hall_of(g.edition.id)
    faults: dict[int, list[Fault]] = {}
    for each in faults_in(hall, placing=hall.present):
        faults.setdefault(each.exhibitor_id, []).append(each)
    rows = queries.exhibitors_of(g.edition.id)
    return render_template(
        "exhibitors/stands/overview.html",
        plans=plans,
        uses={each.id: queries.uses_of(hall, plan_id=each.id) for each in plans},
        counts={each.id: _counts(each) for each in plans},
        waiting=queries.without_stand(g.edition.id),
        exhibitors=len(hall.exhibitors),
        hall=hall,
        faults=faults,
        codes={each.id: each.code for each in rows},
        told_wishes=_told_wishes(rows, hall),
        proposals=queries.proposals_of(g.edition.id),
        form=ProposalForm(),
    )


@blueprint.get("/organize/stands/allocation.csv")
@open_to(Role.ORGANIZER)
def table() -> ResponseReturnValue:
    """Every stand with who has it and what is wrong, for a spreadsheet."""
    name = f"stands-{g.edition.festival.slug}-{g.edition.slug}"
    return csv_response(name, columns=COLUMNS, rows=_cells())


def _told_wishes(rows: list[Application], hall: Hall) -> list[tuple[Application, str, str, int]]:
    """(exhibitor, near, not beside, wishes that were made of it) of whoever named neighbours."""
    return [
        (
            row,
            row.needs.get("near", ""),
            row.needs.get("not_beside", ""),
            sum(row.id in (wish.one, wish.other) for wish in hall.wishes),
        )
        for row in rows
        if row.needs.get("near") or row.needs.get("not_beside")
    ]


def _counts(plan: FloorPlan) -> dict[StandState, int]:
    return {state: sum(each.state == state for each in plan.stands) for state in StandState}


def _cells() -> Iterator[list[Cell]]:
    hall = queries.hall_of(g.edition.id)
    faults: dict[int, list[str]] = {}
    for each in faults_in(hall, placing=hall.present):
        faults.setdefault(each.exhibitor_id, []).append(each.said.in_english())
    for plan in queries.plans_of(g.edition.id):
        for stand in plan.stands:
            row = stand.assignment
            who = row and hall.exhibitors.get(row.application_id)
            yield [
                plan.name, stand.number, stand.state.value, queries.stand_facts(stand).area_m2,
                stand.watts, stand.circuit.name if stand.circuit else "", int(stand.has_water),
                int(stand.has_internet), int(stand.is_step_free), stand.noise_zone.value,
                stand.note, who.name if who else "", row.application.code if row else "",
                who.area_m2 if who else None, who.watts if who else None,
                int(row.is_pinned) if row else None,
                " ".join(faults.get(who.id, ())) if who else "",
            ]  # fmt: skip
