"""What changes registrations and bookings.

Lock order: the household's row, then occurrences by rising id, then the edition.  Everything a
household does goes through its own row first, so that two windows of one browser take turns.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select

from festival.extensions import db
from festival.festivals.models import Edition
from festival.mail.actions import Attachment, queue_mail
from festival.shared.errors import FieldRefused, RuleBroken
from festival.shared.forms import is_email, normalised_email
from festival.shared.journal import VISITOR, Actor, write_journal
from festival.shared.once import insert_once
from festival.shared.sentences import mark
from festival.shared.tokens import is_token, make_code, token_hash
from festival.visitors import events, rules
from festival.visitors.booking import SessionFull as SessionFull
from festival.visitors.booking import book as book
from festival.visitors.booking import cancel_booking as cancel_booking
from festival.visitors.household import find_by_key, get_by_key, lock, lock_row, refuse
from festival.visitors.models import Booking, PartyBand, Registration
from festival.visitors.places import give_back
from festival.visitors.releasing import tell_freed
from festival.visitors.states import (
    AgeBand,
    BookingState,
    RegistrationSource,
    RegistrationState,
)


class RegistrationClosed(RuleBroken):
    """Outside the window that the organizers set."""


@dataclass(frozen=True, slots=True)
class Party:
    """Who comes: ``people`` in all, as many of them in age bands as they like to tell."""

    people: int
    bands: Mapping[AgeBand, int] = dataclasses.field(default_factory=dict)
    name: str = ""
    email: str = ""


def register(
    edition: Edition,
    party: Party,
    *,
    key: str,
    locale: str,
    now: datetime,
    actor: Actor = VISITOR,
    source: RegistrationSource = RegistrationSource.WEB,
) -> Registration:
    """Register a household; the badge is issued by who listens to ``registered``.

    ``key`` is the secret of the household's own link, made by the form (``make_token``): the same
    key is the same registration, however often it is sent.  With an e-mail address the link is
    mailed.  Raises ``FieldRefused`` (people, email, key) and ``RegistrationClosed``.
    """
    email = normalised_email(party.email)
    _check_party(party, email=email)
    if not is_token(key):
        raise FieldRefused("key", mark("The form had become incomplete. Please send it again."))
    row = find_by_key(edition, key=key)
    if row is not None:
        return row
    _check_window(edition, source=source, now=now)
    is_new = insert_once(
        Registration, unique="manage_hash", edition_id=edition.id, code=make_code(),
        manage_hash=token_hash(key), name=party.name, email=email, locale=locale,
        people=party.people, state=RegistrationState.ACTIVE, source=source, created_at=now,
    )  # fmt: skip
    row = get_by_key(edition, key=key)
    if is_new:
        _put_bands(row, bands=party.bands)
        _tell_registered(row, actor=actor, now=now)
        mail_confirmation(row, token=key, now=now)
    return row


def change_party(
    registration: Registration,
    party: Party,
    *,
    token: str = "",
    now: datetime,
    actor: Actor = VISITOR,
) -> None:
    """More or fewer people, another name or address; the badge follows.

    A newly given address gets the confirmation with the link, when ``token`` is known.
    Raises ``FieldRefused`` (people, email) and ``RegistrationEnded``.
    """
    lock(registration)
    email = normalised_email(party.email)
    _check_party(party, email=email)
    largest = db.session.scalar(
        select(func.max(Booking.people)).where(
            Booking.registration_id == registration.id, Booking.state == BookingState.BOOKED
        )
    )
    refuse(rules.refusal_for_fewer_people(party.people, largest_booking=largest or 0))
    before, had_email = registration.people, registration.email
    registration.people, registration.name, registration.email = party.people, party.name, email
    _put_bands(registration, bands=party.bands)
    _tell_changed(registration, before=before, actor=actor, now=now)
    if token and email != had_email:
        mail_confirmation(registration, token=token, now=now)


def cancel_registration(
    registration: Registration, *, forget: bool = False, now: datetime, actor: Actor = VISITOR
) -> None:
    """The household does not come: its places go back, its badge is revoked by who listens.

    ``forget`` also empties name and address; numbers stay.  Cancelling twice changes nothing more.
    """
    lock_row(registration)
    if forget:
        registration.name = registration.email = ""
    if registration.state == RegistrationState.CANCELLED:
        return
    booked = db.session.scalars(
        select(Booking)
        .where(Booking.registration_id == registration.id, Booking.state == BookingState.BOOKED)
        .order_by(Booking.occurrence_id)
    ).all()
    for booking in booked:
        booking.state, booking.cancelled_at = BookingState.CANCELLED, now
        give_back(booking.occurrence_id, people=booking.people, edition_id=registration.edition_id)
        tell_freed(booking, now=now)
    registration.state = RegistrationState.CANCELLED
    write_journal(
        "registration_cancelled",
        actor=actor,
        entity="registration",
        key=registration.code,
        now=now,
        edition_id=registration.edition_id,
        after={"bookings_given_back": len(booked), "forgotten": forget},
    )
    events.registration_cancelled.send(
        cancel_registration,
        event=events.RegistrationCancelled(
            registration_id=registration.id, edition_id=registration.edition_id, at=now
        ),
    )
    _mail_cancelled(registration, now=now)


def _tell_registered(row: Registration, *, actor: Actor, now: datetime) -> None:
    """The journal's line, and the news on which a badge is issued."""
    write_journal(
        "registered", actor=actor, entity="registration", key=row.code, now=now,
        edition_id=row.edition_id, after={"people": row.people, "source": row.source.value},
    )  # fmt: skip
    event = events.Registered(
        registration_id=row.id, edition_id=row.edition_id, name=row.name, people=row.people, at=now
    )
    events.registered.send(register, event=event)


