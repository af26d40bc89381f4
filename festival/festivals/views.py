"""The organizer's pages of an edition and its places."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from festival.festivals import actions, forms, hours_form, places, queries
from festival.festivals.administration import plain as plain
from festival.festivals.models import Space, Venue
from festival.festivals.rules import next_first_day
from festival.festivals.states import MOVES, EditionState
from festival.shared.access import Role, current_actor, open_to
from festival.shared.addresses import edition_blueprint
from festival.shared.clock import utc_now
from festival.shared.errors import FieldRefused
from festival.shared.forms import show_refusal
from festival.shared.work import unit_of_work

blueprint = edition_blueprint("festivals", __name__)


def _page(template: str, *, form: FlaskForm, **values: Any) -> ResponseReturnValue:
    body = render_template(f"festivals/{template}.html", form=form, edition=g.edition, **values)
    return body, 422 if form.errors else 200


def _done(message: str, endpoint: str, **values: Any) -> ResponseReturnValue:
    flash(message, "success")
    return redirect(url_for(endpoint, **values), 303)


def _venue(slug: str) -> Venue:
    return queries.find_venue(g.edition.id, slug) or abort(404)


def _space(slug: str) -> Space:
    return queries.find_space(g.edition.id, slug) or abort(404)


@blueprint.route("/organize/edition", methods=["GET", "POST"])
@open_to(Role.ORGANIZER)
@unit_of_work
def edit_edition() -> ResponseReturnValue:
    form = forms.EditionForm(data=forms.edition_values(g.edition))
    if form.validate_on_submit():
        try:
            actions.change_edition(g.edition, form.facts(), actor=current_actor(), now=utc_now())
        except FieldRefused as refusal:
            show_refusal(form, refusal)
        else:
            return _done(_("The edition is saved."), ".edit_edition")
    return _page("edition", form=form, zones=forms.zone_names(), moves=MOVES[g.edition.state])


@blueprint.post("/organize/edition/state")
@open_to(Role.ORGANIZER)
@unit_of_work
def move_edition() -> ResponseReturnValue:
    try:
        wanted = EditionState(request.form.get("to", ""))
    except ValueError:
        abort(400)
    actions.move_edition(g.edition, to=wanted, actor=current_actor(), now=utc_now())
    told = {
        EditionState.DRAFT: _("Now only your team sees the edition."),
        EditionState.PUBLIC: _("Now everybody sees the edition."),
        EditionState.ARCHIVED: _("The edition is in the archive; everybody can read it."),
    }
    return _done(told[wanted], ".edit_edition")


@blueprint.route("/organize/edition/next", methods=["GET", "POST"])
@open_to(Role.ORGANIZER)
@unit_of_work
def clone_edition() -> ResponseReturnValue:
    first = next_first_day(g.edition.starts_on)
    suggested = {
        "title": g.edition.title.replace(str(g.edition.starts_on.year), str(first.year)),
        "slug": str(first.year),
        "starts_on": first,
    }
    form = forms.CloneForm(data=suggested)
    if form.validate_on_submit():
        try:
            made = actions.clone_edition(
                g.edition, slug=form.slug.data, title=form.title.data,
                starts_on=form.starts_on.data, actor=current_actor(), now=utc_now(),
            )  # fmt: skip
        except FieldRefused as refusal:
            show_refusal(form, refusal)
        else:
            return _done(
                _("The next edition is a draft with the same places and hours."),
                ".edit_edition", festival_slug=made.festival.slug, edition_slug=made.slug,
            )  # fmt: skip
    return _page("clone", form=form)


@blueprint.get("/organize/venues")
@open_to(Role.ORGANIZER)
def venues() -> ResponseReturnValue:
    return render_template(
        "festivals/venues.html",
        edition=g.edition,
        venues=queries.venues_with_spaces(g.edition.id),
        access_words=forms.ACCESS_WORDS,
    )


@blueprint.route("/organize/venues/new", methods=["GET", "POST"])
@open_to(Role.ORGANIZER)
@unit_of_work
def new_venue() -> ResponseReturnValue:
    form = forms.VenueForm()
    if form.validate_on_submit():
        made = places.add_venue(g.edition, form.facts(), actor=current_actor(), now=utc_now())
        return _done(_("The venue is added. Now add its spaces."), ".edit_venue", slug=made.slug)
    return _page("venue", form=form, venue=None)


@blueprint.route("/organize/venues/<slug>", methods=["GET", "POST"])
@open_to(Role.ORGANIZER)
@unit_of_work
def edit_venue(slug: str) -> ResponseReturnValue:
    venue = _venue(slug)
    form = forms.VenueForm(obj=venue)
    if form.validate_on_submit():
        places.change_venue(venue, form.facts(), actor=current_actor(), now=utc_now())
        return _done(_("The venue is saved."), ".edit_venue", slug=slug)
    return _page("venue", form=form, venue=venue, feature_words=forms.FEATURE_WORDS)


@blueprint.post("/organize/venues/<slug>/remove")
@open_to(Role.ORGANIZER)
@unit_of_work
def remove_venue(slug: str) -> ResponseReturnValue:
    venue = _venue(slug)
    places.remove_venue(venue, actor=current_actor(), now=utc_now())
    return _done(_("“%(name)s” is removed.", name=venue.name), ".venues")


@blueprint.route("/organize/venues/<slug>/hours", methods=["GET", "POST"])
@open_to(Role.ORGANIZER)
@unit_of_work
def opening_hours(slug: str) -> ResponseReturnValue:
    venue = _venue(slug)
    form = hours_form.hours_form(g.edition, queries.hours_of(venue.id))
    if form.validate_on_submit():
        hours = hours_form.chosen_hours(form, edition=g.edition)
        try:
            places.set_opening_hours(venue, hours, actor=current_actor(), now=utc_now())
        except FieldRefused as refusal:
            hours_form.show_day_refusal(form, refusal)
        else:
            return _done(_("The opening hours are saved."), ".edit_venue", slug=slug)
    return _page("hours", form=form, venue=venue, days=hours_form.days_of(g.edition))


@blueprint.route("/organize/venues/<slug>/spaces/new", methods=["GET", "POST"])
@open_to(Role.ORGANIZER)
@unit_of_work
def new_space(slug: str) -> ResponseReturnValue:
    venue = _venue(slug)
    form = forms.SpaceForm()
    if form.validate_on_submit():
        places.add_space(venue, form.facts(), actor=current_actor(), now=utc_now())
        return _done(_("The space is added."), ".edit_venue", slug=slug)
    return _page("space", form=form, venue=venue, space=None)


@blueprint.route("/organize/spaces/<slug>", methods=["GET", "POST"])
@open_to(Role.ORGANIZER)
@unit_of_work
def edit_space(slug: str) -> ResponseReturnValue:
    space = _space(slug)
    form = forms.SpaceForm(obj=space)
    if form.validate_on_submit():
        places.change_space(space, form.facts(), actor=current_actor(), now=utc_now())
        return _done(_("The space is saved."), ".edit_venue", slug=space.venue.slug)
    return _page("space", form=form, venue=space.venue, space=space)


@blueprint.post("/organize/spaces/<slug>/remove")
@open_to(Role.ORGANIZER)
@unit_of_work
def remove_space(slug: str) -> ResponseReturnValue:
    space = _space(slug)
    venue_slug, name = space.venue.slug, space.name
    places.remove_space(space, actor=current_actor(), now=utc_now())
    return _done(_("“%(name)s” is removed.", name=name), ".edit_venue", slug=venue_slug)
