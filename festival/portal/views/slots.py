"""The organizers' slots: gates, slots in a row, how full they are, one slot."""

from __future__ import annotations

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from festival.portal.slots import actions, queries, rules
from festival.portal.slots.forms import MoveForm, SeriesForm, SlotForm
from festival.portal.slots.listing import by_day, choices_of, times_of
from festival.portal.slots.models import Slot
from festival.portal.slots.states import (
    KIND_ACCENTS,
    KIND_NAMES,
    MOVE_NAMES,
    MOVES,
    STATE_NAMES,
    STATE_SENTENCES,
    SlotState,
)
from festival.portal.views.own_slots import day_text, label_of, where_and_when, zone
from festival.portal.views.room import blueprint
from festival.shared.access import Role, current_actor, open_to
from festival.shared.clock import utc_now
from festival.shared.errors import FieldRefused
from festival.shared.forms import show_refusal
from festival.shared.work import unit_of_work

WORDS = {
    "kind_names": KIND_NAMES,
    "kind_accents": KIND_ACCENTS,
    "state_names": STATE_NAMES,
    "state_sentences": STATE_SENTENCES,
    "move_names": MOVE_NAMES,
    "times_of": times_of,
    "metres": rules.metres,
}


@blueprint.get("/organize/exhibitors/slots")
@open_to(Role.ORGANIZER)
def slots() -> ResponseReturnValue:
    """Gates, then every slot by day with how full it is; who has none."""
    rows = queries.slots_of(g.edition.id)
    return render_template(
        "portal/slots/overview.html",
        **WORDS,
        gates=queries.gates_of(g.edition.id),
        days=by_day(rows, zone=zone()),
        places=sum(each.vehicles for each in rows),
        taken=sum(each.taken for each in rows),
        missing=queries.without_slot(g.edition.id),
        zone=zone(),
        now=utc_now(),
    )


@blueprint.route("/organize/exhibitors/slots/new", methods=["GET", "POST"])
@open_to(Role.ORGANIZER)
@unit_of_work
def new_slots() -> ResponseReturnValue:
    """Many slots at once: a day, from, to, how long each."""
    gates = queries.gates_of(g.edition.id)
    if not gates:
        flash(_("Make a gate first."), "info")
        return redirect(url_for("portal.new_gate"), 303)
    form = SeriesForm()
    form.offer(gates, edition=g.edition)
    status = 200
    if form.validate_on_submit():
        gate = next(each for each in gates if each.code == form.gate.data)
        try:
            made = actions.make_slots(
                g.edition, gate, form.series(), actor=current_actor(), now=utc_now()
            )
        except FieldRefused as refusal:
            show_refusal(form, refusal)
        else:
            flash(ngettext("%(num)s slot was made.", "%(num)s slots were made.", made), "success")
            return redirect(url_for("portal.slots"), 303)
    elif not form.is_submitted():
        form.day.data = g.edition.starts_on
    if form.errors:
        status = 422
    return render_template("portal/slots/series.html", form=form), status


@blueprint.route("/organize/exhibitors/slots/<slot_code>", methods=["GET", "POST"])
@open_to(Role.ORGANIZER)
@unit_of_work
def slot(slot_code: str) -> ResponseReturnValue:
    """Who has it; its time, gate and places can be changed."""
    row = slot_or_404(slot_code)
    gates = queries.gates_of(g.edition.id)
    form = SlotForm()
    form.offer(gates, edition=g.edition)
    if form.validate_on_submit():
        gate = next(each for each in gates if each.code == form.gate.data)
        try:
            told = actions.change_slot(
                row, form.values(gate, zone=zone()), version=form.opened_version,
                actor=current_actor(), now=utc_now(),
            )  # fmt: skip
        except FieldRefused as refusal:
            show_refusal(form, refusal)
        else:
            flash(_told(told), "success")
            return redirect(url_for("portal.slot", slot_code=row.code), 303)
    elif not form.is_submitted():
        form.fill_from(row, zone=zone())
    return _slot_page(row, form), 422 if form.errors else 200


