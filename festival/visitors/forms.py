"""Forms of registering, booking and the desk."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, EmailField, HiddenField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from festival.shared.forms import LINE, OneAddress, WholeNumber
from festival.visitors.actions import Party
from festival.visitors.rules import MOST_PEOPLE
from festival.visitors.states import BAND_NAMES, AgeBand

TOLD_BANDS = tuple(band for band in AgeBand if band is not AgeBand.UNKNOWN)
"""Bands that a household may fill in; the rest is worked out."""


def band_field(band: AgeBand) -> str:
    """Name of the form's field for a band."""
    return f"band_{band.value}"


class PartyForm(FlaskForm):  # type: ignore[misc]
    """Who comes.  Only the number is needed."""

    people = WholeNumber(
        _l("How many people are coming?"),
        default=1,
        validators=[
            InputRequired(_l("Say how many people are coming.")),
            NumberRange(
                1,
                MOST_PEOPLE,
                _l("Give a number from 1 to %(most)s.", most=MOST_PEOPLE),
            ),
        ],
    )
    name = StringField(_l("Name"), filters=LINE, validators=[Length(max=200)])
    email = EmailField(_l("E-mail address"), filters=LINE, validators=[OneAddress()])

    def party(self) -> Party:
        """What was typed, as the action takes it."""
        told: dict[AgeBand, int] = {band: self[band_field(band)].data or 0 for band in TOLD_BANDS}
        return Party(
            people=self.people.data or 0,
            bands=told,
            name=self.name.data or "",
            email=self.email.data or "",
        )

    def bands(self) -> list[WholeNumber]:
        """The fields of the bands, in order."""
        return [self[band_field(band)] for band in TOLD_BANDS]


for _band in TOLD_BANDS:
    setattr(
        PartyForm,
        band_field(_band),
        WholeNumber(
            _l(BAND_NAMES[_band]),
            validators=[
                Optional(),
                NumberRange(
                    0, MOST_PEOPLE, _l("Give a number from 0 to %(most)s.", most=MOST_PEOPLE)
                ),
            ],
        ),
    )


class RegisterForm(PartyForm):
    """A new household; ``key`` is the secret of its link, so a second press is no second one."""

    key = HiddenField()


class WalkInForm(FlaskForm):  # type: ignore[misc]
    """The desk: one number, at most a name."""

    key = HiddenField()
    people = WholeNumber(
        _l("How many people?"),
        default=1,
        validators=[
            InputRequired(_l("Say how many people are coming.")),
            NumberRange(1, MOST_PEOPLE, _l("Give a number from 1 to %(most)s.", most=MOST_PEOPLE)),
        ],
    )
    name = StringField(_l("Name"), filters=LINE, validators=[Length(max=200)])


class BookForm(FlaskForm):  # type: ignore[misc]
    """How many places the household wants in all."""

    people = WholeNumber(
        _l("How many places?"),
        validators=[
            InputRequired(_l("Say how many places you want.")),
            NumberRange(1, MOST_PEOPLE, _l("Give a number from 1 to %(most)s.", most=MOST_PEOPLE)),
        ],
    )


class CancelForm(FlaskForm):  # type: ignore[misc]
    """Not coming; ``forget`` also empties name and address."""

    forget = BooleanField(_l("Also delete my name and e-mail address"))


class ConfirmForm(FlaskForm):  # type: ignore[misc]
    """Only the token: one press that changes something."""
