"""The figures as one table to download: the same numbers as on the page, none left out."""

from __future__ import annotations

from collections.abc import Iterator

from flask_babel import gettext as _

from festival.evaluation.measures import METHODS, NAMES, Measure, Method
from festival.evaluation.page import BANDS, DIMENSIONS, cell_text, label_text
from festival.evaluation.report import Dimension, Report
from festival.shared.tables import Cell, csv_table

HEADS = ("measure", "dimension", "label", "value", "definition", "method", "note", "as_of")


def figures_csv(report: Report, *, least: int) -> bytes:
    """CSV: a line per figure, per row of each breakdown and per age band.

    ``as_of`` is in UTC (ISO 8601); a share is a fraction; what was not counted has no value.
    """
    return csv_table(HEADS, [*_figures(report), *_breakdowns(report), *_bands(report, least)])


def _figures(report: Report) -> Iterator[tuple[Cell, ...]]:
    for figure in report.figures.values():
        note = _(figure.note) if figure.note else ""
        definition, method = _(figure.definition), _(figure.method_sentence)
        yield (_(figure.name), "", "", figure.value, definition, method, note, _as_of(report))


def _breakdowns(report: Report) -> Iterator[tuple[Cell, ...]]:
    for each in report.breakdowns:
        figure = report.figures[each.measure]
        name, method = _(figure.name), _(figure.method_sentence)
        dimension = _(DIMENSIONS[each.dimension])
        for row in each.rows:
            is_day = each.dimension == Dimension.DAY
            label = row.label if is_day else label_text(each.dimension, row.label)
            yield (name, dimension, label, row.value, "", method, "", _as_of(report))


def _bands(report: Report, least: int) -> Iterator[tuple[Cell, ...]]:
    people, method = _(NAMES[Measure.REGISTERED_PEOPLE]), _(METHODS[Method.REGISTRATION])
    for band, cell in report.bands.items():
        value = cell_text(cell, least=least)
        yield (people, _("Age"), _(BANDS[band]), value, "", method, "", _as_of(report))


def _as_of(report: Report) -> str:
    return report.as_of.isoformat(timespec="seconds")
