"""The report of one edition: figures with their provenance, and what they are made of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from festival.evaluation.measures import (
    ELSEWHERE,
    GROUP_SIZES,
    LOWER_BOUND,
    NO_INHABITANTS,
    NO_RETURNS,
    NOBODY_COUNTS,
    ROUGH,
    SAME_PEOPLE,
    Figure,
    Measure,
    Method,
)
from festival.evaluation.queries import (
    Counts,
    EntryCount,
    HostCount,
    ParticipationCount,
    count_all,
)
from festival.evaluation.returns.states import CountMethod
from festival.evaluation.rules import Cell, safe_cells, share_of
from festival.festivals.models import Edition
from festival.visitors.states import AgeBand

Counted = TypeVar("Counted", EntryCount, ParticipationCount, HostCount)

HOSTS = {
    CountMethod.ONE_BY_ONE: (Measure.HOSTS_COUNTED, Method.HOST_COUNT),
    CountMethod.TALLY: (Measure.HOSTS_TALLIED, Method.HOST_TALLY),
    CountMethod.ESTIMATE: (Measure.HOSTS_ESTIMATED, Method.HOST_ESTIMATE),
}
"""What hosts told is one measure for each way in which they counted."""


class Dimension(StrEnum):
    DAY = "day"
    VENUE = "venue"
    DISTRICT = "district"
    STRAND = "strand"
    ORGANIZATION = "organization"
    SECTOR = "sector"
    SESSION = "session"


@dataclass(frozen=True, slots=True)
class Row:
    """``label`` is an ISO day, a name, a sector's code, or empty where it is not known."""

    label: str
    value: int
    accent: str = ""


@dataclass(frozen=True, slots=True)
class Breakdown:
    """One measure by one dimension; the rows add up to the figure of the measure."""

    measure: Measure
    dimension: Dimension
    rows: tuple[Row, ...]

    @property
    def total(self) -> int:
        return sum(row.value for row in self.rows)


@dataclass(frozen=True, slots=True)
class Report:
    figures: dict[Measure, Figure]
    breakdowns: tuple[Breakdown, ...]
    told: tuple[HostCount, ...]
    bands: dict[AgeBand, Cell]
    as_of: datetime
    last_scan_at: datetime | None

    @property
    def last_return_at(self) -> datetime | None:
        """When a host told something last; None while nobody has."""
        return max((each.filed_at for each in self.told), default=None)

    @property
    def is_scanned(self) -> bool:
        """Whether anybody was let in yet."""
        return bool(
            self.figures[Measure.UNIQUE_VISITORS].value or self.figures[Measure.CONTRIBUTORS].value
        )


def make_report(edition: Edition, *, least: int, now: datetime) -> Report:
    """Count everything now; no age band smaller than ``least`` people is told apart."""
    counts = count_all(edition)
    return Report(
        figures={each.measure: each for each in _figures(counts, edition=edition, now=now)},
        breakdowns=(*_breakdowns(counts), *_host_breakdowns(counts)),
        told=counts.told,
        bands=safe_cells(counts.bands, least=least),
        as_of=now,
        last_scan_at=counts.last_scan_at,
    )


def _figures(counts: Counts, *, edition: Edition, now: datetime) -> list[Figure]:
    def registered(measure: Measure, value: int) -> Figure:
        return Figure(measure, value, Method.REGISTRATION, now, note=GROUP_SIZES)

    def scanned(measure: Measure, value: int) -> Figure:
        return Figure(measure, value, Method.SCAN, now, note=LOWER_BOUND)

    return [
        Figure(Measure.REGISTRATIONS, counts.registrations, Method.REGISTRATION, now),
        registered(Measure.REGISTERED_PEOPLE, counts.registered_people),
        registered(Measure.BOOKED_PLACES, counts.booked_places),
        scanned(Measure.VISITS, sum(each.people for each in counts.entries)),
        scanned(Measure.UNIQUE_VISITORS, counts.unique_visitors),
        scanned(Measure.PARTICIPATIONS, sum(each.people for each in counts.participations)),
        *_host_figures(counts, now=now),
        scanned(Measure.CONTRIBUTORS, counts.contributors),
        Figure(Measure.ONLINE, None, Method.NOT_COLLECTED, now, note=NOBODY_COUNTS),
        _share(counts.unique_visitors, edition=edition, now=now),
    ]


def _host_figures(counts: Counts, *, now: datetime) -> list[Figure]:
    found = []
    for how, (measure, method) in HOSTS.items():
        numbers = [each.people for each in counts.told if each.method is how]
        note = ROUGH if how is CountMethod.ESTIMATE else SAME_PEOPLE
        found.append(
            Figure(measure, sum(numbers), method, now, note=note)
            if numbers
            else Figure(measure, None, Method.NOT_COLLECTED, now, note=NO_RETURNS)
        )
    return found


def _share(people: int, *, edition: Edition, now: datetime) -> Figure:
    share = share_of(people, inhabitants=edition.inhabitants)
    if share is None:
        return Figure(Measure.SHARE, None, Method.NOT_COLLECTED, now, note=NO_INHABITANTS)
    return Figure(
        Measure.SHARE,
        share,
        Method.DIVISION,
        now,
        note=ELSEWHERE,
        base=edition.inhabitants,
        base_year=edition.inhabitants_year,
    )


def _breakdowns(counts: Counts) -> tuple[Breakdown, ...]:
    entries, taking_part = counts.entries, counts.participations
    visits, parts = Measure.VISITS, Measure.PARTICIPATIONS
    accents = {each.strand: each.accent for each in taking_part if each.strand}
    return (
        Breakdown(visits, Dimension.DAY, _by(entries, lambda e: e.day.isoformat(), order=True)),
        Breakdown(visits, Dimension.VENUE, _by(entries, lambda e: e.venue)),
        Breakdown(parts, Dimension.DAY, _by(taking_part, lambda p: p.day.isoformat(), order=True)),
        Breakdown(parts, Dimension.VENUE, _by(taking_part, lambda p: p.venue)),
        Breakdown(parts, Dimension.DISTRICT, _by(taking_part, lambda p: p.district)),
        Breakdown(parts, Dimension.STRAND, _by(taking_part, lambda p: p.strand, accents=accents)),
        Breakdown(parts, Dimension.ORGANIZATION, _by(taking_part, lambda p: p.organization)),
        Breakdown(parts, Dimension.SECTOR, _by(taking_part, lambda p: p.sector)),
        Breakdown(parts, Dimension.SESSION, _by(taking_part, lambda p: f"{p.title} ({p.code})")),
    )


def _host_breakdowns(counts: Counts) -> Iterable[Breakdown]:
    for how, (measure, _method) in HOSTS.items():
        told = [each for each in counts.told if each.method is how]
        if told:
            yield Breakdown(
                measure, Dimension.SESSION, _by(told, lambda t: f"{t.title} ({t.code})")
            )


def _by(
    counted: Iterable[Counted],
    label: Callable[[Counted], str | None],
    *,
    order: bool = False,
    accents: dict[str, str] | None = None,
) -> tuple[Row, ...]:
    """Rows by label in order, or by size; what has no label comes last."""
    sums: Counter[str] = Counter()
    for each in counted:
        sums[label(each) or ""] += each.people

    def rank(item: tuple[str, int]) -> tuple[bool, int, str]:
        return (item[0] == "", 0 if order else -item[1], item[0])

    return tuple(
        Row(name, people, (accents or {}).get(name, ""))
        for name, people in sorted(sums.items(), key=rank)
    )
