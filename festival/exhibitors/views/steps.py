"""The pages of an application on which something is written; each is saved by itself.

The page's module saves a draft now and then by sending the same form with ``X-Autosave``: the
answer is then JSON, with the version to go on with or the fields that cannot be saved yet.
"""

from __future__ import annotations

from typing import Any

from flask import current_app, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from flask_wtf.csrf import CSRFError
from werkzeug.datastructures import FileStorage

from festival.exhibitors import actions
from festival.exhibitors.calls.answers import UNSEEN, AnswersForm
from festival.exhibitors.calls.rules import is_told
from festival.exhibitors.models import Application
from festival.exhibitors.papers.actions import add_paper
from festival.exhibitors.papers.states import PaperKind
from festival.exhibitors.rules import Difference, differences, following, may_edit
from festival.exhibitors.states import Step
from festival.exhibitors.values import facts_of, saved_values
from festival.exhibitors.views.pages import ROWS, form_class, question_texts, shown_values
from festival.exhibitors.views.room import (
    applicant,
    application_or_404,
    blueprint,
    lapsed_page,
    step_endpoint,
    tabs_of,
    version_of,
)
from festival.shared.access import Who, open_to
from festival.shared.clock import utc_now
from festival.shared.errors import FieldRefused, StaleVersion
from festival.shared.forms import show_refusal
from festival.shared.headers import keeps_secret
from festival.shared.pictures import StoredPicture, store_picture
from festival.shared.work import unit_of_work


@blueprint.route("/exhibitors/application/<handle>/organization", methods=["GET", "POST"])
@open_to(Who.LINK_HOLDER)
@keeps_secret
@unit_of_work
def edit_organization(handle: str) -> ResponseReturnValue:
    return _edit(handle, step=Step.ORGANIZATION)


@blueprint.route("/exhibitors/application/<handle>/profile", methods=["GET", "POST"])
@open_to(Who.LINK_HOLDER)
@keeps_secret
@unit_of_work
def edit_profile(handle: str) -> ResponseReturnValue:
    return _edit(handle, step=Step.PROFILE)


@blueprint.route("/exhibitors/application/<handle>/plan", methods=["GET", "POST"])
@open_to(Who.LINK_HOLDER)
@keeps_secret
@unit_of_work
def edit_plan(handle: str) -> ResponseReturnValue:
    return _edit(handle, step=Step.PLAN)


@blueprint.route("/exhibitors/application/<handle>/exhibits", methods=["GET", "POST"])
@open_to(Who.LINK_HOLDER)
@keeps_secret
@unit_of_work
def edit_exhibits(handle: str) -> ResponseReturnValue:
    return _edit(handle, step=Step.EXHIBITS)


@blueprint.route("/exhibitors/application/<handle>/needs", methods=["GET", "POST"])
@open_to(Who.LINK_HOLDER)
@keeps_secret
@unit_of_work
def edit_needs(handle: str) -> ResponseReturnValue:
    return _edit(handle, step=Step.NEEDS)


@blueprint.route("/exhibitors/application/<handle>/activities", methods=["GET", "POST"])
@open_to(Who.LINK_HOLDER)
@keeps_secret
@unit_of_work
def edit_activities(handle: str) -> ResponseReturnValue:
    return _edit(handle, step=Step.ACTIVITIES)


@blueprint.route("/exhibitors/application/<handle>/questions", methods=["GET", "POST"])
@open_to(Who.LINK_HOLDER)
@keeps_secret
@unit_of_work
def edit_questions(handle: str) -> ResponseReturnValue:
    return _edit(handle, step=Step.QUESTIONS)


@blueprint.errorhandler(CSRFError)
def keep_after_lapse(_error: CSRFError) -> ResponseReturnValue:
    """The cookie is gone or another: nothing was saved, and nothing typed is lost."""
    return lapsed_page(), 400


