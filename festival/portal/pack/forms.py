"""Forms of the pack."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import TextAreaField
from wtforms.validators import Length

from festival.shared.forms import TEXT

LONGEST = 8000


class PackTextForm(FlaskForm):  # type: ignore[misc]
    """The organizers' words in one language."""

    rules = TextAreaField(_l("Rules"), filters=TEXT, validators=[Length(max=LONGEST)])
    contacts = TextAreaField(_l("Whom to ask"), filters=TEXT, validators=[Length(max=LONGEST)])
