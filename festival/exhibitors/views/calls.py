"""The editor of calls: dates and texts, questions, classes of stand."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from festival.exhibitors.calls import actions
from festival.exhibitors.calls.answers import answers_form
from festival.exhibitors.calls.forms import (
    call_form,
    call_values,
    class_form,
    class_values,
    question_form,
    question_values,
)
from festival.exhibitors.calls.models import Call, Question
from festival.exhibitors.calls.queries import (
    calls_of,
    find_call,
    find_question,
    find_stand_class,
    state_of,
    windows_of,
)
from festival.exhibitors.calls.rules import AGREED, closing, next_opening
from festival.exhibitors.calls.states import (
    CALL_NAMES,
    CALL_SENTENCES,
    CALL_STATE_ACCENTS,
    CALL_STATE_NAMES,
    QUESTION_NAMES,
    WITH_OPTIONS,
    CallKind,
    QuestionKind,
)
from festival.exhibitors.queries import counts_by_call
from festival.exhibitors.views.pages import class_text
from festival.exhibitors.views.room import (
    blueprint,
    kind_or_404,
    reading_languages,
    version_of,
    words,
)
from festival.shared.access import Role, current_actor, open_to
from festival.shared.clock import utc_now
from festival.shared.errors import FieldRefused, StaleVersion
from festival.shared.forms import show_refusal
from festival.shared.languages import LANGUAGES
from festival.shared.work import unit_of_work


@blueprint.context_processor
def call_words() -> dict[str, Any]:
    return {
        "call_names": CALL_NAMES,
        "call_sentences": CALL_SENTENCES,
        "call_state_names": CALL_STATE_NAMES,
        "call_state_accents": CALL_STATE_ACCENTS,
        "question_names": QUESTION_NAMES,
        "class_text": class_text,
        "condition_text": condition_text,
        "interface_languages": LANGUAGES,
    }


@blueprint.get("/organize/calls")
@open_to(Role.ORGANIZER)
def calls() -> ResponseReturnValue:
    """Both calls: where they stand, what they ask, what came in."""
    present = {each.kind: each for each in calls_of(g.edition)}
    now = utc_now()
    return render_template(
        "exhibitors/calls/calls.html",
        kinds=list(CallKind),
        calls=present,
        call_states={kind: state_of(present.get(kind), now=now) for kind in CallKind},
        openings={kind: next_opening(now, windows_of(each)) for kind, each in present.items()},
        closings={kind: closing(now, windows_of(each)) for kind, each in present.items()},
        counts=counts_by_call(g.edition),
    )


@blueprint.route("/organize/calls/<kind>", methods=["GET", "POST"])
@open_to(Role.ORGANIZER)
@unit_of_work
def edit_call(kind: str) -> ResponseReturnValue:
    """Dates on the edition's clock, texts in its languages, limits and papers."""
    call = find_call(g.edition, kind=kind_or_404(kind))
    zone = ZoneInfo(g.edition.time_zone)
    form = call_form(g.edition.languages)(data=call_values(call, zone=zone))
    status, stale = 200, ""
    if form.validate_on_submit():
        try:
            actions.change_call(
                g.edition,
                kind=kind_or_404(kind),
                facts=form.facts(),
                version=version_of(form),
                now=utc_now(),
                actor=current_actor(),
            )
        except FieldRefused as refusal:
            show_refusal(form, refusal)
        except StaleVersion as broken:
            status, stale = 409, broken.spoken(_)
            form.version.data = str(call.version if call else 0)
        else:
            flash(_("The call is saved."), "success")
            return redirect(url_for("exhibitors.edit_call", kind=kind), 303)
    page = render_template(
        "exhibitors/calls/edit.html",
        form=form,
        call=call,
        kind=kind_or_404(kind),
        stale=stale,
        state=state_of(call, now=utc_now()),
        languages=[LANGUAGES[code] for code in g.edition.languages if code in LANGUAGES],
    )
    return page, 422 if form.errors else status


@blueprint.get("/organize/calls/<kind>/preview")
@open_to(Role.ORGANIZER)
def preview_call(kind: str) -> ResponseReturnValue:
    """The call and its questions as an applicant reads them; nothing can be sent from here."""
    call = _call_or_404(kind)
    form = answers_form(call.questions, languages=reading_languages())(formdata=None)
    return render_template(
        "exhibitors/calls/preview.html", call=call, kind=call.kind, form=form,
        state=state_of(call, now=utc_now()),
    )  # fmt: skip


@blueprint.route("/organize/calls/<kind>/questions/new", methods=["GET", "POST"])
@open_to(Role.ORGANIZER)
@unit_of_work
def new_question(kind: str) -> ResponseReturnValue:
    return _question_page(_call_or_404(kind), None)


@blueprint.route("/organize/calls/<kind>/questions/<code>", methods=["GET", "POST"])
@open_to(Role.ORGANIZER)
@unit_of_work
def edit_question(kind: str, code: str) -> ResponseReturnValue:
    call = _call_or_404(kind)
    return _question_page(call, _question_or_404(call, code))