@blueprint.post("/organize/exhibitors/slots/<slot_code>/state/<state>")
@open_to(Role.ORGANIZER)
@unit_of_work
def move_slot_state(slot_code: str, state: str) -> ResponseReturnValue:
    """Close it, or open it again."""
    row = slot_or_404(slot_code)
    if state not in set(SlotState):
        abort(404)
    actions.move_state(row, to=SlotState(state), actor=current_actor(), now=utc_now())
    flash(_(STATE_SENTENCES[row.state]), "success")
    return redirect(url_for("portal.slot", slot_code=row.code), 303)


@blueprint.route("/organize/exhibitors/slots/<slot_code>/remove", methods=["GET", "POST"])
@open_to(Role.ORGANIZER)
@unit_of_work
def remove_slot(slot_code: str) -> ResponseReturnValue:
    """Ask first where somebody has booked it; those are told by mail."""
    row = slot_or_404(slot_code)
    if request.method == "POST":
        told = actions.remove_slot(
            row, sure="sure" in request.form, actor=current_actor(), now=utc_now()
        )
        flash(_("The slot is removed.") if not told else _told(told), "success")
        return redirect(url_for("portal.slots"), 303)
    return render_template(
        "portal/slots/remove.html",
        slot=row,
        title=where_and_when(row),
        booked=queries.bookings_on(row.id),
    )


@blueprint.post("/organize/exhibitors/slots/<slot_code>/move")
@open_to(Role.ORGANIZER)
@unit_of_work
def move_slot_booking(slot_code: str) -> ResponseReturnValue:
    """Put one exhibitor into another slot; a mail tells it."""
    row = slot_or_404(slot_code)
    form = MoveForm()
    others = queries.slots_of(g.edition.id, kind=row.kind)
    form.slot.choices = [(each.code, each.code) for each in others]
    if not form.validate_on_submit():
        abort(404)
    booking = next(
        (
            each
            for each in queries.bookings_on(row.id)
            if each.application.code == form.application.data
        ),
        None,
    )
    if booking is None:
        abort(404)
    target = next(each for each in others if each.code == form.slot.data)
    actions.move_booking(booking, target, actor=current_actor(), now=utc_now())
    flash(_told(1), "success")
    return redirect(url_for("portal.slot", slot_code=row.code), 303)


def slot_or_404(code: str) -> Slot:
    row = queries.find_slot(g.edition.id, code)
    if row is None:
        abort(404)
    return row


def _slot_page(row: Slot, form: SlotForm) -> str:
    others = [each for each in queries.slots_of(g.edition.id, kind=row.kind) if each.id != row.id]
    choices = choices_of(others, zone=zone(), day_text=day_text, label=label_of, now=utc_now())
    move_forms = {}
    for booking in queries.bookings_on(row.id):
        move_form = MoveForm(formdata=None, prefix="")
        move_form.slot.choices = choices
        move_form.slot.id = f"slot-{booking.application.code}"
        move_form.application.id = f"application-{booking.application.code}"
        move_form.application.data = booking.application.code
        move_forms[booking.id] = move_form
    return render_template(
        "portal/slots/slot.html",
        **WORDS,
        slot=row,
        title=where_and_when(row),
        form=form,
        booked=queries.bookings_on(row.id),
        move_forms=move_forms,
        may_move=bool(choices),
        moves=sorted(MOVES[row.state]),
        zone=zone(),
    )


def _told(number: int) -> str:
    """How many exhibitors were told, in a sentence."""
    if not number:
        return str(_("Saved."))
    return str(
        ngettext(
            "Saved. %(num)s exhibitor was told by mail.",
            "Saved. %(num)s exhibitors were told by mail.",
            number,
        )
    )
