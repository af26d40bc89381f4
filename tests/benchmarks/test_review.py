"""Figures of the review with 500 applications; printed with ``-s``, never asserted."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from festival.exhibitors.models import ActivityOffer, Application, Exhibit, Organization
from festival.exhibitors.reviewing import rules
from festival.exhibitors.reviewing.actions import (
    Choice,
    decide_together,
    distribute,
    try_decision,
    undo_round,
)
from festival.exhibitors.reviewing.models import Review
from festival.exhibitors.states import ApplicationState, ExhibitKind, Sector
from festival.extensions import db
from festival.shared.access import Role
from festival.shared.journal import SYSTEM
from festival.shared.tokens import make_code, make_token, token_hash
from tests.factories.reviewing import TEN_MINUTES, make_reviewer, make_rubric
from tests.factories.world import NOW, Corner, World
from tests.queries import count_queries

pytestmark = pytest.mark.benchmark
APPLICATIONS = 500
REVIEWERS = 10
S = ApplicationState


def fill(corner: Corner) -> list[Application]:
    """500 applications with exhibits, activities and two reviews each; a fixed seed."""
    rng = random.Random(2027)
    criteria = make_rubric(corner, Learning=3, Openness=2, Hands=2, Feasible=1)
    people = [make_reviewer(corner, name=f"Reviewer {number}") for number in range(REVIEWERS)]
    rows = []
    for number in range(APPLICATIONS):
        organization = Organization(
            festival=corner.festival, code=make_code(), name=f"Association Nº {number} École",
            sector=rng.choice(list(Sector)), district=f"District {number % 12}",
            about="We teach everybody who has two hands and an hour. " * 8,
            languages=rng.sample(["en", "ar", "fr", "es"], k=2), contact_name="Nour Haddad",
            contact_email=f"hello@association{number}.example", created_at=NOW,
        )  # fmt: skip
        row = Application(
            edition=corner.edition, organization=organization, code=make_code(),
            resume_hash=token_hash(make_token()), needs={"area_m2": 6}, language="en",
            state=rng.choice([S.SUBMITTED, S.SUBMITTED, S.ACCEPTED, S.WAITLISTED]),
            created_at=NOW, changed_at=NOW, submitted_at=NOW, call_id=corner.call.id,
        )  # fmt: skip
        row.exhibits = [
            Exhibit(position=place, kind=ExhibitKind.COURSE, title=f"Course {number}-{place}")
            for place in range(3)
        ]
        row.offers = [
            ActivityOffer(
                position=place, title=f"Activity {number}-{place}", capacity=12, minutes=45,
                age_min=6, age_max=rng.choice([12, None]), languages=["en"], tags=["quiet"],
            )
            for place in range(2)
        ]  # fmt: skip
        rows.append(row)
    db.session.add_all(rows)
    db.session.flush()
    for row in rows:
        for person in rng.sample(people, k=2):
            scores = {each.code: rng.randrange(6) for each in criteria}
            weights = {each.code: each.weight for each in criteria}
            db.session.add(
                Review(
                    application_id=row.id, person_id=person.id, scores=scores,
                    mean=rules.weighted_mean(scores, weights=weights) or 0, given_at=NOW,
                    changed_at=NOW,
                )
            )  # fmt: skip
    db.session.commit()
    return rows


def told(what: str, work: Callable[[], Any], *, times: int = 5) -> Any:
    """Print CPU and wall milliseconds of the best of some runs."""
    best_cpu = best_wall = float("inf")
    answer = None
    for _run in range(times):
        wall, cpu = time.perf_counter(), time.process_time()
        answer = work()
        best_cpu = min(best_cpu, time.process_time() - cpu)
        best_wall = min(best_wall, time.perf_counter() - wall)
    print(f"\n{what}: {best_cpu * 1000:.0f} ms CPU, {best_wall * 1000:.0f} ms wall", end="")
    return answer


def test_the_review_of_500_applications(world: World) -> None:
    here = world.here
    rows = fill(here)
    world.app.test_client_class = FlaskClient
    browser = world.browser_as(Role.ORGANIZER)
    office = f"{here.path}/organize/exhibitors"
    for name, page in (
        ("list, first page", ""),
        ("list, tenth page", "?page=10"),
        ("list, by score", "?order=score&score=3"),
        ("list, searched", "?q=ecole+activity+499"),
        ("balance", "/balance"),
        ("one application", f"/{rows[0].code}"),
        ("conflicts", "/conflicts"),
        ("table of everything", "/applications.csv"),
    ):

        def load(page: str = page) -> None:
            db.session.expire_all()
            assert browser.get(f"{office}{page}").status_code == 200

        told(name, load)
        with count_queries() as seen:
            load()
        print(f", {seen.count} queries", end="")
    me = here.people["organizer"]
    waiting = [row for row in rows if row.state == S.SUBMITTED][:100]
    try_decision(here.edition, codes=[row.code for row in waiting], to=S.ACCEPTED, person_id=me.id)
    db.session.commit()
    told("page to decide on 100", lambda: browser.get(f"{office}/decide"), times=3)
    found = told(
        "deciding on 100",
        lambda: decide_together(
            here.edition, [Choice(row, S.ACCEPTED, "Welcome!") for row in waiting],
            key=make_token(), hold=TEN_MINUTES, now=NOW, actor=SYSTEM,
        ),
        times=1,
    )  # fmt: skip
    db.session.commit()
    undone = told("undoing 100", lambda: undo_round(found, now=NOW, actor=SYSTEM), times=1)
    db.session.commit()
    made = told(
        "distributing to 3 reviewers each",
        lambda: distribute(here.edition, each=3, now=NOW, actor=SYSTEM),
        times=1,
    )
    print(f"\n{undone[0]} undone, {made} assignments made")
