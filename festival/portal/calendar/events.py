"""An exhibitor's slots, sessions and opening hours as occurrences, for the calendar of feeds.

What is written here is no part of the programme; it only takes its shape, so that one place of the
house writes calendars.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from festival.exhibitors.models import Application
from festival.feeds.calendar import Pair
from festival.portal.calendar import queries
from festival.portal.calendar.queries import StandHours
from festival.portal.slots.models import Slot, SlotBooking
from festival.portal.slots.queries import bookings_of
from festival.portal.slots.states import BookingState, SlotKind
from festival.programme.published import (
    PublishedOccurrence,
    PublishedProgramme,
    PublishedSession,
    PublishedSpace,
    PublishedVenue,
)
from festival.shared.clock import local_instant

SLOT_CODE, STAND_CODE = "slot", "stand"
"""In place of a session's code; a session's page is theirs alone."""


@dataclass(frozen=True, slots=True)
class Titles:
    """Titles of what is no session, in the reader's language."""

    slots: dict[SlotKind, str]
    stand: Callable[[str], str]
    """Of the opening hours, from the number of the stand."""
    language: str


def own_pairs(
    application: Application, *, programme: PublishedProgramme, titles: Titles, now: datetime
) -> list[Pair]:
    """Everything of one exhibitor, by start.

    A slot that was given back stays as cancelled until its day is over on the edition's clock.
    """
    zone = ZoneInfo(application.edition.time_zone)
    codes = queries.own_session_codes(application)
    pairs: list[Pair] = [(each, held) for each, held in programme.held if each.code in codes]
    bookings = bookings_of(application.id, also_cancelled=True)
    pairs += _slot_pairs(bookings, titles=titles, today=now.astimezone(zone).date(), zone=zone)
    hours = queries.hours_at_stand(application.id)
    if hours is not None:
        pairs += _hours_pairs(hours, application=application, titles=titles, zone=zone)
    return sorted(pairs, key=lambda pair: (pair[1].starts_at, pair[0].title, pair[1].uid))


def _slot_pairs(
    bookings: Iterable[SlotBooking], *, titles: Titles, today: date, zone: ZoneInfo
) -> list[Pair]:
    found: list[Pair] = []
    for each in bookings:
        slot, is_live = each.slot, each.state is BookingState.BOOKED
        if slot is None:
            continue
        if not is_live and slot.starts_at.astimezone(zone).date() < today:
            continue
        session = PublishedSession(
            code=SLOT_CODE, guid=each.uid, kind="activity", title=titles.slots[each.kind],
            language=titles.language, description=slot.gate.note,
        )  # fmt: skip
        held = PublishedOccurrence(
            id=0, uid=each.uid, sequence=each.sequence,
            changed_at=max(each.changed_at, slot.gate.changed_at), starts_at=slot.starts_at,
            minutes=slot.minutes, space=_gate(slot),
            status="confirmed" if is_live else "cancelled",
        )  # fmt: skip
        found.append((session, held))
    return found


def _gate(slot: Slot) -> PublishedSpace:
    gate = slot.gate
    return PublishedSpace(
        slug=gate.code, name=gate.name,
        venue=PublishedVenue(slug=gate.code, name=gate.name, address=gate.address),
    )  # fmt: skip


def _hours_pairs(
    told: StandHours, *, application: Application, titles: Titles, zone: ZoneInfo
) -> list[Pair]:
    """One event for each span of opening hours.

    They have no counter of their own.  Seconds from the beginning of the edition to the latest
    change of stand, plan or hours rise with every change and stay while nothing changes.
    """
    since = told.changed_at - application.edition.created_at
    venue, plan = told.venue, told.stand.plan
    place = PublishedSpace(
        slug=plan.code, name=f"{told.stand.number} · {plan.name}",
        venue=PublishedVenue(
            slug=venue.slug, name=venue.name, address=venue.address, latitude=venue.latitude,
            longitude=venue.longitude,
        ),
    )  # fmt: skip
    session = PublishedSession(
        code=STAND_CODE, guid=application.code, kind="activity",
        title=titles.stand(told.stand.number), language=titles.language,
    )  # fmt: skip
    found: list[Pair] = []
    spans: dict[date, int] = {}
    for each in told.hours:
        number = spans[each.day] = spans.get(each.day, 0) + 1
        begin = local_instant(each.day, each.opens_at, zone=zone)
        end = local_instant(each.day, each.closes_at, zone=zone)
        held = PublishedOccurrence(
            id=0, uid=f"{application.code}-{each.day:%Y%m%d}-{number}@stand-hours",
            sequence=max(0, int(since.total_seconds())), changed_at=told.changed_at,
            starts_at=begin, minutes=int((end - begin).total_seconds() // 60), space=place,
        )  # fmt: skip
        found.append((session, held))
    return found
