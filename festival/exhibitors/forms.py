"""Forms of the application, one for each of its pages, and of the decision."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from flask import g
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    EmailField,
    Field,
    FieldList,
    FormField,
    HiddenField,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import (
    InputRequired,
    Length,
    NumberRange,
    Optional,
    StopValidation,
    ValidationError,
)

from festival.exhibitors.rules import (
    LONGEST_ACTIVITY,
    MOST_EXHIBITS,
    MOST_OFFERS,
    refusal_for_ages,
)
from festival.exhibitors.states import (
    BRINGING_NAMES,
    FIELD_NAMES,
    KIND_NAMES,
    MANNER_NAMES,
    NOISE_NAMES,
    SECTOR_NAMES,
    SPACE_NAMES,
    Bringing,
    ExhibitKind,
    Noise,
    Sector,
    SpaceWish,
)
from festival.exhibitors.tongues import codes_from
from festival.festivals.forms import Ticks
from festival.festivals.states import SESSION_ACCESS, SESSION_MANNERS
from festival.shared.forms import (
    LINE,
    TEXT,
    OneAddress,
    WholeNumber,
)

LONG = 4000
MOST = 100_000


class LanguageNames:
    """Validator: every word between commas names a language."""

    def __call__(self, form: FlaskForm, field: Field) -> None:
        unknown = codes_from(field.data or "", locale=g.locale)[1]
        if unknown:
            raise ValidationError(
                _("We do not know this language: %(words)s.", words=", ".join(unknown))
            )


def _whole(label: Any, *, low: int = 0, high: int = MOST, default: int | None = None) -> Any:
    """A number or nothing."""
    between = _l("Give a number from %(low)s to %(high)s.", low=low, high=high)
    return WholeNumber(
        label, default=default, validators=[Optional(), NumberRange(low, high, between)]
    )


def _words(names: Iterable[str]) -> list[tuple[str, Any]]:
    return [(name, _l(MANNER_NAMES[name])) for name in names]


class NeededToHandIn:
    """Marks a field that is needed to hand in; a draft is saved without it all the same."""

    field_flags: ClassVar = {"required": True}

    def __call__(self, form: FlaskForm, field: Field) -> None:
        return None


class StartForm(FlaskForm):  # type: ignore[misc]
    """The first two things; ``key`` is the secret of the link to come back."""

    key = HiddenField()
    organization_name = StringField(
        _l(FIELD_NAMES["name"]),
        filters=LINE,
        validators=[InputRequired(_l("Give the name of your organization.")), Length(max=200)],
    )
    email = EmailField(
        _l(FIELD_NAMES["contact_email"]),
        filters=LINE,
        validators=[InputRequired(_l("Give an e-mail address.")), OneAddress()],
    )


class PersonalLinkForm(FlaskForm):  # type: ignore[misc]
    """The address is known by the link; only who is new here gives a name."""

    organization_name = StringField(
        _l(FIELD_NAMES["name"]),
        filters=LINE,
        validators=[InputRequired(_l("Give the name of your organization.")), Length(max=200)],
    )


class OrganizationForm(FlaskForm):  # type: ignore[misc]
    """What nobody can do without; the rest stands on the page "More about you"."""

    version = HiddenField()
    sector = SelectField(
        _l(FIELD_NAMES["sector"]),
        choices=[SelectChoice(each.value, _l(SECTOR_NAMES[each])) for each in Sector],
        validators=[NeededToHandIn()],
    )
    about = TextAreaField(
        _l(FIELD_NAMES["about"]), filters=TEXT, validators=[NeededToHandIn(), Length(max=LONG)]
    )
    contact_name = StringField(
        _l(FIELD_NAMES["contact_name"]),
        filters=LINE,
        validators=[NeededToHandIn(), Length(max=200)],
    )

    def values(self) -> dict[str, Any]:
        return {name: self[name].data or "" for name in ("sector", "about", "contact_name")}


class PlanForm(FlaskForm):  # type: ignore[misc]
    """What is brought and how much space it takes; decides which pages follow."""

    version = HiddenField()
    brings = Ticks(
        _l(FIELD_NAMES["brings"]),
        words=[(each.value, _l(BRINGING_NAMES[each])) for each in Bringing],
        validators=[NeededToHandIn()],
    )
    space = RadioField(
        _l(FIELD_NAMES["space"]),
        choices=[SelectChoice(each.value, _l(SPACE_NAMES[each])) for each in SpaceWish],
        validators=[Optional(), NeededToHandIn()],
        default=SpaceWish.TABLE.value,
    )
    stand_class = SelectField(_l(FIELD_NAMES["stand_class"]))
    strand = SelectField(_l(FIELD_NAMES["strand"]))

    def values(self) -> dict[str, Any]:
        return {
            name: self[name].data or ([] if name == "brings" else "")
            for name in ("brings", "space", "stand_class", "strand")
            if name in self
        }


class TitleWhereSomethingIs:
    """Validator of a row's title: needed as soon as the row says anything else."""

    def __init__(self, *others: str) -> None:
        self.others = others

    def __call__(self, form: FlaskForm, field: Field) -> None:
        if not field.data and any(form[name].data for name in self.others):
            raise StopValidation(_("Give it a name."))


class Row(FlaskForm):  # type: ignore[misc]
    """One of several; the token stands once, in the form around it."""

    class Meta:
        csrf = False


class ExhibitRow(Row):
    kind = SelectField(
        _l("Kind"),
        choices=[SelectChoice(each.value, _l(KIND_NAMES[each])) for each in ExhibitKind],
        validators=[NeededToHandIn()],
    )
    title = StringField(
        _l("What is it called?"),
        filters=LINE,
        validators=[TitleWhereSomethingIs("description"), Length(max=200)],
    )
    description = TextAreaField(
        _l("Describe it in a sentence or two"), filters=TEXT, validators=[Length(max=LONG)]
    )
    all_year = BooleanField(_l("Offered all year, not only at the festival"))

    def values(self) -> dict[str, Any]:
        return {
            "kind": self.kind.data, "title": self.title.data,
            "description": self.description.data or "", "all_year": bool(self.all_year.data),
        }  # fmt: skip


