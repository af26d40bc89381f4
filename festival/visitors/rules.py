"""What is allowed to visitors; pure functions over plain facts.

Sentences are English message ids (``shared.sentences.mark``); a rule that refuses answers
``Refusal``, which names the form's field, so that the page shows it where it belongs.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from festival.shared.sentences import mark
from festival.visitors.states import AgeBand, Claim

MOST_PEOPLE = 40
"""Largest household or group of one registration: a school class with its teachers."""


MOST_MAILS_A_DAY = 5
"""Confirmations to one address, edition and day: nobody has proven that it is theirs."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why not: the field it concerns, the sentence, and the values that stand in it."""

    field: str
    sentence: str
    values: Mapping[str, object] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Slot:
    """Something that takes a household's time."""

    title: str
    starts_at: datetime
    minutes: int

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.minutes)


@dataclass(frozen=True, slots=True)
class BookableFacts:
    """What decides whether a place can be taken; ``capacity`` None means nobody counts."""

    is_confirmed: bool
    is_bookable: bool
    starts_at: datetime
    capacity: int | None
    places_taken: int


@dataclass(frozen=True, slots=True)
class Claimed:
    """``released_at``: when the places had gone to others, if they had."""

    claim: Claim
    released_at: datetime | None = None


def registration_is_open(
    now: datetime, *, opens_at: datetime | None, closes_at: datetime | None
) -> bool:
    """Registration is open unless an organizer set a window and ``now`` is outside of it."""
    return (opens_at is None or opens_at <= now) and (closes_at is None or now < closes_at)


def refusal_for_party(people: int, *, bands: Mapping[AgeBand, int]) -> Refusal | None:
    """One to ``MOST_PEOPLE`` people, and no more in the age bands than there are people."""
    if people < 1:
        return Refusal("people", mark("Give at least one person."))
    if people > MOST_PEOPLE:
        return Refusal(
            "people",
            mark("One registration is for up to %(most)s people. Please make several for more."),
            {"most": MOST_PEOPLE},
        )
    if any(count < 0 for count in bands.values()):
        return Refusal("people", mark("A number of people cannot be less than nothing."))
    told = sum(bands.values())
    if told > people:
        return Refusal(
            "people",
            mark("The age groups add up to %(told)s people, but %(people)s are coming."),
            {"told": told, "people": people},
        )
    return None


def complete_bands(people: int, *, bands: Mapping[AgeBand, int]) -> dict[AgeBand, int]:
    """The bands that hold somebody; whoever was not placed counts as ``UNKNOWN``.

    The answer always adds up to ``people``.
    """
    told = {band: count for band, count in bands.items() if count and band is not AgeBand.UNKNOWN}
    rest = people - sum(told.values())
    return told | ({AgeBand.UNKNOWN: rest} if rest else {})


def refusal_for_fewer_people(people: int, *, largest_booking: int) -> Refusal | None:
    """A household cannot become smaller than one of its bookings."""
    if people < largest_booking:
        return Refusal(
            "people",
            mark("You hold %(booked)s places in one activity. Give some back first."),
            {"booked": largest_booking},
        )
    return None


def refusal_for_places(people: int, *, household: int) -> Refusal | None:
    """One to as many places as the household has people."""
    if people < 1:
        return Refusal("people", mark("Take at least one place."))
    if people > household:
        return Refusal(
            "people",
            mark("You are %(household)s people: take up to %(household)s places."),
            {"household": household},
        )
    return None


def refusal_for_booking(facts: BookableFacts, *, now: datetime) -> str | None:
    """Why no place can be taken here at all, whoever asks; fullness is not asked here."""
    if not facts.is_confirmed:
        return mark("This was cancelled. No places can be booked.")
    if not facts.is_bookable:
        return mark("No booking is needed here: just come.")
    if facts.starts_at <= now:
        return mark("This has begun already. Ask on the spot whether there is room.")
    return None


def places_left(facts: BookableFacts) -> int | None:
    """How many can still come; None where nobody counts."""
    return None if facts.capacity is None else max(0, facts.capacity - facts.places_taken)


def kept_until(starts_at: datetime, *, released_after: int | None) -> datetime | None:
    """Until when places wait for who booked them; None where they wait to the end.

    ``released_after``: the edition's minutes after the start, before it when negative.
    """
    return None if released_after is None else starts_at + timedelta(minutes=released_after)


def crosses_full(*, before: int, after: int, capacity: int | None) -> bool:
    """Whether public pages change: full now and not before, or the other way round."""
    return capacity is not None and (before >= capacity) != (after >= capacity)


def overlapping(slots: Iterable[Slot], *, wanted: Slot) -> list[Slot]:
    """Those that are held at the same time as ``wanted``; touching ends do not overlap."""
    return [
        each
        for each in slots
        if each.starts_at < wanted.ends_at and wanted.starts_at < each.ends_at
    ]
