"""Ways in for vehicles, and the table for the people who stand there."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from festival.exhibitors.stands.models import Stand
from festival.exhibitors.stands.queries import stands_of
from festival.portal.slots import actions, queries, rules
from festival.portal.slots.forms import GateForm
from festival.portal.slots.listing import times_of
from festival.portal.slots.models import Slot, SlotBooking, VehicleGate
from festival.portal.slots.states import KIND_NAMES
from festival.portal.views.own_slots import zone
from festival.portal.views.room import blueprint
from festival.shared.access import Role, current_actor, open_to
from festival.shared.clock import utc_now
from festival.shared.errors import FieldRefused
from festival.shared.forms import show_refusal
from festival.shared.tables import Cell, csv_response
from festival.shared.work import unit_of_work

COLUMNS = (
    "gate", "kind", "day", "from", "to", "organization", "application", "stand", "plan",
    "vehicle", "length_m", "contact", "phone",
)  # fmt: skip
Rows = list[tuple[SlotBooking, Slot]]


@blueprint.route("/organize/exhibitors/gates/new", methods=["GET", "POST"])
@open_to(Role.ORGANIZER)
@unit_of_work
def new_gate() -> ResponseReturnValue:
    form = GateForm()
    if form.validate_on_submit():
        try:
            actions.make_gate(g.edition, form.values(), actor=current_actor(), now=utc_now())
        except FieldRefused as refusal:
            show_refusal(form, refusal)
        else:
            flash(_("The gate is made. Now give it slots."), "success")
            return redirect(url_for("portal.new_slots"), 303)
    page = render_template("portal/slots/gate.html", form=form, gate=None, has_slots=False)
    return page, 422 if form.errors else 200


@blueprint.route("/organize/exhibitors/gates/<gate_code>", methods=["GET", "POST"])
@open_to(Role.ORGANIZER)
@unit_of_work
def gate(gate_code: str) -> ResponseReturnValue:
    """Its name, address and the words for those who come."""
    row = gate_or_404(gate_code)
    form = GateForm(obj=row)
    if form.validate_on_submit():
        try:
            actions.change_gate(row, form.values(), actor=current_actor(), now=utc_now())
        except FieldRefused as refusal:
            show_refusal(form, refusal)
        else:
            flash(_("Saved."), "success")
            return redirect(url_for("portal.slots"), 303)
    page = render_template(
        "portal/slots/gate.html", form=form, gate=row, has_slots=queries.has_slots(row.id)
    )
    return page, 422 if form.errors else 200


@blueprint.post("/organize/exhibitors/gates/<gate_code>/remove")
@open_to(Role.ORGANIZER)
@unit_of_work
def remove_gate(gate_code: str) -> ResponseReturnValue:
    """Only one without slots."""
    actions.remove_gate(gate_or_404(gate_code), actor=current_actor(), now=utc_now())
    flash(_("The gate is removed."), "success")
    return redirect(url_for("portal.slots"), 303)


@blueprint.get("/organize/exhibitors/slots/table")
@open_to(Role.DOOR_LEAD, Role.ORGANIZER)
def slot_table() -> ResponseReturnValue:
    """Who comes when to which gate: to be read there, or on paper."""
    rows = queries.bookings_in(g.edition.id)
    gates = queries.gates_of(g.edition.id)
    wanted = request.args.get("gate", "")
    shown = [(each, slot) for each, slot in rows if not wanted or slot.gate.code == wanted]
    return render_template(
        "portal/slots/table.html",
        gates=gates,
        wanted=wanted,
        sheets=_sheets(shown),
        stands=stands_of(each.application_id for each, _slot in shown),
        kind_names=KIND_NAMES,
        zone=zone(),
        times_of=times_of,
        metres=rules.metres,
    )


@blueprint.get("/organize/exhibitors/slots.csv")
@open_to(Role.DOOR_LEAD, Role.ORGANIZER)
def slots_csv() -> ResponseReturnValue:
    """The same for a spreadsheet; nothing that was typed becomes a formula."""
    name = f"slots-{g.edition.festival.slug}-{g.edition.slug}"
    return csv_response(name, columns=COLUMNS, rows=_cells())


def gate_or_404(code: str) -> VehicleGate:
    row = queries.find_gate(g.edition.id, code)
    if row is None:
        abort(404)
    return row


def _sheets(rows: Rows) -> dict[tuple[VehicleGate, date], Rows]:
    """A sheet for each gate and day, in this order."""
    found: dict[tuple[VehicleGate, date], Rows] = {}
    for each, slot in rows:
        day = slot.starts_at.astimezone(zone()).date()
        found.setdefault((slot.gate, day), []).append((each, slot))
    return found


def _cells() -> Iterator[list[Cell]]:
    rows = queries.bookings_in(g.edition.id)
    stands: dict[int, Stand] = stands_of(each.application_id for each, _slot in rows)
    for each, slot in rows:
        who = each.application.organization
        stand = stands.get(each.application_id)
        begin = slot.starts_at.astimezone(zone())
        end = slot.ends_at.astimezone(zone())
        yield [
            slot.gate.name, each.kind.value, begin.date().isoformat(), f"{begin:%H:%M}",
            f"{end:%H:%M}", who.name, each.application.code, stand.number if stand else "",
            stand.plan.name if stand else "", each.vehicle, each.length_cm / 100,
            who.contact_name, who.contact_phone,
        ]  # fmt: skip
