"""The organizers prepare the review: rubric, who reviews what, conflicts, the table of moves."""

from __future__ import annotations

from flask import abort, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from festival.exhibitors.calls.queries import calls_of
from festival.exhibitors.calls.states import CALL_NAMES
from festival.exhibitors.reviewing import actions, queries
from festival.exhibitors.reviewing.actions import CriterionFacts
from festival.exhibitors.reviewing.forms import (
    DistributeForm,
    RubricForm,
    assign_form,
    rubric_form,
)
from festival.exhibitors.reviewing.views.room import blueprint, open_application
from festival.exhibitors.states import TABLE, ApplicationState
from festival.shared.access import Role, current_actor, open_to
from festival.shared.clock import utc_now
from festival.shared.errors import FieldRefused, RuleBroken, StaleVersion
from festival.shared.forms import show_refusal
from festival.shared.work import unit_of_work


@blueprint.route("/organize/exhibitors/rubric", methods=["GET", "POST"])
@open_to(Role.ORGANIZER)
@unit_of_work
def rubric() -> ResponseReturnValue:
    """What counts, and how much."""
    criteria = queries.criteria_of(g.edition)
    calls = [(each, _(CALL_NAMES[each.kind])) for each in calls_of(g.edition)]
    form = rubric_form(criteria, calls=calls)
    status = 200
    if form.validate_on_submit():
        try:
            actions.save_rubric(
                g.edition,
                _lines(form),
                seen=(form.seen.data or "").split(),
                now=utc_now(),
                actor=current_actor(),
            )
        except (FieldRefused, StaleVersion) as broken:
            form.form_errors.append(broken.spoken(_))
            status = broken.status
        else:
            flash(_("The rubric is saved. Scores that were given are counted by it."), "success")
            return redirect(url_for("reviewing.rubric"), 303)
    elif form.is_submitted():
        status = 422
    return render_template("exhibitors/reviewing/rubric.html", form=form, criteria=criteria), status


def _lines(form: RubricForm) -> list[CriterionFacts]:
    """Lines that have a name; an emptied one is retired."""
    return [
        CriterionFacts(
            name=line.form.name.data,
            weight=int(line.form.weight.data),
            description=line.form.description.data or "",
            code=line.form.code.data or "",
            call_id=int(line.form.call.data) if line.form.call.data else None,
        )
        for line in form.lines
        if line.form.name.data
    ]


@blueprint.route("/organize/exhibitors/reviewers", methods=["GET", "POST"])
@open_to(Role.ORGANIZER)
@unit_of_work
def reviewers() -> ResponseReturnValue:
    """Who has how much to review; everything distributed at once."""
    form = DistributeForm()
    status = 200
    if form.validate_on_submit():
        try:
            added = actions.distribute(
                g.edition, each=form.each.data, now=utc_now(), actor=current_actor()
            )
        except RuleBroken as broken:
            form.form_errors.append(broken.spoken(_))
            status = broken.status
        else:
            flash(_("Distributed. New assignments: %(number)s", number=added), "success")
            return redirect(url_for("reviewing.reviewers"), 303)
    elif form.is_submitted():
        status = 422
    page = render_template(
        "exhibitors/reviewing/reviewers.html",
        form=form,
        loads=queries.loads_of(g.edition, queries.reviewers_of(g.edition)),
        waiting=queries.counts_seen_by(g.edition, person_id=None)[ApplicationState.SUBMITTED],
        criteria=queries.criteria_of(g.edition),
    )
    return page, status


@blueprint.route("/organize/exhibitors/<code>/reviewers", methods=["GET", "POST"])
@open_to(Role.ORGANIZER)
@unit_of_work
def assign(code: str) -> ResponseReturnValue:
    """Who reviews this application, by hand."""
    row = open_application(code)
    people = queries.reviewers_of(g.edition)
    conflicts = {each.id: queries.conflict_between(row, person=each) for each in people}
    chosen = [each.person_id for each in queries.assignments_of(row)]
    free = [each for each in people if conflicts[each.id] is None or each.id in chosen]
    form = assign_form(free, chosen=chosen)
    status = 200
    if form.validate_on_submit():
        wanted = [each for each in people if each.id in (form.people.data or [])]
        if len(wanted) < len(set(form.people.data or [])):
            abort(404)
        try:
            actions.assign(row, people=wanted, now=utc_now(), actor=current_actor())
        except FieldRefused as refusal:
            show_refusal(form, refusal)
            status = 422
        else:
            flash(_("The reviewers are set."), "success")
            return redirect(url_for("exhibitors.review", code=row.code), 303)
    page = render_template(
        "exhibitors/reviewing/assign.html",
        application=row,
        form=form,
        barred=[(each, conflicts[each.id]) for each in people if each not in free],
        people=people,
    )
    return page, status


@blueprint.get("/organize/exhibitors/conflicts")
@open_to(Role.ORGANIZER)
def conflicts() -> ResponseReturnValue:
    """Who stays away from what, and why."""
    return render_template(
        "exhibitors/reviewing/conflicts.html",
        rows=queries.conflicts_of(g.edition, reviewers=queries.reviewers_of(g.edition)),
        own_id=current_user.person_id,
    )


@blueprint.post("/organize/exhibitors/conflicts/<int:number>/lift")
@open_to(Role.ORGANIZER)
@unit_of_work
def lift(number: int) -> ResponseReturnValue:
    """There is no conflict after all."""
    row = actions.lift_conflict(
        number, edition_id=g.edition.id, now=utc_now(), actor=current_actor()
    )
    flash(_("%(name)s may review this application.", name=row.person.name), "success")
    return redirect(url_for("reviewing.conflicts"), 303)


@blueprint.get("/organize/exhibitors/moves")
@open_to(Role.ORGANIZER, Role.REVIEWER)
def moves() -> ResponseReturnValue:
    """The table of states and permitted moves, in words."""
    return render_template("exhibitors/reviewing/moves.html", table=TABLE, states=ApplicationState)
