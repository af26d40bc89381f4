"""Forms of papers: adding one, and what the organizers say of it."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import DateField, SelectChoice, SelectField, TextAreaField
from wtforms.validators import Length, Optional

from festival.exhibitors.papers.states import PAPER_NAMES, PaperKind
from festival.shared.forms import TEXT


class PaperForm(FlaskForm):  # type: ignore[misc]
    kind = SelectField(
        _l("What is it?"),
        choices=[
            SelectChoice(each.value, _l(PAPER_NAMES[each]))
            for each in PaperKind
            if each is not PaperKind.ANSWER
        ],
    )
    file = FileField(_l("File"), validators=[FileRequired(_l("Choose a file."))])
    expires_on = DateField(_l("Valid until"), validators=[Optional()])


class CheckForm(FlaskForm):  # type: ignore[misc]
    note = TextAreaField(_l("Why not?"), filters=TEXT, validators=[Length(max=2000)])
