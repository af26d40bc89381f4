"""Whom of the twin cities an organizer can write to."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select

from festival.accounts.models import Person, RoleGrant
from festival.accounts.states import Role
from festival.cities.models import TwinCity
from festival.cities.queries import cities_of
from festival.extensions import db
from festival.festivals.models import Edition
from festival.mail.batches.segments import FactsIn, Recipient, segment
from festival.mail.rendering import link_maker
from festival.shared.languages import LANGUAGES
from festival.shared.sentences import mark

PLACEHOLDERS = {
    "city": mark("The name of the twin city"),
    "link": mark("The address of the city’s public page"),
}


def _cities(edition: Edition) -> list[tuple[str, str]]:
    return [(city.slug, city.name) for city in cities_of(edition.festival_id)]


@segment("all_twin_cities", name=mark("All twin cities"), placeholders=PLACEHOLDERS)
def all_twin_cities(edition: Edition, *, choice: str, now: datetime) -> Iterable[Recipient]:
    """The contact of each city and everybody who speaks for it."""
    return _contacts(edition, cities_of(edition.festival_id))


@segment("twin_city", name=mark("One twin city"), placeholders=PLACEHOLDERS, choices=_cities)
def twin_city(edition: Edition, *, choice: str, now: datetime) -> Iterable[Recipient]:
    """The same for one city; ``choice`` is its slug."""
    return _contacts(
        edition, [city for city in cities_of(edition.festival_id) if city.slug == choice]
    )


def _contacts(edition: Edition, cities: list[TwinCity]) -> Iterable[Recipient]:
    speakers: dict[int, list[Person]] = {}
    rows = db.session.execute(
        select(RoleGrant.twin_city_id, Person)
        .join(RoleGrant.person)
        .where(
            RoleGrant.twin_city_id.in_([city.id for city in cities]),
            RoleGrant.role == Role.PARTNER,
            Person.is_active,
        )
        .order_by(Person.name, Person.id)
    )
    for city_id, person in rows:
        speakers.setdefault(city_id or 0, []).append(person)
    for city in cities:
        facts = _facts_of(city, edition=edition)
        yield Recipient(city.contact_email, city.contact_name, _language(city), facts)
        for person in speakers.get(city.id, []):
            yield Recipient(person.email, person.name, person.locale, facts)


def _facts_of(city: TwinCity, *, edition: Edition) -> FactsIn:
    def facts(locale: str) -> dict[str, str]:
        link = link_maker(locale=locale, edition=edition)
        return {"city": city.name, "link": link("cities.public_city", slug=city.slug)}

    return facts


def _language(city: TwinCity) -> str:
    """The first language of the city that we write in; empty for the edition's default."""
    return next((each for each in city.languages if each in LANGUAGES), "")
