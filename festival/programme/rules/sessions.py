"""What a session and an occurrence may be, and how two versions of them differ."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime

from festival.programme.states import MOVES, AttendanceMode, Kind, SessionState
from festival.shared.sentences import mark

LONGEST = 48 * 60
"""Minutes of the longest occurrence: a project of a weekend."""
Refusal = tuple[str, str]
"""(name of the field, sentence)."""


@dataclass(frozen=True, slots=True)
class SessionValues:
    """Everything that an organizer enters about a session.

    ``strand``, ``organization``, ``city`` and ``presenters`` are slugs and codes, empty where none
    is given; ``translations`` locale → field → text; ``links`` pairs (url, title).
    """

    title: str
    kind: Kind = Kind.ACTIVITY
    subtitle: str = ""
    abstract: str = ""
    description: str = ""
    language: str = ""
    languages: tuple[str, ...] = ()
    type_label: str = ""
    strand: str = ""
    organization: str = ""
    city: str = ""
    presenters: tuple[str, ...] = ()
    attendance_mode: AttendanceMode = AttendanceMode.ON_SITE
    stream_url: str = ""
    age_min: int | None = None
    age_max: int | None = None
    tags: tuple[str, ...] = ()
    cost: str = ""
    bring: str = ""
    links: tuple[tuple[str, str], ...] = ()
    translations: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OccurrenceValues:
    """When and where; ``space`` is a slug or empty, ``starts_at`` an instant in UTC."""

    starts_at: datetime
    minutes: int
    space: str = ""
    is_bookable: bool = False
    capacity: int | None = None


def refusal_for_session(values: SessionValues) -> Refusal | None:
    """Why these values cannot be saved, or None."""
    if not values.title:
        return "title", mark("A session needs a title.")
    if (
        values.age_min is not None
        and values.age_max is not None
        and values.age_min > values.age_max
    ):
        return "age_max", mark("The oldest age is below the youngest.")
    return None


def refusal_for_occurrence(values: OccurrenceValues, *, places_taken: int) -> Refusal | None:
    """Why these values cannot be saved, or None.

    Clashes are no refusal; fewer places than people have already booked are.
    """
    if not 0 < values.minutes <= LONGEST:
        return "minutes", mark("Give a length between one minute and two days.")
    if values.capacity is not None and values.capacity < places_taken:
        return "capacity", mark("%(taken)s places are already booked; it cannot be fewer.")
    if values.is_bookable and values.capacity is None:
        return "capacity", mark("Say how many places can be booked.")
    return None


def may_move(before: SessionState, after: SessionState) -> bool:
    """Whether the table of states permits it."""
    return after in MOVES[before]


def differing_fields(
    saved: SessionValues, typed: SessionValues
) -> list[tuple[str, object, object]]:
    """(field, saved, typed) of every field that differs."""
    return [
        (each.name, getattr(saved, each.name), getattr(typed, each.name))
        for each in fields(SessionValues)
        if getattr(saved, each.name) != getattr(typed, each.name)
    ]
