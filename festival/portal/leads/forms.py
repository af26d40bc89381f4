"""Forms of visitors' interest: what the organizers allow, what an exhibitor asks, what is left."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, EmailField, HiddenField, StringField, TelField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange

from festival.festivals.forms import Ticks
from festival.portal.leads.actions import PageFacts
from festival.portal.leads.rules import TO_REACH
from festival.portal.leads.states import FIELD_NAMES, MOST_KEPT_DAYS, LeadField
from festival.shared.forms import LINE, TEXT, OneAddress, WholeNumber, normalised_email
from festival.shared.languages import LANGUAGES


class RulesForm(FlaskForm):  # type: ignore[misc]
    """Texts are added for each language by ``rules_form``: ``text_en`` …"""

    version = HiddenField(default="0")
    fields_allowed = Ticks(
        _l("What visitors may be asked for"),
        words=[(each.value, _l(FIELD_NAMES[each])) for each in LeadField],
    )
    kept_days = WholeNumber(
        _l("Days after the festival until it is deleted"),
        validators=[
            InputRequired(_l("Give a number.")),
            NumberRange(
                0, MOST_KEPT_DAYS, _l("Give a number of days from 0 to %(most)s.",
                                      most=MOST_KEPT_DAYS),
            ),
        ],
    )  # fmt: skip

    def texts(self) -> dict[str, str]:
        return _in_languages(self, "text")


class PageForm(FlaskForm):  # type: ignore[misc]
    """What one exhibitor asks for; ``purpose_en`` … are added by ``page_form``."""

    version = HiddenField(default="0")
    fields_asked: Any
    is_open = BooleanField(_l("Visitors can leave this with us"))

    def facts(self) -> PageFacts:
        return PageFacts(
            fields=self.fields_asked.data or [],
            purposes=_in_languages(self, "purpose"),
            is_open=bool(self.is_open.data),
        )


class InterestForm(FlaskForm):  # type: ignore[misc]
    """What a visitor types; ``interest_form`` leaves out what is not asked for."""

    key = HiddenField()
    wording = HiddenField()
    name = StringField(_l("Name"), filters=LINE, validators=[Length(max=200)])
    email = EmailField(_l("E-mail address"), filters=LINE, validators=[OneAddress()])
    phone = TelField(_l("Telephone"), filters=LINE, validators=[Length(max=40)])
    district = StringField(_l("Postcode or district"), filters=LINE, validators=[Length(max=100)])
    note = TextAreaField(_l("What interests you"), filters=TEXT, validators=[Length(max=1000)])

    def typed(self) -> dict[str, str]:
        """Field → what was typed, of those that are asked for."""
        told = {each.value: self[each.value].data or "" for each in LeadField if each.value in self}
        if "email" in told:
            told["email"] = normalised_email(told["email"])
        return told


class WithdrawForm(FlaskForm):  # type: ignore[misc]
    """Only the token: one press takes everything back."""


def rules_form(languages: Sequence[str]) -> type[RulesForm]:
    return type("RulesFormInLanguages", (RulesForm,), _texts("text", _("Text"), languages))


def page_form(languages: Sequence[str], *, allowed: Sequence[LeadField]) -> type[PageForm]:
    asked = Ticks(
        _l("What may visitors leave?"),
        words=[(each.value, _l(FIELD_NAMES[each])) for each in allowed],
    )
    purposes = _texts("purpose", _("What you will do with it"), languages)
    return type("PageFormInLanguages", (PageForm,), {"fields_asked": asked} | purposes)


def interest_form(fields: Sequence[str], *, data: dict[str, str]) -> InterestForm:
    """The form with the fields that are asked for and no others."""
    form = InterestForm(data=data)
    for each in LeadField:
        if each.value not in fields:
            del form[each.value]
    ways = [each.value for each in TO_REACH if each.value in form]
    if len(ways) == 1:
        form[ways[0]].flags.required = True  # the action refuses without it; said beforehand
    return form


def _texts(name: str, label: str, languages: Sequence[str]) -> dict[str, Any]:
    return {
        f"{name}_{code}": TextAreaField(label, filters=TEXT, validators=[Length(max=2000)])
        for code in languages
        if code in LANGUAGES
    }


def _in_languages(form: FlaskForm, name: str) -> dict[str, str]:
    found = {}
    for each, field in form._fields.items():
        part, _line, language = each.partition("_")
        if part == name and language in LANGUAGES:
            found[language] = field.data or ""
    return found
