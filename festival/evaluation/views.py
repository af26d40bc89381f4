"""The page of figures."""

from __future__ import annotations

from flask import Response, g, render_template
from flask.typing import ResponseReturnValue

from festival.evaluation import page as words
from festival.evaluation.press_facts import attendance_facts
from festival.evaluation.report import make_report
from festival.evaluation.rules import MIN_CELL
from festival.evaluation.table import figures_csv
from festival.press.facts import provide_facts
from festival.shared.access import Role, open_to
from festival.shared.addresses import edition_blueprint
from festival.shared.clock import utc_now

blueprint = edition_blueprint("evaluation", __name__)
provide_facts(attendance_facts)


@blueprint.get("/organize/figures")
@open_to(Role.ORGANIZER, Role.EVALUATOR)
def figures() -> ResponseReturnValue:
    report = make_report(g.edition, least=MIN_CELL, now=utc_now())
    return render_template(
        "evaluation/figures.html",
        edition=g.edition,
        report=report,
        charts=words.charts(report),
        beside=words.beside_one_another(report),
        words=words,
        least=MIN_CELL,
    )


@blueprint.get("/organize/figures.csv")
@open_to(Role.ORGANIZER, Role.EVALUATOR)
def figures_table() -> ResponseReturnValue:
    report = make_report(g.edition, least=MIN_CELL, now=utc_now())
    name = f"figures-{g.edition.festival.slug}-{g.edition.slug}.csv"
    return Response(
        figures_csv(report, least=MIN_CELL),
        mimetype="text/csv",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
