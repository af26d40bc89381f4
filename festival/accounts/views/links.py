"""Pages behind one-time links: set-up, invitation, forgotten password."""

from __future__ import annotations

from flask import current_app, flash, g, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from festival.accounts import actions
from festival.accounts.forms import NewPasswordForm, ResetForm, SetUpForm
from festival.accounts.passwords import hash_password
from festival.accounts.queries import find_open_link, find_person
from festival.accounts.states import LinkPurpose
from festival.accounts.views.room import blueprint, open_session, remember_device
from festival.extensions import db, limiter
from festival.shared.access import Who, open_to
from festival.shared.clock import utc_now
from festival.shared.errors import FieldRefused, NotFound
from festival.shared.forms import show_refusal
from festival.shared.headers import keeps_secret
from festival.shared.journal import Actor
from festival.shared.work import several_units, unit_of_work, work

PASSWORD_LINKS = (LinkPurpose.INVITATION, LinkPurpose.RESET)


@blueprint.route("/forgotten", methods=["GET", "POST"])
@open_to(Who.EVERYBODY)
@limiter.limit("30 per 15 minutes", methods=["POST"])
@unit_of_work
def ask_reset() -> ResponseReturnValue:
    """Ask for a link; the answer is the same for known and unknown addresses."""
    form = ResetForm()
    if not form.validate_on_submit():
        return render_template("accounts/ask_reset.html", form=form), _status(form)
    actions.ask_reset(find_person(form.email.data), now=utc_now())
    return render_template("accounts/reset_asked.html", email=form.email.data)


@blueprint.route("/password/<token>", methods=["GET", "POST"])
@open_to(Who.LINK_HOLDER)
@keeps_secret
@limiter.limit("60 per 15 minutes")
@several_units
def choose_password(token: str) -> ResponseReturnValue:
    """Choose a password with an invitation or a reset, and be signed in."""
    link, person = actions.person_for_link(token, now=utc_now())
    form = NewPasswordForm()
    if form.validate_on_submit():
        try:
            actions.check_new_password(form.password.data, own_words=(person.email, person.name))
        except FieldRefused as refusal:
            show_refusal(form, refusal)
        else:
            kept = hash_password(form.password.data)
            with work():
                return _take_password(token, kept)
    words = {"form": form, "person": person, "is_invitation": link.purpose == PASSWORD_LINKS[0]}
    return render_template("accounts/choose_password.html", **words), _status(form)


def _take_password(token: str, kept: str) -> ResponseReturnValue:
    now = utc_now()
    person = actions.use_link(token, purposes=PASSWORD_LINKS, now=now).person
    if person is None or not person.is_active:
        raise NotFound(actions.LINK_SPENT)
    actor = Actor(label=person.name, person_id=person.id)
    actions.set_password(person, kept, actor=actor, now=now)
    open_session(person, now=now)
    flash(_("Your password is set, and you are signed in."), "success")
    return remember_device(make_response(redirect(url_for("site.home"), 303)), person.email)


@blueprint.route("/setup/<token>", methods=["GET", "POST"])
@open_to(Who.LINK_HOLDER)
@keeps_secret
@limiter.limit("60 per 15 minutes")
@several_units
def set_up(token: str) -> ResponseReturnValue:
    """Make the first administrator with the link that the console printed."""
    if find_open_link(token, purposes=(LinkPurpose.SETUP,), now=utc_now()) is None:
        raise NotFound(
            actions.LINK_SPENT,
            next_step="A new one is printed by `flask --app festival create-admin`.",
        )
    form = SetUpForm()
    if form.validate_on_submit():
        try:
            actions.check_new_password(
                form.password.data, own_words=(form.email.data, form.name.data)
            )
            actions.check_address(form.email.data)
            kept = hash_password(form.password.data)
            with work():
                return _take_set_up(token, form, kept)
        except FieldRefused as refusal:
            show_refusal(form, refusal)
    return render_template("accounts/set_up.html", form=form), _status(form)


def _take_set_up(token: str, form: SetUpForm, kept: str) -> ResponseReturnValue:
    now = utc_now()
    person = actions.set_up(
        token,
        email=form.email.data,
        name=form.name.data,
        locale=g.locale,
        password_hash=kept,
        now=now,
    )
    open_session(person, now=now)
    db.session.flush()
    flash(_("You are the administrator of this installation, and you are signed in."), "success")
    here = "festivals.new_festival"
    way = url_for(here if here in current_app.view_functions else "site.home")
    return remember_device(make_response(redirect(way, 303)), person.email)


def _status(form: ResetForm | NewPasswordForm) -> int:
    return 422 if form.errors else 200
