"""Figures of a check-in through the whole stack; printed with ``-s``, never asserted."""

from __future__ import annotations

import time
from uuid import uuid4

import pytest
from sqlalchemy import event

from festival.extensions import db
from tests.factories.badges import make_badge
from tests.factories.checkin import make_door
from tests.factories.world import NOW, World

pytestmark = pytest.mark.benchmark
SCANS = 400


@pytest.mark.both_databases
def test_a_check_in(world: World) -> None:
    world.here.edition.ends_on = NOW.date().replace(year=2099)
    door, token = make_door(world.here, last_day=world.here.edition.ends_on)
    codes = [make_badge(world.here, name=f"Name {number}").code for number in range(SCANS)]
    address = f"/door/{token}/scans?lang=en"
    browser = world.app.test_client()
    del door

    def send(code: str) -> str:
        answer = browser.post(address, json={"key": str(uuid4()), "code": code})
        return str(answer.get_json()["verdict"])

    statements: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *given: statements.append(given[2]))
    send(codes[0])
    first = list(statements)
    begun, cpu = time.perf_counter(), time.process_time()
    verdicts = {send(code) for code in codes[1:]}
    took, cpu = time.perf_counter() - begun, time.process_time() - cpu
    done = SCANS - 1
    print(
        f"\ncheck-in on {db.engine.dialect.name}: {cpu / done * 1000:.2f} ms CPU, "
        f"{took / done * 1000:.2f} ms, {len(first)} statements, {done / took:.0f}/s, {verdicts}"
    )
    for statement in first:
        print("   ", " ".join(statement.split())[:110])
