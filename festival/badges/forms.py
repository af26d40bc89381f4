"""Forms of badges."""

from __future__ import annotations

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange

from festival.badges.rules import LONGEST_REASON, MOST_AT_ONCE, MOST_PEOPLE
from festival.badges.states import KIND_NAMES, BadgeKind
from festival.shared.forms import LINE, TEXT, WholeNumber


class MakeBadges(FlaskForm):  # type: ignore[misc]
    """Badges for people who did not register themselves, and spares."""

    kind = SelectField(_l("Who it is for"), validators=[InputRequired()])
    name = StringField(_l("Name"), filters=LINE, validators=[Length(max=200)])
    people = WholeNumber(
        _l("People on each badge"),
        default=1,
        validators=[InputRequired(), NumberRange(min=1, max=MOST_PEOPLE)],
    )
    count = WholeNumber(
        _l("Number of badges"),
        default=1,
        validators=[InputRequired(), NumberRange(min=1, max=MOST_AT_ONCE)],
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.kind.choices = [(kind.value, gettext(KIND_NAMES[kind])) for kind in BadgeKind]


class RevokeBadge(FlaskForm):  # type: ignore[misc]
    reason = TextAreaField(
        _l("Why?"), filters=TEXT, validators=[InputRequired(), Length(max=LONGEST_REASON)]
    )
