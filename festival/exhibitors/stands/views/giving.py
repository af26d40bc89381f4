"""One stand and one exhibitor: giving by hand with every fault named, wishes, pins."""

from __future__ import annotations

from flask import abort, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from festival.exhibitors.models import Application
from festival.exhibitors.stands import actions, queries
from festival.exhibitors.stands.forms import GiveForm, StandForm, StateForm, WishForm
from festival.exhibitors.stands.models import Stand
from festival.exhibitors.stands.rules.constraints import Fault, faults_of
from festival.exhibitors.stands.rules.facts import Hall
from festival.exhibitors.stands.rules.weighing import unused_m2
from festival.exhibitors.stands.states import MOVES, StandState, WishKind
from festival.exhibitors.stands.views.room import (
    background_href,
    blueprint,
    circuit_choices,
    class_choices,
    exhibitor_choices,
    exhibitor_or_404,
    office_address,
    shapes_of,
    stand_or_404,
)
from festival.shared.access import Role, current_actor, open_to
from festival.shared.clock import utc_now
from festival.shared.errors import FieldRefused
from festival.shared.forms import show_refusal
from festival.shared.work import unit_of_work


@blueprint.route("/organize/stands/stand/<code>", methods=["GET", "POST"])
@open_to(Role.ORGANIZER)
@unit_of_work
def stand(code: str) -> ResponseReturnValue:
    """One stand: what it offers, who has it, what is wrong; the form changes what it offers."""
    row = stand_or_404(code)
    form = StandForm()
    form.offer(circuits=circuit_choices(row.plan), classes=class_choices())
    if not form.is_submitted():
        form.fill_from(row)
    elif form.validate_on_submit():
        try:
            actions.change_stand(
                row, form.place(), form.properties(note=form.note.data),
                number=form.number.data, version=form.opened_version, actor=current_actor(),
                now=utc_now(),
            )  # fmt: skip
        except FieldRefused as refusal:
            show_refusal(form, refusal)
        else:
            flash(_("The stand is saved."), "success")
            return redirect(url_for("stands.stand", code=row.code), 303)
    return _stand_page(row, form=form, status=422 if form.is_submitted() else 200)


@blueprint.post("/organize/stands/stand/<code>/give")
@open_to(Role.ORGANIZER)
@unit_of_work
def give(code: str) -> ResponseReturnValue:
    """Give the stand to an exhibitor; faults are shown once before it is done all the same."""
    row = stand_or_404(code)
    form = _give_form(row)
    if not form.validate_on_submit():
        return _stand_page(row, give_form=form, status=422)
    who = exhibitor_or_404(form.other.data)
    hall = queries.hall_of(g.edition.id)
    faults = actions.faults_if_given(hall, exhibitor_id=who.id, stand_id=row.id)
    forbidding = [each for each in faults if each.is_forbidding]
    if (faults and form.sure.data != _sure_of(faults)) or forbidding:
        page = render_template(
            "exhibitors/stands/sure.html", stand=row, application=who, faults=faults,
            may_force=not forbidding, form=form, sure=_sure_of(faults),
        )  # fmt: skip
        return page, 422
    actions.assign(row, who, actor=current_actor(), now=utc_now(), pinned=form.pinned.data)
    flash(
        _("%(name)s has stand %(number)s now.", name=who.organization.name, number=row.number),
        "success",
    )
    return redirect(url_for("stands.stand", code=row.code), 303)


@blueprint.post("/organize/stands/stand/<code>/free")
@open_to(Role.ORGANIZER)
@unit_of_work
def free(code: str) -> ResponseReturnValue:
    row = stand_or_404(code)
    actions.free(row, actor=current_actor(), now=utc_now())
    flash(_("Stand %(number)s is free.", number=row.number), "success")
    return redirect(url_for("stands.stand", code=row.code), 303)


@blueprint.post("/organize/stands/stand/<code>/pin")
@open_to(Role.ORGANIZER)
@unit_of_work
def pin(code: str) -> ResponseReturnValue:
    """Pin, or loosen what is pinned."""
    row = stand_or_404(code)
    is_pinned = row.assignment is not None and row.assignment.is_pinned
    actions.pin(row, is_pinned=not is_pinned, actor=current_actor(), now=utc_now())
    flash(_("Proposals may move it.") if is_pinned else _("Proposals leave it here."), "success")
    return redirect(url_for("stands.stand", code=row.code), 303)


@blueprint.post("/organize/stands/stand/<code>/state/<state>")
@open_to(Role.ORGANIZER)
@unit_of_work
def set_state(code: str, state: str) -> ResponseReturnValue:
    """Open, reserve or block a stand."""
    row = stand_or_404(code)
    to = next((each for each in StandState if each.value == state), None)
    if to is None:
        abort(404)
    form = StateForm()
    if not form.validate_on_submit():
        return _stand_page(row, status=422)
    actions.set_state(row, to, note=form.note.data, actor=current_actor(), now=utc_now())
    flash(_("Stand %(number)s is changed.", number=row.number), "success")
    return redirect(url_for("stands.stand", code=row.code), 303)


