"""The four pages of an application on which something is written; each is saved by itself."""

from __future__ import annotations

from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from werkzeug.datastructures import FileStorage

from festival.exhibitors import actions
from festival.exhibitors.forms import (
    ActivitiesForm,
    ExhibitsForm,
    NeedsForm,
    OrganizationForm,
)
from festival.exhibitors.models import Application
from festival.exhibitors.rules import Difference, differences, may_edit
from festival.exhibitors.states import Step
from festival.exhibitors.values import saved_values
from festival.exhibitors.views.room import (
    applicant,
    application_or_404,
    blueprint,
    languages_text,
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

FOLLOWING = {
    Step.ORGANIZATION: "exhibitors.edit_exhibits",
    Step.EXHIBITS: "exhibitors.edit_needs",
    Step.NEEDS: "exhibitors.edit_activities",
    Step.ACTIVITIES: "exhibitors.check",
}
FORMS: dict[Step, type[FlaskForm]] = {
    Step.ORGANIZATION: OrganizationForm,
    Step.EXHIBITS: ExhibitsForm,
    Step.NEEDS: NeedsForm,
    Step.ACTIVITIES: ActivitiesForm,
}


@blueprint.route("/exhibitors/application/<handle>/organization", methods=["GET", "POST"])
@open_to(Who.LINK_HOLDER)
@keeps_secret
@unit_of_work
def edit_organization(handle: str) -> ResponseReturnValue:
    return _edit(handle, step=Step.ORGANIZATION)


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


def _edit(handle: str, *, step: Step) -> ResponseReturnValue:
    """Show, add or remove a row, or save; a page that somebody else changed is shown beside it."""
    row = application_or_404(handle)
    if not may_edit(row.state):
        return redirect(url_for("exhibitors.application", handle=handle), 303)
    saved = saved_values(row, step=step)
    form = FORMS[step](data=_shown(saved) | {"version": str(row.version)})
    status, apart = 200, []
    if form.is_submitted() and ("add" in request.form or "remove" in request.form):
        form = _with_other_rows(form, step=step)
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
            return _go_on(handle, step=step)
    if form.errors or form.form_errors:
        status = 422
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


def _stored_logo(form: Any) -> StoredPicture | None:
    upload = form.logo.data if "logo" in form else None
    if not isinstance(upload, FileStorage) or not upload.filename:
        return None
    return store_picture(
        upload.read(),
        media_folder=current_app.config["SETTINGS"].media_folder,
        now=utc_now(),
        original_name=upload.filename,
        field="logo",
    )


def _go_on(handle: str, *, step: Step) -> ResponseReturnValue:
    if "later" in request.form:
        flash(_("Saved. Come back whenever you like."), "success")
        return redirect(url_for("exhibitors.application", handle=handle), 303)
    return redirect(url_for(FOLLOWING[step], handle=handle), 303)


def _page(form: Any, row: Application, *, handle: str, step: Step, apart: list[Difference]) -> str:
    return render_template(
        f"exhibitors/step_{step.value}.html",
        form=form,
        application=row,
        organization=row.organization,
        handle=handle,
        steps=tabs_of(row, handle=handle, current=step),
        apart=[(each.field, _text(each.saved), _text(each.typed)) for each in apart],
    )


def _shown(saved: dict[str, Any]) -> dict[str, Any]:
    """Saved values as a form shows them: languages by name."""
    shown = dict(saved)
    if "languages" in shown:
        shown["languages"] = languages_text(shown["languages"])
    if "offers" in shown:
        shown["offers"] = [
            each | {"languages": languages_text(each["languages"])} for each in shown["offers"]
        ]
    return shown


def _with_other_rows(form: Any, *, step: Step) -> Any:
    """The form once more with a row added or taken away; nothing typed is lost, nothing saved."""
    name = "offers" if step is Step.ACTIVITIES else "exhibits"
    rows = form[name]
    typed = list(rows.data)
    taken = request.form.get("remove", "")
    if taken.isascii() and taken.isdigit() and int(taken) < len(typed):
        del typed[int(taken)]
    elif "add" in request.form and len(typed) < rows.max_entries:
        typed.append({})
    return FORMS[step](formdata=None, data={name: typed, "version": form.version.data})


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
