"""Signing in and out."""

from __future__ import annotations

from flask import flash, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user, logout_user

from festival.accounts.actions import count_try, end_sign_in, forgive_tries
from festival.accounts.forms import SignInForm
from festival.accounts.passwords import hash_password, is_password, wants_new_hash
from festival.accounts.queries import find_person
from festival.accounts.rules import safe_path
from festival.accounts.views.room import (
    blueprint,
    open_session,
    present_try,
    remember_device,
)
from festival.shared.access import Who, open_to
from festival.shared.clock import utc_now
from festival.shared.errors import NotFound
from festival.shared.work import several_units, unit_of_work, work


@blueprint.route("/sign-in", methods=["GET", "POST"])
@open_to(Who.EVERYBODY)
@several_units
def sign_in() -> ResponseReturnValue:
    """Ask for address and password; count the try, check, and only then let in."""
    form = SignInForm(data={"next": request.args.get("next", "")})
    if current_user.is_authenticated and request.method == "GET":
        return redirect(_way_on(request.args.get("next")))
    if not form.validate_on_submit():
        return _show(form, 422 if form.is_submitted() else 200)
    attempt, now = present_try(form.email.data), utc_now()
    with work():
        if not count_try(attempt, now=now):
            form.form_errors.append(
                _("Too many tries. Wait a quarter of an hour, or ask for a new password.")
            )
            return _show(form, 429)
        person = find_person(form.email.data)
        kept = person.password_hash if person else ""
        is_active = person is not None and person.is_active
    if not is_password(form.password.data, kept=kept) or not is_active:
        form.form_errors.append(_("Address and password do not belong together."))
        return _show(form, 422)
    new_hash = hash_password(form.password.data) if wants_new_hash(kept) else ""
    with work():
        return _let_in(form, new_hash)


def _let_in(form: SignInForm, new_hash: str) -> ResponseReturnValue:
    person = find_person(form.email.data)
    if person is None or not person.is_active:
        raise NotFound(_("Address and password do not belong together."))
    if new_hash:
        person.password_hash = new_hash
    forgive_tries(present_try(person.email))
    open_session(person, now=utc_now())
    return remember_device(make_response(redirect(_way_on(form.next.data), 303)), person.email)


def _show(form: SignInForm, status: int) -> ResponseReturnValue:
    return render_template("accounts/sign_in.html", form=form), status


def _way_on(wanted: str | None) -> str:
    return safe_path(wanted) or url_for("site.home")


@blueprint.post("/sign-out")
@open_to(Who.EVERYBODY)
@unit_of_work
def sign_out() -> ResponseReturnValue:
    """End the sign-in on the server; a copied cookie is worth nothing afterwards."""
    if current_user.is_authenticated:
        end_sign_in(current_user.sign_in_id, person_id=current_user.person_id, now=utc_now())
        logout_user()
    session.clear()
    flash(_("You are signed out."), "success")
    return redirect(url_for("site.home"), 303)
