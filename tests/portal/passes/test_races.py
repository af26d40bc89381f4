"""Many of one team name passes in the same moment: never more than the quota, on both databases."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select, update

from festival.badges.models import Badge
from festival.badges.states import BadgeState
from festival.exhibitors.actions import withdraw
from festival.exhibitors.models import Application
from festival.extensions import db
from festival.portal.passes import actions
from festival.portal.passes.models import PassQuota, TeamPass
from festival.portal.passes.queries import quota_of
from festival.shared.errors import RuleBroken
from festival.shared.journal import SYSTEM
from festival.shared.work import work
from tests.factories.passes import make_pass, make_team
from tests.factories.world import NOW, World

PEOPLE = 6
QUOTA = 3


def name_one(team: Application, number: int) -> None:
    actions.name_pass(team, name=f"Person {number}", email="", language="en", actor=SYSTEM, now=NOW)


class Team:
    """``PEOPLE`` threads, each with a connection of its own."""

    def __init__(self, world: World) -> None:
        self.app = world.app
        self.id = make_team(world.here, wanted=QUOTA).id
        self.start = threading.Barrier(PEOPLE)

    def name_all(self) -> list[bool]:
        with ThreadPoolExecutor(PEOPLE) as pool:
            return list(pool.map(self._one, range(PEOPLE)))

    def _one(self, number: int) -> bool:
        with self.app.app_context():
            self.start.wait(timeout=20)
            try:
                with work():
                    name_one(db.session.get_one(Application, self.id), number)
            except RuleBroken:
                return False
            finally:
                db.session.remove()
            return True


def counted() -> tuple[int, int]:
    """(passes named, active badges)"""
    db.session.rollback()
    passes = select(func.count(TeamPass.id)).where(TeamPass.ended_at.is_(None))
    badges = select(func.count(Badge.id)).where(Badge.state == BadgeState.ACTIVE)
    return db.session.scalar(passes) or 0, db.session.scalar(badges) or 0


@pytest.mark.both_databases
def test_all_at_once_name_no_more_than_the_quota(world: World) -> None:
    team = Team(world)

    done = team.name_all()

    assert sorted(done) == [False] * (PEOPLE - QUOTA) + [True] * QUOTA
    assert counted() == (QUOTA, QUOTA)


@pytest.mark.both_databases
def test_counting_first_and_inserting_then_would_name_too_many(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The broken variant, as one would write it unawares: it must be seen to fail here."""
    team = Team(world)
    have_counted = threading.Barrier(PEOPLE)

    def counted_first(application: Application) -> None:
        left = quota_of(application).left
        db.session.rollback()
        have_counted.wait(timeout=20)
        if not left:
            raise actions.QuotaUsed

    monkeypatch.setattr(actions, "lock", counted_first)
    monkeypatch.setattr(actions, "_take_place", lambda _application: None)

    assert team.name_all() == [True] * PEOPLE
    assert counted() == (PEOPLE, PEOPLE)


@pytest.mark.both_databases
def test_the_guard_alone_keeps_the_quota(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where nobody waits for the application's row."""
    monkeypatch.setattr(actions, "lock", lambda _application: None)
    team = Team(world)

    assert sum(team.name_all()) == QUOTA
    assert counted() == (QUOTA, QUOTA)


@pytest.mark.both_databases
def test_a_pass_that_two_take_back_at_once_is_given_back_once(world: World) -> None:
    team = make_team(world.here)
    make_pass(team, "Stays")
    pass_id = make_pass(team).id
    start = threading.Barrier(PEOPLE)

    def one(_number: int) -> bool:
        with world.app.app_context():
            start.wait(timeout=20)
            try:
                with work():
                    row = db.session.get_one(TeamPass, pass_id)
                    actions.take_pass_back(row, actor=SYSTEM, now=NOW)
            except actions.PassEnded:
                return False
            finally:
                db.session.remove()
            return True

    with ThreadPoolExecutor(PEOPLE) as pool:
        assert sum(pool.map(one, range(PEOPLE))) == 1
    db.session.rollback()
    assert db.session.scalar(select(PassQuota.used)) == 1
    assert counted() == (1, 1)


@pytest.mark.both_databases
def test_nobody_keeps_a_badge_that_is_named_while_the_exhibitor_leaves(world: World) -> None:
    team = make_team(world.here, wanted=20)
    team_id = team.id
    db.session.execute(update(Application).values(team_passes_wanted=20))
    db.session.commit()
    start = threading.Barrier(PEOPLE)

    def one(number: int) -> None:
        with world.app.app_context():
            start.wait(timeout=20)
            try:
                with work():
                    row = db.session.get_one(Application, team_id)
                    if number:
                        name_one(row, number)
                    else:
                        withdraw(row, now=NOW)
            except RuleBroken:
                pass
            finally:
                db.session.remove()

    with ThreadPoolExecutor(PEOPLE) as pool:
        list(pool.map(one, range(PEOPLE)))

    assert counted() == (0, 0)
