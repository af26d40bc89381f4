"""What a household sees: registering, its own page, booking."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from flask import abort, current_app, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from festival.programme.published import PublishedOccurrence, PublishedSession
from festival.shared.access import Who, open_to
from festival.shared.clock import utc_now
from festival.shared.errors import FieldRefused
from festival.shared.forms import show_refusal
from festival.shared.headers import keeps_secret
from festival.shared.tokens import is_token, make_token
from festival.shared.work import unit_of_work
from festival.visitors import actions, queries, rules
from festival.visitors.events import find_badge_code
from festival.visitors.forms import (
    TOLD_BANDS,
    BookForm,
    CancelForm,
    ConfirmForm,
    PartyForm,
    RegisterForm,
    band_field,
)
from festival.visitors.models import Registration
from festival.visitors.places import read_facts
from festival.visitors.states import RegistrationState
from festival.visitors.views.room import (
    address_if_known,
    blueprint,
    forget_household,
    household_or_404,
    my_household,
    remember_household,
)
from festival.visitors.words import when_text


@blueprint.route("/register", methods=["GET", "POST"])
@open_to(Who.EVERYBODY)
@unit_of_work
def register() -> ResponseReturnValue:
    """Register a household; with ``?to=<uid>`` booking goes on where it began."""
    form = RegisterForm()
    wanted = _wanted()
    if form.validate_on_submit():
        try:
            actions.register(
                g.edition, form.party(), key=form.key.data, locale=g.locale, now=utc_now()
            )
        except FieldRefused as refusal:
            show_refusal(form, refusal)
        else:
            remember_household(form.key.data)
            if wanted:
                return redirect(url_for("visitors.book_form", uid=wanted[1].uid), 303)
            flash(_("You are registered. Welcome!"), "success")
            return redirect(url_for("visitors.household", token=form.key.data), 303)
    if not is_token(form.key.data or ""):
        form.key.data = make_token()
    mine = my_household()
    is_open = rules.registration_is_open(
        utc_now(),
        opens_at=g.edition.registration_opens_at,
        closes_at=g.edition.registration_closes_at,
    )
    page = render_template(
        "visitors/register.html", form=form, mine=mine, is_open=is_open, wanted=_spoken(wanted)
    )
    return page, 422 if form.errors else 200


@blueprint.get("/my-visit")
@open_to(Who.EVERYBODY)
def my_visit() -> ResponseReturnValue:
    """The page of this browser's household; who has none yet is led to registering.

    The link to it is the same for everybody, so that kept pages can hold it.
    """
    mine = my_household()
    if mine is None:
        return redirect(url_for("visitors.register"), 303)
    return redirect(url_for("visitors.household", token=mine[1]), 303)


@blueprint.get("/r/<token>")
@open_to(Who.LINK_HOLDER)
@keeps_secret
def household(token: str) -> ResponseReturnValue:
    """The household's own page."""
    row = household_or_404(token)
    if row.state == RegistrationState.CANCELLED:
        return render_template("visitors/cancelled.html")
    remember_household(token)
    badge = find_badge_code(row.id)
    public_url = current_app.config["SETTINGS"].public_url
    return render_template(
        "visitors/household.html",
        household=row,
        token=token,
        places=[(place, _when(place)) for place in queries.booked_places(row, locale=g.locale)],
        kept_until=_kept_until(),
        form=ConfirmForm(),
        link=public_url + url_for("visitors.household", token=token),
        badge_href=address_if_known("badges.show", code=badge) if badge else "",
        programme_href=address_if_known("programme.public_programme"),
        calendar_href=address_if_known("feeds.personal", token=token),
    )


@blueprint.route("/r/<token>/change", methods=["GET", "POST"])
@open_to(Who.LINK_HOLDER)
@keeps_secret
@unit_of_work
def change_household(token: str) -> ResponseReturnValue:
    """More or fewer people, another name or address."""
    row = household_or_404(token)
    form = PartyForm(data=_present(row))
    if form.validate_on_submit():
        try:
            actions.change_party(row, form.party(), token=token, now=utc_now())
        except FieldRefused as refusal:
            show_refusal(form, refusal)
        else:
            flash(_("Your change is saved."), "success")
            return redirect(url_for("visitors.household", token=token), 303)
    page = render_template("visitors/change.html", form=form, household=row, token=token)
    return page, 422 if form.errors else 200


@blueprint.route("/r/<token>/cancel", methods=["GET", "POST"])
@open_to(Who.LINK_HOLDER)
@keeps_secret
@unit_of_work
def cancel_household(token: str) -> ResponseReturnValue:
    """Not coming: asks once, then gives every place back."""
    row = household_or_404(token)
    form = CancelForm()
    if form.validate_on_submit():
        actions.cancel_registration(row, forget=form.forget.data, now=utc_now())
        forget_household()
        return redirect(url_for("visitors.household", token=token), 303)
    places = queries.booked_places(row, locale=g.locale)
    return render_template(
        "visitors/cancel.html", form=form, household=row, token=token, places=places
    )


