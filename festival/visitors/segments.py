"""Whom of the visitors an organizer can write to."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_skeleton, format_time
from flask_babel import get_locale
from sqlalchemy import ColumnElement, exists, select

from festival.extensions import db
from festival.festivals.models import Edition
from festival.mail.batches.segments import FactsIn, Recipient, segment
from festival.mail.rendering import link_maker
from festival.programme.published import PublishedOccurrence, PublishedSession
from festival.programme.queries import published_programme
from festival.shared.languages import DEFAULT
from festival.shared.sentences import mark
from festival.visitors.models import Booking, Registration
from festival.visitors.states import BookingState, RegistrationState

PROGRAMME = {"link": mark("The address of the programme")}
SESSION = {
    "session": mark("The title of the session"),
    "when": mark("Day and hour of the session"),
    "place": mark("Where the session is held"),
    "people": mark("How many places the household booked"),
    "link": mark("The address of the session’s page"),
}


@segment("registered", name=mark("Everybody who registered"), placeholders=PROGRAMME)
def registered(edition: Edition, *, choice: str, now: datetime) -> Iterable[Recipient]:
    """Every household that has not cancelled."""
    return _households(edition)


@segment(
    "registered_without_booking",
    name=mark("Registered, nothing booked yet"),
    placeholders=PROGRAMME,
)
def without_booking(edition: Edition, *, choice: str, now: datetime) -> Iterable[Recipient]:
    """Households that have no place in any session."""
    booked = exists().where(
        Booking.registration_id == Registration.id, Booking.state == BookingState.BOOKED
    )
    return _households(edition, ~booked)


def _sessions(edition: Edition) -> list[tuple[str, str]]:
    """Bookable occurrences of the published programme, by start."""
    locale = str(get_locale() or DEFAULT)
    return [
        (str(held.id), f"{session.text('title', locale)} · {_when(held, edition, locale)}")
        for session, held in published_programme(edition).held
        if held.bookable
    ]


@segment("bookers", name=mark("Who booked a session"), placeholders=SESSION, choices=_sessions)
def bookers(edition: Edition, *, choice: str, now: datetime) -> Iterable[Recipient]:
    """Households with places in one occurrence; ``choice`` is its number."""
    held = {str(each.id): (session, each) for session, each in published_programme(edition).held}
    if choice not in held:
        return
    facts = _facts_of(*held[choice], edition=edition)
    rows = db.session.execute(
        select(Registration.email, Registration.name, Registration.locale, Booking.people)
        .join(Booking.registration)
        .where(
            Registration.edition_id == edition.id,
            Registration.state == RegistrationState.ACTIVE,
            Booking.occurrence_id == int(choice),
            Booking.state == BookingState.BOOKED,
        )
        .order_by(Booking.id)
    )
    for email, name, locale, people in rows:
        yield Recipient(email, name, locale, _with_people(facts, people))


def _households(edition: Edition, *conditions: ColumnElement[bool]) -> Iterable[Recipient]:
    @functools.cache
    def programme(locale: str) -> dict[str, str]:
        return {"link": link_maker(locale=locale, edition=edition)("programme.public_programme")}

    rows = db.session.execute(
        select(Registration.email, Registration.name, Registration.locale)
        .where(
            Registration.edition_id == edition.id,
            Registration.state == RegistrationState.ACTIVE,
            *conditions,
        )
        .order_by(Registration.id)
    )
    for email, name, locale in rows:
        yield Recipient(email, name, locale, programme)


def _facts_of(session: PublishedSession, held: PublishedOccurrence, *, edition: Edition) -> FactsIn:
    """What is told of the session, made once per language."""
    space = held.space

    @functools.cache
    def facts(locale: str) -> dict[str, str]:
        link = link_maker(locale=locale, edition=edition)
        return {
            "session": session.text("title", locale),
            "when": _when(held, edition, locale),
            "place": f"{space.name}, {space.venue.name}" if space else "",
            "link": link("programme.session", code=session.code),
        }

    return facts


def _with_people(facts: FactsIn, people: int) -> FactsIn:
    return lambda locale: {**facts(locale), "people": str(people)}


def _when(held: PublishedOccurrence, edition: Edition, locale: str) -> str:
    local = held.starts_at.astimezone(ZoneInfo(edition.time_zone))
    day = format_skeleton("MMMEd", local, locale=locale)
    return f"{day}, {format_time(local, 'HH:mm', locale=locale)}"
