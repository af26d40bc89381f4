"""Figures of packs: how long one takes, and looking whether many are still true."""

from __future__ import annotations

import time

import pytest

from festival.portal.pack import queries
from festival.portal.pack.documents import digest_of, pack_pdf, sheet_of
from tests.factories.passes import make_pass, make_team
from tests.factories.stands import give, make_plan, stand_called
from tests.factories.world import World
from tests.queries import count_queries

EXHIBITORS = 60


@pytest.mark.benchmark
def test_packs(world: World) -> None:
    plan = make_plan(world.here, stands=EXHIBITORS, width_cm=20000)
    for number in range(EXHIBITORS):
        team = make_team(world.here, f"Workshop {number}", wanted=3)
        give(stand_called(plan, f"A{number + 1}"), team)
        for name in ("Amina Diallo", "فاطمة الزهراء", "李小龍"):
            make_pass(team, name)
    edition = world.here.edition
    started, cpu = time.perf_counter(), time.process_time()
    with count_queries() as seen:
        facts = queries.facts_of(edition, queries.exhibitors_with_contacts(edition.id))
    sheets = [sheet_of(each, edition=edition) for each in facts.values()]
    assert len({digest_of(each) for each in sheets}) == EXHIBITORS
    print(
        f"\n{EXHIBITORS} packs looked at: {seen.count} queries, "
        f"{time.process_time() - cpu:.2f} s CPU, {time.perf_counter() - started:.2f} s"
    )
    started = time.perf_counter()
    sizes = [len(pack_pdf(each, background="", stamp="now")) for each in sheets[:10]]
    print(
        f"10 packs set: {(time.perf_counter() - started) / 10:.2f} s each, "
        f"{sum(sizes) // 10240} kB each"
    )
