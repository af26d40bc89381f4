"""What an organization shows of itself all year; the terms of the open data."""

from __future__ import annotations

from typing import Any, cast

from flask import g
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    EmailField,
    Field,
    FieldList,
    FormField,
    HiddenField,
    SelectChoice,
    SelectField,
    StringField,
    TelField,
    TextAreaField,
)
from wtforms.validators import Length, ValidationError

from festival.exhibitors.catalogue.actions import CardValues, PlaceValues
from festival.exhibitors.catalogue.queries import face_mark, public_face_of
from festival.exhibitors.catalogue.rules.places import (
    MOST_PLACES,
    UNREADABLE,
    read_position,
)
from festival.exhibitors.catalogue.states import LICENCE_NAMES, Licence
from festival.exhibitors.forms import LONG, Row, TitleWhereSomethingIs
from festival.exhibitors.models import Organization
from festival.shared.forms import LINE, TEXT, OneAddress, normalised_email
from festival.shared.languages import LANGUAGES

PLACE_FIELDS = ("code", "name", "address", "district", "position")


class LearningPlaceRow(Row):
    code = HiddenField()
    name = StringField(
        _l("Name of the place"),
        filters=LINE,
        validators=[TitleWhereSomethingIs("address", "district", "position"), Length(max=200)],
    )
    address = StringField(_l("Address"), filters=LINE, validators=[Length(max=400)])
    district = StringField(_l("District"), filters=LINE, validators=[Length(max=200)])
    position = StringField(_l("Where on the map?"), filters=LINE, validators=[Length(max=400)])

    def validate_position(self, field: Field) -> None:
        if field.data and read_position(field.data) is None:
            raise ValidationError(_(UNREADABLE))

    def values(self) -> PlaceValues:
        return PlaceValues(
            name=self.name.data or "",
            address=self.address.data or "",
            district=self.district.data or "",
            position=self.position.data or "",
            code=self.code.data or "",
        )


class AboutRow(Row):
    locale = HiddenField()
    text = TextAreaField(_l("About us"), filters=TEXT, validators=[Length(max=LONG)])


class PublicFaceForm(FlaskForm):  # type: ignore[misc]
    """Learning places, texts in the edition's languages, the contact card."""

    seen = HiddenField()
    places = FieldList(FormField(LearningPlaceRow), min_entries=1, max_entries=MOST_PLACES)
    abouts = FieldList(FormField(AboutRow), max_entries=len(LANGUAGES))
    card_agreed = BooleanField(_l("Yes, everybody may have our contact card"))
    card_email = EmailField(
        _l("E-mail address on the card"), filters=LINE, validators=[OneAddress()]
    )
    card_phone = TelField(_l("Telephone on the card"), filters=LINE, validators=[Length(max=40)])

    @classmethod
    def about(cls, organization: Organization) -> PublicFaceForm:
        """What is saved, with an empty place at the end for one more."""
        face = public_face_of(organization)
        places: Any = face["places"]
        texts: Any = face["abouts"]
        agreed, email, phone = cast("list[Any]", face["card"])
        languages = [code for code in g.edition.languages if code in LANGUAGES]
        return cls(
            data={
                "seen": face_mark(face),
                "places": [
                    *(dict(zip(PLACE_FIELDS, each, strict=True)) for each in places), {},
                ][:MOST_PLACES],
                "abouts": [{"locale": code, "text": texts.get(code, "")} for code in languages],
                "card_agreed": agreed, "card_email": email, "card_phone": phone,
            }
        )  # fmt: skip

    def see(self, organization: Organization) -> dict[str, Any]:
        """From now on the form knows what is saved, and answers it to be shown."""
        face = public_face_of(organization)
        self.seen.data = face_mark(face)
        return face

    def place_values(self) -> list[PlaceValues]:
        rows = [row.form.values() for row in self.places]
        return [each for each in rows if each.name]

    def about_values(self) -> dict[str, str]:
        """Language → text, of the languages of the edition only."""
        return {
            row.form.locale.data: row.form.text.data or ""
            for row in self.abouts
            if row.form.locale.data in g.edition.languages
        }

    def card_values(self) -> CardValues:
        return CardValues(
            email=normalised_email(self.card_email.data),
            phone=self.card_phone.data or "",
            agreed=bool(self.card_agreed.data),
        )


class TermsForm(FlaskForm):  # type: ignore[misc]
    licence = SelectField(
        _l("Licence"),
        choices=[
            SelectChoice("", _l("Not chosen yet")),
            *(SelectChoice(each.value, _l(LICENCE_NAMES[each])) for each in Licence),
        ],
    )
    source = StringField(_l("Source to be named"), filters=LINE, validators=[Length(max=200)])
    note = TextAreaField(
        _l("What should be known about the data?"), filters=TEXT, validators=[Length(max=LONG)]
    )

    def chosen(self) -> Licence | None:
        return Licence(self.licence.data) if self.licence.data else None
