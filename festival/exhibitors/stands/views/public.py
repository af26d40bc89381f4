"""The plan that everybody sees: stands as links, the list beside it."""

from __future__ import annotations

from flask import g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from festival.exhibitors.stands import queries
from festival.exhibitors.stands.models import Stand
from festival.exhibitors.stands.views.room import (
    asked_zoom,
    background_href,
    blueprint,
    holder_name,
    plan_or_404,
    shapes_of,
)
from festival.exhibitors.states import ApplicationState
from festival.shared.access import Who, open_to


@blueprint.get("/stands")
@open_to(Who.EVERYBODY)
def public_plans() -> ResponseReturnValue:
    """All public plans; when there is one, it."""
    plans = queries.plans_of(g.edition.id, only_public=True)
    if len(plans) == 1:
        return redirect(url_for("stands.public_plan", code=plans[0].code))
    return render_template("exhibitors/stands/public_plans.html", plans=plans)


@blueprint.get("/stands/<code>")
@open_to(Who.EVERYBODY)
def public_plan(code: str) -> ResponseReturnValue:
    """One plan; who is accepted on conditions is not named yet."""
    row = plan_or_404(code, only_public=True)
    return render_template(
        "exhibitors/stands/public_plan.html",
        plan=row,
        shapes=shapes_of(row.stands, address=_address, name_of=_name),
        taken=[each for each in row.stands if _is_told(each)],
        address=_address,
        background=background_href(row),
        zoom=asked_zoom(),
        others=[
            each for each in queries.plans_of(g.edition.id, only_public=True) if each.id != row.id
        ],
    )


def _is_told(stand: Stand) -> bool:
    row = stand.assignment
    return row is not None and row.application.state == ApplicationState.ACCEPTED


def _name(stand: Stand) -> str:
    return holder_name(stand) if _is_told(stand) else ""


def _address(stand: Stand) -> str:
    if stand.assignment is not None and _is_told(stand):
        code = stand.assignment.application.organization.code
        return url_for("exhibitors.exhibitor", code=code)
    return ""
