"""Forms of festivals, editions, venues, spaces and hours."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from babel import Locale
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    DateField,
    DateTimeLocalField,
    EmailField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import (
    InputRequired,
    Length,
    NumberRange,
    Optional,
    ValidationError,
)
from wtforms.widgets import CheckboxInput, ListWidget

from festival.festivals.actions import FestivalFacts
from festival.festivals.models import Edition
from festival.festivals.places import SpaceFacts, VenueFacts
from festival.festivals.rules import EditionFacts, find_time_zone
from festival.festivals.states import ACCESS_FACTS, SPACE_FEATURES
from festival.shared.forms import LINE, TEXT, Degrees, OneAddress, WholeNumber, normalised_email
from festival.shared.languages import DEFAULT, LANGUAGES

NEEDED = InputRequired(_l("Please fill this in."))

ACCESS_WORDS = {
    "step_free": _l("Step-free way in"),
    "lift": _l("Lift"),
    "accessible_toilet": _l("Accessible toilet"),
    "hearing_loop": _l("Hearing loop"),
    "quiet_room": _l("Quiet room"),
    "changing_place": _l("Changing place for adults"),
    "baby_changing": _l("Baby changing"),
    "parking_reserved": _l("Reserved parking"),
    "assistance_dogs": _l("Assistance dogs welcome"),
}
FEATURE_WORDS = {
    "step_free": _l("Step-free"),
    "hearing_loop": _l("Hearing loop"),
    "power": _l("Power"),
    "water": _l("Water"),
    "sink": _l("Sink"),
    "projector": _l("Projector"),
    "stream": _l("Can stream"),
    "interpretation": _l("Interpretation"),
    "outdoor": _l("Outdoors"),
    "kitchen": _l("Kitchen"),
}

MINUTES = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]
LANGUAGE_CHOICES = [SelectChoice(each.code, each.autonym) for each in LANGUAGES.values()]
NO_COUNTRIES = frozenset({"EU", "EZ", "UN", "ZZ", "XA", "XB", "QO"})
"""Two letters in the list of territories that name no country."""


class Ticks(SelectMultipleField):  # type: ignore[misc]
    """Several of a list, as check boxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def __init__(self, label: Any, *, words: Sequence[tuple[str, Any]], **more: Any) -> None:
        super().__init__(label, choices=[SelectChoice(*pair) for pair in words], **more)


class MinuteField(DateTimeLocalField):  # type: ignore[misc]
    """A wall-clock time of a day, or none; seconds that a browser adds are taken."""

    def __init__(self, label: Any, **more: Any) -> None:
        super().__init__(label, format=MINUTES, validators=[Optional()], **more)


class TimeZoneField(StringField):  # type: ignore[misc]
    """An IANA zone; the last part of its name is enough where only one fits."""

    data: str

    def post_validate(self, form: FlaskForm, validation_stopped: bool) -> None:
        if validation_stopped:
            return
        found = find_time_zone(self.data or "", known=available_timezones())
        if found is None:
            raise ValidationError(
                _l("Choose a time zone of the list, for example Europe/Dublin or Asia/Seoul.")
            )
        self.data = found


def country_names(locale: str) -> list[tuple[str, str]]:
    """(ISO 3166-1 alpha-2, name) by name in the page's language."""
    names = {str(code): str(name) for code, name in Locale.parse(locale).territories.items()}
    pairs = [
        (code, name)
        for code, name in names.items()
        if len(code) == 2 and code.isalpha() and code not in NO_COUNTRIES
    ]
    return sorted(pairs, key=lambda pair: pair[1].casefold())


def country_choices(locale: str) -> list[SelectChoice]:
    """For a field of countries; the first one is none."""
    return [SelectChoice("", ""), *(SelectChoice(*pair) for pair in country_names(locale))]


def zone_names() -> list[str]:
    """Zones that a person may look for: with a region, without the legacy ones."""
    return sorted(
        name
        for name in available_timezones()
        if "/" in name and not name.startswith(("Etc/", "SystemV/", "US/"))
    )


class FestivalForm(FlaskForm):  # type: ignore[misc]
    name = StringField(
        _l("Name of the festival"), filters=LINE, validators=[NEEDED, Length(max=200)]
    )
    city_name = StringField(_l("City"), filters=LINE, validators=[NEEDED, Length(max=200)])
    country = SelectField(_l("Country"), validators=[NEEDED])
    time_zone = TimeZoneField(_l("Time zone"), filters=LINE, validators=[NEEDED])
    default_language = SelectField(
        _l("Language"),
        choices=LANGUAGE_CHOICES,
        default=DEFAULT,
        validators=[NEEDED],
    )
    about = TextAreaField(_l("About the festival"), filters=TEXT, validators=[Length(max=5000)])

    def facts(self) -> FestivalFacts:
        return FestivalFacts(
            name=self.name.data,
            city_name=self.city_name.data,
            country=self.country.data,
            time_zone=self.time_zone.data,
            default_language=self.default_language.data,
            about=self.about.data,
        )


class NewFestivalForm(FestivalForm):
    slug = StringField(
        _l("Short name in addresses"), filters=LINE, validators=[NEEDED, Length(max=40)]
    )


