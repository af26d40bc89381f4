"""Forms of team passes: the exhibitor's and the organizers'."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, EmailField, SelectField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from festival.portal.passes.rules import MOST_PASSES
from festival.shared.forms import LINE, OneAddress, WholeNumber, normalised_email
from festival.shared.languages import LANGUAGES

BETWEEN = _l("Give a number from 0 to %(most)s.", most=MOST_PASSES)


class PassForm(FlaskForm):  # type: ignore[misc]
    """Whose pass it is."""

    name = StringField(_l("Name"), filters=LINE, validators=[InputRequired(), Length(max=200)])
    email = EmailField(
        _l("E-mail address"),
        filters=[normalised_email],
        validators=[Length(max=254), OneAddress()],
    )
    language = SelectField(_l("Language of the mail"), validators=[InputRequired()])

    def __init__(self, *args: object, languages: Sequence[str], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.language.choices = [
            (each, LANGUAGES[each].autonym if each in LANGUAGES else each) for each in languages
        ]


class PressOnly(FlaskForm):  # type: ignore[misc]
    """A button that changes something."""


class TermsForm(FlaskForm):  # type: ignore[misc]
    """What holds for everybody."""

    most_by_default = WholeNumber(
        _l("Passes granted without asking"),
        validators=[InputRequired(), NumberRange(min=0, max=MOST_PASSES, message=BETWEEN)],
    )
    name_by = DateField(_l("Names are asked for until"), validators=[Optional()])


class GrantForm(FlaskForm):  # type: ignore[misc]
    """One exhibitor's own number; empty leaves it to the default."""

    granted = WholeNumber(
        _l("Passes granted"),
        validators=[Optional(), NumberRange(min=0, max=MOST_PASSES, message=BETWEEN)],
    )
