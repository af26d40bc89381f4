"""What the programme costs: 482 sessions in 44 spaces on three days, as many as EMF 2024 has."""

from __future__ import annotations

import gzip
import time
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from festival.extensions import db
from festival.programme.actions import publish_programme
from festival.programme.document import digest_of, from_document, to_document
from festival.programme.queries import published_programme
from festival.shared.journal import SYSTEM
from tests.factories.programme import make_programme
from tests.factories.world import NOW, World
from tests.queries import count_queries

SESSIONS = 482
MOST_QUERIES = 12


def cpu_ms(work: Callable[[], object], *, times: int = 1) -> float:
    began = time.process_time()
    for _ in range(times):
        work()
    return (time.process_time() - began) * 1000 / times


@pytest.fixture
def browser(world: World) -> FlaskClient:
    make_programme(world.here.edition, venue=world.here.venue, sessions=SESSIONS, spaces=44)
    publish_programme(world.here.edition, actor=SYSTEM, now=NOW)
    db.session.commit()
    world.app.test_client_class = FlaskClient  # reading the HTML strictly is not what is measured
    return world.app.test_client()


@pytest.mark.benchmark
def test_pages_of_a_large_programme(world: World, browser: FlaskClient) -> None:
    path = f"{world.here.path}/programme"
    code = published_programme(world.here.edition).sessions[0].code
    browser.get(f"/ar{path[3:]}?day=2027-05-16")  # templates compiled, programme read
    print(f"\n{SESSIONS} sessions  {'':22}cold ms  kept ms  304 ms  queries    bytes     gzip")
    for name, address in {
        "first day": path,
        "timetable": f"{path}?view=timetable",
        "all days": f"{path}?day=all",
        "search": f"{path}?q=new+together",
        "places": f"{world.here.path}/places",
        "session (never kept)": f"{path}/{code}",
    }.items():
        with count_queries() as seen:
            began = time.process_time()
            answer = browser.get(address)
            cold = (time.process_time() - began) * 1000
        assert answer.status_code == 200
        assert seen.count <= MOST_QUERIES
        kept = cpu_ms(lambda address=address: browser.get(address), times=20)  # type: ignore[misc]
        tag = answer.headers.get("ETag", "")
        same = cpu_ms(
            lambda address=address, tag=tag: browser.get(address, headers={"If-None-Match": tag}),  # type: ignore[misc]
            times=20,
        )
        print(
            f"{name:>36}{cold:>9.1f}{kept:>9.2f}{same if tag else kept:>8.2f}{seen.count:>9}"
            f"{len(answer.data):>9}{len(gzip.compress(answer.data)):>9}"
        )


@pytest.mark.benchmark
def test_publishing_a_large_programme(world: World, browser: FlaskClient) -> None:
    programme = published_programme(world.here.edition)
    document = to_document(programme)
    again = cpu_ms(lambda: publish_programme(world.here.edition, actor=SYSTEM, now=NOW))
    print(f"\npublish again: {again:.0f} ms")
    print(f"document to programme: {cpu_ms(lambda: from_document(document)):.1f} ms")
    print(f"digest: {cpu_ms(lambda: digest_of(document)):.1f} ms")
