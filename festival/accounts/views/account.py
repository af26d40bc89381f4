"""The own account: name and language, password, browsers that are signed in."""

from __future__ import annotations

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from festival.accounts import actions
from festival.accounts.forms import ChangePasswordForm, ProfileForm
from festival.accounts.models import Person
from festival.accounts.passwords import hash_password, is_password
from festival.accounts.queries import live_sign_ins
from festival.accounts.views.room import blueprint, present_try
from festival.extensions import db
from festival.mail.queries import recipients_called
from festival.mail.signs import choice_token
from festival.shared.access import Who, current_actor, open_to
from festival.shared.clock import utc_now
from festival.shared.errors import FieldRefused
from festival.shared.forms import show_refusal
from festival.shared.sentences import mark
from festival.shared.work import several_units, unit_of_work, work


def _me() -> Person:
    return db.session.get_one(Person, current_user.person_id)


@blueprint.route("/account", methods=["GET", "POST"])
@open_to(Who.SIGNED_IN)
@unit_of_work
def account() -> ResponseReturnValue:
    me = _me()
    form = ProfileForm(obj=me)
    if form.validate_on_submit():
        actions.change_profile(
            me,
            name=form.name.data,
            locale=form.locale.data,
            actor=current_actor(),
            now=utc_now(),
        )
        flash(_("Saved."), "success")
        return redirect(url_for("accounts.account"), 303)
    return render_template(
        "accounts/account.html",
        form=form,
        person=me,
        sign_ins=live_sign_ins(me.id, now=utc_now()),
        present_id=current_user.sign_in_id,
        choices=_mail_choices(me),
    ), 422 if form.errors else 200


def _mail_choices(me: Person) -> list[tuple[str, str]]:
    """(edition's title, address of what this person receives from it), the newest first."""
    secret = current_app.config["SETTINGS"].secret_key
    return [
        (
            each.edition.title,
            url_for("all_mail.choose", token=choice_token(each.id, secret=secret)),
        )
        for each in recipients_called(me.email)
    ]


@blueprint.route("/account/password", methods=["GET", "POST"])
@open_to(Who.SIGNED_IN)
@several_units
def change_password() -> ResponseReturnValue:
    """Change the password; every other browser is signed out."""
    form = ChangePasswordForm()
    if request.method == "GET" or not form.validate_on_submit():
        return _show_change(form)
    me, now = _me(), utc_now()
    kept, own_words = me.password_hash, (me.email, me.name)
    with work():
        may_try = actions.count_try(present_try(me.email), now=now)
    try:
        if not may_try:
            raise FieldRefused("present", mark("Too many tries. Wait a quarter of an hour."))
        if not is_password(form.present.data, kept=kept):
            raise FieldRefused("present", mark("This is not your present password."))
        actions.check_new_password(form.password.data, own_words=own_words)
    except FieldRefused as refusal:
        show_refusal(form, refusal)
        return _show_change(form)
    new_hash = hash_password(form.password.data)
    with work():
        me = _me()
        actions.forgive_tries(present_try(me.email))
        actions.set_password(
            me, new_hash, actor=current_actor(), now=now, keep_sign_in=current_user.sign_in_id
        )
    flash(_("Your password is changed. All other browsers are signed out."), "success")
    return redirect(url_for("accounts.account"), 303)


def _show_change(form: ChangePasswordForm) -> ResponseReturnValue:
    words = {"form": form, "email": current_user.email}
    return render_template("accounts/change_password.html", **words), 422 if form.errors else 200


@blueprint.post("/account/sign-ins/<int:sign_in_id>/end")
@open_to(Who.SIGNED_IN)
@unit_of_work
def end_sign_in(sign_in_id: int) -> ResponseReturnValue:
    """End one of the own sign-ins; another person's is not found."""
    actions.end_sign_in(sign_in_id, person_id=current_user.person_id, now=utc_now())
    flash(_("That browser is signed out."), "success")
    return redirect(url_for("accounts.account"), 303)


@blueprint.post("/account/sign-ins/end-others")
@open_to(Who.SIGNED_IN)
@unit_of_work
def end_other_sign_ins() -> ResponseReturnValue:
    actions.end_all_sign_ins(current_user.person_id, but=current_user.sign_in_id, now=utc_now())
    flash(_("All other browsers are signed out."), "success")
    return redirect(url_for("accounts.account"), 303)
