"""What the press may quote: the figures, with the public's limit on small cells."""

from __future__ import annotations

from datetime import datetime

from flask_babel import gettext as _

from festival.evaluation import page as words
from festival.evaluation.measures import METHODS, Measure, Method
from festival.evaluation.report import Report, make_report
from festival.evaluation.rules import MIN_PUBLIC_CELL
from festival.festivals.models import Edition
from festival.press.facts import Fact
from festival.visitors.states import AgeBand

MEASURES = (
    Measure.UNIQUE_VISITORS,
    Measure.VISITS,
    Measure.PARTICIPATIONS,
    Measure.SHARE,
    Measure.REGISTERED_PEOPLE,
    Measure.CONTRIBUTORS,
    Measure.ONLINE,
)
BEFORE_THE_DOORS = (Measure.REGISTERED_PEOPLE,)
CHILDREN = (AgeBand.UNDER_6, AgeBand.FROM_6, AgeBand.FROM_13)


def attendance_facts(edition: Edition, now: datetime) -> list[Fact]:
    """Source for ``press.facts.provide_facts``: attendance, and children registered.

    Before the first scan there is nothing to quote about attendance, so nothing stands there; a
    zero would be read as a result.
    """
    report = make_report(edition, least=MIN_PUBLIC_CELL, now=now)
    measures = MEASURES if report.is_scanned else BEFORE_THE_DOORS
    return [*(_figure(report, measure) for measure in measures), *_children(report)]


def _figure(report: Report, measure: Measure) -> Fact:
    figure = report.figures[measure]
    value = words.value_text(figure) if figure.value is not None else _("not counted")
    base = words.base_text(figure) if figure.base else ""
    return Fact(
        key=measure.value,
        name=_(figure.name),
        value=figure.value,
        value_text=f"{value} {base}".strip(),
        definition=_(figure.definition),
        method=_(figure.method_sentence),
        as_of=figure.as_of,
        note=_(figure.note) if figure.note else "",
    )


def _children(report: Report) -> list[Fact]:
    return [
        Fact(
            key=f"registered_{band.value}",
            name=_("Registered: %(age)s", age=_(words.BANDS[band])),
            value=cell.value,
            value_text=words.cell_text(cell, least=MIN_PUBLIC_CELL),
            definition=_("People of this age in registrations; giving an age is optional."),
            method=_(METHODS[Method.REGISTRATION]),
            as_of=report.as_of,
        )
        for band in CHILDREN
        if (cell := report.bands.get(band)) is not None
    ]