class EditionForm(FlaskForm):  # type: ignore[misc]
    title = StringField(_l("Title"), filters=LINE, validators=[NEEDED, Length(max=200)])
    theme = StringField(_l("Theme of the year"), filters=LINE, validators=[Length(max=400)])
    about = TextAreaField(_l("What awaits visitors"), filters=TEXT, validators=[Length(max=5000)])
    starts_on = DateField(_l("First day"), validators=[NEEDED])
    ends_on = DateField(_l("Last day"), validators=[NEEDED])
    time_zone = TimeZoneField(_l("Time zone"), filters=LINE, validators=[NEEDED])
    first_language = SelectField(
        _l("First language"),
        choices=LANGUAGE_CHOICES,
        validators=[NEEDED],
    )
    languages = Ticks(
        _l("Languages of the programme"),
        words=[(each.code, each.autonym) for each in LANGUAGES.values()],
    )
    inhabitants = WholeNumber(
        _l("Inhabitants of the city"), validators=[Optional(), NumberRange(min=1, max=99_999_999)]
    )
    inhabitants_year = WholeNumber(
        _l("Year of the count"), validators=[Optional(), NumberRange(min=1900, max=2200)]
    )
    contact_email = EmailField(
        _l("Address for questions"), filters=LINE, validators=[Length(max=254), OneAddress()]
    )
    registration_opens = DateTimeLocalField(
        _l("Registration opens"), format=MINUTES, validators=[Optional()]
    )
    registration_closes = DateTimeLocalField(
        _l("Registration closes"), format=MINUTES, validators=[Optional()]
    )

    def facts(self) -> EditionFacts:
        first = self.first_language.data
        others = [code for code in self.languages.data if code != first]
        return EditionFacts(
            title=self.title.data,
            theme=self.theme.data,
            about=self.about.data,
            starts_on=self.starts_on.data,
            ends_on=self.ends_on.data,
            time_zone=self.time_zone.data,
            languages=(first, *others),
            inhabitants=self.inhabitants.data,
            inhabitants_year=self.inhabitants_year.data,
            contact_email=normalised_email(self.contact_email.data),
            registration_opens=self.registration_opens.data,
            registration_closes=self.registration_closes.data,
        )


class NewEditionForm(EditionForm):
    slug = StringField(
        _l("Short name in addresses"), filters=LINE, validators=[NEEDED, Length(max=40)]
    )


class CloneForm(FlaskForm):  # type: ignore[misc]
    title = StringField(_l("Title"), filters=LINE, validators=[NEEDED, Length(max=200)])
    slug = StringField(
        _l("Short name in addresses"), filters=LINE, validators=[NEEDED, Length(max=40)]
    )
    starts_on = DateField(_l("First day"), validators=[NEEDED])


class VenueForm(FlaskForm):  # type: ignore[misc]
    name = StringField(_l("Name"), filters=LINE, validators=[NEEDED, Length(max=200)])
    address = StringField(_l("Address"), filters=LINE, validators=[Length(max=400)])
    district = StringField(_l("District"), filters=LINE, validators=[Length(max=200)])
    latitude = Degrees(_l("Latitude"), places=None, validators=[Optional(), NumberRange(-90, 90)])
    longitude = Degrees(
        _l("Longitude"), places=None, validators=[Optional(), NumberRange(-180, 180)]
    )
    access_facts = Ticks(_l("Access"), words=[(name, ACCESS_WORDS[name]) for name in ACCESS_FACTS])
    access_note = TextAreaField(
        _l("More about access"), filters=TEXT, validators=[Length(max=2000)]
    )

    def facts(self) -> VenueFacts:
        latitude, longitude = self.latitude.data, self.longitude.data
        return VenueFacts(
            name=self.name.data,
            address=self.address.data,
            district=self.district.data,
            latitude=None if latitude is None else float(latitude),
            longitude=None if longitude is None else float(longitude),
            access_facts=tuple(self.access_facts.data),
            access_note=self.access_note.data,
        )


class SpaceForm(FlaskForm):  # type: ignore[misc]
    name = StringField(_l("Name"), filters=LINE, validators=[NEEDED, Length(max=200)])
    floor = StringField(_l("Floor or part"), filters=LINE, validators=[Length(max=200)])
    capacity = WholeNumber(
        _l("People at most"), validators=[Optional(), NumberRange(min=1, max=100_000)]
    )
    features = Ticks(
        _l("What it has"), words=[(name, FEATURE_WORDS[name]) for name in SPACE_FEATURES]
    )

    def facts(self) -> SpaceFacts:
        return SpaceFacts(
            name=self.name.data,
            floor=self.floor.data,
            capacity=self.capacity.data,
            features=tuple(self.features.data),
        )


def edition_values(edition: Edition) -> dict[str, Any]:
    """What the form of a present edition is filled with; windows by the edition's clock."""
    zone = ZoneInfo(edition.time_zone)
    same = (
        "title", "theme", "about", "starts_on", "ends_on", "time_zone", "languages",
        "inhabitants", "inhabitants_year", "contact_email",
    )  # fmt: skip
    values = {name: getattr(edition, name) for name in same}
    values["first_language"] = next(iter(edition.languages), DEFAULT)
    for window in ("registration_opens", "registration_closes"):
        moment: datetime | None = getattr(edition, f"{window}_at")
        values[window] = moment.astimezone(zone).replace(tzinfo=None) if moment else None
    return values
