"""Forms of the review and of the decisions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    Field,
    FieldList,
    FormField,
    HiddenField,
    RadioField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from festival.accounts.models import Person
from festival.exhibitors.calls.models import Call
from festival.exhibitors.reviewing.actions.balance import MOST_WANTED
from festival.exhibitors.reviewing.models import Criterion, Review
from festival.exhibitors.reviewing.states import BEST, SCORE_WORDS, Dimension
from festival.exhibitors.states import NAMES, ApplicationState
from festival.shared.forms import LINE, TEXT, WholeNumber

LONG = 4000
BLANK_LINES = 2
HOLDS = {"10": 10, "60": 60, "1440": 1440, "held": None}
"""Value of the field → minutes until the mails leave; None: until somebody releases them."""


class WordForm(FlaskForm):  # type: ignore[misc]
    """A question, an answer or a word to the colleagues."""

    text = TextAreaField(
        _l("Your message"),
        filters=TEXT,
        validators=[InputRequired(_l("Write something first.")), Length(max=LONG)],
    )


def word_form(name: str, *, sent: bool) -> WordForm:
    """One of several on a page: ``name`` tells their fields apart for labels and messages.

    ``sent``: this is the one that was sent, so it keeps what was typed.
    """
    form = WordForm() if sent else WordForm(formdata=None)
    form.text.id = form.text.label.field_id = name
    return form


class ConflictForm(FlaskForm):  # type: ignore[misc]
    """Why somebody is not impartial."""

    reason = TextAreaField(_l("Why"), filters=TEXT, validators=[Optional(), Length(max=1000)])


def score_form(criteria: Sequence[Criterion], *, review: Review | None) -> Any:
    """A form with a scale for each criterion; the fields are called ``score-<code>``."""

    class ScoreForm(FlaskForm):  # type: ignore[misc]
        comment = TextAreaField(
            _l("A word to your colleagues"),
            filters=TEXT,
            validators=[Optional(), Length(max=LONG)],
        )
        version = HiddenField()

    for each in criteria:
        choices = [
            SelectChoice(number, f"{number} · {_(SCORE_WORDS[number])}")
            for number in range(BEST + 1)
        ]
        field = RadioField(
            each.name,
            choices=choices,
            coerce=int,
            validators=[InputRequired(_l("Give a score from 0 to 5."))],
        )
        setattr(ScoreForm, f"score-{each.code}", field)
    data = {f"score-{code}": number for code, number in review.scores.items()} if review else {}
    present = {"comment": review.comment, "version": str(review.version)} if review else {}
    return ScoreForm(data=data | ({"version": "0"} | present))


def scores_in(form: Any, criteria: Sequence[Criterion]) -> dict[str, int]:
    """Code of the criterion → score, of a valid form."""
    return {each.code: form[f"score-{each.code}"].data for each in criteria}


class CriterionLine(FlaskForm):  # type: ignore[misc]
    """One line of the rubric; a line without a name is left out."""

    class Meta:
        csrf = False

    code = HiddenField()
    name = StringField(_l("What counts"), filters=LINE, validators=[Optional(), Length(max=120)])
    weight = SelectField(
        _l("Weight"), choices=[SelectChoice(str(number), f"× {number}") for number in range(1, 6)]
    )
    description = TextAreaField(
        _l("How to judge it"), filters=TEXT, validators=[Optional(), Length(max=1000)]
    )
    call = SelectField(_l("Asked about"))


class RubricForm(FlaskForm):  # type: ignore[misc]
    """All lines at once, with empty ones below for new criteria."""

    seen = HiddenField()
    lines = FieldList(FormField(CriterionLine))


def rubric_form(criteria: Sequence[Criterion], *, calls: Sequence[tuple[Call, str]]) -> RubricForm:
    """``calls``: each with its name; a criterion can be asked about one of them only."""
    lines = [
        {
            "code": each.code, "name": each.name, "weight": str(each.weight),
            "description": each.description, "call": str(each.call_id or ""),
        }
        for each in criteria
    ]  # fmt: skip
    blank = {"code": "", "name": "", "weight": "1", "description": "", "call": ""}
    form = RubricForm(
        data={"seen": " ".join(each.code for each in criteria), "lines": lines + [blank] * 2}
    )
    choices = [
        SelectChoice("", _("Every application")),
        *(SelectChoice(str(each.id), name) for each, name in calls),
    ]
    for line in form.lines:
        line.form.call.choices = choices
    return form


class DistributeForm(FlaskForm):  # type: ignore[misc]
    each = WholeNumber(
        _l("Reviewers for each application"),
        default=2,
        validators=[InputRequired(_l("Give a number from 1 to 9.")), NumberRange(1, 9)],
    )


class AssignForm(FlaskForm):  # type: ignore[misc]
    people = SelectMultipleField(
        _l("Who shall review it"),
        coerce=int,
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
        validate_choice=False,
    )


def assign_form(people: Sequence[Person], *, chosen: Sequence[int]) -> AssignForm:
    form = AssignForm(data={"people": list(chosen)})
    form.people.choices = [SelectChoice(each.id, each.name) for each in people]
    return form


def hold_field() -> SelectField:
    return SelectField(
        _l("When the mails leave"),
        validators=[InputRequired()],
        choices=[
            SelectChoice("10", _l("in 10 minutes, until then it can be undone")),
            SelectChoice("60", _l("in an hour, until then it can be undone")),
            SelectChoice("1440", _l("tomorrow at this time, until then it can be undone")),
            SelectChoice("held", _l("when somebody releases them")),
        ],
    )


def decision_form(decisions: Sequence[ApplicationState], *, sent: bool = True) -> Any:
    """The decision on one application; ``sent`` is false where another form of the page was."""

    class DecideOneForm(FlaskForm):  # type: ignore[misc]
        to = RadioField(
            _l("Decision"),
            choices=[SelectChoice(each.value, _(NAMES[each])) for each in decisions],
            validators=[InputRequired(_l("Choose a decision."))],
        )
        conditions = TextAreaField(
            _l("What has to change"), filters=TEXT, validators=[Optional(), Length(max=LONG)]
        )
        text = TextAreaField(
            _l("A word to the applicant"),
            filters=TEXT,
            validators=[Optional(), Length(max=LONG)],
        )
        hold = hold_field()
        key = HiddenField()
        seen = HiddenField()

    return DecideOneForm() if sent else DecideOneForm(formdata=None)


def round_form(
    texts: dict[tuple[ApplicationState, str], str], *, changes: Sequence[str], codes: Sequence[str]
) -> Any:
    """Texts for each decision and language, and what has to change for each code."""

    class RoundForm(FlaskForm):  # type: ignore[misc]
        hold = hold_field()
        key = HiddenField()
        seen = HiddenField()

    data: dict[str, Any] = {}
    for (state, locale), text in texts.items():
        name = f"text-{state.value}-{locale}"
        setattr(RoundForm, name, _text(_("Text"), 8000))
        data[name] = text
    for code in changes:
        setattr(RoundForm, f"conditions-{code}", _text(_("What has to change"), LONG))
    return RoundForm(data=data | {"hold": "10"})


def texts_form(texts: dict[tuple[ApplicationState, str], str]) -> Any:
    """One field for each decision and language, called ``<decision>-<language>``."""

    class TextsForm(FlaskForm):  # type: ignore[misc]
        pass

    for state, locale in texts:
        setattr(TextsForm, f"{state.value}-{locale}", _text(_("Text"), 8000))
    return TextsForm(
        data={f"{state.value}-{locale}": text for (state, locale), text in texts.items()}
    )


def targets_form(lines: Sequence[tuple[Dimension, str, str, int]]) -> Any:
    """A number for each (dimension, value, name, wanted), called ``<dimension>:<value>``."""

    class TargetsForm(FlaskForm):  # type: ignore[misc]
        pass

    for dimension, value, name, _wanted in lines:
        field = WholeNumber(name, validators=[Optional(), NumberRange(0, MOST_WANTED)])
        setattr(TargetsForm, f"{dimension.value}:{value}", field)
    return TargetsForm(
        data={f"{kind.value}:{value}": wanted or None for kind, value, _name, wanted in lines}
    )


def _text(label: str, longest: int) -> Field:
    return TextAreaField(label, filters=TEXT, validators=[Optional(), Length(max=longest)])
