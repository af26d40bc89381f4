"""Addresses left with exhibitors: processor time of a press, of the list and of the table."""

from __future__ import annotations

import time

import pytest

from festival.shared.access import Role
from tests.factories.leads import leave, make_exhibitor, make_page
from tests.factories.world import World
from tests.queries import count_queries

LEADS = 2000


@pytest.mark.benchmark
def test_a_stand_where_two_thousand_left_an_address(world: World) -> None:
    page = make_page(make_exhibitor(world.here))
    before = time.process_time()
    for number in range(LEADS):
        leave(page, email=f"visitor{number}@example.org", note="=HYPERLINK(1)")
    each = (time.process_time() - before) / LEADS
    browser = world.browser_as(Role.EXHIBITOR)
    place = f"{world.here.path}/exhibitor/{page.application.code}/leads"
    visitor = f"{world.here.path}/i/{page.code}"
    print(f"\n{LEADS} leads with their mails: {each * 1000:.1f} ms of processor time each")
    for name, reader, address in (
        ("list", browser, place),
        ("table", browser, f"{place}.csv"),
        ("visitor's page", world.browser(), visitor),
    ):
        reader.get(address)
        before = time.process_time()
        with count_queries() as seen:
            answer = reader.get(address)
        spent = time.process_time() - before
        assert answer.status_code == 200
        print(f"{name}: {spent * 1000:.0f} ms, {seen.count} queries, {len(answer.data)} bytes")
