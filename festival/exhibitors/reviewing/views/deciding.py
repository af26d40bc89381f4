"""Deciding on what was tried: texts, previews as real recipients, and then all at once."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from festival.exhibitors.models import Application
from festival.exhibitors.reviewing import actions, queries
from festival.exhibitors.reviewing.actions import Choice
from festival.exhibitors.reviewing.actions.rounds import check_text
from festival.exhibitors.reviewing.forms import round_form, texts_form
from festival.exhibitors.reviewing.rules import PLACEHOLDERS
from festival.exhibitors.reviewing.texts import (
    built_in,
    filled_text,
    language_of,
    prepared_text,
)
from festival.exhibitors.reviewing.views.room import blueprint, hold_asked, overfull_classes
from festival.exhibitors.reviewing.views.trying import tried_rows
from festival.exhibitors.states import DECISIONS, ApplicationState
from festival.mail.rendering import Rendered, render_mail
from festival.shared.access import Role, current_actor, open_to
from festival.shared.clock import utc_now
from festival.shared.errors import FieldRefused, RuleBroken
from festival.shared.forms import show_refusal
from festival.shared.languages import LANGUAGES
from festival.shared.tokens import make_token
from festival.shared.work import unit_of_work

Tried = list[tuple[Application, ApplicationState]]


@blueprint.route("/organize/exhibitors/decide", methods=["GET", "POST"])
@open_to(Role.ORGANIZER)
@unit_of_work
def decide() -> ResponseReturnValue:
    """Everything that is tried: its texts, one mail as its recipient sees it, the decision."""
    tried = tried_rows()
    form = _form_for(tried)
    status, look = 200, request.values.get("look", "")
    if form.is_submitted() and "preview" not in request.form:
        status = 422
        if form.validate():
            try:
                found = actions.decide_together(
                    g.edition,
                    _choices(tried, form),
                    key=form.key.data or "",
                    hold=hold_asked(form.hold.data),
                    now=utc_now(),
                    actor=current_actor(),
                )
            except FieldRefused as refusal:
                show_refusal(form, refusal)
            except RuleBroken as broken:
                form.form_errors.append(broken.spoken(_))
                status = broken.status
            else:
                flash(
                    ngettext("Decided on one.", "Decided on %(num)s.", len(found.decisions)),
                    "success",
                )
                return redirect(url_for("reviewing.decided", code=found.code), 303)
    _fill_hidden(form, tried)
    page = render_template(
        "exhibitors/reviewing/decide.html",
        tried=tried,
        over=overfull_classes({row.id: to for row, to in tried}),
        form=form,
        groups=_groups(tried),
        preview=_preview(tried, form, look),
        placeholders=PLACEHOLDERS,
        languages=LANGUAGES,
    )
    return page, status


@blueprint.route("/organize/exhibitors/decision-texts", methods=["GET", "POST"])
@open_to(Role.ORGANIZER)
@unit_of_work
def texts() -> ResponseReturnValue:
    """The texts of the decisions, one for each language of the edition."""
    own = queries.texts_of(g.edition)
    fields = {(state, locale): own.get((state, locale), "") for state, locale in _all_texts()}
    form = texts_form(fields)
    status = 200
    if form.validate_on_submit():
        typed = {key: form[f"{key[0].value}-{key[1]}"].data or "" for key in fields}
        try:
            actions.save_texts(g.edition, own | typed, now=utc_now(), actor=current_actor())
        except FieldRefused as refusal:
            show_refusal(form, refusal)
            status = 422
        else:
            flash(_("The texts are saved."), "success")
            return redirect(url_for("reviewing.texts"), 303)
    elif form.is_submitted():
        status = 422
    page = render_template(
        "exhibitors/reviewing/texts.html",
        form=form,
        fields=list(fields),
        built_in={key: built_in(key[0], locale=key[1]) for key in fields},
        placeholders=PLACEHOLDERS,
        languages=LANGUAGES,
    )
    return page, status


def _all_texts() -> list[tuple[ApplicationState, str]]:
    locales = [each for each in g.edition.languages if each in LANGUAGES] or ["en"]
    return [(state, locale) for state in DECISIONS for locale in locales]


def _groups(tried: Tried) -> dict[tuple[ApplicationState, str], list[Application]]:
    """(decision, language) → the applications that get this text, in the order of decisions."""
    found: dict[tuple[ApplicationState, str], list[Application]] = {}
    for row, to in tried:
        found.setdefault((to, language_of(row)), []).append(row)
    return found


def _form_for(tried: Tried) -> Any:
    own = queries.texts_of(g.edition)
    prepared = {
        (state, locale): prepared_text(own, state, locale=locale)
        for state, locale in _groups(tried)
    }
    changes = [row.code for row, to in tried if to is ApplicationState.ACCEPTED_WITH_CHANGES]
    return round_form(prepared, changes=changes, codes=[row.code for row, _to in tried])


def _choices(tried: Tried, form: Any) -> list[Choice]:
    """What was typed, filled in for each applicant.  Raises ``FieldRefused``."""
    seen = dict(part.split("=", 1) for part in (form.seen.data or "").split() if "=" in part)
    choices = []
    for row, to in tried:
        field = f"text-{to.value}-{language_of(row)}"
        text = form[field].data or ""
        check_text(text, field=field)
        if to is ApplicationState.DECLINED and not text:
            raise FieldRefused(field, "Give the reason: the applicant reads it in the mail.")
        conditions = _conditions(row, to, form)
        choices.append(
            Choice(
                row, to, filled_text(text, application=row, conditions=conditions), conditions,
                seen=_state_seen(seen.get(row.code, "")),
            )
        )  # fmt: skip
    return choices


def _fill_hidden(form: Any, tried: Tried) -> None:
    """The same form twice is one decision; and what was seen when it was made."""
    form.key.data = form.key.data or make_token()
    form.seen.data = " ".join(f"{row.code}={row.state.value}" for row, _to in tried)


def _state_seen(value: str) -> ApplicationState | None:
    return next((each for each in ApplicationState if each.value == value), None)


def _conditions(row: Application, to: ApplicationState, form: Any) -> str:
    if to is not ApplicationState.ACCEPTED_WITH_CHANGES:
        return ""
    return str(form[f"conditions-{row.code}"].data or "")


def _preview(tried: Tried, form: Any, look: str) -> dict[str, Any] | None:
    """One mail as its recipient gets it, with who comes before and after."""
    if not tried:
        return None
    place = next((number for number, (row, _to) in enumerate(tried) if row.code == look), 0)
    row, to = tried[place]
    text = form[f"text-{to.value}-{language_of(row)}"].data or ""
    conditions = _conditions(row, to, form)
    filled = filled_text(text, application=row, conditions=conditions)
    return {
        "application": row,
        "number": place + 1,
        "before": tried[place - 1][0].code if place else "",
        "after": tried[place + 1][0].code if place + 1 < len(tried) else "",
        "mail": rendered(row, to, text=filled, conditions=conditions),
    }


def rendered(row: Application, to: ApplicationState, *, text: str, conditions: str) -> Rendered:
    """The mail of a decision that is not made yet."""
    return render_mail(
        f"application_{to.value}",
        locale=language_of(row),
        context={
            "edition": row.edition,
            "application": SimpleNamespace(code=row.code, decision_text=text),
            "organization": row.organization,
            "conditions": conditions,
            "token": "",
        },
    )
