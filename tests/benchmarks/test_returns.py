"""Figures of host returns with 600 hosted times; printed with ``-s``, never asserted."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from festival.evaluation.returns.jobs import returns_to_ask_for
from festival.evaluation.returns.reminding import ask_all
from festival.exhibitors.models import Organization
from festival.exhibitors.states import Sector
from festival.extensions import db
from festival.programme.actions import publish_programme
from festival.shared.access import Role
from festival.shared.journal import SYSTEM
from festival.shared.tokens import make_code
from tests.factories.programme import TEN_O_CLOCK, make_occurrence, make_session
from tests.factories.returns import AFTERWARDS, make_return
from tests.factories.world import NOW, Corner, World
from tests.queries import count_queries

pytestmark = pytest.mark.benchmark
HOSTS = 150
TIMES = 4


def fill(corner: Corner) -> None:
    """150 hosts with one session of four times each; half of the first times are told of."""
    first = []
    for number in range(HOSTS):
        organization = Organization(
            festival=corner.festival, code=make_code(), name=f"Association Nº {number}",
            sector=Sector.NGO, contact_email=f"hello@association{number}.example", created_at=NOW,
        )  # fmt: skip
        db.session.add(organization)
        db.session.flush()
        session = make_session(
            corner.edition, title=f"Session {number}", space=corner.space, starts_at=None,
            organization_id=organization.id,
        )  # fmt: skip
        for each in range(TIMES):
            at = TEN_O_CLOCK - timedelta(hours=3) + timedelta(minutes=15 * each)
            made = make_occurrence(
                session, starts_at=at, minutes=15, space=corner.space, is_bookable=True, capacity=12
            )
            if each == 0 and number % 10 == 0:
                first.append(made)
    publish_programme(corner.edition, actor=SYSTEM, now=NOW)
    db.session.commit()
    for made in first:
        make_return(corner, made)


def clocked(name: str, work: Callable[[], Any]) -> Any:
    with count_queries() as seen:
        wall, cpu = time.perf_counter(), time.process_time()
        answer = work()
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    print(f"{name}: {cpu * 1000:.0f} ms CPU, {wall * 1000:.0f} ms, {seen.count} queries")
    return answer


def test_six_hundred_times(world: World) -> None:
    fill(world.here)
    path = f"{world.here.path}/organize/figures"
    secret = world.app.config["SETTINGS"].secret_key
    with time_machine.travel(AFTERWARDS, tick=True):
        browser = world.browser_as(Role.ORGANIZER)
        browser.get(f"{path}/returns")
        print()
        clocked("list of returns, 600 times", lambda: browser.get(f"{path}/returns"))
        clocked("download, 600 times", lambda: browser.get(f"{path}/returns.csv"))
        clocked("figures", lambda: browser.get(path))
        due = clocked(
            "the clock asks, 600 times",
            lambda: list(returns_to_ask_for(now=AFTERWARDS, horizon=timedelta(minutes=10))),
        )
        count = clocked(
            "remind all 150 hosts of 585 missing returns",
            lambda: ask_all(world.here.edition, secret=secret, now=AFTERWARDS, actor=SYSTEM),
        )
    assert len(due) == TIMES
    assert count == HOSTS
