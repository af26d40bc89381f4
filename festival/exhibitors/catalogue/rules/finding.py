"""Searching and filtering entries, and how many there are behind each filter; pure functions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from festival.exhibitors.catalogue.rules.facts import Entry, ExhibitFacts, search_key
from festival.exhibitors.catalogue.states import Facet

YES = "1"
MOST_WORDS = 8


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a reader looks for; all chosen ``values`` of all facets must be met."""

    words: str = ""
    values: Mapping[Facet, tuple[str, ...]] = field(default_factory=dict)

    def of(self, facet: Facet) -> tuple[str, ...]:
        return self.values.get(facet, ())

    @property
    def active(self) -> int:
        """How many filters are set."""
        return sum(len(each) for each in self.values.values())


@dataclass(frozen=True)
class Item:
    """One card: an exhibitor, or one course of one."""

    entry: Entry
    search_text: str
    exhibit: ExhibitFacts | None = None


@dataclass(frozen=True, slots=True, order=True)
class Option:
    """A value of a filter, its name where it is the data's own word, and what is behind it."""

    value: str
    name: str
    count: int


@dataclass(frozen=True, slots=True)
class Found:
    items: list[Item]
    options: dict[Facet, list[Option]]
    wanted: Wanted
    """What was asked for, without values that nobody has: those are no filter."""


def exhibitors(entries: Iterable[Entry]) -> list[Item]:
    """A card for each exhibitor, by name."""
    rows = [Item(each, each.search_text) for each in entries]
    return sorted(rows, key=lambda each: (search_key(each.entry.name), each.entry.code))


def courses(entries: Iterable[Entry]) -> list[Item]:
    """A card for each course that is held all year, by title."""
    rows = [
        Item(
            each, f"{search_key(f'{course.title} {course.description}')}\n{each.own_words}", course
        )
        for each in entries
        for course in each.courses
    ]
    return sorted(rows, key=_course_order)


def _course_order(item: Item) -> tuple[str, str, str]:
    title = item.exhibit.title if item.exhibit else ""
    return search_key(title), search_key(item.entry.name), item.entry.code


def find(items: Sequence[Item], asked: Wanted) -> Found:
    """What matches, and per filter how many would, if that filter alone were set otherwise.

    Of a facet of which several can be chosen (access) it is how many would remain; of the others
    the first chosen value counts.
    """
    told = [{facet: values_of(item.entry, facet) for facet in Facet} for item in items]
    names: dict[Facet, dict[str, str]] = {facet: {} for facet in Facet}
    for values in told:
        for facet in Facet:
            for value, name in values[facet].items():
                names[facet].setdefault(value, name)
    wanted = _known(asked, names)
    words = search_key(wanted.words).split()[:MOST_WORDS]
    counts: dict[Facet, Counter[str]] = {facet: Counter() for facet in Facet}
    kept = []
    for item, values in zip(items, told, strict=True):
        if not all(word in item.search_text for word in words):
            continue
        missed = [
            facet for facet in Facet if not all(each in values[facet] for each in wanted.of(facet))
        ]
        if not missed:
            kept.append(item)
        for facet in Facet:
            if not missed or (missed == [facet] and facet is not Facet.ACCESS):
                counts[facet].update(values[facet].keys())
    options = {
        facet: _options(names[facet], counts[facet], chosen=wanted.of(facet)) for facet in Facet
    }
    return Found(kept, options, wanted)


def _known(asked: Wanted, names: Mapping[Facet, Mapping[str, str]]) -> Wanted:
    known = {
        facet: tuple(each for each in values if each in names[facet])
        for facet, values in asked.values.items()
    }
    chosen = {
        facet: values if facet is Facet.ACCESS else values[:1]
        for facet, values in known.items()
        if values
    }
    return Wanted(asked.words, chosen)


def values_of(entry: Entry, facet: Facet) -> dict[str, str]:
    """Value in the address → name, for one facet of one exhibitor."""
    if facet is Facet.STRAND:
        return {entry.strand.slug: entry.strand.name} if entry.strand else {}
    if facet is Facet.DISTRICT:
        return {search_key(each): each for each in entry.districts}
    if facet is Facet.ALL_YEAR:
        return {YES: YES} if any(each.all_year for each in entry.exhibits) else {}
    plain: Mapping[Facet, tuple[str, ...]] = {
        Facet.SECTOR: (entry.sector.value,),
        Facet.LANGUAGE: entry.spoken,
        Facet.ACCESS: entry.access,
    }
    return {each: each for each in plain[facet]}


def _options(
    names: Mapping[str, str], counts: Counter[str], *, chosen: tuple[str, ...]
) -> list[Option]:
    """Those behind which there is something, and those that are chosen, by name."""
    shown = [
        Option(value, name, counts[value])
        for value, name in names.items()
        if counts[value] or value in chosen
    ]
    return sorted(shown, key=lambda each: (search_key(each.name), each.value))
