"""Figures of booking a place and of registering, through the whole stack; printed with ``-s``."""

from __future__ import annotations

import re
import time

import pytest
from flask.testing import FlaskClient

from festival.extensions import db
from festival.programme.models import Occurrence
from tests.factories.programme import make_session
from tests.factories.visitors import FAR, make_bookable, make_household, publish
from tests.factories.world import World
from tests.queries import count_queries

pytestmark = pytest.mark.benchmark
HOUSEHOLDS = 150
SESSIONS = 150


def opened(world: World, address: str) -> tuple[FlaskClient, str]:
    """A browser of a household of two that has the booking page open, and its token."""
    _, token = make_household(world.here, people=2)
    browser = world.app.test_client()
    browser.get(f"{world.here.path}/r/{token}")
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', browser.get(address).text)
    assert found is not None
    return browser, found[1]


@pytest.mark.both_databases
def test_one_booking(world: World) -> None:
    for number in range(SESSIONS):
        make_session(world.here.edition, title=f"Session {number}", starts_at=FAR)
    occurrence: Occurrence = make_bookable(world.here, capacity=HOUSEHOLDS * 2)
    publish(world.here)
    address = f"{world.here.path}/book/{occurrence.uid}"
    browsers = [opened(world, address) for _ in range(HOUSEHOLDS)]

    statements = 0
    begun, cpu = time.perf_counter(), time.process_time()
    for number, (browser, token) in enumerate(browsers):
        with count_queries() as seen:
            answer = browser.post(address, data={"csrf_token": token, "people": "2"})
        assert answer.status_code == 303
        statements = seen.count if number == 1 else statements
    took, cpu = time.perf_counter() - begun, time.process_time() - cpu
    db.session.expire_all()

    assert occurrence.places_taken == HOUSEHOLDS * 2
    print(
        f"\nbooking on {db.engine.dialect.name}: {cpu / HOUSEHOLDS * 1000:.2f} ms CPU, "
        f"{took / HOUSEHOLDS * 1000:.2f} ms, {statements} statements, {HOUSEHOLDS / took:.0f}/s"
    )


@pytest.mark.both_databases
def test_one_registration(world: World) -> None:
    address = f"{world.here.path}/register"
    browser = world.app.test_client()
    page = browser.get(address).text
    fields = dict(re.findall(r'name="(key|csrf_token)"[^>]*value="([^"]+)"', page))

    begun, cpu = time.perf_counter(), time.process_time()
    for number in range(HOUSEHOLDS):
        with count_queries() as seen:
            values = fields | {"people": "2", "key": f"{fields['key'][:24]}{number:06}"}
            assert browser.post(address, data=values).status_code == 303
    took, cpu = time.perf_counter() - begun, time.process_time() - cpu

    print(
        f"\nregistration with badge on {db.engine.dialect.name}: "
        f"{cpu / HOUSEHOLDS * 1000:.2f} ms CPU, {took / HOUSEHOLDS * 1000:.2f} ms, "
        f"{seen.count} statements, {HOUSEHOLDS / took:.0f}/s"
    )
