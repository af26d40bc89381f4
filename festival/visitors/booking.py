"""Booking places and giving them back; ``actions`` offers both to the other rooms."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from festival.extensions import db
from festival.mail.actions import queue_mail
from festival.shared.errors import NotFound, RuleBroken
from festival.shared.journal import VISITOR, Actor, write_journal
from festival.shared.sentences import mark
from festival.visitors import rules
from festival.visitors.household import lock, refuse
from festival.visitors.models import Booking, Registration
from festival.visitors.places import give_back, place_text, read_facts, take
from festival.visitors.releasing import tell_freed
from festival.visitors.states import BookingState


class SessionFull(RuleBroken):
    """Fewer places are left than asked for; ``left`` says how many."""

    def __init__(self, left: int) -> None:
        super().__init__(
            _left_sentence(left),
            kept=mark("Nothing was booked and nothing was changed."),
            next_step=mark("Take fewer places, or look for another time."),
            left=left,
        )
        self.left = left


def _left_sentence(left: int) -> str:
    if left == 1:
        return mark("Only one place is left.")
    return mark("Only %(left)s places are left.") if left else mark("All places are taken.")


def book(
    registration: Registration,
    *,
    occurrence_id: int,
    people: int,
    now: datetime,
    actor: Actor = VISITOR,
    token: str = "",
) -> Booking:
    """Hold ``people`` places in an occurrence for the household, in all, not in addition.

    The same number again changes nothing, another number changes the booking.  ``token`` is the
    secret of the household's link for the mail, where it is known.  Raises ``NotFound``,
    ``FieldRefused`` (people), ``SessionFull``, ``RuleBroken`` and ``RegistrationEnded``.
    """
    lock(registration)
    edition_id = registration.edition_id
    facts = read_facts(occurrence_id, edition_id=edition_id)
    if facts is None:
        raise NotFound(mark("There is no such activity."))
    refuse(rules.refusal_for_places(people, household=registration.people))
    row = _find_booking(registration, occurrence_id=occurrence_id)
    had = row.people if row is not None and row.state == BookingState.BOOKED else 0
    if row is not None and had == people:
        return row
    if people < had and row is not None:
        give_back(occurrence_id, people=had - people, edition_id=edition_id)
        tell_freed(row, people=had - people, now=now)
    else:
        _take(occurrence_id, people=people - had, facts=facts, edition_id=edition_id, now=now)
    if row is None:
        row = Booking(registration_id=registration.id, occurrence_id=occurrence_id)
        db.session.add(row)
    row.people, row.state, row.booked_at, row.cancelled_at = people, BookingState.BOOKED, now, None
    _finish_booking(row, registration=registration, before=had, actor=actor, now=now)
    kind = "booking_changed" if had else "booking_confirmed"
    _mail_booking(kind, row, before=had, registration=registration, token=token, now=now)
    return row


def cancel_booking(
    registration: Registration,
    *,
    occurrence_id: int,
    now: datetime,
    actor: Actor = VISITOR,
    token: str = "",
) -> None:
    """Give the household's places back; cancelling twice changes nothing more."""
    lock(registration)
    row = _find_booking(registration, occurrence_id=occurrence_id)
    if row is None:
        raise NotFound(mark("There is no such booking."))
    if row.state != BookingState.BOOKED:
        return
    give_back(occurrence_id, people=row.people, edition_id=registration.edition_id)
    tell_freed(row, now=now)
    row.state, row.cancelled_at = BookingState.CANCELLED, now
    _finish_booking(row, registration=registration, before=row.people, actor=actor, now=now)
    _mail_booking(
        "booking_cancelled",
        row,
        before=row.people,
        registration=registration,
        token=token,
        now=now,
    )


def _find_booking(registration: Registration, *, occurrence_id: int) -> Booking | None:
    return db.session.scalar(
        select(Booking)
        .where(Booking.registration_id == registration.id, Booking.occurrence_id == occurrence_id)
        .execution_options(populate_existing=True)
    )


def _take(
    occurrence_id: int,
    *,
    people: int,
    facts: rules.BookableFacts,
    edition_id: int,
    now: datetime,
) -> None:
    """Take places or say why not; the facts read before only serve to explain."""
    reason = rules.refusal_for_booking(facts, now=now)
    if reason is not None:
        raise RuleBroken(reason)
    if not take(occurrence_id, people=people, edition_id=edition_id):
        latest = read_facts(occurrence_id, edition_id=edition_id) or facts
        raise SessionFull(rules.places_left(latest) or 0)


def _finish_booking(
    row: Booking, *, registration: Registration, before: int, actor: Actor, now: datetime
) -> None:
    """The journal's line for a booking that was made, changed or given back."""
    db.session.flush()
    after = row.people if row.state == BookingState.BOOKED else 0
    write_journal(
        "booked" if after else "booking_cancelled",
        actor=actor,
        entity="booking",
        key=row.id,
        now=now,
        edition_id=registration.edition_id,
        before={"people": before},
        after={"people": after, "occurrence": row.occurrence_id},
    )


def _mail_booking(
    kind: str,
    row: Booking,
    *,
    before: int,
    registration: Registration,
    token: str,
    now: datetime,
) -> None:
    """One mail per change: the moment of the change is part of the key."""
    if registration.email:
        queue_mail(
            kind,
            key=f"{kind}:{registration.code}:{row.occurrence_id}:{now.isoformat()}",
            recipient=registration.email,
            recipient_name=registration.name,
            locale=registration.locale,
            edition_id=registration.edition_id,
            context={
                "edition": registration.edition,
                "registration": registration,
                "booking": row,
                "before": before,
                "occurrence": row.occurrence,
                "title": row.occurrence.session.title,
                "place": place_text(row.occurrence),
                "token": token,
            },
            now=now,
            by_stranger=True,
        )
