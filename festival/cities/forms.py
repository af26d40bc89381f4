"""Forms of twin cities."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import EmailField, SelectField, StringField, TextAreaField, URLField
from wtforms.validators import Length, NumberRange, Optional

from festival.cities.actions import CityFacts, CityProfile, NewLogo
from festival.festivals.forms import NEEDED, TimeZoneField
from festival.shared.forms import LINE, TEXT, OneAddress, WebAddress, WholeNumber, normalised_email

YEAR = NumberRange(min=1800, max=2200)


class PartnerForm(FlaskForm):  # type: ignore[misc]
    """What a city says about itself."""

    about = TextAreaField(_l("About the city"), filters=TEXT, validators=[Length(max=5000)])
    languages = StringField(_l("Languages spoken"), filters=LINE, validators=[Length(max=200)])
    contact_name = StringField(_l("Contact person"), filters=LINE, validators=[Length(max=200)])
    contact_email = EmailField(
        _l("Contact address"), filters=LINE, validators=[Length(max=254), OneAddress()]
    )
    website = URLField(_l("Website"), filters=LINE, validators=[Length(max=400), WebAddress()])
    learning_city_since = WholeNumber(
        _l("In the UNESCO Global Network of Learning Cities since"), validators=[Optional(), YEAR]
    )
    logo = FileField(_l("Logo or coat of arms"))
    logo_terms = StringField(
        _l("How the logo may be used"), filters=LINE, validators=[Length(max=400)]
    )

    def profile(self) -> CityProfile:
        codes = [code.strip() for code in (self.languages.data or "").split(",")]
        return CityProfile(
            about=self.about.data,
            languages=tuple(code for code in codes if code),
            contact_name=self.contact_name.data,
            contact_email=normalised_email(self.contact_email.data),
            website=self.website.data,
            learning_city_since=self.learning_city_since.data,
            logo_terms=self.logo_terms.data,
        )

    def new_logo(self, media_folder: Path) -> NewLogo | None:
        upload = self.logo.data
        if not upload:
            return None
        return NewLogo(upload.read(), upload.filename or "", media_folder)


class CityForm(PartnerForm):
    """Everything about a city, for the organizer."""

    name = StringField(_l("City"), filters=LINE, validators=[NEEDED, Length(max=200)])
    country = SelectField(_l("Country"), validators=[NEEDED])
    time_zone = TimeZoneField(_l("Time zone"), filters=LINE, validators=[NEEDED])
    twinned_since = WholeNumber(_l("Twinned since"), validators=[Optional(), YEAR])

    def facts(self) -> CityFacts:
        return CityFacts(
            name=self.name.data,
            country=self.country.data,
            time_zone=self.time_zone.data,
            twinned_since=self.twinned_since.data,
        )


class InvitePartnerForm(FlaskForm):  # type: ignore[misc]
    """Who shall speak for a city."""

    partner_name = StringField(_l("Name"), filters=LINE, validators=[NEEDED, Length(max=200)])
    email = EmailField(
        _l("E-mail address"), filters=LINE, validators=[NEEDED, Length(max=254), OneAddress()]
    )


def city_values(city: Any) -> dict[str, Any]:
    """What the form of a present city is filled with; the logo's file is asked for anew."""
    names = (
        "name", "country", "time_zone", "twinned_since", "about", "contact_name", "contact_email",
        "website", "learning_city_since", "logo_terms",
    )  # fmt: skip
    values = {name: getattr(city, name) for name in names}
    values["languages"] = ", ".join(city.languages)
    return values
