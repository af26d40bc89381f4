"""Forms of the organizer: sessions, times, strands, people, publication."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    EmailField,
    HiddenField,
    RadioField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.validators import (
    DataRequired,
    InputRequired,
    Length,
    NumberRange,
    Optional,
    ValidationError,
)
from wtforms.widgets import CheckboxInput, ListWidget

from festival.festivals.states import ACCENTS
from festival.programme.rules import ClockFault, OccurrenceValues, SessionValues, instant_of
from festival.programme.states import TAGS, AttendanceMode, Kind, Telling
from festival.shared.forms import LINE, TEXT, OneAddress, WebAddress, WholeNumber, normalised_email
from festival.shared.languages import LANGUAGES

NEEDED = InputRequired(_l("Please fill this in."))
TRANSLATED = ("title", "abstract")
"""Texts of which every language of the edition should have one."""
MOST_LINKS = 20
Choices = list[tuple[str, str]]


def _selectable(choices: Choices, *, none: str = "") -> list[SelectChoice]:
    """Choices as WTForms takes them; ``none`` is the text of the empty one, if there is one."""
    first = [SelectChoice("", none)] if none else []
    return first + [SelectChoice(value, text) for value, text in choices]


class Ticks(SelectMultipleField):  # type: ignore[misc]
    """Several of a list, as check boxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


@dataclass(frozen=True, slots=True)
class SessionChoices:
    """What a session can be connected with; each list of (value, text)."""

    languages: Choices
    strands: Choices
    organizations: Choices
    cities: Choices
    presenters: Choices
    tags: Choices
    locales: tuple[str, ...] = ()
    """Languages of the edition, in which title and abstract are wanted."""


class SessionForm(FlaskForm):  # type: ignore[misc]
    version = HiddenField(default="0")
    title = StringField(_l("Title"), filters=LINE, validators=[NEEDED, Length(max=500)])
    kind = RadioField(
        _l("Kind"),
        choices=[
            SelectChoice(Kind.ACTIVITY.value, _l("Hands-on activity")),
            SelectChoice(Kind.CONFERENCE.value, _l("Conference session")),
        ],
        default=Kind.ACTIVITY.value,
    )
    subtitle = StringField(_l("Subtitle"), filters=LINE, validators=[Length(max=500)])
    abstract = TextAreaField(_l("In a few sentences"), filters=TEXT, validators=[Length(max=4000)])
    description = TextAreaField(_l("More about it"), filters=TEXT, validators=[Length(max=20000)])
    language = SelectField(_l("Language of these texts"))
    languages = Ticks(_l("Held in"))
    type_label = StringField(_l("Format"), filters=LINE, validators=[Length(max=200)])
    strand = SelectField(_l("Strand"))
    organization = SelectField(_l("Offered by"))
    city = SelectField(_l("Twin city"))
    new_presenter = StringField(
        _l("Somebody who is not in the list"), filters=LINE, validators=[Length(max=200)]
    )
    attendance_mode = RadioField(
        _l("Taking part"),
        choices=[
            SelectChoice(AttendanceMode.ON_SITE.value, _l("On site")),
            SelectChoice(AttendanceMode.MIXED.value, _l("On site and online")),
            SelectChoice(AttendanceMode.REMOTE.value, _l("Online only")),
        ],
        default=AttendanceMode.ON_SITE.value,
    )
    stream_url = StringField(
        _l("Address of the stream"), filters=LINE, validators=[WebAddress(), Length(max=500)]
    )
    age_min = WholeNumber(_l("Youngest age"), validators=[Optional(), NumberRange(0, 120)])
    age_max = WholeNumber(_l("Oldest age"), validators=[Optional(), NumberRange(0, 120)])
    tags = Ticks(_l("Access and atmosphere"))
    cost = StringField(_l("Cost"), filters=LINE, validators=[Length(max=200)])
    bring = StringField(_l("Bring along"), filters=LINE, validators=[Length(max=400)])
    links = TextAreaField(_l("Links"), filters=TEXT, validators=[Length(max=8000)])

    def validate_links(self, links: TextAreaField) -> None:
        lines = [line for line in (links.data or "").splitlines() if line.strip()]
        if len(lines) > MOST_LINKS:
            raise ValidationError(_l("At most 20 links."))
        for line in lines:
            if not re.match(r"https?://[^\s<>\"'\\]{1,390}(\s|$)", line.strip()):
                raise ValidationError(_l("Each line begins with https:// or http://."))

    @property
    def presenter_fields(self) -> list[SelectField]:
        return [each for each in self if each.short_name.startswith("presenter_")]

    def translation_field(self, locale: str, name: str) -> Any:
        return self[f"text_{locale}_{name}"]

    def values(self, *, saved: SessionValues | None, locales: Iterable[str]) -> SessionValues:
        """What was typed; texts in other fields or languages that ``saved`` has are kept."""
        return SessionValues(
            title=self.title.data,
            kind=Kind(self.kind.data),
            subtitle=self.subtitle.data,
            abstract=self.abstract.data,
            description=self.description.data,
            language=self.language.data,
            languages=tuple(self.languages.data or ()),
            type_label=self.type_label.data,
            strand=self.strand.data,
            organization=self.organization.data,
            city=self.city.data,
            presenters=tuple(
                dict.fromkeys(each.data for each in self.presenter_fields if each.data)
            ),
            attendance_mode=AttendanceMode(self.attendance_mode.data),
            stream_url=self.stream_url.data,
            age_min=self.age_min.data,
            age_max=self.age_max.data,
            tags=tuple(tag for tag in TAGS if tag in (self.tags.data or ())),
            cost=self.cost.data,
            bring=self.bring.data,
            links=tuple(_links(self.links.data)),
            translations=self._translations(saved, locales=locales),
        )

    def _translations(
        self, saved: SessionValues | None, *, locales: Iterable[str]
    ) -> Mapping[str, Mapping[str, str]]:
        found = {
            locale: dict(texts) for locale, texts in (saved.translations if saved else {}).items()
        }
        for locale in locales:
            for name in TRANSLATED:
                text = self.translation_field(locale, name).data
                found.setdefault(locale, {}).pop(name, None)
                if text and locale != self.language.data:
                    found[locale][name] = text
        return {locale: texts for locale, texts in found.items() if texts}


