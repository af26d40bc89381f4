"""Rounds of decisions: what waits, undoing, releasing; and the waiting list."""

from __future__ import annotations

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext
from flask_login import current_user

from festival.exhibitors.reviewing import actions, queries
from festival.exhibitors.reviewing.models import DecisionRound
from festival.exhibitors.reviewing.queries.rounds import STILL_HERE, mail_states
from festival.exhibitors.reviewing.rules import may_end
from festival.exhibitors.reviewing.views.room import blueprint
from festival.mail.states import STATE_NAMES
from festival.shared.access import Role, current_actor, open_to
from festival.shared.clock import utc_now
from festival.shared.work import unit_of_work


@blueprint.get("/organize/exhibitors/decisions")
@open_to(Role.ORGANIZER)
def rounds() -> ResponseReturnValue:
    """All rounds of decisions, the newest first."""
    return render_template("exhibitors/reviewing/rounds.html", rows=queries.rounds_of(g.edition))


@blueprint.get("/organize/exhibitors/decisions/<code>")
@open_to(Role.ORGANIZER)
def decided(code: str) -> ResponseReturnValue:
    """One round: who was told what, and the way back while the mails wait."""
    found = _round_or_404(code)
    mails = mail_states(found.decisions)
    away = {code for code, _name in queries.barred_names(
        g.edition, person_id=current_user.person_id
    )}  # fmt: skip
    here = sum(mails.get(each.message_id or 0) in STILL_HERE for each in found.decisions)
    return render_template(
        "exhibitors/reviewing/round.html",
        round=found,
        decisions=[each for each in found.decisions if each.application.code not in away],
        mails=mails,
        mail_names=STATE_NAMES,
        waiting=here,
        may_undo=may_end(found.state) and here > 0,
    )


@blueprint.post("/organize/exhibitors/decisions/<code>/undo")
@open_to(Role.ORGANIZER)
@unit_of_work
def undo(code: str) -> ResponseReturnValue:
    """Everything as it was before, except what has left already."""
    found = _round_or_404(code)
    undone, stayed = actions.undo_round(found, now=utc_now(), actor=current_actor())
    if undone:
        flash(
            ngettext(
                "One decision is undone, its mail will not be sent.",
                "%(num)s decisions are undone, their mails will not be sent.",
                undone,
            ),
            "success",
        )
    if stayed:
        flash(
            ngettext(
                "One decision had to stay: its mail has left, or it was changed since.",
                "%(num)s decisions had to stay: their mails have left, or they were changed since.",
                stayed,
            ),
            "info",
        )
    return redirect(url_for("reviewing.decided", code=found.code), 303)


@blueprint.post("/organize/exhibitors/decisions/<code>/release")
@open_to(Role.ORGANIZER)
@unit_of_work
def release(code: str) -> ResponseReturnValue:
    """The mails leave now."""
    found = _round_or_404(code)
    count = actions.release_round(found, now=utc_now(), actor=current_actor())
    flash(ngettext("One mail leaves now.", "%(num)s mails leave now.", count), "success")
    return redirect(url_for("reviewing.decided", code=found.code), 303)


@blueprint.get("/organize/exhibitors/waiting-list")
@open_to(Role.ORGANIZER)
def waiting() -> ResponseReturnValue:
    """Who is next when a place becomes free."""
    away = {code for code, _name in queries.barred_names(
        g.edition, person_id=current_user.person_id
    )}  # fmt: skip
    return render_template(
        "exhibitors/reviewing/waiting.html", rows=queries.waiting_list(g.edition), away=away
    )


@blueprint.post("/organize/exhibitors/waiting-list/<code>")
@open_to(Role.ORGANIZER)
@unit_of_work
def move(code: str) -> ResponseReturnValue:
    """One place up or down."""
    by = -1 if request.form.get("to") == "down" else 1
    actions.move_up(g.edition, code=code, by=by, now=utc_now(), actor=current_actor())
    return redirect(url_for("reviewing.waiting", _anchor=f"row-{code}"), 303)


def _round_or_404(code: str) -> DecisionRound:
    found = queries.find_round(g.edition, code=code)
    if found is None:
        abort(404)
    return found
