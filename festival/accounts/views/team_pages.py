"""The team of one edition and the journal of what it changed."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from festival.accounts import queries
from festival.accounts.forms import TEAM_ROLES, InviteForm
from festival.accounts.granting import Place, invite, revoke_role, send_invitation
from festival.accounts.models import Person
from festival.accounts.states import ROLE_NAMES, ROLE_SENTENCES
from festival.accounts.views.room import team
from festival.extensions import db
from festival.shared.access import Role, current_actor, open_to
from festival.shared.addresses import page_asked_for
from festival.shared.clock import utc_now
from festival.shared.errors import FieldRefused, NotFound, RuleBroken
from festival.shared.forms import show_refusal
from festival.shared.sentences import mark
from festival.shared.work import unit_of_work


def _here() -> Place:
    return Place(name=g.edition.title, edition_id=g.edition.id, edition=g.edition)


@team.route("/organize/team", methods=["GET", "POST"])
@open_to(Role.ORGANIZER)
@unit_of_work
def members() -> ResponseReturnValue:
    """Who works on this edition; invite somebody."""
    form = InviteForm(data={"locale": g.locale}) if request.method == "GET" else InviteForm()
    if form.validate_on_submit():
        try:
            _invite(form)
        except FieldRefused as refusal:
            show_refusal(form, refusal)
            db.session.rollback()
        else:
            flash(_("%(name)s is invited.", name=form.name.data), "success")
            return redirect(url_for("team.members"), 303)
    return render_template(
        "accounts/team.html",
        form=form,
        people=queries.team_of(g.edition.id),
        edition_id=g.edition.id,
        role_names=ROLE_NAMES,
        role_sentences={role.value: _(ROLE_SENTENCES[role]) for role in TEAM_ROLES},
    ), 422 if form.errors else 200


def _invite(form: InviteForm) -> None:
    for role in form.chosen_roles():
        invite(
            email=form.email.data,
            name=form.name.data,
            role=role,
            place=_here(),
            locale=form.locale.data,
            actor=current_actor(),
            now=utc_now(),
        )


@team.post("/organize/team/<int:person_id>/<role>/remove")
@open_to(Role.ORGANIZER)
@unit_of_work
def remove(person_id: int, role: str) -> ResponseReturnValue:
    """Take one role of this edition back."""
    if role not in {each.value for each in TEAM_ROLES}:
        raise NotFound(mark("There is no such role."))
    revoke_role(
        person_id,
        Role(role),
        place=_here(),
        actor=current_actor(),
        now=utc_now(),
        by_administrator=current_user.is_administrator,
    )
    flash(_("The role is taken back."), "success")
    return redirect(url_for("team.members"), 303)


@team.post("/organize/team/<int:person_id>/invite-again")
@open_to(Role.ORGANIZER)
@unit_of_work
def invite_again(person_id: int) -> ResponseReturnValue:
    """Send the invitation once more to a member who has not taken it yet."""
    person = db.session.get(Person, person_id)
    if person is None or person.id not in {each.id for each in queries.team_of(g.edition.id)}:
        raise NotFound(mark("There is no such person in this team."))
    if person.password_hash:
        raise RuleBroken(mark("This person has taken the invitation already."))
    send_invitation(person, place=_here(), inviter=current_actor().label, now=utc_now())
    flash(_("The invitation is sent once more."), "success")
    return redirect(url_for("team.members"), 303)


@team.get("/organize/journal")
@open_to(Role.ORGANIZER)
def journal() -> ResponseReturnValue:
    """Who changed what in this edition, the newest first."""
    number = page_asked_for()
    entity = request.args.get("entity", "")[:40]
    entries, last = queries.journal_page(g.edition.id, number, entity=entity)
    return render_template(
        "accounts/journal.html",
        entries=entries,
        number=number,
        last=last,
        entity=entity,
        entities=queries.journal_entities(g.edition.id),
    )
