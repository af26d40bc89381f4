"""Words about an application on its page: a question to the applicant, a note to the team.

The doors are those of the review; the page that a refused word comes back on is this room's.
"""

from __future__ import annotations

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from festival.exhibitors.reviewing import actions
from festival.exhibitors.reviewing.forms import word_form
from festival.exhibitors.reviewing.views.room import blueprint, open_application
from festival.exhibitors.views.office import review_page
from festival.shared.access import Role, current_actor, open_to
from festival.shared.clock import utc_now
from festival.shared.errors import FieldRefused, RuleBroken
from festival.shared.forms import show_refusal
from festival.shared.work import unit_of_work


@blueprint.post("/organize/exhibitors/<code>/ask")
@open_to(Role.ORGANIZER, Role.REVIEWER)
@unit_of_work
def ask(code: str) -> ResponseReturnValue:
    """A question to the applicant, by mail; what they wrote counts as read."""
    row = open_application(code)
    form = word_form("question", sent=True)
    status = 422
    if form.validate():
        try:
            actions.ask_applicant(row, text=form.text.data, now=utc_now(), actor=current_actor())
        except FieldRefused as refusal:
            show_refusal(form, refusal)
        except RuleBroken as broken:
            form.text.errors = [broken.spoken(_)]
            status = broken.status
        else:
            name = row.organization.name
            flash(_("Your question is on its way to %(name)s.", name=name), "success")
            return redirect(url_for("exhibitors.review", code=row.code, _anchor="talk"), 303)
    return review_page(row, question=form), status


@blueprint.post("/organize/exhibitors/<code>/note")
@open_to(Role.ORGANIZER, Role.REVIEWER)
@unit_of_work
def note(code: str) -> ResponseReturnValue:
    """A word to the colleagues."""
    row = open_application(code)
    form = word_form("note", sent=True)
    if form.validate():
        try:
            actions.tell_team(row, text=form.text.data, now=utc_now(), actor=current_actor())
        except FieldRefused as refusal:
            show_refusal(form, refusal)
        else:
            return redirect(url_for("exhibitors.review", code=row.code, _anchor="notes"), 303)
    return review_page(row, note=form), 422
