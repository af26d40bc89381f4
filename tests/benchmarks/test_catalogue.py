"""Figures of the catalogue with 500 exhibitors; printed with ``-s``, never asserted."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from festival.exhibitors.catalogue.models import LearningPlace
from festival.exhibitors.models import ActivityOffer, Application, Exhibit, Organization
from festival.exhibitors.states import ApplicationState, ExhibitKind, Sector
from festival.extensions import db
from festival.shared.tokens import make_code, make_token, token_hash
from tests.factories.world import NOW, Corner, World
from tests.queries import count_queries

pytestmark = pytest.mark.benchmark
EXHIBITORS = 500


def fill(corner: Corner) -> None:
    """500 accepted exhibitors with three exhibits, two activities and a place; a fixed seed."""
    rng = random.Random(2027)
    for number in range(EXHIBITORS):
        who = Organization(
            festival=corner.festival, code=make_code(), name=f"Association Nº {number} École",
            names={"zh": f"第{number}学习协会", "ar": f"جمعية التعلم {number}"},
            sector=rng.choice(list(Sector)), district=f"District {number % 12}",
            about="We teach everybody who has two hands and an hour. " * 8,
            languages=rng.sample(["en", "ar", "fr", "es"], k=2), contact_name="Nour Haddad",
            contact_email=f"hello@association{number}.example", created_at=NOW,
        )  # fmt: skip
        row = Application(
            edition=corner.edition, organization=who, code=make_code(), language="en",
            resume_hash=token_hash(make_token()), needs={}, state=ApplicationState.ACCEPTED,
            created_at=NOW, changed_at=NOW, call_id=corner.call.id,
        )  # fmt: skip
        row.exhibits = [
            Exhibit(position=place, kind=ExhibitKind.COURSE, title=f"Course {number}-{place}",
                    description="Ten evenings, tea included.", all_year=place < 2)
            for place in range(3)
        ]  # fmt: skip
        row.offers = [
            ActivityOffer(
                position=place, title=f"Activity {number}-{place}", capacity=12, minutes=45,
                languages=["en"], tags=["quiet"], access_facts=["step_free"],
            )
            for place in range(2)
        ]  # fmt: skip
        place = LearningPlace(
            organization=who, code=make_code(), name=f"House {number}", changed_at=NOW,
            address=f"{number} Main Street", district=who.district,
            latitude=40.4 + rng.gauss(0, 0.03), longitude=-3.7 + rng.gauss(0, 0.04),
        )  # fmt: skip
        db.session.add_all([row, place])
    db.session.commit()


def told(what: str, work: Callable[[], Any], *, times: int = 5) -> None:
    """Print CPU and wall milliseconds of the best of some runs."""
    best_cpu = best_wall = float("inf")
    for _run in range(times):
        wall, cpu = time.perf_counter(), time.process_time()
        work()
        best_cpu = min(best_cpu, time.process_time() - cpu)
        best_wall = min(best_wall, time.perf_counter() - wall)
    print(f"\n{what}: {best_cpu * 1000:.1f} ms CPU, {best_wall * 1000:.1f} ms wall", end="")


def test_the_catalogue_of_500_exhibitors(world: World) -> None:
    here = world.here
    fill(here)
    world.app.test_client_class = FlaskClient
    browser = world.browser()
    code = db.session.scalars(db.select(Organization.code).order_by(Organization.id.desc())).first()
    shelf = world.app.extensions["page_shelf"]
    feeds = f"/feeds/{here.festival.slug}/{here.edition.slug}"
    for name, address in (
        ("first page", f"{here.path}/exhibitors"),
        ("searched", f"{here.path}/exhibitors?q=第499学习"),
        ("filtered", f"{here.path}/exhibitors?district=district+3&language=ar&access=step_free"),
        ("courses, first page", f"{here.path}/courses"),
        ("map with 500 places", f"{here.path}/map"),
        ("one exhibitor", f"{here.path}/exhibitors/{code}"),
        ("exhibitors.json", f"{feeds}/exhibitors.json"),
        ("exhibitors.csv", f"{feeds}/exhibitors.csv"),
        ("learning.csv", f"{feeds}/learning.csv"),
        ("exhibitors.geojson", f"{feeds}/exhibitors.geojson"),
    ):
        sizes = []

        def load(address: str = address, sizes: list[int] = sizes) -> None:
            db.session.expire_all()
            shelf.__init__(shelf.most_bytes)
            answer = browser.get(address)
            assert answer.status_code == 200
            sizes.append(len(answer.data))

        told(name, load)
        with count_queries() as seen:
            load()
        print(f", {seen.count} queries, {sizes[-1] / 1000:.0f} kB", end="")
        told("  kept", lambda address=address: browser.get(address))
        mark = {"If-None-Match": browser.get(address).headers["ETag"]}
        told("  not changed", lambda address=address, mark=mark: browser.get(address, headers=mark))
    print()
