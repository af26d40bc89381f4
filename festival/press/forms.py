"""Forms of the press office, and the one at which a journalist accepts an embargo."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import (
    BooleanField,
    DateField,
    EmailField,
    FieldList,
    Form,
    FormField,
    HiddenField,
    RadioField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
    TelField,
    TextAreaField,
    TimeField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from festival.festivals.models import Edition
from festival.press.actions import ContactFacts, ReleaseText
from festival.press.models import PressContact, PressPicture, Release
from festival.press.rules import Papers
from festival.press.states import CONSENT_SENTENCES, Consent
from festival.shared.forms import LINE, TEXT, OneAddress, WholeNumber
from festival.shared.languages import LANGUAGES

MOST_QUOTES = 8
SPARE_QUOTES = 2


def language_choices(edition: Edition) -> list[SelectChoice]:
    """Languages of the edition first, then the other interface languages."""
    names = {code: language.autonym for code, language in LANGUAGES.items()}
    own = [code for code in edition.languages if code in names]
    return [SelectChoice(code, names[code]) for code in dict.fromkeys([*own, *names])]


class QuoteForm(Form):  # type: ignore[misc]
    text = TextAreaField(_l("What was said"), filters=TEXT, validators=[Length(max=2000)])
    speaker = StringField(_l("By whom"), filters=LINE, validators=[Length(max=200)])
    role = StringField(_l("Their role"), filters=LINE, validators=[Length(max=200)])


class ReleaseForm(FlaskForm):  # type: ignore[misc]
    """A release; ``language`` only when it is new, ``version`` only when it is not."""

    language = SelectField(_l("Language"), validators=[InputRequired()])
    version = HiddenField(default="0")
    headline = StringField(
        _l("Headline"), filters=LINE, validators=[InputRequired(), Length(max=400)]
    )
    lead = TextAreaField(_l("Lead"), filters=TEXT, validators=[Length(max=4000)])
    dateline = StringField(_l("Dateline"), filters=LINE, validators=[Length(max=200)])
    body = TextAreaField(_l("Text"), filters=TEXT, validators=[Length(max=40_000)])
    quotes = FieldList(FormField(QuoteForm), max_entries=MOST_QUOTES)
    notes = TextAreaField(_l("Notes to editors"), filters=TEXT, validators=[Length(max=8000)])
    boilerplate = TextAreaField(_l("About us"), filters=TEXT, validators=[Length(max=8000)])
    contact = SelectField(_l("Whom to ask"), coerce=int, default=0)
    embargo_on = DateField(_l("Embargo until, day"), validators=[Optional()])
    embargo_at = TimeField(_l("Embargo until, time"), validators=[Optional()])

    def validate(self, extra_validators: Any = None) -> bool:
        """The embargo's day and time go together; each alone is refused beside the other."""
        valid = bool(super().validate(extra_validators))
        on, at = self.embargo_on, self.embargo_at
        if valid and on.data and at.data is None:
            at.errors = [_l("Give the time too, or leave out the day.")]
        elif valid and at.data is not None and not on.data:
            on.errors = [_l("Give the day too, or leave out the time.")]
        return valid and not (on.errors or at.errors)

    def text(self) -> ReleaseText:
        on, at = self.embargo_on.data, self.embargo_at.data
        return ReleaseText(
            headline=self.headline.data,
            dateline=self.dateline.data,
            lead=self.lead.data,
            body=self.body.data,
            quotes=tuple(
                {"text": each["text"], "speaker": each["speaker"], "role": each["role"]}
                for each in self.quotes.data
            ),
            notes=self.notes.data,
            boilerplate=self.boilerplate.data,
            contact_id=self.contact.data or None,
            embargo=datetime.combine(on, at) if on and at is not None else None,
        )

    @property
    def seen_version(self) -> int:
        """The version that the writer saw; 0 where the field was tampered with."""
        text = str(self.version.data or "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0

    def offer(self, edition: Edition, contacts: list[PressContact]) -> None:
        """Fill the choices, and add spare lines for quotes."""
        if "language" in self:
            self.language.choices = language_choices(edition)
        self.contact.choices = [
            SelectChoice(0, _l("The first press contact")),
            *(SelectChoice(each.id, each.name) for each in contacts),
        ]
        filled = sum(1 for each in self.quotes if each.form.text.data)
        while len(self.quotes) < min(filled + SPARE_QUOTES, MOST_QUOTES):
            self.quotes.append_entry()


def release_values(release: Release, *, edition: Edition) -> dict[str, Any]:
    """The release as the form shows it; the embargo on the city's clocks."""
    embargo = release.embargo_until
    local = embargo.astimezone(ZoneInfo(edition.time_zone)) if embargo else None
    names = ("language", "headline", "lead", "dateline", "body", "quotes", "notes", "boilerplate")
    return {name: getattr(release, name) for name in names} | {
        "version": str(release.version),
        "contact": release.contact_id or 0,
        "embargo_on": local.date() if local else None,
        "embargo_at": local.time() if local else None,
    }


class PictureForm(FlaskForm):  # type: ignore[misc]
    """A picture's papers; the file only when it is new."""

    picture = FileField(_l("Picture file"))
    caption = TextAreaField(_l("Caption"), filters=TEXT, validators=[Length(max=2000)])
    alt_text = TextAreaField(
        _l("Text for those who cannot see it"), filters=TEXT, validators=[Length(max=1000)]
    )
    creator = StringField(_l("Creator"), filters=LINE, validators=[Length(max=200)])
    credit = StringField(_l("Credit line"), filters=LINE, validators=[Length(max=200)])
    licence = StringField(_l("Licence"), filters=LINE, validators=[Length(max=200)])
    shows_children = BooleanField(_l("Children can be recognised in it"))
    consent = RadioField(
        _l("Consent of the people in it"),
        choices=[
            SelectChoice(Consent.GIVEN.value, _l("Given")),
            SelectChoice(Consent.NOT_NEEDED.value, _l("Not needed")),
            SelectChoice(Consent.MISSING.value, _l("Missing")),
        ],
        default=Consent.MISSING.value,
        validators=[InputRequired()],
    )
    in_kit = BooleanField(_l("Put it into the press kit"), default=True)
    position = WholeNumber(
        _l("Place in the order"), default=0, validators=[Optional(), NumberRange(0, 999)]
    )

    def papers(self) -> Papers:
        return Papers(
            caption=self.caption.data,
            alt_text=self.alt_text.data,
            creator=self.creator.data,
            credit=self.credit.data,
            licence=self.licence.data,
            shows_children=self.shows_children.data,
            consent=Consent(self.consent.data),
        )


CONSENT_HINTS = {consent.value: sentence for consent, sentence in CONSENT_SENTENCES.items()}


def picture_values(picture: PressPicture) -> dict[str, Any]:
    names = ("caption", "alt_text", "creator", "credit", "licence", "shows_children", "in_kit")
    return {name: getattr(picture, name) for name in names} | {
        "consent": picture.consent.value,
        "position": picture.position,
    }


class ContactForm(FlaskForm):  # type: ignore[misc]
    name = StringField(_l("Name"), filters=LINE, validators=[InputRequired(), Length(max=200)])
    role = StringField(_l("Role"), filters=LINE, validators=[Length(max=200)])
    email = EmailField(_l("E-mail"), filters=LINE, validators=[OneAddress(), Length(max=254)])
    phone = TelField(_l("Telephone"), filters=LINE, validators=[Length(max=40)])
    hours = StringField(_l("Hours"), filters=LINE, validators=[Length(max=200)])
    languages = SelectMultipleField(
        _l("Languages spoken"),
        choices=[SelectChoice(code, each.autonym) for code, each in LANGUAGES.items()],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    is_spokesperson = BooleanField(_l("Speaks for the festival in interviews"))
    position = WholeNumber(
        _l("Place in the order"), default=0, validators=[Optional(), NumberRange(0, 999)]
    )

    def facts(self) -> ContactFacts:
        return ContactFacts(
            name=self.name.data,
            role=self.role.data,
            email=self.email.data,
            phone=self.phone.data,
            hours=self.hours.data,
            languages=tuple(self.languages.data),
            is_spokesperson=self.is_spokesperson.data,
            position=self.position.data or 0,
        )


def contact_values(contact: PressContact) -> dict[str, Any]:
    names = ("name", "role", "email", "phone", "hours", "languages", "is_spokesperson", "position")
    return {name: getattr(contact, name) for name in names}


class RulesForm(FlaskForm):  # type: ignore[misc]
    text = TextAreaField(_l("Rules"), filters=TEXT, validators=[Length(max=8000)])


class LinkForm(FlaskForm):  # type: ignore[misc]
    outlet = StringField(
        _l("Newsroom"), filters=LINE, validators=[InputRequired(), Length(max=200)]
    )
    email = EmailField(
        _l("Send it by mail to"), filters=LINE, validators=[OneAddress(), Length(max=254)]
    )


class AcceptForm(FlaskForm):  # type: ignore[misc]
    name = StringField(_l("Your name"), filters=LINE, validators=[InputRequired(), Length(max=200)])
    agreed = BooleanField(
        _l("I will publish nothing of this before the instant given with each release."),
        validators=[InputRequired(_l("Without your promise the texts stay closed."))],
    )