def _edit(handle: str, *, step: Step) -> ResponseReturnValue:
    """Show, add or remove a row, or save; a page that somebody else changed is shown beside it."""
    row = application_or_404(handle)
    if not may_edit(row.state):
        return redirect(url_for("exhibitors.application", handle=handle), 303)
    make = form_class(row, step=step)
    form = make(data=shown_values(row, step=step) | {"version": str(row.version)})
    before = form.shown_codes(row.answers) if isinstance(form, AnswersForm) else set()
    status, apart = 200, []
    if form.is_submitted() and ("add" in request.form or "remove" in request.form):
        form = _with_other_rows(form, make=make, step=step)
    elif form.validate_on_submit():
        try:
            _save(row, form, step=step)
        except FieldRefused as refusal:
            show_refusal(form, refusal)
        except StaleVersion:
            apart = differences(saved_values(row, step=step), typed=form.values())
            form.version.data = str(row.version)
            status = 409
        else:
            return _saved(row, form, handle=handle, step=step, before=before)
    if form.errors or form.form_errors:
        status = 422
    if _is_autosave():
        return jsonify(fields=[*form.errors], stale=status == 409), max(status, 400)
    return _page(form, row, handle=handle, step=step, apart=apart), status


def _save(row: Application, form: Any, *, step: Step) -> None:
    actions.save_step(
        row,
        step=step,
        values=form.values(),
        version=version_of(form),
        now=utc_now(),
        actor=applicant(),
        logo=_stored_logo(form),
    )
    if isinstance(form, AnswersForm) and not _is_autosave():
        for code, upload in form.uploads().items():
            _keep_answer(row, code=code, upload=upload)


def _keep_answer(row: Application, *, code: str, upload: FileStorage) -> None:
    now = utc_now()
    add_paper(
        row,
        kind=PaperKind.ANSWER,
        data=upload.read(),
        original_name=upload.filename or "",
        folder=current_app.config["SETTINGS"].files_folder,
        now=now,
        today=now.date(),
        question_code=code,
        actor=applicant(),
    )


def _stored_logo(form: Any) -> StoredPicture | None:
    upload = form.logo.data if "logo" in form and not _is_autosave() else None
    if not isinstance(upload, FileStorage) or not upload.filename:
        return None
    return store_picture(
        upload.read(),
        media_folder=current_app.config["SETTINGS"].media_folder,
        now=utc_now(),
        original_name=upload.filename,
        field="logo",
    )


def _saved(
    row: Application, form: Any, *, handle: str, step: Step, before: set[str]
) -> ResponseReturnValue:
    """On to the next page, back to the overview, or once more where a question follows."""
    if _is_autosave():
        return jsonify(version=str(row.version))
    if _follows(row, form, before=before):
        flash(str(UNSEEN), "info")
        return redirect(url_for("exhibitors.edit_questions", handle=handle), 303)
    if "later" in request.form:
        flash(_("Saved. Come back whenever you like."), "success")
        return redirect(url_for("exhibitors.application", handle=handle), 303)
    if step is Step.PROFILE:
        return redirect(url_for("exhibitors.check", handle=handle), 303)
    return redirect(url_for(step_endpoint(following(step, facts_of(row))), handle=handle), 303)


def _follows(row: Application, form: Any, *, before: set[str]) -> bool:
    """Whether a question follows that was not on the page: one without the page's module."""
    if not isinstance(form, AnswersForm) or form.seen.data:
        return False
    later = form.shown_codes(row.answers) - before
    return any(not is_told(row.answers.get(code)) for code in later)


def _is_autosave() -> bool:
    return "X-Autosave" in request.headers


def _page(form: Any, row: Application, *, handle: str, step: Step, apart: list[Difference]) -> str:
    return render_template(
        f"exhibitors/step_{step.value}.html",
        form=form,
        application=row,
        organization=row.organization,
        handle=handle,
        steps=tabs_of(row, handle=handle, current=step),
        questions=question_texts(row) if step is Step.QUESTIONS else {},
        apart=[(each.field, _text(each.saved), _text(each.typed)) for each in apart],
    )


def _with_other_rows(form: Any, *, make: type[FlaskForm], step: Step) -> Any:
    """The form once more with a row added or taken away; nothing typed is lost, nothing saved."""
    name = ROWS[step]
    rows = form[name]
    typed = list(rows.data)
    taken = request.form.get("remove", "")
    if taken.isascii() and taken.isdigit() and int(taken) < len(typed):
        del typed[int(taken)]
    elif "add" in request.form and len(typed) < rows.max_entries:
        typed.append({})
    others = {each.name: each.data for each in form if each.name not in (name, "csrf_token")}
    return make(formdata=None, data=others | {name: typed})


def _text(value: Any) -> str:
    """A value as a person compares it."""
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if isinstance(value, list):
        return "; ".join(_text(each) for each in value)
    if isinstance(value, dict):
        return ", ".join(
            _text(each) for each in value.values() if each not in ("", None, [], False)
        )
    return "" if value is None else str(value)
