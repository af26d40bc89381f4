"""Forms of an organization: what it says of itself, its people, and merging it."""

from __future__ import annotations

from typing import Any

from flask import g
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import (
    EmailField,
    FieldList,
    FormField,
    HiddenField,
    SelectChoice,
    SelectField,
    StringField,
    TelField,
    URLField,
)
from wtforms.validators import InputRequired, Length

from festival.exhibitors.forms import LanguageNames, NeededToHandIn, Row, TitleWhereSomethingIs
from festival.exhibitors.states import FIELD_NAMES, SIZE_NAMES, Size
from festival.exhibitors.tongues import codes_from
from festival.shared.forms import LINE, OneAddress, WebAddress, normalised_email
from festival.shared.languages import LANGUAGES

MOST_CONTACTS = 8


class ContactRow(Row):
    """Somebody else whom the organizers can reach."""

    name = StringField(
        _l("Name"),
        filters=LINE,
        validators=[TitleWhereSomethingIs("role", "email", "phone"), Length(max=200)],
    )
    role = StringField(_l("Asked about what?"), filters=LINE, validators=[Length(max=200)])
    email = EmailField(_l("E-mail address"), filters=LINE, validators=[OneAddress()])
    phone = TelField(_l("Telephone"), filters=LINE, validators=[Length(max=40)])

    def values(self) -> dict[str, Any]:
        return {
            "name": self.name.data or "",
            "role": self.role.data or "",
            "email": normalised_email(self.email.data),
            "phone": self.phone.data or "",
        }


class ProfileForm(FlaskForm):  # type: ignore[misc]
    """More about an organization; nothing here has to be told by whoever began just now."""

    version = HiddenField()
    name = StringField(
        _l(FIELD_NAMES["name"]),
        filters=LINE,
        validators=[InputRequired(_l("Give the name of your organization.")), Length(max=200)],
    )
    size = SelectField(
        _l(FIELD_NAMES["size"]),
        choices=[
            SelectChoice("", _l("(not said)")),
            *(SelectChoice(each.value, _l(SIZE_NAMES[each])) for each in Size),
        ],
    )
    district = StringField(_l(FIELD_NAMES["district"]), filters=LINE, validators=[Length(max=200)])
    website = URLField(
        _l(FIELD_NAMES["website"]), filters=LINE, validators=[Length(max=400), WebAddress()]
    )
    languages = StringField(
        _l(FIELD_NAMES["languages"]),
        filters=LINE,
        validators=[NeededToHandIn(), Length(max=400), LanguageNames()],
    )
    contact_email = EmailField(
        _l(FIELD_NAMES["contact_email"]),
        filters=LINE,
        validators=[InputRequired(_l("Give an e-mail address.")), OneAddress()],
    )
    contact_phone = TelField(
        _l(FIELD_NAMES["contact_phone"]), filters=LINE, validators=[Length(max=40)]
    )
    language = SelectField(
        _l(FIELD_NAMES["language"]),
        choices=[SelectChoice(each.code, each.autonym) for each in LANGUAGES.values()],
        validators=[NeededToHandIn()],
    )
    logo = FileField(_l(FIELD_NAMES["logo"]))
    contacts = FieldList(FormField(ContactRow), max_entries=MOST_CONTACTS)

    def values(self) -> dict[str, Any]:
        plain = ("name", "size", "district", "website", "contact_phone")
        return {
            **{name: self[name].data or "" for name in plain},
            "languages": codes_from(self.languages.data or "", locale=g.locale)[0],
            "contact_email": normalised_email(self.contact_email.data),
            "language": self.language.data,
            "names": self.names(),
            "contacts": [
                each for each in (row.form.values() for row in self.contacts) if each["name"]
            ],
        }

    def names(self) -> dict[str, str]:
        """Language → name, of the fields that ``profile_form`` added."""
        return {
            name.removeprefix("name_"): field.data
            for name, field in self._fields.items()
            if name.startswith("name_") and field.data
        }

    def name_fields(self) -> list[Any]:
        return [field for name, field in self._fields.items() if name.startswith("name_")]


def profile_form(languages: list[str]) -> type[ProfileForm]:
    """The form with a field for the name in each language of the edition."""
    fields = {
        f"name_{code}": StringField(
            _("Name in %(language)s", language=LANGUAGES[code].autonym),
            filters=LINE,
            validators=[Length(max=200)],
        )
        for code in languages
        if code in LANGUAGES
    }
    return type("ProfileFormInLanguages", (ProfileForm,), fields)


class MemberForm(FlaskForm):  # type: ignore[misc]
    """Somebody else who signs in for the organization."""

    name = StringField(
        _l("Name"), filters=LINE, validators=[InputRequired(_l("Give a name.")), Length(max=200)]
    )
    email = EmailField(
        _l("E-mail address"),
        filters=LINE,
        validators=[InputRequired(_l("Give an e-mail address.")), OneAddress()],
    )
