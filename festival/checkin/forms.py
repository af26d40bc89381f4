"""Forms of doors."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length

from festival.shared.forms import LINE

GATE, OCCURRENCE = "gate", "occurrence"


class DoorLinkForm(FlaskForm):  # type: ignore[misc]
    """A scanner for one gate or one session."""

    door = SelectField(_l("Door"), validators=[InputRequired()])
    label = StringField(
        _l("Who scans there?"), filters=LINE, validators=[DataRequired(), Length(max=200)]
    )
    last_day = DateField(_l("Last day"), validators=[InputRequired()])

    def offer(
        self, gates: list[tuple[int, str]], occurrences: list[tuple[int, str]], *, last_day: date
    ) -> None:
        """Fill in the doors to choose from and the day that is usual."""
        choices: dict[Any, list[tuple[str, str]]] = {}
        if gates:
            choices[str(_l("Gates"))] = [(f"{GATE}-{key}", name) for key, name in gates]
        if occurrences:
            choices[str(_l("Sessions"))] = [
                (f"{OCCURRENCE}-{key}", name) for key, name in occurrences
            ]
        self.door.choices = choices
        if not self.is_submitted():
            self.last_day.data = last_day

    def chosen(self) -> dict[str, int]:
        """``{"gate_id": 3}`` or ``{"occurrence_id": 12}``."""
        kind, _, key = self.door.data.partition("-")
        return {f"{kind}_id": int(key)}


class GateForm(FlaskForm):  # type: ignore[misc]
    name = StringField(
        _l("Name of the gate"), filters=LINE, validators=[DataRequired(), Length(max=200)]
    )