@blueprint.post("/organize/calls/<kind>/questions/<code>/move")
@open_to(Role.ORGANIZER)
@unit_of_work
def move_question(kind: str, code: str) -> ResponseReturnValue:
    """One place up or down; the page comes back to the same question."""
    row = _question_or_404(_call_or_404(kind), code)
    up = request.form.get("direction") == "up"
    actions.move_question(row, up=up, now=utc_now(), actor=current_actor())
    return redirect(url_for("exhibitors.edit_call", kind=kind, _anchor=f"question-{code}"), 303)


@blueprint.post("/organize/calls/<kind>/questions/<code>/remove")
@open_to(Role.ORGANIZER)
@unit_of_work
def remove_question(kind: str, code: str) -> ResponseReturnValue:
    row = _question_or_404(_call_or_404(kind), code)
    actions.remove_question(row, now=utc_now(), actor=current_actor())
    flash(_("The question is no longer asked. Answers that were given stay."), "success")
    return redirect(url_for("exhibitors.edit_call", kind=kind, _anchor="questions"), 303)


@blueprint.route("/organize/calls/<kind>/stands/new", methods=["GET", "POST"])
@open_to(Role.ORGANIZER)
@unit_of_work
def new_stand_class(kind: str) -> ResponseReturnValue:
    return _class_page(_call_or_404(kind), code="")


@blueprint.route("/organize/calls/<kind>/stands/<code>", methods=["GET", "POST"])
@open_to(Role.ORGANIZER)
@unit_of_work
def edit_stand_class(kind: str, code: str) -> ResponseReturnValue:
    return _class_page(_call_or_404(kind), code=code)


@blueprint.post("/organize/calls/<kind>/stands/<code>/remove")
@open_to(Role.ORGANIZER)
@unit_of_work
def remove_stand_class(kind: str, code: str) -> ResponseReturnValue:
    row = find_stand_class(_call_or_404(kind), code=code)
    if row is None:
        abort(404)
    actions.remove_stand_class(row, now=utc_now(), actor=current_actor())
    flash(_("Removed."), "success")
    return redirect(url_for("exhibitors.edit_call", kind=kind, _anchor="stands"), 303)


def _question_page(call: Call, row: Question | None) -> ResponseReturnValue:
    """Show, add a row for an answer, or save."""
    make = question_form(g.edition.languages, conditions=_conditions(call, row))
    form: Any = make(data=question_values(row) if row else {})
    if form.is_submitted() and "add" in request.form:
        typed = {each.name: each.data for each in form if each.name not in ("csrf_token",)}
        form = make(formdata=None, data=typed | {"options": [*typed["options"], {}]})
    elif form.validate_on_submit():
        now, actor = utc_now(), current_actor()
        try:
            if row is None:
                row = actions.add_question(call, form.facts(), now=now, actor=actor)
            else:
                actions.change_question(row, form.facts(), now=now, actor=actor)
        except FieldRefused as refusal:
            show_refusal(form, refusal)
        else:
            flash(_("The question is saved."), "success")
            anchor = f"question-{row.code}"
            return redirect(url_for("exhibitors.edit_call", kind=call.kind, _anchor=anchor), 303)
    page = render_template(
        "exhibitors/calls/question.html",
        form=form,
        call=call,
        question=row,
        with_options=[each.value for each in WITH_OPTIONS],
        languages=[LANGUAGES[code] for code in g.edition.languages if code in LANGUAGES],
    )
    return page, 422 if form.errors or form.form_errors else 200


def _class_page(call: Call, *, code: str) -> ResponseReturnValue:
    row = find_stand_class(call, code=code) if code else None
    if code and row is None:
        abort(404)
    form: Any = class_form(g.edition.languages)(data=class_values(row) if row else {})
    if form.validate_on_submit():
        try:
            actions.put_stand_class(
                call, form.facts(), row=row, now=utc_now(), actor=current_actor()
            )
        except FieldRefused as refusal:
            show_refusal(form, refusal)
        else:
            flash(_("Saved."), "success")
            return redirect(url_for("exhibitors.edit_call", kind=call.kind, _anchor="stands"), 303)
    page = render_template("exhibitors/calls/stand_class.html", form=form, call=call, row=row)
    return page, 422 if form.errors or form.form_errors else 200


def _conditions(call: Call, row: Question | None) -> list[tuple[str, str]]:
    """Every answer of an earlier question on which this one could depend."""
    earlier = [each for each in call.questions if row is None or each.position < row.position]
    found = []
    for each in earlier:
        label = words(each.labels)
        if each.kind is QuestionKind.CONSENT:
            found.append((f"{each.code}:{AGREED}", _("Only with “%(question)s”", question=label)))
        for option in each.options:
            answer = words(option["labels"])
            text = _("Only if “%(question)s” is: %(answer)s", question=label, answer=answer)
            found.append((f"{each.code}:{option['value']}", text))
    return found


def condition_text(row: Question) -> str:
    """``Only if “…” is: …``, or nothing for a question that is always asked."""
    if not row.shown_if_question:
        return ""
    key = f"{row.shown_if_question}:{row.shown_if_answer}"
    return dict(_conditions(row.call, row)).get(key, "")


def _call_or_404(kind: str) -> Call:
    call = find_call(g.edition, kind=kind_or_404(kind))
    if call is None:
        abort(404)
    return call


def _question_or_404(call: Call, code: str) -> Question:
    row = find_question(call, code=code)
    if row is None:
        abort(404)
    return row
