"""Forms of the calls' editor; texts in every language of the edition."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

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
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from festival.exhibitors.calls.actions import CallFacts, ClassFacts, QuestionFacts
from festival.exhibitors.calls.models import Call, Question, StandClass
from festival.exhibitors.calls.rules import MOST_OPTIONS, WallWindows
from festival.exhibitors.calls.states import QUESTION_NAMES, QuestionKind
from festival.exhibitors.papers.states import PAPER_NAMES, PaperKind
from festival.festivals.forms import MinuteField, Ticks
from festival.shared.forms import LINE, TEXT, OneAddress, WholeNumber
from festival.shared.languages import LANGUAGES


class Always:
    """Marks a list to choose from that always has an answer, so that it is not called optional."""

    field_flags: ClassVar = {"required": True}

    def __call__(self, form: FlaskForm, field: Field) -> None:
        return None


def _most(label: Any, *, high: int, needed: bool = True) -> Any:
    told = [InputRequired(_l("Give a number."))] if needed else [Optional()]
    return WholeNumber(label, validators=[*told, NumberRange(0 if needed else 1, high)])


class CallForm(FlaskForm):  # type: ignore[misc]
    """Texts are added for each language by ``call_form``: ``title_en``, ``text_en`` …"""

    version = HiddenField(default="0")
    opens = MinuteField(_l("Opens"))
    closes = MinuteField(_l("Closes"))
    reopens = MinuteField(_l("Opens again"))
    recloses = MinuteField(_l("Closes for good"))
    most_exhibits = _most(_l("Courses, products and materials"), high=20)
    most_offers = _most(_l("Hands-on activities"), high=10)
    most_passes = _most(_l("Team passes"), high=100)
    most_applications = _most(_l("Applications in all"), high=100_000, needed=False)
    papers_wanted = Ticks(
        _l("Papers that every exhibitor has to show"),
        words=[
            (each.value, _l(PAPER_NAMES[each]))
            for each in (PaperKind.INSURANCE, PaperKind.RISK_ASSESSMENT, PaperKind.SAFEGUARDING)
        ],
    )

    def facts(self) -> CallFacts:
        texts: dict[str, dict[str, str]] = {}
        for name, field in self._fields.items():
            part, _line, language = name.partition("_")
            if part in ("title", "text") and language in LANGUAGES:
                texts.setdefault(language, {})[part] = field.data or ""
        return CallFacts(
            windows=WallWindows(
                self.opens.data, self.closes.data, self.reopens.data, self.recloses.data
            ),
            texts=texts,
            most_exhibits=self.most_exhibits.data,
            most_offers=self.most_offers.data,
            most_passes=self.most_passes.data,
            most_applications=self.most_applications.data,
            papers_wanted=self.papers_wanted.data or [],
        )


def call_form(languages: Sequence[str]) -> type[CallForm]:
    fields: dict[str, Any] = {}
    for code in _known(languages):
        fields[f"title_{code}"] = StringField(
            _("Heading"), filters=LINE, validators=[Length(max=200)]
        )
        fields[f"text_{code}"] = TextAreaField(
            _("Text"), filters=TEXT, validators=[Length(max=8000)]
        )
    return type("CallFormInLanguages", (CallForm,), fields)


def call_values(call: Call | None, *, zone: Any) -> dict[str, Any]:
    """What the form of a call is filled with, on the clock of the edition."""
    if call is None:
        return {"version": "0", "most_exhibits": 20, "most_offers": 10, "most_passes": 6}
    values: dict[str, Any] = {
        "version": str(call.version),
        "papers_wanted": list(call.papers_wanted),
    }
    for name in ("opens", "closes", "reopens", "recloses"):
        moment = getattr(call, f"{name}_at")
        values[name] = moment.astimezone(zone).replace(tzinfo=None) if moment else None
    for name in ("most_exhibits", "most_offers", "most_passes", "most_applications"):
        values[name] = getattr(call, name)
    for language, each in call.texts.items():
        values |= {f"title_{language}": each.get("title"), f"text_{language}": each.get("text")}
    return values


class OptionRow(FlaskForm):  # type: ignore[misc]
    """One answer that can be chosen; texts are added for each language."""

    class Meta:
        csrf = False

    value = HiddenField()


class QuestionForm(FlaskForm):  # type: ignore[misc]
    """Texts are added for each language by ``question_form``: ``label_en``, ``hint_en`` …"""

    kind = SelectField(
        _l("What kind of answer?"),
        choices=[SelectChoice(each.value, _l(QUESTION_NAMES[each])) for each in QuestionKind],
        validators=[Always()],
    )
    required = BooleanField(_l("Needs an answer"))
    shown_if = SelectField(_l("When is it asked?"))

    def facts(self) -> QuestionFacts:
        parent, _line, answer = (self.shown_if.data or "").partition(":")
        return QuestionFacts(
            kind=QuestionKind(self.kind.data),
            labels=_in_languages(self, "label"),
            hints=_in_languages(self, "hint"),
            options=[
                {"value": row.form.value.data or "", "labels": _in_languages(row.form, "text")}
                for row in self.options
            ],
            required=bool(self.required.data),
            shown_if_question=parent,
            shown_if_answer=answer,
        )


def question_form(
    languages: Sequence[str], *, conditions: Sequence[tuple[str, str]]
) -> type[QuestionForm]:
    """``conditions``: (``code:value``, text) of every answer on which it could depend."""
    option_fields: dict[str, Any] = {
        f"text_{code}": StringField(
            LANGUAGES[code].autonym, filters=LINE, validators=[Length(max=200)]
        )
        for code in _known(languages)
    }
    row = type("OptionRowInLanguages", (OptionRow,), option_fields)
    fields: dict[str, Any] = {
        "options": FieldList(FormField(row), min_entries=2, max_entries=MOST_OPTIONS)
    }
    for code in _known(languages):
        fields[f"label_{code}"] = StringField(
            _("Question"), filters=LINE, validators=[Length(max=400)]
        )
        fields[f"hint_{code}"] = StringField(
            _("A word of help"), filters=LINE, validators=[Length(max=400)]
        )
    choices = [SelectChoice("", _("Always")), *(SelectChoice(*pair) for pair in conditions)]
    fields["shown_if"] = SelectField(
        _l("When is it asked?"), choices=choices, validators=[Always()]
    )
    return type("QuestionFormInLanguages", (QuestionForm,), fields)


def question_values(row: Question) -> dict[str, Any]:
    """What the form of a present question is filled with."""
    return {
        "kind": row.kind.value,
        "required": row.required,
        "shown_if": f"{row.shown_if_question}:{row.shown_if_answer}"
        if row.shown_if_question
        else "",
        **{f"label_{code}": text for code, text in row.labels.items()},
        **{f"hint_{code}": text for code, text in row.hints.items()},
        "options": [
            {"value": each["value"]}
            | {f"text_{code}": text for code, text in each["labels"].items()}
            for each in row.options
        ],
    }


class ClassForm(FlaskForm):  # type: ignore[misc]
    """Names are added for each language by ``class_form``: ``name_en`` …"""

    area_m2 = WholeNumber(
        _l("Area in square metres"), validators=[Optional(), NumberRange(1, 10_000)]
    )
    price = StringField(_l("Price, as people read it"), filters=LINE, validators=[Length(max=200)])
    quota = WholeNumber(_l("How many are there?"), validators=[Optional(), NumberRange(0, 10_000)])
    closes_when_full = BooleanField(_l("Nobody can choose it any more when all are asked for"))

    def facts(self) -> ClassFacts:
        return ClassFacts(
            names=_in_languages(self, "name"),
            area_m2=self.area_m2.data,
            price=self.price.data or "",
            quota=self.quota.data,
            closes_when_full=bool(self.closes_when_full.data),
        )


def class_form(languages: Sequence[str]) -> type[ClassForm]:
    fields = {
        f"name_{code}": StringField(
            _("Name in %(language)s", language=LANGUAGES[code].autonym),
            filters=LINE,
            validators=[Length(max=200)],
        )
        for code in _known(languages)
    }
    return type("ClassFormInLanguages", (ClassForm,), fields)


def class_values(row: StandClass) -> dict[str, Any]:
    return {
        "area_m2": row.area_m2,
        "price": row.price,
        "quota": row.quota,
        "closes_when_full": row.closes_when_full,
        **{f"name_{code}": text for code, text in row.names.items()},
    }


class LateLinkForm(FlaskForm):  # type: ignore[misc]
    """Lets one organization apply although the call is closed."""

    organization = SelectField(_l("Who?"))
    email = EmailField(_l("E-mail address"), filters=LINE, validators=[OneAddress()])
    language = SelectField(
        _l("Language of the mail"),
        choices=[SelectChoice(each.code, each.autonym) for each in LANGUAGES.values()],
    )
    until = MinuteField(_l("May hand in until"))


def _known(languages: Sequence[str]) -> list[str]:
    return [code for code in languages if code in LANGUAGES]


def _in_languages(form: Any, part: str) -> dict[str, str]:
    """Language → text of the fields ``part_en``, ``part_fr`` …"""
    return {
        name.removeprefix(f"{part}_"): field.data
        for name, field in form._fields.items()
        if name.startswith(f"{part}_") and field.data
    }
