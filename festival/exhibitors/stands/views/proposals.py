"""Proposals: asking for one, reading it, accepting it whole or in part, taking it back."""

from __future__ import annotations

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from festival.exhibitors.stands import actions, queries
from festival.exhibitors.stands.documents import gap_percent
from festival.exhibitors.stands.forms import ProposalForm
from festival.exhibitors.stands.rules.weighing import WEIGHTS
from festival.exhibitors.stands.states import ProposalState
from festival.exhibitors.stands.views.room import blueprint, proposal_or_404
from festival.shared.access import Role, current_actor, open_to
from festival.shared.clock import utc_now
from festival.shared.work import unit_of_work


@blueprint.post("/organize/stands/proposals")
@open_to(Role.ORGANIZER)
@unit_of_work
def propose() -> ResponseReturnValue:
    """Have a proposal worked out; its task's page tells how far it is."""
    form = ProposalForm()
    if not form.validate_on_submit():
        abort(422)
    row = actions.start_proposal(
        g.edition,
        effort=form.effort.data,
        address=lambda code: url_for("stands.proposal", code=code),
        locale=g.locale,
        actor=current_actor(),
        now=utc_now(),
    )
    return redirect(url_for("tasks.task", code=row.task_code), 303)


@blueprint.get("/organize/stands/proposals/<code>")
@open_to(Role.ORGANIZER)
def proposal(code: str) -> ResponseReturnValue:
    """The whole proposal: how good it is, who goes where and why, who has no stand and why."""
    row = proposal_or_404(code)
    hall = queries.hall_of(g.edition.id)
    result = row.result or {}
    return render_template(
        "exhibitors/stands/proposal.html",
        proposal=row,
        result=result,
        hall=hall,
        codes={each.id: each.code for each in queries.exhibitors_of(g.edition.id)},
        is_stale=actions.is_stale(row, hall),
        gap=gap_percent(result["objective"], result["bound"]) if result else 0,
        weights=WEIGHTS,
        changing=[each for each in result.get("places", ()) if each["stand"] != each["was"]],
        staying=[each for each in result.get("places", ()) if each["stand"] == each["was"]],
        form=ProposalForm(formdata=None),
    )


@blueprint.post("/organize/stands/proposals/<code>/accept")
@open_to(Role.ORGANIZER)
@unit_of_work
def accept(code: str) -> ResponseReturnValue:
    """Accept what is ticked."""
    row = proposal_or_404(code)
    chosen = {int(each) for each in request.form.getlist("exhibitor") if each.isdecimal()}
    changed = actions.accept(row, chosen, actor=current_actor(), now=utc_now())
    text = ngettext("One stand was given.", "%(num)s stands were given.", changed)
    flash(text, "success")
    return redirect(url_for("stands.proposal", code=row.code), 303)


@blueprint.post("/organize/stands/proposals/<code>/undo")
@open_to(Role.ORGANIZER)
@unit_of_work
def undo(code: str) -> ResponseReturnValue:
    row = proposal_or_404(code)
    actions.undo(row, actor=current_actor(), now=utc_now())
    flash(_("Everybody has the stand of before again."), "success")
    return redirect(url_for("stands.overview"), 303)


@blueprint.post("/organize/stands/proposals/<code>/discard")
@open_to(Role.ORGANIZER)
@unit_of_work
def discard(code: str) -> ResponseReturnValue:
    row = proposal_or_404(code)
    if row.state == ProposalState.ACCEPTED:
        abort(404)
    actions.discard(row, actor=current_actor(), now=utc_now())
    flash(_("The proposal is put aside."), "success")
    return redirect(url_for("stands.overview"), 303)
