"""All people of the installation; for administrators."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from festival.accounts.granting import set_active, set_administrator
from festival.accounts.models import Person
from festival.accounts.queries import people_page
from festival.accounts.views.room import blueprint
from festival.extensions import db
from festival.shared.access import Who, current_actor, open_to
from festival.shared.addresses import page_asked_for
from festival.shared.clock import utc_now
from festival.shared.errors import NotFound
from festival.shared.forms import clean_line
from festival.shared.sentences import mark
from festival.shared.work import unit_of_work


@blueprint.get("/people")
@open_to(Who.ADMINISTRATOR)
def people() -> ResponseReturnValue:
    number = page_asked_for()
    search = clean_line(request.args.get("q", ""))[:100]
    found, last = people_page(number, search=search)
    return render_template(
        "accounts/people.html", people=found, number=number, last=last, search=search
    )


def _person(person_id: int, step: str, steps: tuple[str, ...]) -> Person:
    person = db.session.get(Person, person_id)
    if person is None or step not in steps:
        raise NotFound(mark("There is no such person."))
    return person


@blueprint.post("/people/<int:person_id>/<step>")
@open_to(Who.ADMINISTRATOR)
@unit_of_work
def change_access(person_id: int, step: str) -> ResponseReturnValue:
    """Let somebody in again, or out at once."""
    person = _person(person_id, step, ("activate", "deactivate"))
    set_active(person, is_active=step == "activate", actor=current_actor(), now=utc_now())
    sentence = _("%(name)s may sign in.") if step == "activate" else _("%(name)s is signed out.")
    flash(sentence % {"name": person.name}, "success")
    return redirect(url_for("accounts.people"), 303)


@blueprint.post("/people/<int:person_id>/administrator/<step>")
@open_to(Who.ADMINISTRATOR)
@unit_of_work
def change_administrator(person_id: int, step: str) -> ResponseReturnValue:
    """Make somebody administrator, or no longer."""
    person = _person(person_id, step, ("give", "take"))
    set_administrator(person, is_administrator=step == "give", actor=current_actor(), now=utc_now())
    flash(_("Saved."), "success")
    return redirect(url_for("accounts.people"), 303)
