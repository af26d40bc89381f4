"""Which sessions a reader asks for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from datetime import date

from festival.programme.folding import folded
from festival.programme.published import (
    PublishedOccurrence,
    PublishedProgramme,
    PublishedSession,
)

Held = tuple[PublishedSession, PublishedOccurrence]
BOOKABLE, DROP_IN = "bookable", "drop_in"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for; an empty value asks for everything.

    ``words`` as typed; ``venue``, ``space``, ``strand`` and ``city`` are slugs; ``language`` one of
    the languages a session is held in; ``age`` in years; ``tags`` must all be there; ``booking`` is
    ``bookable`` or ``drop_in``.
    """

    words: str = ""
    day: date | None = None
    venue: str = ""
    space: str = ""
    strand: str = ""
    kind: str = ""
    language: str = ""
    age: int | None = None
    tags: tuple[str, ...] = ()
    booking: str = ""
    city: str = ""

    @property
    def is_narrowed(self) -> bool:
        """Whether anything but the day is asked for."""
        return self.count > 0 or bool(self.words)

    @property
    def count(self) -> int:
        """How many filters are set, besides the words and the day."""
        values = [getattr(self, each.name) for each in fields(self)]
        return sum(value not in ("", None, ()) for value in values) - (
            bool(self.words) + (self.day is not None)
        )


def held_as_wanted(programme: PublishedProgramme, wanted: Wanted) -> list[Held]:
    """Every (session, occurrence) that fits, by start."""
    fits = {id(each) for each in sessions_as_wanted(programme, wanted)}
    return [
        (session, occ)
        for session, occ in programme.held
        if id(session) in fits and _occurrence_fits(programme, occ, wanted)
    ]


def sessions_as_wanted(programme: PublishedProgramme, wanted: Wanted) -> list[PublishedSession]:
    """Sessions that fit by what they are; also those that have no time yet."""
    tests = _tests(wanted)
    return [each for each in programme.sessions if all(test(each) for test in tests)]


def without_time(programme: PublishedProgramme, wanted: Wanted) -> list[PublishedSession]:
    """Sessions that fit and whose time is still open; none where a day or a place is asked for."""
    if wanted.day or wanted.venue or wanted.space or wanted.booking:
        return []
    return [each for each in sessions_as_wanted(programme, wanted) if not each.occurrences]


def count_by_day(programme: PublishedProgramme, wanted: Wanted) -> dict[date, int]:
    """How many occurrences fit on each day, whatever day is asked for; all days are there."""
    counts = dict.fromkeys(programme.days, 0)
    for _, occ in held_as_wanted(programme, replace(wanted, day=None)):
        counts[programme.local_day(occ)] += 1
    return counts


def _tests(wanted: Wanted) -> list[Callable[[PublishedSession], bool]]:
    tests: list[Callable[[PublishedSession], bool]] = []
    words = folded(wanted.words).split()
    if words:
        tests.append(lambda each: all(word in each.search_text for word in words))
    if wanted.strand:
        tests.append(lambda each: each.strand is not None and each.strand.slug == wanted.strand)
    if wanted.kind:
        tests.append(lambda each: each.kind == wanted.kind)
    if wanted.language:
        tests.append(lambda each: wanted.language in each.languages)
    if wanted.city:
        tests.append(lambda each: each.city is not None and each.city.slug == wanted.city)
    if wanted.tags:
        tests.append(lambda each: set(wanted.tags) <= set(each.tags))
    if wanted.age is not None:
        tests.append(lambda each: is_for_age(each, wanted.age))
    return tests


def is_for_age(session: PublishedSession, age: int | None) -> bool:
    """Whether somebody of this age is invited; nobody is left out where no age is given."""
    if age is None:
        return True
    return (session.age_min or 0) <= age and (session.age_max is None or age <= session.age_max)


def _occurrence_fits(
    programme: PublishedProgramme, occ: PublishedOccurrence, wanted: Wanted
) -> bool:
    if wanted.venue and (occ.space is None or occ.space.venue.slug != wanted.venue):
        return False
    if wanted.space and (occ.space is None or occ.space.slug != wanted.space):
        return False
    if wanted.booking and occ.bookable != (wanted.booking == BOOKABLE):
        return False
    return wanted.day is None or programme.local_day(occ) == wanted.day
