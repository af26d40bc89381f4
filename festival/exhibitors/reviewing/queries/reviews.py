"""Rubric, reviews, who reviews what, and the words about an application."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import joinedload

from festival.accounts.models import Person, RoleGrant
from festival.exhibitors.models import Application
from festival.exhibitors.reviewing.models import Assignment, Criterion, Review, ReviewMessage
from festival.exhibitors.reviewing.queries.conflicts import not_barred
from festival.exhibitors.reviewing.states import Audience
from festival.exhibitors.states import ApplicationState
from festival.extensions import db
from festival.festivals.models import Edition
from festival.shared.access import Role

JUDGED = (ApplicationState.SUBMITTED, ApplicationState.WAITLISTED)
"""What is still to be reviewed."""


def criteria_of(edition: Edition) -> list[Criterion]:
    """The rubric, in its order, without what is retired."""
    return list(
        db.session.scalars(
            select(Criterion)
            .where(Criterion.edition_id == edition.id, Criterion.is_retired.is_(False))
            .order_by(Criterion.position, Criterion.id)
        )
    )


def criteria_for(application: Application) -> list[Criterion]:
    """What is asked about this application: for all calls, and for its own."""
    return list(
        db.session.scalars(
            select(Criterion)
            .where(
                Criterion.edition_id == application.edition_id,
                Criterion.is_retired.is_(False),
                or_(Criterion.call_id.is_(None), Criterion.call_id == application.call_id),
            )
            .order_by(Criterion.position, Criterion.id)
        )
    )


def reviewers_of(edition: Edition) -> list[Person]:
    """Active people with the role of reviewer in the edition, by name."""
    return list(
        db.session.scalars(
            select(Person)
            .join(RoleGrant, RoleGrant.person_id == Person.id)
            .where(
                RoleGrant.edition_id == edition.id,
                RoleGrant.role == Role.REVIEWER,
                Person.is_active.is_(True),
            )
            .order_by(Person.name, Person.id)
        )
    )


def find_review(application: Application, *, person_id: int | None) -> Review | None:
    """What this person gave."""
    return db.session.scalar(
        select(Review).where(Review.application_id == application.id, Review.person_id == person_id)
    )


def reviews_of(application: Application) -> list[Review]:
    """All reviews, in the order in which they were given."""
    return list(
        db.session.scalars(
            select(Review)
            .where(Review.application_id == application.id)
            .options(joinedload(Review.person))
            .order_by(Review.given_at, Review.id)
        )
    )


def is_assigned(application: Application, *, person_id: int | None) -> bool:
    return (
        db.session.scalar(
            select(Assignment.id).where(
                Assignment.application_id == application.id, Assignment.person_id == person_id
            )
        )
        is not None
    )


def assignments_of(application: Application) -> list[Assignment]:
    """Who shall review it, by name."""
    return list(
        db.session.scalars(
            select(Assignment)
            .join(Assignment.person)
            .where(Assignment.application_id == application.id)
            .options(joinedload(Assignment.person))
            .order_by(Person.name, Person.id)
        )
    )


def queue_of(edition: Edition, *, person_id: int | None) -> list[tuple[Application, Review | None]]:
    """What this person shall review with what they gave; the longest waiting first."""
    rows = db.session.execute(
        _assigned(edition, person_id)
        .add_columns(Review)
        .outerjoin(
            Review,
            and_(Review.application_id == Application.id, Review.person_id == person_id),
        )
        .options(joinedload(Application.organization))
    )
    return [(application, review) for application, review in rows]


def next_to_review(
    edition: Edition, *, person_id: int | None, after: int = 0
) -> Application | None:
    """The next one without a review of this person, after the one with the id ``after``."""
    given = select(Review.application_id).where(Review.person_id == person_id)
    waiting = _assigned(edition, person_id).where(Application.id.not_in(given))
    return db.session.scalar(waiting.where(Application.id != after).limit(1))


def _assigned(edition: Edition, person_id: int | None) -> Select[Application]:
    return (
        select(Application)
        .join(Assignment, Assignment.application_id == Application.id)
        .where(
            Application.edition_id == edition.id,
            Assignment.person_id == person_id,
            Application.state.in_(JUDGED),
            not_barred(person_id),
        )
        .order_by(Application.submitted_at, Application.id)
    )


@dataclass(frozen=True, slots=True)
class Load:
    """How much one person has to review and has reviewed."""

    person: Person
    assigned: int
    given: int


def loads_of(edition: Edition, people: Iterable[Person]) -> list[Load]:
    """The load of each of these people in this edition."""
    assigned = _counted(Assignment.person_id, Assignment.application_id, edition)
    given = _counted(Review.person_id, Review.application_id, edition)
    return [Load(each, assigned.get(each.id, 0), given.get(each.id, 0)) for each in people]


def _counted(person: object, application: object, edition: Edition) -> dict[int, int]:
    rows = db.session.execute(
        select(person, func.count())  # type: ignore[call-overload]
        .join(Application, Application.id == application)
        .where(Application.edition_id == edition.id)
        .group_by(person)
    )
    return {number: count for number, count in rows}


def messages_about(
    application: Application, *, audience: Audience | None = None
) -> list[ReviewMessage]:
    """The thread with the applicant, the words among the team, or both, the oldest first."""
    wanted = select(ReviewMessage).where(ReviewMessage.application_id == application.id)
    if audience is not None:
        wanted = wanted.where(ReviewMessage.audience == audience)
    return list(db.session.scalars(wanted.order_by(ReviewMessage.at, ReviewMessage.id)))


def count_unread_answers(edition_id: int) -> int:
    """Applications with an answer that nobody of the team has marked as read."""
    return (
        db.session.scalar(
            select(func.count(func.distinct(ReviewMessage.application_id)))
            .join(Application, Application.id == ReviewMessage.application_id)
            .where(
                Application.edition_id == edition_id,
                ReviewMessage.audience == Audience.APPLICANT,
                ReviewMessage.is_from_applicant.is_(True),
                ReviewMessage.read_at.is_(None),
            )
        )
        or 0
    )
