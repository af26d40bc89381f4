"""One person for each role, with a password that is printed; for development only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from festival.accounts.actions import add_person
from festival.accounts.granting import Place, grant_role
from festival.accounts.models import Person
from festival.accounts.passwords import hash_password
from festival.accounts.states import Role
from festival.cities.models import TwinCity
from festival.exhibitors.models import Organization
from festival.festivals.models import Edition
from festival.shared.journal import SYSTEM

PASSWORD = "lantern-on-the-hill"  # noqa: S105 - printed on purpose, never in production
EDITION_TEAM = (
    (Role.ORGANIZER, "organizer@luminara.example", "Amparo Lumbreras"),
    (Role.REVIEWER, "reviewer@luminara.example", "Tomás Ribeiro"),
    (Role.DOOR_LEAD, "door@luminara.example", "Oluwaseun Adeyemi"),
    (Role.PRESS_OFFICER, "press@luminara.example", "Salma Haddad"),
    (Role.EVALUATOR, "evaluator@luminara.example", "Nuria Salvatierra"),
)


@dataclass
class Cast:
    """The people of the sample, in the order in which they are printed."""

    password_hash: str
    people: list[tuple[str, Person]]

    def add(self, role: str, *, email: str, name: str, now: datetime) -> Person:
        person = add_person(email=email, name=name, locale="en", now=now)
        person.password_hash = self.password_hash
        self.people.append((role, person))
        return person


def begin_cast(*, now: datetime) -> Cast:
    """The administrator; everybody else comes when there is something to have a role in."""
    cast = Cast(hash_password(PASSWORD), [])
    cast.add(
        "administrator", email="admin@luminara.example", name="Ada Quintero", now=now
    ).is_administrator = True
    return cast


def add_team(cast: Cast, edition: Edition, *, now: datetime) -> Person:
    """The team of the edition; answers its organizer."""
    place = Place(name=edition.title, edition_id=edition.id, edition=edition)
    for role, email, name in EDITION_TEAM:
        person = cast.add(role.value, email=email, name=name, now=now)
        grant_role(person, role, place=place, actor=SYSTEM, now=now)
    return cast.people[1][1]


def add_organizer_elsewhere(cast: Cast, edition: Edition, *, now: datetime) -> Person:
    person = cast.add(
        "organizer of another festival",
        email="organizer@port-sorrel.example", name="Wren Hathaway", now=now,
    )  # fmt: skip
    place = Place(name=edition.title, edition_id=edition.id, edition=edition)
    grant_role(person, Role.ORGANIZER, place=place, actor=SYSTEM, now=now)
    return person


def add_exhibitor(cast: Cast, organization: Organization, *, now: datetime) -> None:
    person = cast.add(
        "exhibitor", email="exhibitor@luminara.example", name="Josune Arrieta", now=now
    )
    place = Place(name=organization.name, organization_id=organization.id)
    grant_role(person, Role.EXHIBITOR, place=place, actor=SYSTEM, now=now)


def add_partner(cast: Cast, city: TwinCity, *, now: datetime) -> None:
    person = cast.add("partner", email="partner@saebit.example", name="Seo Yeon-ju", now=now)
    place = Place(name=city.name, twin_city_id=city.id)
    grant_role(person, Role.PARTNER, place=place, actor=SYSTEM, now=now)
