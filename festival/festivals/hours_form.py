"""The form of opening hours: up to two times a day for each day of the edition."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Form, FormField, TimeField
from wtforms.validators import Optional

from festival.festivals.models import Edition, OpeningHours
from festival.festivals.rules import Interval
from festival.shared.errors import FieldRefused

PAIRS = ("", "_2")


class DayHours(Form):  # type: ignore[misc]
    """One day; a pair is given whole or not at all."""

    opens = TimeField(_l("Opens"), validators=[Optional()])
    closes = TimeField(_l("Closes"), validators=[Optional()])
    opens_2 = TimeField(_l("Opens again"), validators=[Optional()])
    closes_2 = TimeField(_l("Closes again"), validators=[Optional()])

    def validate(self, *args: Any, **more: Any) -> bool:
        ok = bool(super().validate(*args, **more))
        for pair in PAIRS:
            opens, closes = self[f"opens{pair}"], self[f"closes{pair}"]
            if (opens.data is None) != (closes.data is None):
                missing = opens if opens.data is None else closes
                missing.errors = [*missing.errors, _("Give both times, or none.")]
                ok = False
        return ok

    def intervals(self) -> list[Interval]:
        pairs = [(self[f"opens{pair}"].data, self[f"closes{pair}"].data) for pair in PAIRS]
        return [(opens, closes) for opens, closes in pairs if opens and closes]


def days_of(edition: Edition) -> list[date]:
    count = (edition.ends_on - edition.starts_on).days + 1
    return [edition.starts_on + timedelta(days=number) for number in range(count)]


def hours_form(edition: Edition, hours: list[OpeningHours]) -> FlaskForm:
    """One part per day, named ``2027-05-14`` and filled with the present hours."""

    class HoursForm(FlaskForm):  # type: ignore[misc]
        pass

    present: dict[str, dict[str, time]] = {}
    for row in hours:
        day = present.setdefault(row.day.isoformat(), {})
        pair = "_2" if "opens" in day else ""
        day[f"opens{pair}"], day[f"closes{pair}"] = row.opens_at, row.closes_at
    for day_of in days_of(edition):
        name = day_of.isoformat()
        setattr(HoursForm, name, FormField(DayHours, label=name, separator="_"))
    return HoursForm(data=present)


def chosen_hours(form: FlaskForm, *, edition: Edition) -> dict[date, list[Interval]]:
    return {day: form[day.isoformat()].form.intervals() for day in days_of(edition)}


def show_day_refusal(form: FlaskForm, refusal: FieldRefused) -> None:
    """Put the sentence beside the first time of the day that it names."""
    opens = form[refusal.field].form.opens
    opens.errors = [*opens.errors, refusal.spoken(_)]
