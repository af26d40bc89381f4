"""Forms of gates, series of slots, one slot, and an exhibitor's choice."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta, tzinfo
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    DateField,
    HiddenField,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from festival.exhibitors.stands.forms import Metres, VersionForm
from festival.festivals.models import Edition
from festival.portal.slots.actions import GateValues, Load, Series, SlotValues
from festival.portal.slots.models import Slot, SlotBooking, VehicleGate
from festival.portal.slots.rules import LONGEST, LONGEST_VEHICLE, SHORTEST
from festival.portal.slots.states import KIND_NAMES, SlotKind
from festival.shared.clock import local_instant
from festival.shared.forms import LINE, TEXT, WholeNumber

AROUND = timedelta(days=60)
NEEDED = InputRequired(_l("Please fill this in."))


class VehicleLength:
    """Validator: a length in centimetres that a road knows."""

    def __call__(self, form: FlaskForm, field: Any) -> None:
        if field.data is not None and field.data > LONGEST_VEHICLE:
            most = LONGEST_VEHICLE // 100
            raise ValidationError(gettext("Give at most %(most)s metres.", most=most))


class GateForm(FlaskForm):  # type: ignore[misc]
    name = StringField(_l("Name"), filters=LINE, validators=[NEEDED, Length(max=200)])
    address = StringField(_l("Address"), filters=LINE, validators=[Length(max=400)])
    note = TextAreaField(_l("How to get in"), filters=TEXT, validators=[Length(max=4000)])

    def values(self) -> GateValues:
        return GateValues(self.name.data, self.address.data or "", self.note.data or "")


class PlacesForm(VersionForm):
    """What a series and one slot have in common."""

    gate = SelectField(_l("Gate"), choices=[], validators=[NEEDED])
    minutes = WholeNumber(
        _l("Minutes for each"), default=30, validators=[NEEDED, NumberRange(SHORTEST, LONGEST)]
    )
    vehicles = WholeNumber(
        _l("Vehicles at a time"), default=2, validators=[NEEDED, NumberRange(1, 200)]
    )
    longest_cm = Metres(
        _l("Longest vehicle, in metres"), validators=[Optional(), VehicleLength()], default=None
    )

    day = DateField(_l("Day"), validators=[NEEDED])
    bounds: tuple[date, date] = (date.min, date.max)

    def offer(self, gates: Iterable[VehicleGate], *, edition: Edition) -> None:
        """Gates that can be chosen, and days: some weeks before and after the festival."""
        self.gate.choices = [SelectChoice(each.code, each.name) for each in gates]
        self.bounds = (edition.starts_on - AROUND, edition.ends_on + AROUND)

    def validate_day(self, field: Any) -> None:
        """Called by WTForms."""
        if field.data is not None and not self.bounds[0] <= field.data <= self.bounds[1]:
            raise ValidationError(gettext("Choose a day close to the festival."))


class SeriesForm(PlacesForm):
    kind = RadioField(
        _l("What for"),
        choices=[SelectChoice(each.value, _l(KIND_NAMES[each])) for each in SlotKind],
        default=SlotKind.SET_UP.value,
        validators=[NEEDED],
    )
    first = TimeField(_l("From"), validators=[NEEDED])
    last = TimeField(_l("To"), validators=[NEEDED])

    def series(self) -> Series:
        return Series(
            kind=SlotKind(self.kind.data), day=self.day.data, first=self.first.data,
            last=self.last.data, minutes=self.minutes.data, vehicles=self.vehicles.data,
            longest_cm=self.longest_cm.data or None,
        )  # fmt: skip


class SlotForm(PlacesForm):
    starts = TimeField(_l("Begins at"), validators=[NEEDED])

    def values(self, gate: VehicleGate, *, zone: Any) -> SlotValues:
        return SlotValues(
            gate=gate, starts_at=local_instant(self.day.data, self.starts.data, zone=zone),
            minutes=self.minutes.data, vehicles=self.vehicles.data,
            longest_cm=self.longest_cm.data or None,
        )  # fmt: skip

    def fill_from(self, slot: Slot, *, zone: tzinfo) -> None:
        begin: datetime = slot.starts_at.astimezone(zone)
        self.gate.data, self.day.data, self.starts.data = slot.gate.code, begin.date(), begin.time()
        self.minutes.data, self.vehicles.data = slot.minutes, slot.vehicles
        self.longest_cm.data, self.version.data = slot.longest_cm, str(slot.version)


class BookForm(FlaskForm):  # type: ignore[misc]
    """An exhibitor's choice; the slots that are free stand in ``slot``, by day."""

    slot = SelectField(_l("Time and gate"), choices=[], validators=[NEEDED])
    length_cm = Metres(
        _l("Length of your vehicle in metres"), validators=[NEEDED, VehicleLength()], default=0
    )
    vehicle = StringField(_l("Number plate or kind"), filters=LINE, validators=[Length(max=200)])

    def load(self) -> Load:
        return Load(self.length_cm.data, self.vehicle.data or "")

    def fill_from(self, booking: SlotBooking | None, *, needs: dict[str, Any]) -> None:
        """What is booked, or what the application said about the vehicle."""
        if booking is not None and booking.slot is not None:
            self.slot.data = booking.slot.code
        if booking is not None:
            self.length_cm.data, self.vehicle.data = booking.length_cm, booking.vehicle
            return
        length = needs.get("vehicle_length_m")
        known = isinstance(length, int | float) and 0 < length * 100 <= LONGEST_VEHICLE
        self.length_cm.data = round(length * 100) if known and length else 0
        self.vehicle.data = str(needs.get("vehicle") or "")[:200]


class MoveForm(FlaskForm):  # type: ignore[misc]
    """An organizer puts an exhibitor into another slot."""

    application = HiddenField(validators=[NEEDED])
    slot = SelectField(_l("To another slot"), choices=[], validators=[NEEDED])