class ExhibitsForm(FlaskForm):  # type: ignore[misc]
    version = HiddenField()
    exhibits = FieldList(FormField(ExhibitRow), min_entries=1, max_entries=MOST_EXHIBITS)

    def values(self) -> dict[str, Any]:
        rows = [row.form.values() for row in self.exhibits]
        return {"exhibits": [row for row in rows if row["title"]]}


class NeedsForm(FlaskForm):  # type: ignore[misc]
    """For whoever needs more than a table."""

    version = HiddenField()
    area_m2 = _whole(_l(FIELD_NAMES["area_m2"]), high=1000)
    tables = _whole(_l(FIELD_NAMES["tables"]), high=100)
    chairs = _whole(_l(FIELD_NAMES["chairs"]), high=500)
    power_watts = _whole(_l(FIELD_NAMES["power_watts"]), high=50_000)
    floor_load_kg = _whole(_l(FIELD_NAMES["floor_load_kg"]), high=10_000)
    water = BooleanField(_l(FIELD_NAMES["water"]))
    internet = BooleanField(_l(FIELD_NAMES["internet"]))
    step_free = BooleanField(_l(FIELD_NAMES["step_free"]))
    storage = BooleanField(_l(FIELD_NAMES["storage"]))
    noise = RadioField(
        _l(FIELD_NAMES["noise"]),
        choices=[SelectChoice(each.value, _l(NOISE_NAMES[each])) for each in Noise],
        validators=[NeededToHandIn()],
        default=Noise.NONE.value,
    )
    needs_quiet = BooleanField(_l(FIELD_NAMES["needs_quiet"]))
    vehicle = StringField(_l(FIELD_NAMES["vehicle"]), filters=LINE, validators=[Length(max=200)])
    vehicle_length_m = _whole(_l(FIELD_NAMES["vehicle_length_m"]), low=1, high=30)
    vehicle_height_m = _whole(_l(FIELD_NAMES["vehicle_height_m"]), low=1, high=10)
    near = StringField(_l(FIELD_NAMES["near"]), filters=LINE, validators=[Length(max=400)])
    not_beside = StringField(
        _l(FIELD_NAMES["not_beside"]), filters=LINE, validators=[Length(max=400)]
    )
    team_passes_wanted = _whole(_l(FIELD_NAMES["team_passes_wanted"]), high=100)
    remarks = TextAreaField(_l(FIELD_NAMES["remarks"]), filters=TEXT, validators=[Length(max=LONG)])

    def values(self) -> dict[str, Any]:
        return {
            name: field.data or "" if field.type in ("StringField", "TextAreaField") else field.data
            for name, field in self._fields.items()
            if name not in ("version", "csrf_token")
        }


class OfferRow(Row):
    title = StringField(
        _l("What will people do?"),
        filters=LINE,
        validators=[TitleWhereSomethingIs("description", "bring"), Length(max=200)],
    )
    description = TextAreaField(
        _l("Invite them in a few sentences"), filters=TEXT, validators=[Length(max=LONG)]
    )
    capacity = _whole(_l("How many can take part at once?"), low=1, high=2000, default=12)
    minutes = _whole(_l("How long, in minutes?"), low=5, high=LONGEST_ACTIVITY, default=45)
    age_min = _whole(_l("From age"), high=120)
    age_max = _whole(_l("Up to age"), high=120)
    languages = StringField(
        _l("In which languages?"), filters=LINE, validators=[Length(max=400), LanguageNames()]
    )
    bring = StringField(_l("What should they bring?"), filters=LINE, validators=[Length(max=400)])
    repeats = _whole(_l("How many times could you hold it?"), low=1, high=50, default=1)
    tags = Ticks(_l("How is it held?"), words=_words(SESSION_MANNERS))
    access_facts = Ticks(
        _l("What makes it possible for more people?"), words=_words(SESSION_ACCESS)
    )
    is_bookable = BooleanField(_l("Places should be booked beforehand"))

    def validate_age_max(self, field: Field) -> None:
        refusal = refusal_for_ages(self.age_min.data, age_max=field.data)
        if refusal is not None:
            raise ValidationError(_(refusal))

    def values(self) -> dict[str, Any]:
        return {
            "title": self.title.data,
            "description": self.description.data or "",
            "capacity": self.capacity.data or 12,
            "minutes": self.minutes.data or 45,
            "age_min": self.age_min.data,
            "age_max": self.age_max.data,
            "languages": codes_from(self.languages.data or "", locale=g.locale)[0],
            "bring": self.bring.data or "",
            "is_bookable": bool(self.is_bookable.data),
            "repeats": self.repeats.data or 1,
            "tags": self.tags.data or [],
            "access_facts": self.access_facts.data or [],
        }


class ActivitiesForm(FlaskForm):  # type: ignore[misc]
    version = HiddenField()
    offers = FieldList(FormField(OfferRow), min_entries=1, max_entries=MOST_OFFERS)

    def values(self) -> dict[str, Any]:
        rows = [row.form.values() for row in self.offers]
        return {"offers": [row for row in rows if row["title"]]}


class VersionForm(FlaskForm):  # type: ignore[misc]
    """A press that concerns what was on the page."""

    version = HiddenField()


class DecisionForm(FlaskForm):  # type: ignore[misc]
    text = TextAreaField(_l("A word to the applicant"), filters=TEXT, validators=[Length(max=LONG)])
