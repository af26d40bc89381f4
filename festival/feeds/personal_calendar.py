"""A household's bookings as published occurrences, for its personal calendar."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from festival.feeds.calendar import Pair
from festival.programme.published import PublishedOccurrence, PublishedProgramme, PublishedSession
from festival.programme.snapshot import published_space
from festival.programme.states import OccurrenceState
from festival.visitors.models import Booking
from festival.visitors.states import BookingState


def booked_pairs(
    bookings: list[Booking], *, programme: PublishedProgramme, now: datetime
) -> list[Pair]:
    """Bookings by start.  What was cancelled, by the household or by the festival, stays as
    cancelled until its day is over on the edition's clock, so that every calendar hears of it."""
    published = {occ.id: (each, occ) for each, occ in programme.held}
    counted = dict(programme.retired)
    today = now.astimezone(programme.zone).date()
    pairs: list[Pair] = []
    for booking in bookings:
        session, held = published.get(booking.occurrence_id) or _from_draft(booking, counted)
        if booking.state != BookingState.BOOKED:
            held = replace(held, status="cancelled")
        if held.is_cancelled and programme.local_day(held) < today:
            continue
        moments = (held.changed_at, booking.booked_at, booking.cancelled_at or booking.booked_at)
        pairs.append((session, replace(held, changed_at=max(moments))))
    return sorted(pairs, key=lambda pair: (pair[1].starts_at, pair[0].title))


def _from_draft(booking: Booking, counted: dict[str, int]) -> Pair:
    """What has left the programme, as the draft tells it; cancelled unless never published."""
    row = booking.occurrence
    session = PublishedSession(
        code=row.session.code,
        guid=row.session.guid,
        kind=row.session.kind.value,
        title=row.session.title,
        language=row.session.language,
    )
    gone = row.uid in counted or row.state == OccurrenceState.CANCELLED
    held = PublishedOccurrence(
        id=row.id,
        uid=row.uid,
        sequence=counted.get(row.uid, 0),
        changed_at=booking.booked_at,
        starts_at=row.starts_at,
        minutes=row.minutes,
        space=published_space(row.space) if row.space else None,
        status="cancelled" if gone else "confirmed",
    )
    return session, held
