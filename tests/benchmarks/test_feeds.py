"""What a real programme costs: EMF 2024 with 482 sessions in 44 spaces, as page and as feeds."""

from __future__ import annotations

import gzip
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from festival.extensions import db
from festival.feeds.actions import apply_import
from festival.feeds.actions.imports import read_file
from festival.shared.journal import SYSTEM
from tests.factories.feeds import import_file
from tests.factories.world import NOW, World
from tests.queries import count_queries

MOST_QUERIES = 12


def cpu_ms(work: Callable[[], object], *, times: int = 1) -> float:
    began = time.process_time()
    for _ in range(times):
        work()
    return (time.process_time() - began) * 1000 / times


@pytest.mark.benchmark
def test_feeds_and_page_of_a_real_programme(world: World, shared: Path) -> None:
    import_file(world.here.edition, shared / "data/schedules/emf_2024.frab.xml")
    world.app.test_client_class = FlaskClient  # reading the HTML strictly is not what is measured
    browser = world.app.test_client()
    root = "/feeds/luminara/2027"
    browser.get(f"{root}/programme.csv?lang=ar")  # the programme is in memory
    browser.get(f"{world.here.path.replace('/en/', '/ar/')}/programme")  # templates compiled
    print(f"\n{'EMF 2024, CPU':>20}  cold ms  kept ms   304 ms  queries    bytes     gzip")
    for address in (
        f"{world.here.path}/programme",
        f"{root}/programme.ics",
        f"{root}/schedule.xml",
        f"{root}/schedule.json",
        f"{root}/programme.csv",
        f"{world.here.path}/subscribe",
    ):
        with count_queries() as seen:
            began = time.process_time()
            answer = browser.get(address)
            cold = (time.process_time() - began) * 1000
        assert answer.status_code == 200
        assert seen.count <= MOST_QUERIES
        kept = cpu_ms(lambda address=address: browser.get(address), times=20)  # type: ignore[misc]
        tag = {"If-None-Match": answer.headers["ETag"]}
        same = cpu_ms(
            lambda address=address, tag=tag: browser.get(address, headers=tag),  # type: ignore[misc]
            times=20,
        )
        name = address.rpartition("/")[2]
        print(
            f"{name:>20}{cold:>9.1f}{kept:>9.2f}{same:>9.2f}{seen.count:>9}"
            f"{len(answer.data):>9}{len(gzip.compress(answer.data)):>9}"
        )


@pytest.mark.benchmark
def test_importing_the_largest_programme(world: World, shared: Path) -> None:
    file = shared / "data/schedules/fosdem_2020.xml"
    edition = world.here.edition
    content = file.read_bytes()
    programme = read_file(edition, content, file_name=file.name)
    read = cpu_ms(lambda: read_file(edition, content, file_name=file.name))

    def apply() -> None:
        apply_import(edition, programme, actor=SYSTEM, now=NOW)
        db.session.commit()

    print(f"\nFOSDEM 2020, 872 sessions, CPU: read {read:.0f} ms", end="")
    print(f", first import {cpu_ms(apply):.0f} ms, again {cpu_ms(apply):.0f} ms")
