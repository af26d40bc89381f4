"""The plan that everybody sees: stands as links, the list beside it."""

from __future__ import annotations

from flask import g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from festival.exhibitors.catalogue.queries import shown_applications
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
from festival.shared.access import Who, open_to
from festival.shared.clock import utc_now


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
    """One plan; who is accepted on conditions, or was not told yet, is not named.

    ``?stand=`` marks one: the catalogue links to it.
    """
    row = plan_or_404(code, only_public=True)
    told = shown_applications(g.edition.id, now=utc_now())
    asked = request.args.get("stand", "")
    return render_template(
        "exhibitors/stands/public_plan.html",
        plan=row,
        shapes=shapes_of(
            row.stands,
            address=lambda stand: _address(stand, told=told),
            name_of=lambda stand: holder_name(stand) if _is_told(stand, told=told) else "",
            marked=next((each.id for each in row.stands if each.code == asked), 0),
        ),
        taken=[each for each in row.stands if _is_told(each, told=told)],
        address=lambda stand: _address(stand, told=told),
        background=background_href(row),
        zoom=asked_zoom(),
        others=[
            each for each in queries.plans_of(g.edition.id, only_public=True) if each.id != row.id
        ],
    )


def _is_told(stand: Stand, *, told: frozenset[int]) -> bool:
    return stand.assignment is not None and stand.assignment.application_id in told


def _address(stand: Stand, *, told: frozenset[int]) -> str:
    if stand.assignment is not None and _is_told(stand, told=told):
        code = stand.assignment.application.organization.code
        return url_for("exhibitors.exhibitor", code=code)
    return ""
