"""Which form a page of the application has, and how saved values are shown in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import g
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from sqlalchemy import select
from wtforms import SelectChoice

from festival.exhibitors.calls.answers import answer_text, answers_form, shown_value
from festival.exhibitors.calls.counting import is_full_for
from festival.exhibitors.calls.models import Call, Question, StandClass
from festival.exhibitors.calls.queries import facts_of_question
from festival.exhibitors.calls.rules import shown_questions
from festival.exhibitors.forms import (
    ActivitiesForm,
    ExhibitsForm,
    NeedsForm,
    OrganizationForm,
    PlanForm,
)
from festival.exhibitors.models import Application
from festival.exhibitors.organizations.forms import profile_form
from festival.exhibitors.states import Step
from festival.exhibitors.values import call_of, saved_values
from festival.exhibitors.views.room import languages_text, reading_languages, words
from festival.extensions import db
from festival.festivals.models import Strand

ROWS = {
    Step.EXHIBITS: "exhibits",
    Step.ACTIVITIES: "offers",
    Step.PROFILE: "contacts",
}
"""Pages with rows that are added and removed, and the name of the rows."""
FORMS: dict[Step, type[FlaskForm]] = {
    Step.ORGANIZATION: OrganizationForm,
    Step.EXHIBITS: ExhibitsForm,
    Step.NEEDS: NeedsForm,
    Step.ACTIVITIES: ActivitiesForm,
}


@dataclass(frozen=True, slots=True)
class QuestionOnPage:
    """What the page says of a question besides its field."""

    is_shown: bool
    depends_on: str
    answer: str
    file_name: str
    """Of the file that answers it, where there is one."""


def form_class(row: Application, *, step: Step) -> type[FlaskForm]:
    """The form of a page; three depend on what the organizers offer and ask."""
    if step is Step.PROFILE:
        return profile_form(g.edition.languages)
    if step is Step.QUESTIONS:
        call = call_of(row)
        return answers_form(call.questions if call else [], languages=reading_languages())
    if step is Step.PLAN:
        return _plan_form(call_of(row), row)
    return FORMS[step]


def _plan_form(call: Call | None, row: Application) -> type[FlaskForm]:
    """With the strands of the edition and the classes of stand, where there are any."""
    strands = db.session.scalars(
        select(Strand).where(Strand.edition_id == g.edition.id).order_by(Strand.position)
    ).all()
    classes = call.stand_classes if call else []

    class PlanFormHere(PlanForm):
        def __init__(self, *arguments: Any, **options: Any) -> None:
            super().__init__(*arguments, **options)
            nothing = SelectChoice("", _("(not sure yet)"))
            self.strand.choices = [
                nothing,
                *(SelectChoice(each.slug, each.name) for each in strands),
            ]
            self.stand_class.choices = [
                nothing,
                *(_class_choice(each, row) for each in classes),
            ]
            if not strands:
                del self.strand
            if not classes:
                del self.stand_class

    return PlanFormHere


def _class_choice(stand_class: StandClass, row: Application) -> SelectChoice:
    """One that is full says so and cannot be chosen, unless it was chosen before."""
    text = class_text(stand_class)
    if not is_full_for(row, stand_class):
        return SelectChoice(stand_class.code, text)
    locked = {} if row.stand_class_id == stand_class.id else {"disabled": True}
    return SelectChoice(stand_class.code, f"{text} · {_('all taken')}", render_kw=locked)


def class_text(row: Any) -> str:
    """``A table in the hall · 6 m² · 120 €``"""
    parts = [words(row.names), f"{row.area_m2} m²" if row.area_m2 else "", row.price]
    return " · ".join(each for each in parts if each)


def shown_values(row: Application, *, step: Step) -> dict[str, Any]:
    """Saved values as the page's form shows them: languages by name, dates as dates."""
    shown = dict(saved_values(row, step=step))
    if "languages" in shown:
        shown["languages"] = languages_text(shown["languages"])
    if "offers" in shown:
        shown["offers"] = [
            each | {"languages": languages_text(each["languages"])} for each in shown["offers"]
        ]
    if step is Step.PROFILE:
        shown |= {f"name_{code}": name for code, name in shown["names"].items()}
    if step is Step.PLAN and not shown["space"]:
        del shown["space"]
    if step is Step.QUESTIONS:
        kinds = {each.code: each.kind for each in _questions(row)}
        return {code: shown_value(kinds[code], value) for code, value in shown.items()}
    return shown


def question_texts(row: Application) -> dict[str, QuestionOnPage]:
    """Code → how the question stands on the page, by what is saved."""
    questions = _questions(row)
    shown = {
        each.code
        for each in shown_questions([facts_of_question(one) for one in questions], row.answers)
    }
    files = {each.question_code: each.file.original_name for each in row.papers}
    return {
        each.code: QuestionOnPage(
            is_shown=each.code in shown,
            depends_on=each.shown_if_question,
            answer=each.shown_if_answer,
            file_name=files.get(each.code, ""),
        )
        for each in questions
    }


def answers_of(row: Application) -> list[tuple[str, str]]:
    """(question, answer) of everything that was asked, as people read it."""
    questions = _questions(row)
    languages = reading_languages()
    asked = {
        each.code
        for each in shown_questions([facts_of_question(one) for one in questions], row.answers)
    }
    files = {each.question_code: each.file.original_name for each in row.papers}
    return [
        (
            words(each.labels),
            files.get(each.code)
            or answer_text(each, row.answers.get(each.code), languages=languages),
        )
        for each in questions
        if each.code in asked
    ]


def _questions(row: Application) -> list[Question]:
    call = call_of(row)
    return list(call.questions) if call else []
