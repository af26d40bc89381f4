"""Figures of an exhibitor's pages and of the gates with 150 exhibitors; printed with ``-s``."""

from __future__ import annotations

import time

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from festival.accounts.models import Person
from festival.exhibitors.models import Application
from festival.exhibitors.stands import actions as stands
from festival.exhibitors.stands.actions import StandValues
from festival.exhibitors.stands.models import FloorPlan
from festival.exhibitors.stands.rules.drawing import Place
from festival.extensions import db
from festival.portal.calendar.actions import make_feed
from festival.portal.slots import actions
from festival.portal.slots.actions import Load
from festival.shared.access import Role
from festival.shared.journal import SYSTEM
from tests.conftest import forget_the_last_request
from tests.factories.portal import make_gate, make_slots, make_speaker
from tests.factories.stands import give, make_plan
from tests.factories.world import NOW, World
from tests.portal.slots.test_race import make_many
from tests.queries import count_queries

pytestmark = pytest.mark.benchmark

EXHIBITORS = 150
TIMES = 5


def hall_of(world: World) -> tuple[Application, Person]:
    """Everybody has a stand of one plan and a slot at one of two gates."""
    rows = [db.session.get_one(Application, each) for each in make_many(world, EXHIBITORS)]
    plan = make_plan(world.here, stands=0, width_cm=9000, depth_cm=9000)
    _draw(plan)
    for stand, row in zip(plan.stands, rows, strict=False):
        give(stand, row)
    slots = [
        slot
        for name in ("North gate", "South gate")
        for slot in make_slots(world.here, make_gate(world.here, name), vehicles=20)
    ]
    begun, wall = time.process_time(), time.perf_counter()
    for number, row in enumerate(rows):
        actions.book_slot(row, slots[number % 8], Load(450, "Van"), actor=SYSTEM, now=NOW)
        db.session.commit()
    cpu, wall = time.process_time() - begun, time.perf_counter() - wall
    print(f"\none booking with its commit: {cpu / EXHIBITORS * 1000:.1f} ms CPU, "
          f"{wall / EXHIBITORS * 1000:.1f} ms")  # fmt: skip
    return rows[70], make_speaker(rows[70])


def _draw(plan: FloorPlan) -> None:
    for number, letter in enumerate("ABCDEF"):
        stands.add_row(
            plan, Place(100, 100 + number * 700, 300, 300), StandValues(circuit_id=None, watts=0),
            prefix=letter, first=1, count=25, gap=0, is_down=False, actor=SYSTEM, now=NOW,
        )  # fmt: skip
    db.session.commit()
    db.session.refresh(plan)


def measure(name: str, browser: FlaskClient, page: str) -> None:
    def get() -> TestResponse:
        forget_the_last_request()  # this client does not
        return browser.get(page)

    get()
    db.session.expire_all()
    with count_queries() as seen:
        answer = get()
    assert answer.status_code == 200
    cpu, wall = time.process_time(), time.perf_counter()
    for _ in range(TIMES):
        get()
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    print(f"{name}: {seen.count} queries, {cpu / TIMES * 1000:.0f} ms CPU, "
          f"{wall / TIMES * 1000:.0f} ms, {len(answer.data) / 1024:.0f} kB")  # fmt: skip


def test_pages_with_150_exhibitors(world: World) -> None:
    row, speaker = hall_of(world)
    token = make_feed(row, secret="bench", actor=SYSTEM, now=NOW)
    db.session.commit()
    world.app.test_client_class = FlaskClient  # without reading each page strictly
    own, office = world.browser(speaker), world.browser_as(Role.ORGANIZER)
    path = world.here.path
    measure("home", own, f"{path}/exhibitor/{row.code}/day")
    measure("choosing a slot", own, f"{path}/exhibitor/{row.code}/slots/set_up")
    measure("calendar", own, f"/feeds/exhibitor/{token}.ics")
    measure("overview of slots", office, f"{path}/organize/exhibitors/slots")
    measure("table of the gates", office, f"{path}/organize/exhibitors/slots/table")
    measure("the same as CSV", office, f"{path}/organize/exhibitors/slots.csv")
