"""The exhibitor's slots: which are booked, choosing, changing, giving back."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from flask import abort, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_date
from flask_babel import gettext as _

from festival.exhibitors.models import Application
from festival.portal.slots import actions, queries, rules
from festival.portal.slots.forms import BookForm
from festival.portal.slots.listing import by_day, choices_of, times_of
from festival.portal.slots.models import Slot, SlotBooking
from festival.portal.slots.states import KIND_NAMES, BookingState, SlotKind
from festival.portal.states import Chore
from festival.portal.views.room import blueprint, own_exhibitor_or_404
from festival.shared.access import Who, current_actor, open_to
from festival.shared.clock import utc_now
from festival.shared.errors import FieldRefused
from festival.shared.forms import show_refusal
from festival.shared.work import unit_of_work


@blueprint.get("/exhibitor/<code>/slots")
@open_to(Who.SIGNED_IN)
def own_slots(code: str) -> ResponseReturnValue:
    """Set-up and dismantling, each with what is booked."""
    row = own_exhibitor_or_404(code)
    booked = {each.kind: each for each in queries.bookings_of(row.id)}
    offered = {each.kind for each in queries.slots_of(g.edition.id)}
    return render_template(
        "portal/slots/own.html",
        application=row,
        kinds=[each for each in SlotKind if each in offered or each in booked],
        kind_names=KIND_NAMES,
        booked=booked,
        zone=zone(),
        times_of=times_of,
        metres=rules.metres,
        now=utc_now(),
    )


@blueprint.route("/exhibitor/<code>/slots/<kind>", methods=["GET", "POST"])
@open_to(Who.SIGNED_IN)
@unit_of_work
def choose_slot(code: str, kind: str) -> ResponseReturnValue:
    """Book a slot, change to another one, or tell of another vehicle."""
    row, wanted = own_exhibitor_or_404(code), kind_or_404(kind)
    booking = _live(row, wanted)
    slots = queries.slots_of(g.edition.id, kind=wanted)
    form = BookForm()
    form.slot.choices = choices_of(
        slots, zone=zone(), day_text=day_text, label=label_of, now=utc_now(),
        keep=booking.slot_id if booking else None,
    )  # fmt: skip
    status = 200
    if form.validate_on_submit():
        chosen = next(each for each in slots if each.code == form.slot.data)
        try:
            actions.book_slot(row, chosen, form.load(), actor=current_actor(), now=utc_now())
        except FieldRefused as refusal:
            show_refusal(form, refusal)
        else:
            flash(_("Your slot is booked. Your calendar shows it as well."), "success")
            return redirect(url_for("portal.own_slots", code=code), 303)
    elif not form.is_submitted():
        form.fill_from(booking, needs=row.needs)
    if form.errors:
        status = 422
    page = render_template(
        "portal/slots/choose.html",
        application=row,
        kind=wanted,
        kind_names=KIND_NAMES,
        form=form,
        booking=booking,
        days=by_day([each for each in slots if each.is_open], zone=zone()),
        gates={each.gate.id: each.gate for each in slots}.values(),
        zone=zone(),
        times_of=times_of,
        metres=rules.metres,
        now=utc_now(),
    )
    return page, status


@blueprint.post("/exhibitor/<code>/slots/<kind>/cancel")
@open_to(Who.SIGNED_IN)
@unit_of_work
def give_slot_back(code: str, kind: str) -> ResponseReturnValue:
    """Give a slot back."""
    row, wanted = own_exhibitor_or_404(code), kind_or_404(kind)
    actions.cancel_slot(row, wanted, actor=current_actor(), now=utc_now())
    flash(_("The slot is free again for others."), "success")
    return redirect(url_for("portal.own_slots", code=code), 303)


def chores(application: Application, *, now: datetime) -> list[Chore]:
    """One line for each kind of slot that the edition has."""
    booked = {each.kind: each for each in queries.bookings_of(application.id)}
    titles = {
        SlotKind.SET_UP: _("Book a time for setting up"),
        SlotKind.DISMANTLING: _("Book a time for dismantling"),
    }
    found = []
    for kind in SlotKind:
        times = queries.first_and_last(application.edition_id, kind=kind)
        if times is None:
            continue
        slot = booked[kind].slot if kind in booked else None
        found.append(
            Chore(
                key=f"slot_{kind.value}",
                title=titles[kind],
                href=url_for("portal.choose_slot", code=application.code, kind=kind.value),
                due=times[0],
                done=slot is not None,
                detail=where_and_when(slot) if slot else "",
            )
        )
    return found


def kind_or_404(name: str) -> SlotKind:
    if name not in set(SlotKind):
        abort(404)
    return SlotKind(name)


def zone() -> ZoneInfo:
    """The edition's clock."""
    return ZoneInfo(g.edition.time_zone)


def day_text(day: object) -> str:
    return str(format_date(day, "EEEE d MMMM"))


def where_and_when(slot: Slot) -> str:
    """Day, times and gate in one line."""
    day = format_date(slot.starts_at.astimezone(zone()).date(), "EEE d MMM")
    return f"{day}, {times_of(slot, zone=zone())} · \u2068{slot.gate.name}\u2069"


def label_of(slot: Slot) -> str:
    """What an exhibitor reads in the list of choices."""
    parts = [times_of(slot, zone=zone()), slot.gate.name]
    if slot.longest_cm is not None:
        parts.append(_("up to %(length)s m", length=rules.metres(slot.longest_cm)))
    parts.append(_("%(left)s free", left=slot.left))
    return " · ".join(f"\u2068{each}\u2069" for each in parts)  # each in its own direction


def _live(application: Application, kind: SlotKind) -> SlotBooking | None:
    row = queries.find_booking(application.id, kind)
    return row if row is not None and row.state is BookingState.BOOKED else None
