"""Households register and book."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from festival.programme.models import Occurrence
from festival.shared.errors import RuleBroken
from festival.shared.tokens import make_token
from festival.site.demo.names import invent_name
from festival.site.demo.stage import Stage
from festival.visitors.actions import Party, book, cancel_registration, register
from festival.visitors.models import Registration
from festival.visitors.states import AgeBand, RegistrationSource

SIZES = (1, 1, 1, 2, 2, 2, 2, 3, 3, 4, 4, 4, 5, 6)
ADULTS = (AgeBand.FROM_18, AgeBand.FROM_30, AgeBand.FROM_30, AgeBand.FROM_30, AgeBand.FROM_65)
CHILDREN = (AgeBand.UNDER_6, AgeBand.FROM_6, AgeBand.FROM_6, AgeBand.FROM_13)


@dataclass(frozen=True, slots=True)
class Household:
    """A registration and the secret of its own link."""

    registration: Registration
    key: str


def register_households(stage: Stage, *, count: int) -> list[Household]:
    """Most in the six weeks before, every ninth this morning; one in five leaves an address."""
    found = []
    for number in range(count):
        name, locale = invent_name(stage.rng)
        people = stage.rng.choice(SIZES)
        is_walk_in = number % 9 == 0
        now = _moment(stage, is_walk_in=is_walk_in)
        party = Party(
            people=people, bands=_bands(stage, people=people), name=name,
            email=f"household{number}@mail.example" if number % 5 == 1 else "",
        )  # fmt: skip
        key = make_token()
        row = register(
            stage.edition, party, key=key, locale=locale, now=now,
            source=RegistrationSource.WALK_IN if is_walk_in else RegistrationSource.WEB,
        )  # fmt: skip
        found.append(Household(row, key))
    for household in found[::97]:
        cancel_registration(household.registration, now=stage.at(-2, 12))
    return found


def _moment(stage: Stage, *, is_walk_in: bool) -> datetime:
    if is_walk_in:
        return stage.at(0, 8, 30) + timedelta(seconds=stage.rng.randrange(3 * 3600))
    days = min(40, int(stage.rng.expovariate(1 / 12))) + 1
    return stage.at(-days, 7) + timedelta(seconds=stage.rng.randrange(14 * 3600))


def _bands(stage: Stage, *, people: int) -> dict[AgeBand, int]:
    """One in six does not say; the others are one or two adults with children."""
    if stage.rng.random() < 0.17:
        return {}
    bands: dict[AgeBand, int] = {}
    for number in range(people):
        band = stage.rng.choice(ADULTS if number < 2 else CHILDREN)
        bands[band] = bands.get(band, 0) + 1
    return bands


def book_places(stage: Stage, households: Sequence[Household], *, bookable: Sequence[int]) -> int:
    """Two in five book something; answers how many bookings were made."""
    made = 0
    for number, household in enumerate(households):
        if number % 5 not in (1, 3):
            continue
        for occurrence_id in stage.rng.sample(list(bookable), k=stage.rng.choice((1, 1, 2, 3))):
            made += _book(household, occurrence_id, stage=stage)
    return made


def fill_up(stage: Stage, households: Sequence[Household], *, occurrence: Occurrence) -> None:
    """One activity is full, so that its page has something to say."""
    left = (occurrence.capacity or 0) - occurrence.places_taken
    for household in households:
        if left <= 0:
            return
        people = min(left, household.registration.people)
        left -= people * _book(household, occurrence.id, stage=stage, people=people)


def _book(household: Household, occurrence_id: int, *, stage: Stage, people: int = 0) -> int:
    """1 when it worked; what is full, or overlaps, or is over, is left alone as a visitor would."""
    row = household.registration
    now = max(row.created_at, stage.at(-1, 9))
    try:
        book(
            row, occurrence_id=occurrence_id, people=people or min(row.people, 3), now=now,
            token=household.key,
        )  # fmt: skip
    except RuleBroken:
        return 0
    return 1
