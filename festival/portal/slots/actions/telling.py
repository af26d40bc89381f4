"""Mails about slots: moved, removed, still missing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from festival.exhibitors.models import Application
from festival.exhibitors.moving import mail_applicant
from festival.exhibitors.reviewing.queries.telling import told_of_promise
from festival.festivals.models import Edition
from festival.mail.actions import Letter, queue_letters
from festival.portal.slots import queries
from festival.portal.slots.models import Slot, SlotBooking
from festival.portal.slots.states import KIND_NAMES, SlotKind


@dataclass(frozen=True, slots=True)
class WhenAndWhere:
    """A slot as it was before it was changed."""

    starts_at: datetime
    minutes: int
    gate: str


def place_of(slot: Slot) -> WhenAndWhere:
    return WhenAndWhere(slot.starts_at, slot.minutes, slot.gate.name)


def tell_moved(
    booking: SlotBooking, application: Application, *, slot: Slot, was: WhenAndWhere, now: datetime
) -> None:
    """One mail for each change of one booking."""
    mail_applicant(
        "slot_moved", application, now=now, occasion=f"{booking.kind.value}:{booking.sequence}",
        kind_name=KIND_NAMES[booking.kind], was=was, slot=place_of(slot),
        address=slot.gate.address, note=slot.gate.note,
    )  # fmt: skip


def tell_removed(
    booking: SlotBooking, application: Application, *, was: WhenAndWhere, now: datetime
) -> None:
    mail_applicant(
        "slot_removed", application, now=now, occasion=f"{booking.kind.value}:{booking.sequence}",
        kind_name=KIND_NAMES[booking.kind], is_set_up=booking.kind is SlotKind.SET_UP, was=was,
    )  # fmt: skip


def remind_edition(edition: Edition, *, now: datetime) -> int:
    """Write to each exhibitor without a set-up slot, once for each first day; says to how many.

    Nothing is written where no slot can be booked any more, nor to whom nobody has told yet that
    they take part.
    """
    times = queries.first_and_last(edition.id, kind=SlotKind.SET_UP)
    if times is None or times[1] <= now:
        return 0
    first, last = times
    told = told_of_promise(edition.id, now=now)
    letters = [
        Letter(
            key=f"slot_missing:{each.code}:{first:%Y%m%d}",
            recipient=each.organization.contact_email,
            recipient_name=each.organization.contact_name,
            locale=each.language,
            facts={
                "organization": each.organization.name,
                "application": each.code,
                "first": first,
                "last": last,
            },
            until=last,
        )
        for each in queries.without_slot(edition.id)
        if each.id in told and each.organization.contact_email
    ]
    return queue_letters(
        "slot_missing", letters, edition_id=edition.id, now=now, reply_to=edition.contact_email
    )
