"""Forms of plans, rows, stands, giving, wishes and proposals; lengths are typed in metres."""

from __future__ import annotations

import re
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import (
    BooleanField,
    Field,
    HiddenField,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import TextInput

from festival.exhibitors.stands.actions.plans import PlanValues, StandValues
from festival.exhibitors.stands.models import FloorPlan, Stand
from festival.exhibitors.stands.rules.drawing import Place
from festival.exhibitors.stands.states import ZONE_NAMES, NoiseZone, WishKind
from festival.shared.forms import LINE, TEXT, WholeNumber, clean_line

NEEDED = InputRequired(_l("Please fill this in."))
LENGTH = re.compile(r"\d{1,4}(?:[.,]\d{1,2})?")
CIRCUIT = re.compile(r"(.{1,40}?)[\s:=]+(\d{1,6})\s*[Ww]?")
Choices = list[tuple[str, str]]


def centimetres(text: str) -> int | None:
    """``4.5`` or ``4,5`` metres as whole centimetres; None when it is no such length."""
    if not LENGTH.fullmatch(text.strip()):
        return None
    return round(float(text.strip().replace(",", ".")) * 100)


def metres(length: int | None) -> str:
    """Whole centimetres as it is typed: ``4.5``."""
    return "" if length is None else f"{length / 100:g}"


class Metres(Field):  # type: ignore[misc]
    """A length that is typed in metres and held in whole centimetres."""

    widget = TextInput()
    data: Any

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.type = "DecimalField"
        self.typed: str | None = None

    def process_formdata(self, valuelist: list[str]) -> None:
        if not valuelist:
            return
        self.typed = clean_line(valuelist[0])[:20]
        self.data = centimetres(valuelist[0])
        if self.data is None:
            raise ValueError(gettext("Give metres with at most two digits after the point."))

    def _value(self) -> str:
        return self.typed if self.typed is not None else metres(self.data)


class VersionForm(FlaskForm):  # type: ignore[misc]
    """The version that the page was made from."""

    version = HiddenField(default="0")

    @property
    def opened_version(self) -> int:
        text = str(self.version.data or "")
        return int(text) if text.isdecimal() and len(text) < 10 else 0


class PlanForm(VersionForm):
    name = StringField(_l("Name"), filters=LINE, validators=[NEEDED, Length(max=200)])
    place = SelectField(_l("Where it is"), choices=[])
    width_cm = Metres(_l("Width in metres"), validators=[NEEDED], default=3000)
    depth_cm = Metres(_l("Depth in metres"), validators=[NEEDED], default=2000)
    quiet_distance_cm = Metres(
        _l("Metres between loud and quiet"), validators=[NEEDED], default=600
    )
    circuits = TextAreaField(_l("Electric circuits"), filters=TEXT, validators=[Length(max=4000)])
    background = FileField(_l("Background"))
    drop_background = BooleanField(_l("Take the background away"))
    is_public = BooleanField(_l("Everybody can see this plan"))

    def circuit_watts(self) -> dict[str, int] | None:
        """Name → watts from lines such as ``B4 3200``; None after telling what is wrong."""
        found: dict[str, int] = {}
        for line in (self.circuits.data or "").splitlines():
            if not line.strip():
                continue
            match = CIRCUIT.fullmatch(line.strip())
            if match is None or match[1] in found or len(found) >= 200:
                self.circuits.errors = [
                    *self.circuits.errors,
                    gettext("One circuit a line, each once, such as: B4 3200"),
                ]
                return None
            found[match[1].strip()] = int(match[2])
        return found

    def values(self, circuits: dict[str, int]) -> PlanValues:
        venue, _, space = (self.place.data or "").partition("/")
        return PlanValues(
            name=self.name.data,
            width_cm=self.width_cm.data,
            depth_cm=self.depth_cm.data,
            quiet_distance_cm=self.quiet_distance_cm.data,
            venue_id=int(venue) if venue else None,
            space_id=int(space) if space else None,
            is_public=self.is_public.data,
            circuits=circuits,
        )

    def fill_from(self, plan: FloorPlan) -> None:
        for name in ("name", "width_cm", "depth_cm", "quiet_distance_cm", "is_public"):
            getattr(self, name).data = getattr(plan, name)
        self.place.data = f"{plan.venue_id or ''}/{plan.space_id or ''}".removesuffix("/")
        self.circuits.data = "\n".join(f"{each.name} {each.watts}" for each in plan.circuits)
        self.version.data = str(plan.version)


class PropertiesForm(VersionForm):
    """What stands offer; shared by a row and by one stand."""

    circuit = SelectField(_l("Circuit"), choices=[])
    watts = WholeNumber(
        _l("Watts at the stand"), default=0, validators=[Optional(), NumberRange(0, 100_000)]
    )
    stand_class = SelectField(_l("Class"), choices=[])
    has_water = BooleanField(_l("Running water"))
    has_internet = BooleanField(_l("Internet"))
    is_step_free = BooleanField(_l("Reached without steps"), default=True)
    is_indoor = BooleanField(_l("Under a roof"), default=True)
    floor_load_kg = WholeNumber(
        _l("Kilograms that a square metre bears"),
        validators=[Optional(), NumberRange(1, 100_000)],
    )
    noise_zone = SelectField(
        _l("Noise"),
        choices=[SelectChoice(each.value, _l(ZONE_NAMES[each])) for each in NoiseZone],
        default=NoiseZone.NORMAL.value,
    )

    def offer(self, *, circuits: Choices, classes: Choices) -> None:
        """What can be chosen here."""
        self.circuit.choices = [
            SelectChoice("", gettext("None")),
            *(SelectChoice(value, text) for value, text in circuits),
        ]
        self.stand_class.choices = [
            SelectChoice("", gettext("Any")),
            *(SelectChoice(value, text) for value, text in classes),
        ]

    def properties(self, *, note: str = "") -> StandValues:
        return StandValues(
            circuit_id=int(self.circuit.data) if self.circuit.data else None,
            class_id=int(self.stand_class.data) if self.stand_class.data else None,
            watts=self.watts.data or 0,
            has_water=self.has_water.data,
            has_internet=self.has_internet.data,
            is_step_free=self.is_step_free.data,
            is_indoor=self.is_indoor.data,
            floor_load_kg=self.floor_load_kg.data,
            noise_zone=NoiseZone(self.noise_zone.data),
            note=note,
        )


class RowForm(PropertiesForm):
    prefix = StringField(
        _l("Letters before the number"), filters=LINE, validators=[Length(max=8)], default="A"
    )
    first = WholeNumber(_l("First number"), default=1, validators=[NEEDED, NumberRange(0, 9999)])
    count = WholeNumber(_l("How many"), default=8, validators=[NEEDED, NumberRange(1, 60)])
    x_cm = Metres(_l("From the left edge, in metres"), default=100, validators=[NEEDED])
    y_cm = Metres(_l("From the top, in metres"), default=100, validators=[NEEDED])
    width_cm = Metres(_l("Width of a stand"), default=300, validators=[NEEDED])
    depth_cm = Metres(_l("Depth of a stand"), default=300, validators=[NEEDED])
    gap_cm = Metres(_l("Gap between them"), default=0, validators=[NEEDED])
    direction = RadioField(
        _l("Direction"),
        choices=[
            SelectChoice("along", _l("One beside the other")),
            SelectChoice("down", _l("One below the other")),
        ],
        default="along",
        validators=[NEEDED],
    )

    def start(self) -> Place:
        return Place(self.x_cm.data, self.y_cm.data, self.width_cm.data, self.depth_cm.data)


class StandForm(PropertiesForm):
    number = StringField(_l("Number"), filters=LINE, validators=[NEEDED, Length(max=12)])
    x_cm = Metres(_l("From the left edge, in metres"), validators=[NEEDED])
    y_cm = Metres(_l("From the top, in metres"), validators=[NEEDED])
    width_cm = Metres(_l("Width in metres"), validators=[NEEDED])
    depth_cm = Metres(_l("Depth in metres"), validators=[NEEDED])
    turned = BooleanField(_l("Turned by a right angle"))
    note = StringField(_l("Note for the organizers"), filters=LINE, validators=[Length(max=200)])

    def place(self) -> Place:
        return Place(
            self.x_cm.data, self.y_cm.data, self.width_cm.data, self.depth_cm.data,
            90 if self.turned.data else 0,
        )  # fmt: skip

    def fill_from(self, stand: Stand) -> None:
        for name in (
            "number", "x_cm", "y_cm", "width_cm", "depth_cm", "watts", "has_water",
            "has_internet", "is_step_free", "is_indoor", "floor_load_kg", "note",
        ):  # fmt: skip
            getattr(self, name).data = getattr(stand, name)
        self.turned.data = stand.rotation == 90
        self.noise_zone.data = stand.noise_zone.value
        self.circuit.data = str(stand.circuit_id or "")
        self.stand_class.data = str(stand.class_id or "")
        self.version.data = str(stand.version)


class GiveForm(FlaskForm):  # type: ignore[misc]
    """Give a stand to an exhibitor; ``sure`` is set when the faults were read."""

    other = SelectField(_l("Exhibitor"), choices=[], validators=[NEEDED])
    sure = HiddenField(default="")
    pinned = BooleanField(_l("Pin it: proposals leave it here"))


class StateForm(FlaskForm):  # type: ignore[misc]
    note = StringField(_l("Why, or for whom"), filters=LINE, validators=[Length(max=200)])


class WishForm(FlaskForm):  # type: ignore[misc]
    kind = RadioField(
        _l("Wish"),
        choices=[
            SelectChoice(WishKind.NEAR.value, _l("Near")),
            SelectChoice(WishKind.APART.value, _l("Far away from")),
        ],
        default=WishKind.NEAR.value,
        validators=[NEEDED],
    )
    other = SelectField(_l("Exhibitor"), choices=[], validators=[NEEDED])


class ProposalForm(FlaskForm):  # type: ignore[misc]
    effort = RadioField(
        _l("How long it may think"),
        choices=[
            SelectChoice("quick", _l("10 seconds")),
            SelectChoice("thorough", _l("One minute")),
            SelectChoice("long", _l("Five minutes")),
        ],
        default="quick",
        validators=[NEEDED],
    )
