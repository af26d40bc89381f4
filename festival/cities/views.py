"""Twin cities: public pages, the organizer's pages, the partner's own page."""

from __future__ import annotations

from typing import Any

from babel import Locale, UnknownLocaleError
from flask import abort, current_app, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _

from festival.cities import actions, clocks, forms, queries
from festival.cities.models import TwinCity
from festival.festivals.forms import country_choices, zone_names
from festival.shared.access import Role, Who, current_actor, open_to
from festival.shared.addresses import edition_blueprint
from festival.shared.caching import cached_by_version
from festival.shared.clock import utc_now
from festival.shared.errors import FieldRefused
from festival.shared.forms import show_refusal
from festival.shared.pictures import StoredPicture
from festival.shared.work import unit_of_work

blueprint = edition_blueprint("cities", __name__)


@blueprint.url_value_preprocessor
def _stand_in_city(endpoint: str | None, values: dict[str, Any] | None) -> None:
    """The partner's doorway: the city of the address decides whose role counts."""
    if endpoint == "cities.partner" and values and g.get("edition") is not None:
        city = queries.find_city(g.edition.festival_id, values["slug"])
        g.twin_city_id = city.id if city else None


def _city(slug: str) -> TwinCity:
    return queries.find_city(g.edition.festival_id, slug) or abort(404)


def _locale() -> Locale:
    return get_locale() or Locale("en")


def _country(city: TwinCity) -> str:
    return str(_locale().territories.get(city.country, city.country))


def _language(code: str) -> str:
    """A language's name; what is no code is shown as it was written."""
    try:
        return Locale.parse(code, sep="-").get_display_name(_locale()) or code
    except (ValueError, UnknownLocaleError):
        return code


def picture_address(picture: StoredPicture | None) -> str:
    if picture is None:
        return ""
    return url_for("machine.media", name=picture.file_name.rsplit("/", 1)[-1])


WORDS = {
    "country_of": _country,
    "language_of": _language,
    "picture_address": picture_address,
    "clock_sentences": clocks.clock_sentences,
}


@blueprint.get("/twin-cities")
@open_to(Who.EVERYBODY)
@cached_by_version()
def public_list() -> ResponseReturnValue:
    return render_template(
        "cities/public_list.html",
        edition=g.edition,
        cities=queries.cities_of(g.edition.festival_id),
        **WORDS,
    )


@blueprint.get("/twin-cities/<slug>")
@open_to(Who.EVERYBODY)
@cached_by_version()
def public_city(slug: str) -> ResponseReturnValue:
    city = _city(slug)
    return render_template(
        "cities/public_city.html",
        edition=g.edition,
        city=city,
        clock_table=clocks.clock_table(city, edition=g.edition),
        **WORDS,
    )


@blueprint.get("/organize/cities")
@open_to(Role.ORGANIZER)
def cities() -> ResponseReturnValue:
    return render_template(
        "cities/cities.html",
        edition=g.edition,
        cities=queries.cities_of(g.edition.festival_id),
        **WORDS,
    )


@blueprint.route("/organize/cities/new", methods=["GET", "POST"])
@open_to(Role.ORGANIZER)
@unit_of_work
def new_city() -> ResponseReturnValue:
    form = _with_countries(forms.CityForm())
    if form.validate_on_submit():
        try:
            made = actions.add_city(
                g.edition.festival, form.facts(), form.profile(), **_who_when_logo(form)
            )
        except FieldRefused as refusal:
            show_refusal(form, refusal)
        else:
            return _saved(_("“%(name)s” is added.", name=made.name), ".cities")
    return _city_page(form, None)


