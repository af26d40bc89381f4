"""The form of a call's own questions, made from the questions, and what was typed into it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import (
    BooleanField,
    DateField,
    Field,
    HiddenField,
    RadioField,
    SelectChoice,
    StringField,
    TextAreaField,
)
from wtforms.validators import Length, Optional

from festival.exhibitors.calls import rules
from festival.exhibitors.calls.models import Question
from festival.exhibitors.calls.queries import facts_of_question
from festival.exhibitors.calls.states import QuestionKind
from festival.festivals.forms import Ticks
from festival.shared.forms import LINE, TEXT, WholeNumber


class _Needed:
    """Marks a question that needs an answer; a draft is saved without it all the same."""

    field_flags: Mapping[str, bool] = {"required": True}

    def __call__(self, form: FlaskForm, field: Field) -> None:
        return None


class AnswersForm(FlaskForm):  # type: ignore[misc]
    """Fields are added by ``answers_form``; each is named by the code of its question."""

    version = HiddenField()
    seen = HiddenField()
    """Set by the page's module: questions that depend on others were shown as one typed."""
    questions: ClassVar[list[Question]] = []

    def values(self) -> dict[str, Any]:
        """Code → answer of the questions that follow from what was typed; others are left out."""
        typed = {
            each.code: _plain(self[each.code].data)
            for each in self.questions
            if each.kind is not QuestionKind.FILE
        }
        shown = self.shown_codes(typed)
        return {code: value for code, value in typed.items() if code in shown}

    def shown_codes(self, answers: Mapping[str, Any]) -> set[str]:
        facts = [facts_of_question(each) for each in self.questions]
        return {each.code for each in rules.shown_questions(facts, answers)}

    def uploads(self) -> dict[str, Any]:
        """Code → file of the questions that are answered with one."""
        return {
            each.code: self[each.code].data
            for each in self.questions
            if each.kind is QuestionKind.FILE and has_name(self[each.code].data)
        }


def has_name(upload: Any) -> bool:
    """Whether a file was chosen: a browser sends an empty one otherwise."""
    return bool(getattr(upload, "filename", None))


def answers_form(questions: Sequence[Question], *, languages: Sequence[str]) -> type[AnswersForm]:
    """The form of these questions, worded in the first of the languages that has the words."""
    fields: dict[str, Any] = {each.code: _field(each, languages=languages) for each in questions}
    return type("AnswersFormOfCall", (AnswersForm,), fields | {"questions": list(questions)})


def shown_value(kind: QuestionKind, value: Any) -> Any:
    """A kept answer as its field takes it."""
    if kind is QuestionKind.DATE and value:
        return date.fromisoformat(value)
    return value


def answer_text(question: Question, value: Any, *, languages: Sequence[str]) -> str:
    """An answer as people read it."""
    names = {
        str(each["value"]): rules.words_in(each["labels"], languages=languages)
        for each in question.options
    }
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if isinstance(value, list):
        return ", ".join(names.get(str(each), str(each)) for each in value)
    return "" if value is None else names.get(str(value), str(value))


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _field(question: Question, *, languages: Sequence[str]) -> Any:
    label = rules.words_in(question.labels, languages=languages)
    needed = [_Needed()] if question.required else []
    more = {"description": rules.words_in(question.hints, languages=languages)}
    options = [
        SelectChoice(str(each["value"]), rules.words_in(each["labels"], languages=languages))
        for each in question.options
    ]
    match question.kind:
        case QuestionKind.TEXT:
            longest = Length(max=rules.LONGEST_LINE)
            return StringField(label, filters=LINE, validators=[*needed, longest], **more)
        case QuestionKind.LONG_TEXT:
            longest = Length(max=rules.LONGEST_TEXT)
            return TextAreaField(label, filters=TEXT, validators=[*needed, longest], **more)
        case QuestionKind.NUMBER:
            return WholeNumber(label, validators=[*needed, Optional()], **more)
        case QuestionKind.CHOICE:
            return RadioField(label, choices=options, validators=[*needed, Optional()], **more)
        case QuestionKind.SEVERAL:
            words = [(each.value, each.label) for each in options]
            return Ticks(label, words=words, validators=needed, **more)
        case QuestionKind.DATE:
            return DateField(label, validators=[*needed, Optional()], **more)
        case QuestionKind.CONSENT:
            return BooleanField(label, validators=needed, **more)
        case QuestionKind.FILE:
            return FileField(label, validators=needed, **more)


UNSEEN = _l("One more question follows from what you answered.")