@blueprint.post("/organize/stands/stand/<code>/remove")
@open_to(Role.ORGANIZER)
@unit_of_work
def remove_stand(code: str) -> ResponseReturnValue:
    row = stand_or_404(code)
    plan_code, number = row.plan.code, row.number
    actions.remove_stand(row, actor=current_actor(), now=utc_now())
    flash(_("Stand %(number)s is taken off the plan.", number=number), "success")
    return redirect(url_for("stands.plan", code=plan_code), 303)


@blueprint.route("/organize/stands/exhibitors/<code>", methods=["GET", "POST"])
@open_to(Role.ORGANIZER)
@unit_of_work
def exhibitor(code: str) -> ResponseReturnValue:
    """One exhibitor: its needs, every stand with what would be wrong there, its wishes."""
    row = exhibitor_or_404(code)
    form = WishForm()
    form.other.choices = exhibitor_choices(queries.exhibitors_of(g.edition.id), leave_out=row.id)
    if form.validate_on_submit():
        try:
            actions.add_wish(
                row, exhibitor_or_404(form.other.data), kind=WishKind(form.kind.data),
                actor=current_actor(), now=utc_now(),
            )  # fmt: skip
        except FieldRefused as refusal:
            show_refusal(form, refusal)
        else:
            flash(_("The wish is kept."), "success")
            return redirect(url_for("stands.exhibitor", code=row.code), 303)
    hall = queries.hall_of(g.edition.id)
    stands = {each.id: each for plan in queries.plans_of(g.edition.id) for each in plan.stands}
    where = hall.present.get(row.id)
    page = render_template(
        "exhibitors/stands/exhibitor.html",
        application=row,
        needs=hall.exhibitors[row.id],
        present=stands.get(where or 0),
        faults=faults_of(hall, row.id, placing=hall.present) if where else [],
        candidates=_candidates(hall, row, stands),
        wishes=queries.wishes_of(row.id),
        told_near=row.needs.get("near", ""),
        told_not_beside=row.needs.get("not_beside", ""),
        form=form,
    )
    return page, 422 if form.is_submitted() else 200


@blueprint.post("/organize/stands/exhibitors/<code>/wish/<int:wish_id>/remove")
@open_to(Role.ORGANIZER)
@unit_of_work
def remove_wish(code: str, wish_id: int) -> ResponseReturnValue:
    row = exhibitor_or_404(code)
    wish = next((each for each in queries.wishes_of(row.id) if each.id == wish_id), None)
    if wish is None:
        abort(404)
    actions.remove_wish(wish, actor=current_actor(), now=utc_now())
    flash(_("The wish is taken away."), "success")
    return redirect(url_for("stands.exhibitor", code=row.code), 303)


Candidate = tuple[Stand, list[Fault], int]


def _candidates(hall: Hall, row: Application, stands: dict[int, Stand]) -> list[Candidate]:
    """Stands that could be given, the best first: few faults, then little room to spare."""
    holders = set(hall.present.values())
    who = hall.exhibitors[row.id]
    found = []
    for where in hall.stands.values():
        if where.id in holders or where.is_blocked:
            continue
        faults = actions.faults_if_given(hall, exhibitor_id=row.id, stand_id=where.id)
        found.append((stands[where.id], faults, unused_m2(who, where)))
    return sorted(found, key=lambda each: (len(each[1]), each[2], each[0].id))


def _give_form(row: Stand) -> GiveForm:
    form = GiveForm()
    have = queries.assignments_of(g.edition.id)
    form.other.choices = [
        (code, name if who not in have else _("%(name)s (moves here)", name=name))
        for who, code, name in (
            (each.id, each.code, each.organization.name)
            for each in queries.exhibitors_of(g.edition.id)
            if row.assignment is None or each.id != row.assignment.application_id
        )
    ]
    return form


def _sure_of(faults: list[Fault]) -> str:
    """What was read when somebody is sure: other faults have to be read anew."""
    return " ".join(sorted({each.constraint.value for each in faults}))


def _stand_page(
    row: Stand,
    *,
    form: StandForm | None = None,
    give_form: GiveForm | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    if form is None:
        form = StandForm(formdata=None)
        form.offer(circuits=circuit_choices(row.plan), classes=class_choices())
        form.fill_from(row)
    hall = queries.hall_of(g.edition.id)
    holder = row.assignment.application if row.assignment else None
    plan = queries.find_plan(g.edition.id, row.plan.code)
    page = render_template(
        "exhibitors/stands/stand.html",
        stand=row,
        plan=plan,
        holder=holder,
        faults=faults_of(hall, holder.id, placing=hall.present)
        if holder and holder.id in hall.present
        else [],
        form=form,
        give_form=give_form or _give_form(row),
        state_form=StateForm(formdata=None),
        moves=[each for each in MOVES[row.state] if each is not StandState.ASSIGNED]
        if row.state != StandState.ASSIGNED
        else [],
        facts=queries.stand_facts(row),
        shapes=shapes_of(plan.stands if plan else [], address=office_address, marked=row.id),
        background=background_href(row.plan),
    )
    return page, status
