"""The one-page form of a host, and how long an edition waits for it."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, SelectChoice, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from festival.evaluation.returns.models import HostReturn
from festival.evaluation.returns.rules import ReturnValues
from festival.evaluation.returns.states import FIELD_NAMES, METHOD_NAMES, CountMethod
from festival.shared.forms import TEXT, WholeNumber

LONGEST = 4000


class ReturnForm(FlaskForm):  # type: ignore[misc]
    version = HiddenField(default="0")
    children = WholeNumber(_l(FIELD_NAMES["children"]), validators=[Optional()])
    adults = WholeNumber(_l(FIELD_NAMES["adults"]), validators=[Optional()])
    total = WholeNumber(_l(FIELD_NAMES["total"]), validators=[Optional()])
    method = RadioField(
        _l(FIELD_NAMES["method"]),
        choices=[SelectChoice(each.value, _l(METHOD_NAMES[each])) for each in CountMethod],
        validators=[InputRequired(_l("Say how you know the number."))],
    )
    times_held = WholeNumber(
        _l(FIELD_NAMES["times_held"]),
        default=1,
        validators=[InputRequired(_l("Give a whole number; usually it is 1."))],
    )
    went_well = TextAreaField(
        _l(FIELD_NAMES["went_well"]), filters=TEXT, validators=[Length(max=LONGEST)]
    )
    visitors_said = TextAreaField(
        _l(FIELD_NAMES["visitors_said"]), filters=TEXT, validators=[Length(max=LONGEST)]
    )
    do_better = TextAreaField(
        _l(FIELD_NAMES["do_better"]), filters=TEXT, validators=[Length(max=LONGEST)]
    )

    @property
    def seen_version(self) -> int:
        """The version with which the page was opened; nonsense is older than everything."""
        text = self.version.data or ""
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0

    def values(self) -> ReturnValues:
        return ReturnValues(
            method=CountMethod(self.method.data),
            children=self.children.data,
            adults=self.adults.data,
            total=self.total.data,
            times_held=self.times_held.data,
            went_well=self.went_well.data,
            visitors_said=self.visitors_said.data,
            do_better=self.do_better.data,
        )


def form_of(row: HostReturn | None) -> ReturnForm:
    """The form with what was filed; the total stays empty where both parts say it."""
    if row is None:
        return ReturnForm()
    form = ReturnForm(obj=row)
    if not form.is_submitted():
        form.method.data = row.method.value
        if row.children is not None:
            form.total.data = None
    return form


class DaysForm(FlaskForm):  # type: ignore[misc]
    days = WholeNumber(
        _l("Days after an activity"), validators=[InputRequired(_l("Give a whole number."))]
    )


class PlainForm(FlaskForm):  # type: ignore[misc]
    """One button."""
