"""The administrator's pages: festivals of this installation and their editions."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from festival.festivals import actions, forms, queries
from festival.festivals.models import Festival
from festival.shared.access import Who, current_actor, open_to
from festival.shared.addresses import plain_blueprint
from festival.shared.clock import utc_now
from festival.shared.errors import FieldRefused
from festival.shared.forms import show_refusal
from festival.shared.work import unit_of_work

plain = plain_blueprint("festival_admin", __name__)


def _festival(slug: str) -> Festival:
    return queries.find_festival(slug) or abort(404)


def _festival_page(form: FlaskForm, festival: Festival | None) -> ResponseReturnValue:
    body = render_template(
        "festivals/festival.html", form=form, festival=festival, zones=forms.zone_names()
    )
    return body, 422 if form.errors else 200


def _with_countries(form: Any) -> Any:
    form.country.choices = forms.country_choices(g.get("locale") or "en")
    return form


@plain.get("/administration")
@open_to(Who.ADMINISTRATOR)
def festivals() -> ResponseReturnValue:
    return render_template("festivals/festivals.html", festivals=queries.festivals_with_editions())


@plain.route("/administration/new", methods=["GET", "POST"])
@open_to(Who.ADMINISTRATOR)
@unit_of_work
def new_festival() -> ResponseReturnValue:
    form = _with_countries(forms.NewFestivalForm())
    if form.validate_on_submit():
        try:
            made = actions.found_festival(
                form.facts(), slug=form.slug.data, actor=current_actor(), now=utc_now()
            )
        except FieldRefused as refusal:
            show_refusal(form, refusal)
        else:
            flash(_("The festival is founded. Now open its first edition."), "success")
            return redirect(url_for(".new_edition", slug=made.slug), 303)
    return _festival_page(form, None)


@plain.route("/administration/<slug>", methods=["GET", "POST"])
@open_to(Who.ADMINISTRATOR)
@unit_of_work
def edit_festival(slug: str) -> ResponseReturnValue:
    festival = _festival(slug)
    form = _with_countries(forms.FestivalForm(obj=festival))
    if form.validate_on_submit():
        actions.change_festival(festival, form.facts(), actor=current_actor(), now=utc_now())
        flash(_("The festival is saved."), "success")
        return redirect(url_for(".festivals"), 303)
    return _festival_page(form, festival)


@plain.route("/administration/<slug>/editions/new", methods=["GET", "POST"])
@open_to(Who.ADMINISTRATOR)
@unit_of_work
def new_edition(slug: str) -> ResponseReturnValue:
    festival = _festival(slug)
    suggested = {
        "title": festival.name,
        "time_zone": festival.time_zone,
        "first_language": festival.default_language,
    }
    form = forms.NewEditionForm(data=suggested)
    if form.validate_on_submit():
        try:
            made = actions.open_edition(
                festival, form.facts(), slug=form.slug.data, actor=current_actor(), now=utc_now()
            )
        except FieldRefused as refusal:
            show_refusal(form, refusal)
        else:
            flash(_("The edition is open as a draft. Add its places next."), "success")
            address = url_for(
                "festivals.venues", festival_slug=festival.slug, edition_slug=made.slug
            )
            return redirect(address, 303)
    body = render_template(
        "festivals/new_edition.html", form=form, festival=festival, zones=forms.zone_names()
    )
    return body, 422 if form.errors else 200
