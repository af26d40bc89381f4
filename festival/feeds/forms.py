"""Forms of the room."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, HiddenField
from wtforms.validators import DataRequired


class UploadForm(FlaskForm):  # type: ignore[misc]
    """A programme from somewhere else."""

    file = FileField(_l("File"), validators=[FileRequired(_l("Choose a file."))])


class ApplyForm(FlaskForm):  # type: ignore[misc]
    """Agreement to the plan that was shown."""

    digest = HiddenField(validators=[DataRequired()])
    withdraw_missing = BooleanField(_l("Withdraw the sessions that are no longer in the file"))
    publish = BooleanField(_l("Publish the programme at once"))


class PlainForm(FlaskForm):  # type: ignore[misc]
    """One button."""
