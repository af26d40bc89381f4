"""The page of figures: numbers, sentences and tables, in the reader's language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from babel.dates import format_skeleton
from babel.numbers import format_percent
from flask_babel import (
    format_date,
    format_datetime,
    format_decimal,
    get_locale,
    gettext,
    ngettext,
)

from festival.evaluation.measures import NAMES, Figure, Measure
from festival.evaluation.queries import HostCount
from festival.evaluation.report import HOSTS, Breakdown, Dimension, Report
from festival.evaluation.returns.states import METHOD_NAMES
from festival.evaluation.rules import Cell, Veil
from festival.festivals.models import Edition
from festival.shared.sentences import mark
from festival.visitors.states import AgeBand

MOST_BARS = 15
"""Rows of one chart on the page; the download has all."""

DIMENSIONS = {
    Dimension.DAY: mark("Day"),
    Dimension.VENUE: mark("Place"),
    Dimension.DISTRICT: mark("District"),
    Dimension.STRAND: mark("Strand"),
    Dimension.ORGANIZATION: mark("Organization"),
    Dimension.SECTOR: mark("Sector"),
    Dimension.SESSION: mark("Session"),
}
TITLES = {
    (Measure.VISITS, Dimension.DAY): mark("Visits by day"),
    (Measure.VISITS, Dimension.VENUE): mark("Visits by place"),
    (Measure.PARTICIPATIONS, Dimension.DAY): mark("Participations by day"),
    (Measure.PARTICIPATIONS, Dimension.VENUE): mark("Participations by place"),
    (Measure.PARTICIPATIONS, Dimension.DISTRICT): mark("Participations by district"),
    (Measure.PARTICIPATIONS, Dimension.STRAND): mark("Participations by strand"),
    (Measure.PARTICIPATIONS, Dimension.ORGANIZATION): mark("Participations by organization"),
    (Measure.PARTICIPATIONS, Dimension.SECTOR): mark("Participations by sector"),
    (Measure.PARTICIPATIONS, Dimension.SESSION): mark("Participations by session"),
}
SECTORS = {
    "formal_education": mark("Schools and universities"),
    "library": mark("Libraries"),
    "museum": mark("Museums"),
    "ngo": mark("Associations and NGOs"),
    "company": mark("Companies"),
    "public_body": mark("Public bodies"),
    "community_group": mark("Community groups"),
    "other": mark("Others"),
}
BANDS = {
    AgeBand.UNDER_6: mark("Under 6 years"),
    AgeBand.FROM_6: mark("6 to 12 years"),
    AgeBand.FROM_13: mark("13 to 17 years"),
    AgeBand.FROM_18: mark("18 to 29 years"),
    AgeBand.FROM_30: mark("30 to 64 years"),
    AgeBand.FROM_65: mark("65 years and over"),
    AgeBand.UNKNOWN: mark("Age not given"),
}
GROUPS: tuple[tuple[str, str, tuple[Measure, ...]], ...] = (
    (
        mark("Who came"),
        "mint",
        (Measure.UNIQUE_VISITORS, Measure.VISITS, Measure.PARTICIPATIONS, Measure.SHARE),
    ),
    (
        mark("Who said they would come"),
        "sky",
        (Measure.REGISTRATIONS, Measure.REGISTERED_PEOPLE, Measure.BOOKED_PLACES),
    ),
    (
        mark("What hosts told"),
        "sun",
        (Measure.HOSTS_COUNTED, Measure.HOSTS_TALLIED, Measure.HOSTS_ESTIMATED),
    ),
    (mark("Not audience, or not counted"), "violet", (Measure.CONTRIBUTORS, Measure.ONLINE)),
)


@dataclass(frozen=True, slots=True)
class Chart:
    title: str
    sentence: str
    rows: list[tuple[str, int, str]]
    heads: tuple[str, str]
    left_out: int
    """Rows that only the download has."""


def _(message: str, **values: object) -> str:
    return str(gettext(message, **values))


def value_text(figure: Figure) -> str:
    """The number in the reader's language; a dash where nothing was counted."""
    if figure.value is None:
        return "–"
    if figure.measure == Measure.SHARE:
        return percent_text(figure.value)
    return str(format_decimal(int(figure.value)))


