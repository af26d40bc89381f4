"""What organizers and evaluators see of returns: which are in, which are missing, the download."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from enum import StrEnum

from flask import current_app, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from festival.config import Settings
from festival.evaluation.returns import actions, queries, reminding, words
from festival.evaluation.returns.forms import DaysForm, PlainForm
from festival.evaluation.returns.queries import Line
from festival.evaluation.returns.states import METHOD_NAMES, STANDING_NAMES, Standing
from festival.evaluation.returns.views.room import blueprint
from festival.shared.access import Role, current_actor, has_role, open_to
from festival.shared.addresses import page_asked_for
from festival.shared.clock import utc_now
from festival.shared.errors import FieldRefused
from festival.shared.forms import show_refusal
from festival.shared.tables import Cell, csv_response
from festival.shared.work import unit_of_work

PER_PAGE = 50
COLUMNS = (
    "session", "title", "organization", "starts_at", "minutes", "place", "state", "children",
    "adults", "total", "how_counted", "times_held", "room", "places", "booked", "scanned",
    "to_look_at", "went_well", "visitors_said", "do_better", "filed_by", "changed_at",
)  # fmt: skip


class Show(StrEnum):
    """Which lines the list shows."""

    ALL = "all"
    MISSING = "missing"
    FILED = "filed"
    DOUBTFUL = "doubtful"


@blueprint.get("/organize/figures/returns")
@open_to(Role.ORGANIZER, Role.EVALUATOR)
def overview() -> ResponseReturnValue:
    """Every time that has ended, the latest first; what is still to come is only counted."""
    return _overview(DaysForm(data={"days": queries.days_of(g.edition)}))


@blueprint.post("/organize/figures/returns/days")
@open_to(Role.ORGANIZER)
@unit_of_work
def set_days() -> ResponseReturnValue:
    form = DaysForm()
    if form.validate_on_submit():
        try:
            actions.set_days(g.edition, form.days.data, actor=current_actor(), now=utc_now())
        except FieldRefused as refusal:
            show_refusal(form, refusal)
        else:
            flash(_("The deadline is changed for all returns."), "success")
            return redirect(url_for("returns.overview"), 303)
    return _overview(form), 422


@blueprint.post("/organize/figures/returns/ask")
@open_to(Role.ORGANIZER)
@unit_of_work
def ask_all() -> ResponseReturnValue:
    """Remind every host of everything that is missing and can still be filed."""
    if not PlainForm().validate_on_submit():
        return _overview(DaysForm(data={"days": queries.days_of(g.edition)})), 422
    settings: Settings = current_app.config["SETTINGS"]
    count = reminding.ask_all(
        g.edition, secret=settings.secret_key, now=utc_now(), actor=current_actor()
    )
    if count:
        text = ngettext("One reminder was written.", "%(num)s reminders were written.", count)
        flash(text, "success")
    else:
        flash(_("Nobody is to be reminded, or all were within this hour."), "info")
    return redirect(url_for("returns.overview", show=Show.MISSING.value), 303)


@blueprint.get("/organize/figures/returns.csv")
@open_to(Role.ORGANIZER, Role.EVALUATOR)
def table() -> ResponseReturnValue:
    """Every time that has ended, with its return and beside it what else was counted."""
    lines = [each for each in _lines() if each.standing is not Standing.NOT_YET]
    name = f"host-returns-{g.edition.festival.slug}-{g.edition.slug}"
    return csv_response(name, columns=COLUMNS, rows=_rows(lines))


def _lines() -> list[Line]:
    return queries.lines_of(g.edition, now=utc_now())


def _overview(form: DaysForm) -> str:
    lines = _lines()
    asked = request.args.get("show", Show.ALL)
    show = Show(asked) if asked in set(Show) else Show.ALL
    ended = [each for each in reversed(lines) if each.standing is not Standing.NOT_YET]
    shown = [each for each in ended if _is_shown(each, show)]
    last = max(1, -(-len(shown) // PER_PAGE))
    number = min(page_asked_for(), last)
    return render_template(
        "evaluation/returns/overview.html",
        lines=shown[(number - 1) * PER_PAGE : number * PER_PAGE],
        counts=Counter(each.standing for each in lines),
        numbers={each: sum(_is_shown(line, each) for line in ended) for each in Show},
        total=len(lines),
        show=show,
        shows=Show,
        standings=Standing,
        number=number,
        last=last,
        page_href=url_for("returns.overview", show=show.value) + "&page={page}",
        form=form,
        may_change=has_role(Role.ORGANIZER),
    )


def _is_shown(line: Line, show: Show) -> bool:
    if show is Show.MISSING:
        return line.filed is None
    if show is Show.FILED:
        return line.filed is not None
    return show is Show.ALL or bool(line.doubts)


def _rows(lines: list[Line]) -> Iterator[tuple[Cell, ...]]:
    for line in lines:
        time, filed = line.time, line.filed
        told: tuple[Cell, ...] = ("", "", "", "", "")
        said: tuple[Cell, ...] = ("", "", "", "", "")
        if filed is not None:
            told = (
                filed.children, filed.adults, filed.total, _(METHOD_NAMES[filed.method]),
                filed.times_held,
            )  # fmt: skip
            said = (
                filed.went_well, filed.visitors_said, filed.do_better, filed.filed_by.value,
                filed.changed_at.isoformat(timespec="seconds"),
            )  # fmt: skip
        yield (
            time.session.code, words.title_text(time), time.organization,
            time.occurrence.starts_at.isoformat(timespec="seconds"), time.occurrence.minutes,
            words.where_text(time), _(STANDING_NAMES[line.standing]), *told, time.room,
            time.occurrence.capacity, time.booked, line.scanned or None,
            " ".join(words.doubt_texts(line)), *said,
        )  # fmt: skip