def _links(text: str) -> Iterable[tuple[str, str]]:
    for line in text.splitlines():
        url, _space, title = line.strip().partition(" ")
        if url:
            yield url, title.strip()


def session_form(
    choices: SessionChoices, *, saved: SessionValues | None, version: int, people: int
) -> SessionForm:
    """The form with its lists, filled with what is saved; ``people`` is how many can be chosen."""
    fields: dict[str, Any] = {
        f"presenter_{number}": SelectField(
            _l("With"), choices=_selectable(choices.presenters, none="–"), default=""
        )
        for number in range(people)
    }
    for locale in choices.locales:
        fields[f"text_{locale}_title"] = StringField(
            _l("Title"), filters=LINE, validators=[Length(max=500)]
        )
        fields[f"text_{locale}_abstract"] = TextAreaField(
            _l("In a few sentences"), filters=TEXT, validators=[Length(max=4000)]
        )
    made = type("FilledSessionForm", (SessionForm,), fields)
    form: SessionForm = made(data=_session_data(saved, version=version))
    form.language.choices = _selectable(choices.languages, none=gettext("not said"))
    form.languages.choices = _selectable(choices.languages)
    form.strand.choices = _selectable(choices.strands, none=gettext("none"))
    form.organization.choices = _selectable(
        choices.organizations, none=gettext("the festival itself")
    )
    form.city.choices = _selectable(choices.cities, none=gettext("none"))
    form.tags.choices = _selectable(choices.tags)
    return form


def _session_data(saved: SessionValues | None, *, version: int) -> dict[str, Any]:
    if saved is None:
        return {"version": str(version)}
    data = {name: getattr(saved, name) for name in saved.__dataclass_fields__}
    data |= {
        "version": str(version),
        "kind": saved.kind.value,
        "attendance_mode": saved.attendance_mode.value,
        "languages": list(saved.languages),
        "tags": list(saved.tags),
        "links": "\n".join(f"{url} {title}".strip() for url, title in saved.links),
    }
    data |= {f"presenter_{number}": code for number, code in enumerate(saved.presenters)}
    for locale, texts in saved.translations.items():
        data |= {f"text_{locale}_{name}": text for name, text in texts.items()}
    return data


@dataclass
class TimeValues:
    """What a form of one time begins with."""

    day: date | None = None
    at: time | None = None
    minutes: int | None = 60
    space: str = ""
    is_bookable: bool = False
    capacity: int | None = None
    which: str = ""
    choices: Choices = field(default_factory=list)


