"""Forms of doors."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_wtf import FlaskForm
from wtforms import DateField, EmailField, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length

from festival.checkin.rules import RELEASE_CHOICES
from festival.shared.forms import LINE, OneAddress

GATE, OCCURRENCE = "gate", "occurrence"


class DoorLinkForm(FlaskForm):  # type: ignore[misc]
    """A scanner for one gate or one session."""

    door = SelectField(_l("Door"), validators=[InputRequired()])
    label = StringField(
        _l("Who scans there?"), filters=LINE, validators=[DataRequired(), Length(max=200)]
    )
    last_day = DateField(_l("Last day"), validators=[InputRequired()])
    email = EmailField(
        _l("Send it by mail to"), filters=LINE, validators=[Length(max=254), OneAddress()]
    )

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


NEVER = "never"


def release_text(minutes: int | None) -> str:
    """When unclaimed places are released, in words of the page's language."""
    if minutes is None:
        return str(_("Never: places wait to the end"))
    if minutes == 0:
        return str(_("When the session starts"))
    if minutes < 0:
        return str(
            ngettext(
                "%(num)d minute before the start", "%(num)d minutes before the start", -minutes
            )
        )
    return str(
        ngettext("%(num)d minute after the start", "%(num)d minutes after the start", minutes)
    )


class ReleaseForm(FlaskForm):  # type: ignore[misc]
    """When places that nobody claimed go to others."""

    minutes = SelectField(_l("Release unclaimed places"), validators=[InputRequired()])

    def offer(self, present: int | None) -> None:
        """The times to choose from; the present one is chosen."""
        self.minutes.choices = [
            (NEVER if each is None else str(each), release_text(each))
            for each in (None, *RELEASE_CHOICES)
        ]
        if not self.is_submitted():
            self.minutes.data = NEVER if present is None else str(present)

    @property
    def chosen(self) -> int | None:
        return None if self.minutes.data == NEVER else int(self.minutes.data)


class GateForm(FlaskForm):  # type: ignore[misc]
    name = StringField(
        _l("Name of the gate"), filters=LINE, validators=[DataRequired(), Length(max=200)]
    )
