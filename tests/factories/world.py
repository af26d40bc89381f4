"""Two of everything, so that a test can always ask: and does the other one stay closed?"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from flask import Flask
from flask.testing import FlaskClient

from festival.accounts.actions import start_sign_in
from festival.accounts.models import Person, RoleGrant
from festival.accounts.states import EDITION_ROLES, Role
from festival.cities.models import TwinCity
from festival.exhibitors.calls.models import Call
from festival.exhibitors.calls.states import CallKind
from festival.exhibitors.models import Organization
from festival.exhibitors.states import Sector
from festival.extensions import db
from festival.festivals.models import Edition, Festival, Space, Venue
from festival.festivals.states import EditionState
from festival.shared.clock import utc_now
from festival.shared.tokens import make_code

NOW = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
FIRST_DAY = date(2027, 5, 14)


@dataclass
class Corner:
    """One festival with one edition, a venue with a space, an organization and a twin city."""

    festival: Festival
    edition: Edition
    venue: Venue
    space: Space
    organization: Organization
    city: TwinCity
    call: Call
    people: dict[str, Person] = field(default_factory=dict)

    @property
    def path(self) -> str:
        """Address of the edition in English, without a slash at the end."""
        return f"/en/{self.festival.slug}/{self.edition.slug}"


@dataclass
class World:
    """``here`` and ``there`` never share anything; ``administrator`` rules over both."""

    app: Flask
    here: Corner
    there: Corner
    administrator: Person

    def browser(self, person: Person | None = None) -> FlaskClient:
        """A browser in which ``person`` is signed in, or a stranger's."""
        client = self.app.test_client()
        if person is not None:
            now = utc_now()
            token = start_sign_in(person, now=now, expires_at=now + timedelta(days=1))
            db.session.commit()
            with client.session_transaction() as cookie:
                cookie["_user_id"] = token
                cookie["_fresh"] = True
        return client

    def browser_as(self, role: Role, *, at: Corner | None = None) -> FlaskClient:
        """A browser of the person who holds ``role`` in ``at`` (here unless said)."""
        return self.browser((at or self.here).people[role.value])


def build_world(app: Flask) -> World:
    here = _corner("luminara", city="Luminara", zone="Europe/Madrid")
    there = _corner("harbour", city="Harbour Town", zone="America/New_York")
    administrator = make_person("admin@example.org", name="Ada Administrator")
    administrator.is_administrator = True
    db.session.commit()
    return World(app=app, here=here, there=there, administrator=administrator)


def make_person(email: str, *, name: str) -> Person:
    person = Person(email=email, name=name, created_at=NOW)
    db.session.add(person)
    db.session.flush()
    return person


def _corner(slug: str, *, city: str, zone: str) -> Corner:
    festival = Festival(
        slug=slug, name=f"{city} Learning Festival", city_name=city, country="ES",
        time_zone=zone, created_at=NOW,
    )  # fmt: skip
    edition = Edition(
        festival=festival, slug="2027", title=f"{city} Learns 2027",
        starts_on=FIRST_DAY, ends_on=FIRST_DAY + timedelta(days=2), time_zone=zone,
        languages=["en", "ar", "fr"], inhabitants=92_000, inhabitants_year=2026,
        state=EditionState.PUBLIC, contact_email=f"hello@{slug}.example",
        created_at=NOW,
    )  # fmt: skip
    call = Call(
        edition=edition, kind=CallKind.EXHIBITORS, texts={}, papers_wanted=[], changed_at=NOW,
        opens_at=NOW - timedelta(days=30), closes_at=datetime(2099, 1, 1, tzinfo=UTC),
    )  # fmt: skip
    venue = Venue(edition=edition, slug="library", name=f"{city} Library", address="1 Main Street")
    db.session.add_all([festival, edition, call, venue])
    db.session.flush()
    space = Space(
        edition_id=edition.id, venue=venue, slug="hall", name="Reading Hall",
        capacity=80, features=["step_free"],
    )  # fmt: skip
    organization = Organization(
        festival=festival, code=make_code(), name=f"{city} Makers", sector=Sector.NGO,
        contact_email=f"makers@{slug}.example", created_at=NOW,
    )  # fmt: skip
    twin = TwinCity(
        festival=festival, slug="korea", name=f"Twin of {city}", country="KR",
        time_zone="Asia/Seoul", languages=["ko"], created_at=NOW,
    )  # fmt: skip
    db.session.add_all([space, organization, twin])
    db.session.flush()
    corner = Corner(festival, edition, venue, space, organization, twin, call)
    for role in Role:
        corner.people[role.value] = _person_with(role, corner=corner, slug=slug)
    return corner


def _person_with(role: Role, *, corner: Corner, slug: str) -> Person:
    person = make_person(f"{role.value}@{slug}.example", name=f"{role.value} of {slug}")
    grant = RoleGrant(person_id=person.id, role=role, granted_at=NOW)
    if role in EDITION_ROLES:
        grant.edition_id = corner.edition.id
    elif role == Role.EXHIBITOR:
        grant.organization_id = corner.organization.id
    else:
        grant.twin_city_id = corner.city.id
    db.session.add(grant)
    return person