@blueprint.post("/r/<token>/give-back/<uid>")
@open_to(Who.LINK_HOLDER)
@keeps_secret
@unit_of_work
def give_back(token: str, uid: str) -> ResponseReturnValue:
    """One booking goes back."""
    row = household_or_404(token)
    held = {each.uid: each for each in queries.booked_places(row, locale=g.locale)}.get(uid)
    if held is not None:
        actions.cancel_booking(row, occurrence_id=held.occurrence_id, now=utc_now(), token=token)
        flash(_("The places went back. Thank you."), "success")
    return redirect(url_for("visitors.household", token=token), 303)


@blueprint.route("/book/<uid>", methods=["GET", "POST"])
@open_to(Who.EVERYBODY)
@unit_of_work
def book_form(uid: str) -> ResponseReturnValue:
    """Take places in an occurrence, or change how many; whoever is new registers first."""
    found = queries.find_bookable(g.edition, uid=uid)
    if found is None:
        abort(404)
    mine = my_household()
    if mine is None:
        return redirect(url_for("visitors.register", to=uid), 303)
    row, token = mine
    form = BookForm()
    status = 200
    if form.validate_on_submit():
        try:
            actions.book(
                row,
                occurrence_id=found[1].id,
                people=form.people.data,
                now=utc_now(),
                token=token,
            )
        except FieldRefused as refusal:
            show_refusal(form, refusal)
        except actions.SessionFull as full:
            form.people.errors = [*form.people.errors, full.spoken(_)]
            status = 409
        else:
            flash(_kept_text(form.people.data), "success")
            return redirect(url_for("visitors.household", token=token), 303)
    return _book_page(form, row, token=token, found=found, status=status)


def _book_page(
    form: BookForm,
    row: Registration,
    *,
    token: str,
    found: tuple[PublishedSession, PublishedOccurrence],
    status: int,
) -> ResponseReturnValue:
    session, occurrence = found
    facts = read_facts(occurrence.id, edition_id=g.edition.id)
    if facts is None:
        abort(404)
    own = queries.booked_places(row, locale=g.locale)
    held = next((place.people for place in own if place.uid == occurrence.uid), 0)
    left = rules.places_left(facts)
    if form.people.data is None and not form.errors:
        form.people.data = held or (row.people if left is None else max(1, min(row.people, left)))
    wanted = rules.Slot(session.title, occurrence.starts_at, occurrence.minutes)
    others = [place for place in own if place.uid != occurrence.uid and not place.is_cancelled]
    crossing = rules.overlapping([place.slot for place in others], wanted=wanted)
    page = render_template(
        "visitors/book.html",
        form=form,
        confirm=ConfirmForm(),
        household=row,
        token=token,
        session=_spoken(found),
        held=held,
        left=left,
        reason=rules.refusal_for_booking(facts, now=utc_now()),
        crossing=[slot.title for slot in crossing],
    )
    return page, 422 if form.errors and status == 200 else status


def _kept_text(people: int) -> str:
    return str(ngettext("One place is kept for you.", "%(num)s places are kept for you.", people))


def _kept_until() -> Callable[[queries.BookedPlace], str]:
    """A function that answers until when places wait for a household, as the city's clocks show.

    Nothing where they wait to the end, or once the time is over.
    """
    now, zone = utc_now(), ZoneInfo(g.edition.time_zone)

    def text(place: queries.BookedPlace) -> str:
        until = rules.kept_until(place.starts_at, released_after=g.edition.places_released_after)
        return f"{until.astimezone(zone):%H:%M}" if until is not None and now < until else ""

    return text


def _wanted() -> tuple[PublishedSession, PublishedOccurrence] | None:
    uid = request.args.get("to", "")
    return queries.find_bookable(g.edition, uid=uid) if uid else None


def _spoken(found: tuple[PublishedSession, PublishedOccurrence] | None) -> dict[str, Any] | None:
    """The words of an occurrence for a template."""
    if found is None:
        return None
    session, held = found
    return {
        "uid": held.uid,
        "title": session.text("title", g.locale),
        "when": _when(held),
        "place": f"{held.space.name}, {held.space.venue.name}" if held.space else "",
        "href": address_if_known("programme.session", code=session.code),
        "bring": session.text("bring", g.locale),
    }


def _when(held: PublishedOccurrence | queries.BookedPlace) -> str:
    return when_text(
        held.starts_at,
        minutes=held.minutes,
        time_zone=g.edition.time_zone,
        locale=g.locale,
    )


def _present(row: Registration) -> dict[str, Any]:
    bands = queries.bands_of(row)
    told = {band_field(band): bands.get(band) for band in TOLD_BANDS}
    return {"people": row.people, "name": row.name, "email": row.email, **told}
