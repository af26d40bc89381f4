"""What it costs to publish 600 sessions when 700 people have to be told."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, insert, select, update

from festival.exhibitors.models import Organization
from festival.exhibitors.states import Sector
from festival.extensions import db
from festival.mail.models import OutboxMessage
from festival.programme.actions import publish_programme
from festival.programme.models import Occurrence
from festival.shared.access import Role
from festival.shared.journal import SYSTEM
from festival.shared.tokens import make_code, make_token, token_hash
from festival.visitors.models import Booking, Registration
from tests.factories.programme import make_programme
from tests.factories.world import NOW, Corner, World
from tests.queries import count_queries

SESSIONS = 600
HOUSEHOLDS = 660
EXHIBITORS = 38
"""With the twin city's contact and its partner that makes 700 addresses."""
CHANGED = 60


@contextmanager
def clocked(what: str) -> Iterator[None]:
    wall, cpu = time.perf_counter(), time.process_time()
    yield
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    print(f"{what:>44}: wall {wall * 1000:6.0f} ms, CPU {cpu * 1000:6.0f} ms")


def fill(corner: Corner) -> list[Occurrence]:
    """A published programme with bookings in, and holders of, its first occurrences."""
    sessions = make_programme(corner.edition, venue=corner.venue, sessions=SESSIONS, spaces=40)
    occurrences = [each.occurrences[0] for each in sessions]
    db.session.execute(
        insert(Organization),
        [
            {"festival_id": corner.festival.id, "code": make_code(), "name": f"Exhibitor {number}",
             "sector": Sector.NGO, "contact_email": f"exhibitor{number}@example.org",
             "languages": ["en"], "created_at": NOW}
            for number in range(EXHIBITORS)
        ],
    )  # fmt: skip
    ids = db.session.scalars(
        select(Organization.id).where(Organization.name.startswith("Exhibitor "))
    ).all()
    for number, organization_id in enumerate(ids):
        sessions[number].organization_id = organization_id
    corner.city.contact_email = "twin@example.org"
    db.session.execute(
        update(Organization)
        .where(Organization.id == corner.organization.id)
        .values(contact_email="")
    )
    sessions[EXHIBITORS].twin_city_id = corner.city.id
    book(corner, occurrences)
    publish_programme(corner.edition, actor=SYSTEM, now=NOW)
    db.session.commit()
    return occurrences


def book(corner: Corner, occurrences: list[Occurrence]) -> None:
    """Each household has booked three of the sessions that will change, and two others."""
    db.session.execute(
        insert(Registration),
        [
            {"edition_id": corner.edition.id, "code": make_code(),
             "manage_hash": token_hash(make_token()), "name": f"Household {number}",
             "email": f"household{number}@example.org", "locale": ["en", "fr", "ar"][number % 3],
             "people": 2, "created_at": NOW}
            for number in range(HOUSEHOLDS)
        ],
    )  # fmt: skip
    rows = db.session.scalars(select(Registration.id).order_by(Registration.id)).all()
    db.session.execute(
        insert(Booking),
        [
            {"registration_id": registration_id, "people": 2, "booked_at": NOW,
             "occurrence_id": occurrences[place].id}
            for number, registration_id in enumerate(rows)
            for place in (
                number % CHANGED, (number + 7) % CHANGED, (number + 31) % CHANGED,
                CHANGED + number % 300, 2 * CHANGED + 300 + number % 100,
            )
        ],
    )  # fmt: skip


def change(occurrences: list[Occurrence]) -> None:
    """Everything of it begins later; a third of it is held elsewhere as well."""
    for number, each in enumerate(occurrences[:CHANGED]):
        each.starts_at += timedelta(minutes=15)
        if number % 3 == 0:
            each.space_id = occurrences[number + 1].space_id
    db.session.commit()


def mails() -> int:
    return db.session.scalar(select(func.count()).select_from(OutboxMessage)) or 0


@pytest.mark.benchmark
@pytest.mark.both_databases
def test_publishing_what_changes_something_for_700_people(world: World, backend_kind: str) -> None:
    occurrences = fill(world.here)
    world.app.test_client_class = FlaskClient  # reading the HTML strictly is not what is measured
    browser = world.browser_as(Role.ORGANIZER)
    address = f"{world.here.path}/organize/programme/publish"
    print(f"\n{SESSIONS} sessions, {CHANGED} of them change, on {backend_kind}")
    for attempt in ("first", "second", "third"):
        before = mails()
        change(occurrences)
        with count_queries() as seen, clocked(f"the page beforehand ({attempt})"):
            page = browser.get(address)
        print(f"{'':>46}{seen.count} statements, {len(page.data)} bytes")
        assert "in 700 mails" in page.get_data(as_text=True)
        form = page.get_data(as_text=True).split('name="csrf_token" value="')[1].split('"')[0]
        with count_queries() as seen, clocked(f"publishing ({attempt})"):
            answer = browser.post(address, data={"csrf_token": form, "telling": "now"})
        assert answer.status_code == 303
        db.session.rollback()
        print(f"{'':>46}{seen.count} statements, {mails() - before} mails in the outbox")
        assert mails() - before == 700
