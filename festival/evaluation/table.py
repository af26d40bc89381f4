"""The figures as one table to download: the same numbers as on the page, none left out."""

from __future__ import annotations

from flask_babel import gettext as _

from festival.evaluation.measures import METHODS, NAMES, Measure, Method
from festival.evaluation.page import BANDS, DIMENSIONS, cell_text, label_text
from festival.evaluation.report import Report
from festival.shared.tables import Cell, csv_table

HEADS = ("measure", "dimension", "label", "value", "definition", "method", "note", "as_of")


def figures_csv(report: Report, *, least: int) -> bytes:
    """CSV: a line per figure, per row of each breakdown and per age band.

    ``as_of`` is in UTC (ISO 8601); a share is a fraction; what was not counted has no value.
    """
    as_of = report.as_of.isoformat(timespec="seconds")
    rows: list[tuple[Cell, ...]] = [
        (
            _(figure.name),
            "",
            "",
            figure.value,
            _(figure.definition),
            _(figure.method_sentence),
            _(figure.note) if figure.note else "",
            as_of,
        )
        for figure in report.figures.values()
    ]
    for each in report.breakdowns:
        figure = report.figures[each.measure]
        rows += (
            (
                _(figure.name),
                _(DIMENSIONS[each.dimension]),
                row.label if each.dimension == "day" else label_text(each.dimension, row.label),
                row.value,
                "",
                _(figure.method_sentence),
                "",
                as_of,
            )
            for row in each.rows
        )
    people = _(NAMES[Measure.REGISTERED_PEOPLE])
    method = _(METHODS[Method.REGISTRATION])
    rows += (
        (people, _("Age"), _(BANDS[band]), cell_text(cell, least=least), "", method, "", as_of)
        for band, cell in report.bands.items()
    )
    return csv_table(HEADS, rows)
