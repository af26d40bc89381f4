"""A reviewer's pages: what is next, giving scores, not being impartial."""

from __future__ import annotations

from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from festival.exhibitors.models import Application
from festival.exhibitors.queries import find_application
from festival.exhibitors.reviewing import actions, queries
from festival.exhibitors.reviewing.forms import ConflictForm, score_form, scores_in
from festival.exhibitors.reviewing.states import ConflictKind
from festival.exhibitors.reviewing.views.room import (
    blueprint,
    me,
    open_application,
    question_first,
)
from festival.exhibitors.views.pages import answers_of
from festival.shared.access import Role, open_to
from festival.shared.clock import utc_now
from festival.shared.errors import FieldRefused, NotFound, StaleVersion
from festival.shared.forms import show_refusal
from festival.shared.sentences import mark
from festival.shared.work import unit_of_work


@blueprint.get("/organize/exhibitors/queue")
@open_to(Role.ORGANIZER, Role.REVIEWER)
def queue() -> ResponseReturnValue:
    """What the present person shall review, and the way to the next one."""
    rows = queries.queue_of(g.edition, person_id=current_user.person_id)
    return render_template(
        "exhibitors/reviewing/queue.html",
        rows=rows,
        given=sum(review is not None for _row, review in rows),
        upcoming=queries.next_to_review(g.edition, person_id=current_user.person_id),
        criteria=queries.criteria_of(g.edition),
        barred=queries.barred_names(g.edition, person_id=current_user.person_id),
    )


@blueprint.route("/organize/exhibitors/<code>/score", methods=["GET", "POST"])
@open_to(Role.ORGANIZER, Role.REVIEWER)
@unit_of_work
def score(code: str) -> ResponseReturnValue:
    """The application and the scale for each criterion."""
    first = question_first(code)
    if first is not None:
        return first
    row = open_application(code)
    criteria = queries.criteria_for(row)
    review = queries.find_review(row, person_id=current_user.person_id)
    form = score_form(criteria, review=review)
    status = 200
    if form.validate_on_submit():
        try:
            _give(row, form)
        except FieldRefused as refusal:
            show_refusal(form, refusal)
            status = 422
        except StaleVersion as stale:
            form.form_errors.append(stale.spoken(_))
            form.version.data = str(review.version if review else 0)
            status = 409
        else:
            return _after(row)
    elif form.is_submitted():
        status = 422
    page = render_template(
        "exhibitors/reviewing/score.html",
        application=row,
        organization=row.organization,
        answers=answers_of(row),
        criteria=criteria,
        form=form,
        review=review,
    )
    return page, status


def _give(row: Application, form: Any) -> None:
    version = form.version.data or ""
    actions.give_review(
        row,
        person=me(),
        scores=scores_in(form, queries.criteria_for(row)),
        comment=form.comment.data or "",
        version=int(version) if version.isdecimal() and len(version) < 10 else 0,
        now=utc_now(),
    )


def _after(row: Application) -> ResponseReturnValue:
    """To the next one, or to what the others gave."""
    flash(_("Your scores for %(name)s are saved.", name=row.organization.name), "success")
    upcoming = queries.next_to_review(g.edition, person_id=current_user.person_id, after=row.id)
    if "next" in request.form and upcoming is not None:
        return redirect(url_for("reviewing.score", code=upcoming.code), 303)
    if "next" in request.form:
        return redirect(url_for("reviewing.queue"), 303)
    return redirect(url_for("exhibitors.review", code=row.code), 303)


@blueprint.route("/organize/exhibitors/<code>/conflict", methods=["GET", "POST"])
@open_to(Role.ORGANIZER, Role.REVIEWER)
@unit_of_work
def conflict(code: str) -> ResponseReturnValue:
    """Say that one is not impartial; or, asked because of the address, that one is."""
    row = find_application(g.edition, code=code)
    if row is None:
        raise NotFound(mark("There is no such application."))
    person = me()
    kind = queries.conflict_between(row, person=person)
    form = ConflictForm()
    if form.validate_on_submit():
        is_impartial = "impartial" in request.form and kind is not ConflictKind.MEMBER
        actions.declare_conflict(
            row, person=person, is_impartial=is_impartial, reason=form.reason.data or "",
            now=utc_now(),
        )  # fmt: skip
        if is_impartial:
            return redirect(url_for("exhibitors.review", code=row.code), 303)
        flash(_("Thank you. Others judge this application; you no longer see it."), "success")
        return redirect(url_for("reviewing.queue"), 303)
    return render_template(
        "exhibitors/reviewing/conflict.html", application=row, kind=kind, form=form
    )