@blueprint.route("/organize/cities/<slug>", methods=["GET", "POST"])
@open_to(Role.ORGANIZER)
@unit_of_work
def edit_city(slug: str) -> ResponseReturnValue:
    city = _city(slug)
    form = _with_countries(forms.CityForm(data=forms.city_values(city)))
    if form.validate_on_submit():
        try:
            actions.change_city(city, form.facts(), form.profile(), **_who_when_logo(form))
        except FieldRefused as refusal:
            show_refusal(form, refusal)
        else:
            return _saved(_("“%(name)s” is saved.", name=city.name), ".cities")
    return _city_page(form, city)


@blueprint.post("/organize/cities/<slug>/remove")
@open_to(Role.ORGANIZER)
@unit_of_work
def remove_city(slug: str) -> ResponseReturnValue:
    city = _city(slug)
    name = city.name
    actions.remove_city(city, actor=current_actor(), now=utc_now())
    return _saved(_("“%(name)s” is removed.", name=name), ".cities")


@blueprint.post("/organize/cities/<slug>/partners")
@open_to(Role.ORGANIZER)
@unit_of_work
def invite_partner(slug: str) -> ResponseReturnValue:
    city = _city(slug)
    invitation = forms.InvitePartnerForm()
    if invitation.validate_on_submit():
        try:
            person = actions.invite_partner(
                city, edition=g.edition, email=invitation.email.data,
                name=invitation.partner_name.data, locale=g.locale,
                actor=current_actor(), now=utc_now(),
            )  # fmt: skip
        except FieldRefused as refusal:
            show_refusal(invitation, refusal)
        else:
            told = _("%(name)s speaks for %(city)s now.", name=person.name, city=city.name)
            return _saved(told, ".edit_city", slug=slug)
    form = _with_countries(forms.CityForm(formdata=None, data=forms.city_values(city)))
    return _city_page(form, city, invitation=invitation)


@blueprint.post("/organize/cities/<slug>/partners/<int:person_id>/dismiss")
@open_to(Role.ORGANIZER)
@unit_of_work
def dismiss_partner(slug: str, person_id: int) -> ResponseReturnValue:
    city = _city(slug)
    actions.dismiss_partner(
        city, person_id, edition=g.edition, actor=current_actor(), now=utc_now()
    )
    return _saved(_("This person no longer speaks for the city."), ".edit_city", slug=slug)


@blueprint.route("/partner/<slug>", methods=["GET", "POST"])
@open_to(Role.PARTNER)
@unit_of_work
def partner(slug: str) -> ResponseReturnValue:
    """The city's own page for the person who speaks for it."""
    city = _city(slug)
    form = forms.PartnerForm(data=forms.city_values(city))
    if form.validate_on_submit():
        try:
            actions.change_profile(city, form.profile(), **_who_when_logo(form))
        except FieldRefused as refusal:
            show_refusal(form, refusal)
        else:
            return _saved(_("Thank you. Your city's page is saved."), ".partner", slug=slug)
    body = render_template(
        "cities/partner.html",
        form=form,
        city=city,
        edition=g.edition,
        clock_table=clocks.clock_table(city, edition=g.edition),
        **WORDS,
    )
    return body, 422 if form.errors else 200


def _with_countries(form: Any) -> Any:
    form.country.choices = country_choices(str(_locale()))
    return form


def _who_when_logo(form: Any) -> dict[str, Any]:
    folder = current_app.config["SETTINGS"].media_folder
    return {"actor": current_actor(), "now": utc_now(), "logo": form.new_logo(folder)}


def _saved(message: str, endpoint: str, **values: Any) -> ResponseReturnValue:
    flash(message, "success")
    return redirect(url_for(endpoint, **values), 303)


def _city_page(form: Any, city: TwinCity | None, *, invitation: Any = None) -> ResponseReturnValue:
    invitation = invitation or forms.InvitePartnerForm(formdata=None)
    body = render_template(
        "cities/city.html",
        form=form,
        invitation=invitation,
        city=city,
        edition=g.edition,
        zones=zone_names(),
        partners=queries.partners_of(city.id) if city else [],
        **WORDS,
    )
    return body, 422 if form.errors or invitation.errors else 200
