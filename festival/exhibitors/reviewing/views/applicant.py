"""What the applicant does: answer a question, agree to changes or not."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from festival.exhibitors.reviewing import actions, queries
from festival.exhibitors.reviewing.forms import WordForm
from festival.exhibitors.reviewing.states import Audience
from festival.exhibitors.reviewing.views.room import blueprint, for_applicant
from festival.exhibitors.states import ApplicationState
from festival.exhibitors.views.room import applicant, application_or_404
from festival.shared.access import Who, open_to
from festival.shared.clock import utc_now
from festival.shared.errors import FieldRefused
from festival.shared.forms import show_refusal
from festival.shared.headers import keeps_secret
from festival.shared.work import unit_of_work


@blueprint.route("/exhibitors/application/<handle>/messages", methods=["GET", "POST"])
@open_to(Who.LINK_HOLDER)
@keeps_secret
@unit_of_work
def answer(handle: str) -> ResponseReturnValue:
    """The thread with the organizers, and a field to answer in."""
    row = application_or_404(handle)
    form = WordForm()
    status = 200
    if form.validate_on_submit():
        try:
            actions.answer_question(
                row,
                text=form.text.data,
                now=utc_now(),
                author=row.organization.contact_name or row.organization.name,
                actor=applicant(),
            )
        except FieldRefused as refusal:
            show_refusal(form, refusal)
            status = 422
        else:
            flash(_("Thank you. The organizers read your answer."), "success")
            return redirect(url_for("reviewing.answer", handle=handle), 303)
    elif form.is_submitted():
        status = 422
    page = render_template(
        "exhibitors/reviewing/answer.html",
        application=row,
        organization=row.organization,
        handle=handle,
        form=form,
        messages=queries.messages_about(row, audience=Audience.APPLICANT),
    )
    return page, status


@blueprint.route("/exhibitors/application/<handle>/changes", methods=["GET", "POST"])
@open_to(Who.LINK_HOLDER)
@keeps_secret
@unit_of_work
def changes(handle: str) -> ResponseReturnValue:
    """What the organizers ask for: yes, or no and withdrawn."""
    row = application_or_404(handle)
    form = FlaskForm()
    told = for_applicant(row)
    if form.validate_on_submit():
        if told["is_held"]:
            pass  # nobody has told them yet, so they cannot have meant this
        elif "agree" in request.form:
            actions.agree_to_changes(row, now=utc_now(), actor=applicant())
            flash(_("Thank you! You take part."), "success")
        elif "refuse" in request.form:
            actions.refuse_changes(row, now=utc_now(), actor=applicant())
            flash(_("The application is withdrawn. Thank you for telling us."), "success")
        return redirect(url_for("exhibitors.application", handle=handle), 303)
    return render_template(
        "exhibitors/reviewing/changes.html",
        application=row,
        organization=row.organization,
        handle=handle,
        form=form,
        conditions=told["conditions"],
        state=told["state"],
        may_answer=told["state"] is ApplicationState.ACCEPTED_WITH_CHANGES,
    )