def _tell_changed(registration: Registration, *, before: int, actor: Actor, now: datetime) -> None:
    """The journal's line, and the news that the badge follows."""
    write_journal(
        "registration_changed",
        actor=actor,
        entity="registration",
        key=registration.code,
        now=now,
        edition_id=registration.edition_id,
        before={"people": before},
        after={"people": registration.people},
    )
    events.registration_changed.send(
        change_party,
        event=events.RegistrationChanged(
            registration_id=registration.id,
            edition_id=registration.edition_id,
            name=registration.name,
            people=registration.people,
            at=now,
        ),
    )


def mail_confirmation(registration: Registration, *, token: str, now: datetime) -> None:
    """Mail the household its link.

    Nothing happens without an address, or after ``MOST_MAILS_A_DAY`` to the same one: the page
    shows the link all the same.
    """
    if not registration.email or _is_flooded(registration, now=now):
        return
    queue_mail(
        "registration_confirmed",
        key=f"registration_confirmed:{registration.code}:{token_hash(registration.email)[:12]}",
        recipient=registration.email,
        recipient_name=registration.name,
        locale=registration.locale,
        edition_id=registration.edition_id,
        context={
            "edition": registration.edition,
            "registration": registration,
            "token": token,
            "badge_code": events.find_badge_code(registration.id),
        },
        now=now,
        attachments=_badge_attached(registration),
        by_stranger=True,
    )


def _badge_attached(registration: Registration) -> list[Attachment]:
    """The badge's code as a picture, so that it opens the door without any network."""
    picture = events.find_badge_picture(registration.id)
    return [Attachment("badge.png", "image/png", picture)] if picture else []


def _mail_cancelled(registration: Registration, *, now: datetime) -> None:
    """Nothing for who asked to be forgotten: their address is kept nowhere."""
    if not registration.email:
        return
    queue_mail(
        "registration_cancelled",
        key=f"registration_cancelled:{registration.code}",
        recipient=registration.email,
        recipient_name=registration.name,
        locale=registration.locale,
        edition_id=registration.edition_id,
        context={"edition": registration.edition, "registration": registration},
        now=now,
        by_stranger=True,
    )


def _is_flooded(registration: Registration, *, now: datetime) -> bool:
    same = db.session.scalar(
        select(func.count(Registration.id)).where(
            Registration.edition_id == registration.edition_id,
            Registration.email == registration.email,
            Registration.created_at > now - timedelta(days=1),
            Registration.id != registration.id,
        )
    )
    return (same or 0) >= rules.MOST_MAILS_A_DAY


def _check_party(party: Party, *, email: str) -> None:
    refuse(rules.refusal_for_party(party.people, bands=party.bands))
    if email and not is_email(email):
        raise FieldRefused("email", mark("Give exactly one e-mail address."))


def _check_window(edition: Edition, *, source: RegistrationSource, now: datetime) -> None:
    """The web keeps the organizers' window; the desk may always register who stands there."""
    if source == RegistrationSource.WEB and not rules.registration_is_open(
        now, opens_at=edition.registration_opens_at, closes_at=edition.registration_closes_at
    ):
        raise RegistrationClosed(
            mark("Registration is not open now."),
            next_step=mark("Come all the same: most activities need no registration."),
        )


def _put_bands(registration: Registration, *, bands: Mapping[AgeBand, int]) -> None:
    db.session.execute(delete(PartyBand).where(PartyBand.registration_id == registration.id))
    for band, people in rules.complete_bands(registration.people, bands=bands).items():
        db.session.add(PartyBand(registration_id=registration.id, band=band, people=people))
    db.session.flush()
