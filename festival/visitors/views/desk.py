"""What organizers and the people at the desk see."""

from __future__ import annotations

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from festival.shared.access import Role, current_actor, open_to
from festival.shared.addresses import page_asked_for
from festival.shared.clock import utc_now
from festival.shared.errors import FieldRefused
from festival.shared.forms import show_refusal
from festival.shared.tokens import is_token, make_token
from festival.shared.work import unit_of_work
from festival.visitors import actions, queries
from festival.visitors.events import find_badge_code
from festival.visitors.forms import ConfirmForm, WalkInForm
from festival.visitors.models import Registration
from festival.visitors.states import BAND_NAMES, SOURCE_NAMES, RegistrationSource
from festival.visitors.views.room import address_if_known, blueprint
from festival.visitors.words import when_text

PER_PAGE = 50


@blueprint.get("/organize/visitors")
@open_to(Role.ORGANIZER)
def registrations() -> ResponseReturnValue:
    """All households: totals, search, pages."""
    search = request.args.get("q", "").strip()[:100]
    number = page_asked_for()
    rows, total = queries.registrations_of(
        g.edition, search=search, number=number, per_page=PER_PAGE
    )
    return render_template(
        "visitors/registrations.html",
        rows=rows,
        total=total,
        totals=queries.totals_of(g.edition),
        band_names=BAND_NAMES,
        source_names=SOURCE_NAMES,
        search=search,
        number=number,
        last=max(1, -(-total // PER_PAGE)),
    )


@blueprint.get("/organize/visitors/<code>")
@open_to(Role.ORGANIZER)
def registration(code: str) -> ResponseReturnValue:
    """One household; its ages are its own."""
    row = _registration_or_404(code)
    return render_template(
        "visitors/registration.html",
        household=row,
        source_names=SOURCE_NAMES,
        places=_places(row),
        badge_href=_badge_href(row),
    )


@blueprint.route("/organize/visitors/<code>/cancel", methods=["GET", "POST"])
@open_to(Role.ORGANIZER)
@unit_of_work
def cancel_for_household(code: str) -> ResponseReturnValue:
    """The household called and does not come: asks once."""
    row = _registration_or_404(code)
    form = ConfirmForm()
    if form.validate_on_submit():
        actions.cancel_registration(row, now=utc_now(), actor=current_actor())
        flash(_("The registration is cancelled and its places went back."), "success")
        return redirect(url_for("visitors.registration", code=row.code), 303)
    return render_template(
        "visitors/cancel_for_household.html", form=form, household=row, places=_places(row)
    )


@blueprint.route("/organize/walk-in", methods=["GET", "POST"])
@open_to(Role.ORGANIZER, Role.DOOR_LEAD)
@unit_of_work
def walk_in() -> ResponseReturnValue:
    """The desk: a number, a press, a badge; the form is ready for the next at once."""
    form = WalkInForm()
    if form.validate_on_submit():
        party = actions.Party(people=form.people.data, name=form.name.data or "")
        try:
            row = actions.register(
                g.edition,
                party,
                key=form.key.data,
                locale=g.locale,
                now=utc_now(),
                actor=current_actor(),
                source=RegistrationSource.WALK_IN,
            )
        except FieldRefused as refusal:
            show_refusal(form, refusal)
        else:
            return redirect(url_for("visitors.walk_in", done=row.code), 303)
    if not is_token(form.key.data or ""):
        form.key.data = make_token()
    done = queries.find_registration(g.edition, code=request.args.get("done", ""))
    page = render_template(
        "visitors/walk_in.html",
        form=form,
        done=done,
        badge_href=_badge_href(done) if done else "",
    )
    return page, 422 if form.errors else 200


def _registration_or_404(code: str) -> Registration:
    row = queries.find_registration(g.edition, code=code)
    if row is None:
        abort(404)
    return row


def _places(row: Registration) -> list[tuple[queries.BookedPlace, str]]:
    return [
        (
            place,
            when_text(
                place.starts_at,
                minutes=place.minutes,
                time_zone=g.edition.time_zone,
                locale=g.locale,
            ),
        )
        for place in queries.booked_places(row, locale=g.locale)
    ]


def _badge_href(row: Registration) -> str:
    badge = find_badge_code(row.id)
    return address_if_known("badges.show", code=badge) if badge else ""
