"""Whom of the visitors an organizer can write to."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_skeleton, format_time
from flask_babel import get_locale
from sqlalchemy import ColumnElement, exists, select

from festival.extensions import db
from festival.festivals.models import Edition
from festival.mail.batches.segments import Recipient, segment
from festival.mail.rendering import link_maker
from festival.programme.published import PublishedOccurrence, PublishedSession
from festival.programme.queries import published_programme
from festival.shared.languages import DEFAULT, LANGUAGES
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
        told = facts(_spoken(edition, locale)) | {"people": str(people)}
        yield Recipient(email=email, name=name, locale=locale, facts=told)


def _households(edition: Edition, *conditions: ColumnElement[bool]) -> Iterable[Recipient]:
    links: dict[str, str] = {}
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
        spoken = _spoken(edition, locale)
        if spoken not in links:
            link = link_maker(locale=spoken, edition=edition)
            links[spoken] = link("programme.public_programme")
        yield Recipient(email=email, name=name, locale=locale, facts={"link": links[spoken]})


def _facts_of(
    session: PublishedSession, held: PublishedOccurrence, *, edition: Edition
) -> Callable[[str], dict[str, str]]:
    """What is told of the session, made once per language."""
    kept: dict[str, dict[str, str]] = {}

    def facts(locale: str) -> dict[str, str]:
        if locale not in kept:
            space = held.space
            kept[locale] = {
                "session": session.text("title", locale),
                "when": _when(held, edition, locale),
                "place": f"{space.name}, {space.venue.name}" if space else "",
                "link": link_maker(locale=locale, edition=edition)(
                    "programme.session", code=session.code
                ),
            }
        return kept[locale]

    return facts


def _when(held: PublishedOccurrence, edition: Edition, locale: str) -> str:
    local = held.starts_at.astimezone(ZoneInfo(edition.time_zone))
    day = format_skeleton("MMMEd", local, locale=locale)
    return f"{day}, {format_time(local, 'HH:mm', locale=locale)}"


def _spoken(edition: Edition, locale: str) -> str:
    """The language in which this reader is written to."""
    if locale in edition.languages and locale in LANGUAGES:
        return locale
    return edition.languages[0]
