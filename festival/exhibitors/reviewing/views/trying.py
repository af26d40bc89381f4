"""Trying decisions: the balance as it is and as it would be, and what is wished for."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from sqlalchemy import select

from festival.exhibitors.reviewing import actions, queries
from festival.exhibitors.reviewing.forms import targets_form
from festival.exhibitors.reviewing.rules import Balance
from festival.exhibitors.reviewing.states import (
    AGE_NAMES,
    HISTORY_NAMES,
    AgeGroup,
    Dimension,
    History,
)
from festival.exhibitors.reviewing.views.room import blueprint, state_named, uses_of_classes
from festival.exhibitors.states import DECISIONS, MANNER_NAMES, SECTOR_NAMES, Sector
from festival.exhibitors.tongues import names_of
from festival.extensions import db
from festival.festivals.models import Strand
from festival.shared.access import Role, current_actor, open_to
from festival.shared.clock import utc_now
from festival.shared.errors import FieldRefused
from festival.shared.forms import show_refusal
from festival.shared.work import unit_of_work


@blueprint.get("/organize/exhibitors/balance")
@open_to(Role.ORGANIZER)
def balance() -> ResponseReturnValue:
    """Accepted, tried and waiting along each dimension."""
    trials = queries.trials_of(g.edition, person_id=current_user.person_id)
    found = queries.balance_of(g.edition, trials=trials)
    return render_template(
        "exhibitors/reviewing/balance.html",
        balance=found,
        names=value_names(found),
        classes=uses_of_classes(trials),
        tried=tried_rows(),
    )


@blueprint.post("/organize/exhibitors/try")
@open_to(Role.ORGANIZER)
@unit_of_work
def attempt() -> ResponseReturnValue:
    """Try a decision on the chosen applications, or take trials back."""
    to = state_named(request.form.get("to"), DECISIONS)
    codes = request.form.getlist("code")[:500]
    done, refused = actions.try_decision(
        g.edition, codes=codes, to=to, person_id=current_user.person_id
    )
    if refused:
        flash(
            ngettext(
                "One of them cannot be decided so; it was left as it is.",
                "%(num)s of them cannot be decided so; they were left as they are.",
                refused,
            ),
            "info",
        )
    elif not done:
        flash(_("Choose at least one application first."), "info")
    return redirect(_back(request.form.get("back", "")), 303)


@blueprint.route("/organize/exhibitors/targets", methods=["GET", "POST"])
@open_to(Role.ORGANIZER)
@unit_of_work
def targets() -> ResponseReturnValue:
    """How many of each the organizers would like to have."""
    found = queries.balance_of(g.edition, trials={})
    names = value_names(found)
    lines = [
        (dimension, line.value, names[dimension][line.value], line.wanted)
        for dimension, values in found.lines.items()
        for line in values
        if line.value
    ]
    form = targets_form(lines)
    status = 200
    if form.validate_on_submit():
        wanted = {
            (dimension, value): form[f"{dimension.value}:{value}"].data or 0
            for dimension, value, _name, _wanted in lines
        }
        try:
            actions.save_targets(g.edition, wanted, now=utc_now(), actor=current_actor())
        except FieldRefused as refusal:
            show_refusal(form, refusal)
            status = 422
        else:
            flash(_("The wishes are saved."), "success")
            return redirect(url_for("reviewing.balance"), 303)
    elif form.is_submitted():
        status = 422
    page = render_template(
        "exhibitors/reviewing/targets.html", form=form, lines=lines, dimensions=list(Dimension)
    )
    return page, status


def tried_rows() -> list[tuple[Any, Any]]:
    """(application, decision) that the present person tries, by decision and name."""
    trials = queries.trials_of(g.edition, person_id=current_user.person_id)
    rows = queries.applications_with(g.edition, ids=trials, person_id=current_user.person_id)
    order = {state: number for number, state in enumerate(DECISIONS)}
    pairs = [(row, trials[row.id]) for row in rows]
    return sorted(pairs, key=lambda pair: (order[pair[1]], pair[0].organization.name))


def value_names(found: Balance) -> dict[Dimension, dict[str, str]]:
    """Dimension → value → its name in the page's language."""
    rows = db.session.execute(
        select(Strand.slug, Strand.name).where(Strand.edition_id == g.edition.id)
    )
    strands = {slug: name for slug, name in rows}
    known: dict[Dimension, dict[str, str]] = {
        Dimension.SECTOR: {each.value: _(SECTOR_NAMES[each]) for each in Sector},
        Dimension.STRAND: strands | {"": _("No strand chosen")},
        Dimension.DISTRICT: {"": _("No district told")},
        Dimension.AGE: {each.value: _(AGE_NAMES[each]) for each in AgeGroup},
        Dimension.ACCESS: {name: _(text) for name, text in MANNER_NAMES.items()},
        Dimension.HISTORY: {each.value: _(HISTORY_NAMES[each]) for each in History},
    }
    return {
        dimension: {
            line.value: known.get(dimension, {}).get(line.value)
            or (
                names_of([line.value], locale=g.locale)
                if dimension is Dimension.LANGUAGE
                else line.value
            )
            for line in lines
        }
        for dimension, lines in found.lines.items()
    }


def _back(address: str) -> str:
    """The list as it was, never another site."""
    parts = urlsplit(address)
    own = url_for("exhibitors.applications")
    if parts.scheme or parts.netloc or parts.path not in (own, url_for("reviewing.balance")):
        return own
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