def percent_text(share: float) -> str:
    """A fraction as per cent with two significant digits, or whole per cent from ten on."""
    per_cent = share * 100
    rounded = round(per_cent) if per_cent >= 10 else float(f"{per_cent:.2g}")
    fraction = Decimal(str(rounded)) / 100
    return str(format_percent(fraction, locale=get_locale(), decimal_quantization=False))


def base_text(figure: Figure) -> str:
    """What a share was divided by, with the year of the census; "not counted"; else empty."""
    if figure.value is None:
        return _("not counted")
    if figure.base is None:
        return ""
    number = format_decimal(figure.base)
    if figure.base_year is None:
        return _("of %(number)s inhabitants, year not given", number=number)
    return _("of %(number)s inhabitants in %(year)s", number=number, year=str(figure.base_year))


def label_text(dimension: Dimension, label: str) -> str:
    """A row's label as people read it."""
    if not label:
        return _("Not given")
    if dimension == Dimension.DAY:
        return str(format_date(date.fromisoformat(label), "EEEE d MMMM"))
    if dimension == Dimension.SECTOR:
        return _(SECTORS.get(label, label))
    return label


def cell_text(cell: Cell, *, least: int) -> str:
    """A number, or that it is too small or would give a small one away."""
    if cell.value is not None:
        return str(format_decimal(cell.value))
    if cell.veil == Veil.SMALL:
        return _("fewer than %(number)s", number=least)
    return _("not shown")


def moment_text(moment: datetime, edition: Edition) -> str:
    """Date and time on the edition's clock, with the zone's name."""
    local = moment.astimezone(ZoneInfo(edition.time_zone))
    text = format_datetime(local, "d MMMM y, HH:mm", rebase=False)
    return f"{text} ({edition.time_zone})"


def short_moment_text(moment: datetime, edition: Edition) -> str:
    """``Fri 14 May, 10:00`` on the edition's clock."""
    local = moment.astimezone(ZoneInfo(edition.time_zone))
    return f"{format_skeleton('MMMEd', local, locale=get_locale())}, {local:%H:%M}"


def count_text(number: int | None) -> str:
    """A number, or a dash where nothing was counted."""
    return "–" if number is None else str(format_decimal(number))


def host_method_text(told: HostCount) -> str:
    return _(METHOD_NAMES[told.method])


def beside_one_another(report: Report) -> list[HostCount]:
    """The largest host returns; each carries what was booked and scanned for the same time."""
    return sorted(report.told, key=lambda each: -each.people)[:MOST_BARS]


def headline(report: Report) -> str:
    """The sentence to quote, in three short ones."""

    def count(measure: Measure) -> int:
        return int(report.figures[measure].value or 0)

    people, visits = count(Measure.UNIQUE_VISITORS), count(Measure.VISITS)
    parts = count(Measure.PARTICIPATIONS)
    return " ".join(
        (
            ngettext(
                "%(number)s person came.", "%(number)s different people came.", people,
                number=format_decimal(people),
            ),
            ngettext(
                "Together they made %(number)s visit.", "Together they made %(number)s visits.",
                visits, number=format_decimal(visits),
            ),
            ngettext(
                "They took part in something %(number)s time.",
                "They took part in something %(number)s times.",
                parts, number=format_decimal(parts),
            ),
        )
    )  # fmt: skip


def charts(report: Report) -> list[Chart]:
    """A chart for each breakdown that says something: one row without a name does not.

    What hosts told stands beside the other sources in a table of its own.
    """
    by_hosts = {measure for measure, _method in HOSTS.values()}
    return [
        _chart(each)
        for each in report.breakdowns
        if any(row.label for row in each.rows) and each.measure not in by_hosts
    ]


def _chart(breakdown: Breakdown) -> Chart:
    rows = [
        (label_text(breakdown.dimension, row.label), row.value, str(format_decimal(row.value)))
        for row in breakdown.rows
    ]
    label, _value, text = max(rows, key=lambda row: row[1])
    return Chart(
        title=_(TITLES[breakdown.measure, breakdown.dimension]),
        sentence=_(
            "Most: %(label)s with %(number)s of %(total)s.",
            label=label,
            number=text,
            total=format_decimal(breakdown.total),
        ),
        rows=rows[:MOST_BARS],
        heads=(_(DIMENSIONS[breakdown.dimension]), _(NAMES[breakdown.measure])),
        left_out=max(0, len(rows) - MOST_BARS),
    )
