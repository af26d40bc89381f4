"""The page of a signed-in exhibitor: its organizations and how their applications stand."""

from __future__ import annotations

from flask import abort, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from festival.exhibitors import actions, queries
from festival.exhibitors.forms import VersionForm
from festival.exhibitors.states import PROMISED
from festival.exhibitors.views.room import blueprint, own_organization_ids, present_call
from festival.shared.access import Who, current_actor, open_to
from festival.shared.clock import utc_now
from festival.shared.tokens import make_token
from festival.shared.work import unit_of_work


@blueprint.get("/exhibitor")
@open_to(Who.SIGNED_IN)
def own() -> ResponseReturnValue:
    """What one's own organizations have applied for; nobody else's."""
    organizations = queries.organizations_with(
        own_organization_ids(), festival_id=g.edition.festival_id
    )
    return render_template(
        "exhibitors/own.html",
        organizations=organizations,
        applications=queries.applications_by(organizations),
        call=present_call(),
        form=VersionForm(),
        promised=PROMISED,
    )


@blueprint.post("/exhibitor/<code>/apply")
@open_to(Who.SIGNED_IN)
@unit_of_work
def apply_again(code: str) -> ResponseReturnValue:
    """Apply in this edition with what was told in the last one."""
    mine = queries.organizations_with(own_organization_ids(), festival_id=g.edition.festival_id)
    organization = next((each for each in mine if each.code == code), None)
    if organization is None:
        abort(404)
    row = actions.start_again(
        g.edition,
        organization,
        language=g.locale,
        key=make_token(),
        now=utc_now(),
        actor=current_actor(),
    )
    flash(_("Your draft is ready. What you told last time is filled in."), "success")
    return redirect(url_for("exhibitors.application", handle=row.code), 303)
