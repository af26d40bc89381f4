"""Two leave at the same instant: somebody always stays.  On both databases, with the control."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from sqlalchemy import func, select

from festival.accounts.granting import Place, grant_role, revoke_role, set_administrator
from festival.accounts.models import Person, RoleGrant
from festival.accounts.queries import count_administrators, count_holders
from festival.extensions import db
from festival.shared.access import Role
from festival.shared.errors import RuleBroken
from festival.shared.journal import SYSTEM
from festival.shared.work import work
from tests.factories.world import NOW, World

ROUNDS = 5


def at_once(app: Flask, attempt: Callable[[int], None], *, people: list[int]) -> None:
    """Each person in a thread of its own; all wait for one another first."""
    barrier = threading.Barrier(len(people))

    def press(person_id: int) -> None:
        with app.app_context():
            barrier.wait(timeout=30)
            try:
                attempt(person_id)
            except RuleBroken:
                pass
            finally:
                db.session.remove()

    with ThreadPoolExecutor(len(people)) as pool:
        list(pool.map(press, people))


def two_organizers(world: World) -> list[int]:
    first, second = world.here.people[Role.ORGANIZER], world.here.people[Role.REVIEWER]
    with work():
        for each in (first, second):
            grant_role(each, Role.ORGANIZER, place=place_of(world), actor=SYSTEM, now=NOW)
    return [first.id, second.id]


def place_of(world: World) -> Place:
    return Place("Luminara", edition_id=world.here.edition.id)


@pytest.mark.both_databases
def test_two_organizers_who_leave_at_once_leave_one_behind(world: World) -> None:
    place = place_of(world)

    def leave(person_id: int) -> None:
        with work():
            revoke_role(person_id, Role.ORGANIZER, place=place, actor=SYSTEM, now=NOW)

    for _round in range(ROUNDS):
        at_once(world.app, leave, people=two_organizers(world))
        db.session.rollback()
        assert count_holders(edition_id=world.here.edition.id, role=Role.ORGANIZER) == 1


@pytest.mark.both_databases
def test_two_administrators_who_resign_at_once_leave_one_behind(world: World) -> None:
    def resign(person_id: int) -> None:
        with work():
            person = db.session.get_one(Person, person_id)
            set_administrator(person, is_administrator=False, actor=SYSTEM, now=NOW)

    for _round in range(ROUNDS):
        people = [world.administrator.id, world.here.people[Role.ORGANIZER].id]
        with work():
            for number in people:
                db.session.get_one(Person, number).is_administrator = True
        at_once(world.app, resign, people=people)
        db.session.rollback()
        assert count_administrators() == 1


@pytest.mark.both_databases
def test_the_control_counts_first_and_loses_both(world: World) -> None:
    """What a count in a transaction of its own is worth: both see two, and both go."""
    meeting = threading.Barrier(2)
    holders = (
        select(func.count())
        .select_from(RoleGrant)
        .where(RoleGrant.edition_id == world.here.edition.id, RoleGrant.role == Role.ORGANIZER)
    )

    def count_then_leave(person_id: int) -> None:
        count = db.session.scalar(holders) or 0
        db.session.rollback()
        meeting.wait(timeout=30)
        with work():
            if count > 1:
                grant = db.session.scalars(
                    select(RoleGrant).where(
                        RoleGrant.person_id == person_id, RoleGrant.role == Role.ORGANIZER
                    )
                ).one()
                db.session.delete(grant)

    at_once(world.app, count_then_leave, people=two_organizers(world))
    db.session.rollback()
    assert db.session.scalar(holders) == 0
