"""What the applicant wrote is read; asking stands in ``exhibitors.views.talking``."""

from __future__ import annotations

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from festival.exhibitors.reviewing import actions
from festival.exhibitors.reviewing.views.room import blueprint, open_application
from festival.shared.access import Role, open_to
from festival.shared.clock import utc_now
from festival.shared.work import unit_of_work


@blueprint.post("/organize/exhibitors/<code>/read")
@open_to(Role.ORGANIZER, Role.REVIEWER)
@unit_of_work
def read(code: str) -> ResponseReturnValue:
    """The applicant's answers count as read."""
    row = open_application(code)
    actions.mark_read(row, by_team=True, now=utc_now())
    return redirect(url_for("exhibitors.review", code=row.code, _anchor="talk"), 303)
