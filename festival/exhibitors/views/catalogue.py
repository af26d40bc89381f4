"""The public catalogue of those who take part."""

from __future__ import annotations

from flask import abort, g, render_template, request
from flask.typing import ResponseReturnValue

from festival.exhibitors import queries
from festival.exhibitors.states import Sector
from festival.exhibitors.views.room import address_if_known, blueprint
from festival.shared.access import Who, open_to
from festival.shared.caching import cached_by_version
from festival.shared.forms import clean_line


def asked_sector() -> Sector | None:
    """The filter in the address; what is none of our sectors is no filter."""
    asked = request.args.get("sector", "")
    return next((each for each in Sector if each.value == asked), None)


@blueprint.get("/exhibitors")
@open_to(Who.EVERYBODY)
@cached_by_version("q", "sector")
def catalogue() -> ResponseReturnValue:
    search = clean_line(request.args.get("q"))[:100]
    sector = asked_sector()
    rows = queries.exhibitors_of(g.edition, sector=sector, search=search)
    return render_template(
        "exhibitors/catalogue.html", rows=rows, search=search, sector=sector, sectors=list(Sector)
    )


@blueprint.get("/exhibitors/<code>")
@open_to(Who.EVERYBODY)
@cached_by_version()
def exhibitor(code: str) -> ResponseReturnValue:
    """One organization: about, what it shows, what one can do there."""
    row = queries.find_exhibitor(g.edition, code=code)
    if row is None:
        abort(404)
    return render_template(
        "exhibitors/exhibitor.html",
        application=row,
        organization=row.organization,
        programme_href=address_if_known("programme.public_programme", q=row.organization.name),
    )
