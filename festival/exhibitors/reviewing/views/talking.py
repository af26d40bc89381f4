"""Words about an application: a question to the applicant, a note to the colleagues."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from festival.exhibitors.reviewing import actions
from festival.exhibitors.reviewing.views.room import blueprint, open_application
from festival.shared.access import Role, current_actor, open_to
from festival.shared.clock import utc_now
from festival.shared.forms import clean_text
from festival.shared.work import unit_of_work


@blueprint.post("/organize/exhibitors/<code>/ask")
@open_to(Role.ORGANIZER, Role.REVIEWER)
@unit_of_work
def ask(code: str) -> ResponseReturnValue:
    """A question to the applicant, by mail; what they wrote counts as read."""
    row = open_application(code)
    actions.ask_applicant(
        row, text=clean_text(request.form.get("text")), now=utc_now(), actor=current_actor()
    )
    flash(_("Your question is on its way to %(name)s.", name=row.organization.name), "success")
    return redirect(url_for("exhibitors.review", code=row.code, _anchor="talk"), 303)


@blueprint.post("/organize/exhibitors/<code>/note")
@open_to(Role.ORGANIZER, Role.REVIEWER)
@unit_of_work
def note(code: str) -> ResponseReturnValue:
    """A word to the colleagues."""
    row = open_application(code)
    actions.tell_team(
        row, text=clean_text(request.form.get("text")), now=utc_now(), actor=current_actor()
    )
    return redirect(url_for("exhibitors.review", code=row.code, _anchor="notes"), 303)


@blueprint.post("/organize/exhibitors/<code>/read")
@open_to(Role.ORGANIZER, Role.REVIEWER)
@unit_of_work
def read(code: str) -> ResponseReturnValue:
    """The applicant's answers count as read."""
    row = open_application(code)
    actions.mark_read(row, by_team=True, now=utc_now())
    return redirect(url_for("exhibitors.review", code=row.code, _anchor="talk"), 303)
