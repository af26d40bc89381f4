"""Who reviews what: by hand, or all at once and evenly."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select

from festival.accounts.models import Person
from festival.exhibitors.models import Application
from festival.exhibitors.moving import lock
from festival.exhibitors.reviewing import rules
from festival.exhibitors.reviewing.models import Assignment, Review
from festival.exhibitors.reviewing.queries import assignments_of, conflict_between, reviewers_of
from festival.exhibitors.reviewing.queries.conflicts import detected_pairs
from festival.exhibitors.reviewing.queries.reviews import JUDGED
from festival.extensions import db
from festival.festivals.models import Edition
from festival.shared.errors import FieldRefused, RuleBroken
from festival.shared.journal import Actor, write_journal
from festival.shared.sentences import mark

MOST_EACH = 9


def assign(
    application: Application,
    *,
    people: Collection[Person],
    now: datetime,
    actor: Actor,
) -> None:
    """Make these people its reviewers, and nobody else; reviews that were given stay.

    Raises ``FieldRefused`` (people) for somebody who is not impartial.
    """
    lock(application)
    present = {each.person_id: each for each in assignments_of(application)}
    wanted = {each.id: each for each in people}
    for number, person in wanted.items():
        if number not in present and conflict_between(application, person=person) is not None:
            raise FieldRefused(
                "people", mark("%(name)s may not be impartial here."), name=person.name
            )
    for number, row in present.items():
        if number not in wanted:
            db.session.delete(row)
    for number in wanted:
        if number not in present:
            db.session.add(_new(application.id, number, now=now, actor=actor))
    db.session.flush()
    if set(wanted) != set(present):
        write_journal(
            "reviewers_assigned",
            actor=actor,
            entity="application",
            key=application.code,
            now=now,
            edition_id=application.edition_id,
            before={"people": sorted(each.person.name for each in present.values())},
            after={"people": sorted(each.name for each in wanted.values())},
        )


def distribute(edition: Edition, *, each: int, now: datetime, actor: Actor) -> int:
    """Give every application that waits ``each`` reviewers, evenly; answers how many were added.

    Whoever has a conflict, or may have one, is passed over; who has reviewed already counts.
    Raises ``FieldRefused`` (each) and ``RuleBroken`` where there is no reviewer.
    """
    if not 1 <= each <= MOST_EACH:
        raise FieldRefused("each", mark("Give a number from 1 to 9."))
    db.session.refresh(edition, with_for_update={"of": Edition})
    people = reviewers_of(edition)
    if not people:
        raise RuleBroken(
            mark("There is no reviewer yet."),
            next_step=mark("Invite reviewers on the page of the team."),
        )
    made = rules.distributed(
        _waiting(edition),
        reviewers=[person.id for person in people],
        each=each,
        barred=detected_pairs(edition, people),
    )
    for application_id, person_id in made:
        db.session.add(_new(application_id, person_id, now=now, actor=actor))
    db.session.flush()
    write_journal(
        "reviewers_distributed",
        actor=actor,
        entity="edition",
        key=edition.slug,
        now=now,
        edition_id=edition.id,
        after={"each": each, "added": len(made)},
    )
    return len(made)


def _waiting(edition: Edition) -> dict[int, set[int]]:
    """Application id → who reviews it or has done so, for all that wait for a decision."""
    rows = db.session.scalars(
        select(Application.id).where(
            Application.edition_id == edition.id, Application.state.in_(JUDGED)
        )
    )
    found: dict[int, set[int]] = {number: set() for number in rows}
    for model in (Assignment, Review):
        pairs = db.session.execute(
            select(model.application_id, model.person_id).where(model.application_id.in_(found))
        )
        for application_id, person_id in pairs:
            found[application_id].add(person_id)
    return found


def _new(application_id: int, person_id: int, *, now: datetime, actor: Actor) -> Assignment:
    return Assignment(
        application_id=application_id,
        person_id=person_id,
        assigned_at=now,
        assigned_by_id=actor.person_id,
    )