class TimeForm(FlaskForm):  # type: ignore[misc]
    """One time of a session, on the edition's clock."""

    day = DateField(_l("Day"), validators=[NEEDED])
    at = TimeField(_l("Begins at"), validators=[NEEDED])
    which = SelectField(
        _l("Which of the two"),
        choices=[
            SelectChoice("", _l("please choose")),
            SelectChoice("first", _l("before the clock goes back")),
            SelectChoice("second", _l("after the clock went back")),
        ],
    )
    minutes = WholeNumber(_l("Minutes"), validators=[NEEDED, NumberRange(1, 48 * 60)])
    space = SelectField(_l("Place"))
    is_bookable = BooleanField(_l("Places are booked"))
    capacity = WholeNumber(_l("Places"), validators=[Optional(), NumberRange(0, 100_000)])

    needs_which = False
    """The clock shows this time twice on this day, and nobody said which is meant."""

    def values(self, *, zone: ZoneInfo) -> OccurrenceValues | None:
        """What was typed; None, with a message at the field, where the clock has no such time."""
        found = instant_of(
            self.day.data, self.at.data, zone=zone, later=self.which.data == "second"
        )
        if found.fault == ClockFault.SKIPPED:
            self.at.errors = [gettext("The clock jumps over this time on this day.")]
            return None
        if found.fault == ClockFault.REPEATED and not self.which.data:
            self.needs_which = True
            self.which.errors = [gettext("The clock shows this time twice on this day.")]
            return None
        return OccurrenceValues(
            starts_at=found.instant,
            minutes=self.minutes.data,
            space=self.space.data,
            is_bookable=self.is_bookable.data,
            capacity=self.capacity.data,
        )


def time_form(values: TimeValues, *, prefix: str) -> TimeForm:
    form = TimeForm(obj=values, prefix=prefix)
    form.space.choices = _selectable(values.choices, none=gettext("still open"))
    form.needs_which = bool(form.which.data)
    return form


def local_values(
    starts_at: datetime, *, zone: ZoneInfo, minutes: int, space: str, is_bookable: bool,
    capacity: int | None, choices: Choices,
) -> TimeValues:  # fmt: skip
    """A saved time as the form shows it, on the edition's clock."""
    there = starts_at.astimezone(zone)
    repeated = there.replace(fold=0).utcoffset() != there.replace(fold=1).utcoffset()
    return TimeValues(
        day=there.date(),
        at=there.time(),
        minutes=minutes,
        space=space,
        is_bookable=is_bookable,
        capacity=capacity,
        which=("second" if there.fold else "first") if repeated else "",
        choices=choices,
    )


class StrandForm(FlaskForm):  # type: ignore[misc]
    name = StringField(_l("Name"), filters=LINE, validators=[NEEDED, Length(max=200)])
    accent = RadioField(
        _l("Colour"), choices=[SelectChoice(each) for each in ACCENTS], default="sun"
    )
    position = WholeNumber(_l("Order"), default=0, validators=[Optional(), NumberRange(0, 999)])


class PresenterForm(FlaskForm):  # type: ignore[misc]
    name = StringField(_l("Name"), filters=LINE, validators=[NEEDED, Length(max=200)])
    affiliation = StringField(_l("From"), filters=LINE, validators=[Length(max=200)])
    biography = TextAreaField(_l("About the person"), filters=TEXT, validators=[Length(max=5000)])
    email = EmailField(_l("E-mail"), filters=LINE, validators=[Length(max=254), OneAddress()])
    locale = SelectField(_l("Language of the mails"), default="")

    def __init__(self, *, languages: Iterable[str], **values: Any) -> None:
        super().__init__(**values)
        spoken = [SelectChoice(each, LANGUAGES[each].autonym) for each in languages]
        self.locale.choices = [SelectChoice("", gettext("The festival’s")), *spoken]

    def told(self) -> dict[str, str]:
        """What was told about the person, as the actions take it."""
        return {
            "name": self.name.data,
            "affiliation": self.affiliation.data,
            "biography": self.biography.data,
            "email": normalised_email(self.email.data),
            "locale": self.locale.data,
        }


class PublishForm(FlaskForm):  # type: ignore[misc]
    note = TextAreaField(_l("Note for the team"), filters=TEXT, validators=[Length(max=2000)])
    telling = RadioField(
        _l("The people concerned"),
        choices=[
            SelectChoice(Telling.NOW.value, _l("Tell them now")),
            SelectChoice(Telling.HELD.value, _l("Hold the mails, so that I can read them first")),
            SelectChoice(Telling.NOBODY.value, _l("Tell nobody")),
        ],
        default=Telling.NOW.value,
        validators=[DataRequired(_l("Choose one of the list."))],
    )
    reason = StringField(
        _l("Why nobody needs to be told"), filters=LINE, validators=[Length(max=400)]
    )
