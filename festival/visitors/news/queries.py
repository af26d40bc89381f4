"""Whom an occurrence concerns: those who booked it and those who hold it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime

from sqlalchemy import and_, or_, select, true

from festival.accounts.models import Person, RoleGrant
from festival.cities.models import TwinCity
from festival.exhibitors.models import Application, Organization
from festival.extensions import db
from festival.festivals.models import Edition
from festival.programme.models import Presenter, ProgrammeSession, SessionPresenter
from festival.shared.access import Role
from festival.visitors.models import Booking, Registration
from festival.visitors.news.rules import Concern, Reader, Source, readers_from
from festival.visitors.states import BookingState, RegistrationState


def readers_of(
    edition: Edition,
    *,
    booked: Collection[int],
    held: Mapping[str, Collection[int]],
    booked_before: datetime | None = None,
    presenters: bool = True,
) -> list[Reader]:
    """Everybody concerned, one reader per address, by address; at most six queries.

    ``booked`` are ids of occurrences whose households are concerned; ``held`` maps codes of
    sessions to the ids of occurrences that concern those who hold the session.  Households that
    booked at ``booked_before`` or later are left out; so is who only leads a session, without
    ``presenters``.
    """
    households = _households(edition, booked, before=booked_before)
    return readers_from([*households, *_holders(edition, held, presenters=presenters)])


def _households(
    edition: Edition, ids: Collection[int], *, before: datetime | None
) -> Iterator[Concern]:
    if not ids:
        return
    in_time = true() if before is None else Booking.booked_at < before
    rows = db.session.execute(
        select(
            Registration.id, Registration.email, Registration.name, Registration.locale,
            Booking.occurrence_id, Booking.people,
        )
        .join(Booking, Booking.registration_id == Registration.id)
        .where(
            Registration.edition_id == edition.id,
            Registration.state == RegistrationState.ACTIVE,
            Registration.email != "",
            Booking.state == BookingState.BOOKED,
            Booking.occurrence_id.in_(ids),
            in_time,
        )
        .order_by(Booking.id)
    )  # fmt: skip
    for number, email, name, locale, occurrence_id, people in rows:
        yield Concern(
            email, name, locale, occurrence_id, Source.HOUSEHOLD,
            places=people, household_id=number,
        )  # fmt: skip


def _holders(
    edition: Edition, held: Mapping[str, Collection[int]], *, presenters: bool
) -> Iterator[Concern]:
    if not held:
        return
    by_organization: dict[int, list[int]] = defaultdict(list)
    by_city: dict[int, list[int]] = defaultdict(list)
    rows = db.session.execute(
        select(
            ProgrammeSession.code, ProgrammeSession.organization_id, ProgrammeSession.twin_city_id
        ).where(
            ProgrammeSession.edition_id == edition.id,
            ProgrammeSession.code.in_(held),
            or_(
                ProgrammeSession.organization_id.is_not(None),
                ProgrammeSession.twin_city_id.is_not(None),
            ),
        )
    )
    for code, organization_id, city_id in rows:
        if organization_id is not None:
            by_organization[organization_id].extend(held[code])
        if city_id is not None:
            by_city[city_id].extend(held[code])
    if presenters:
        yield from _presenters(edition, held)
    if by_organization:
        yield from _contacts_of_organizations(edition, by_organization)
    if by_city:
        yield from _contacts_of_cities(edition, by_city)
    if by_organization or by_city:
        yield from _people(by_organization, by_city)


def _presenters(edition: Edition, held: Mapping[str, Iterable[int]]) -> Iterator[Concern]:
    """Who leads a session and left an address; one who leads it for a city reads its clock too."""
    rows = db.session.execute(
        select(
            Presenter.email, Presenter.name, Presenter.locale,
            ProgrammeSession.code, ProgrammeSession.twin_city_id,
        )
        .join(SessionPresenter, SessionPresenter.presenter_id == Presenter.id)
        .join(ProgrammeSession, ProgrammeSession.id == SessionPresenter.session_id)
        .where(
            ProgrammeSession.edition_id == edition.id,
            ProgrammeSession.code.in_(held),
            Presenter.email != "",
        )
        .order_by(Presenter.id)
    )  # fmt: skip
    for email, name, locale, code, city_id in rows:
        for occurrence_id in held[code]:
            yield Concern(
                email, name, locale or _default_language(edition), occurrence_id,
                Source.PRESENTER, is_city=city_id is not None,
            )  # fmt: skip


def _contacts_of_organizations(
    edition: Edition, ids: Mapping[int, Iterable[int]]
) -> Iterator[Concern]:
    """The contact, in the language of the application to this edition."""
    rows = db.session.execute(
        select(
            Organization.id, Organization.contact_email, Organization.contact_name,
            Organization.name, Application.language,
        )
        .outerjoin(
            Application,
            and_(
                Application.organization_id == Organization.id,
                Application.edition_id == edition.id,
            ),
        )
        .where(Organization.id.in_(ids), Organization.contact_email != "")
    )  # fmt: skip
    for number, email, contact, name, language in rows:
        locale = language or _default_language(edition)
        for occurrence_id in ids[number]:
            yield Concern(email, contact or name, locale, occurrence_id, Source.CONTACT)


def _contacts_of_cities(edition: Edition, ids: Mapping[int, Iterable[int]]) -> Iterator[Concern]:
    """The contact, in the first of the city's languages that the edition speaks."""
    rows = db.session.execute(
        select(
            TwinCity.id, TwinCity.contact_email, TwinCity.contact_name, TwinCity.languages
        ).where(TwinCity.id.in_(ids), TwinCity.contact_email != "")
    )
    for number, email, name, languages in rows:
        spoken = (each for each in languages if each in edition.languages)
        locale = next(spoken, _default_language(edition))
        for occurrence_id in ids[number]:
            yield Concern(email, name, locale, occurrence_id, Source.CONTACT, is_city=True)


def _people(
    organizations: Mapping[int, Iterable[int]], cities: Mapping[int, Iterable[int]]
) -> Iterator[Concern]:
    """Who signs in for one of them."""
    rows = db.session.execute(
        select(
            Person.email, Person.name, Person.locale,
            RoleGrant.organization_id, RoleGrant.twin_city_id,
        )
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .where(
            Person.is_active,
            or_(
                and_(
                    RoleGrant.role == Role.EXHIBITOR, RoleGrant.organization_id.in_(organizations)
                ),
                and_(RoleGrant.role == Role.PARTNER, RoleGrant.twin_city_id.in_(cities)),
            ),
        )
        .order_by(Person.id)
    )  # fmt: skip
    for email, name, locale, organization_id, city_id in rows:
        is_city = city_id is not None
        ids = cities[city_id] if city_id is not None else organizations[organization_id or 0]
        for occurrence_id in ids:
            yield Concern(email, name, locale, occurrence_id, Source.PERSON, is_city=is_city)


def _default_language(edition: Edition) -> str:
    return edition.languages[0] if edition.languages else edition.festival.default_language
