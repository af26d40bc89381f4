"""What there is to read about twin cities."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from festival.accounts.models import Person, RoleGrant
from festival.accounts.states import Role
from festival.cities.models import TwinCity
from festival.extensions import db


def cities_of(festival_id: int) -> list[TwinCity]:
    """Twin cities of a festival by name, with their logos; one query."""
    return list(
        db.session.scalars(
            select(TwinCity)
            .where(TwinCity.festival_id == festival_id)
            .options(joinedload(TwinCity.logo))
            .order_by(TwinCity.name)
        )
    )


def find_city(festival_id: int, slug: str) -> TwinCity | None:
    return db.session.scalar(
        select(TwinCity)
        .where(TwinCity.festival_id == festival_id, TwinCity.slug == slug)
        .options(joinedload(TwinCity.logo))
    )


def city_slugs(festival_id: int) -> set[str]:
    return set(db.session.scalars(select(TwinCity.slug).where(TwinCity.festival_id == festival_id)))


def partners_of(city_id: int) -> list[Person]:
    """People who speak for the city, by name."""
    return list(
        db.session.scalars(
            select(Person)
            .join(RoleGrant, RoleGrant.person_id == Person.id)
            .where(RoleGrant.twin_city_id == city_id, RoleGrant.role == Role.PARTNER)
            .order_by(Person.name)
        )
    )
