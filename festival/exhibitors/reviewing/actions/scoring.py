"""One person judges one application, or says why they cannot."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete, select

from festival.accounts.models import Person
from festival.exhibitors.models import Application
from festival.exhibitors.moving import lock
from festival.exhibitors.reviewing import rules
from festival.exhibitors.reviewing.models import Assignment, Conflict, Review, Trial
from festival.exhibitors.reviewing.queries import conflict_between, criteria_for, find_review
from festival.exhibitors.reviewing.states import ConflictKind
from festival.exhibitors.states import ApplicationState
from festival.extensions import db
from festival.shared.errors import FieldRefused, NotAllowed, NotFound, RuleBroken, StaleVersion
from festival.shared.journal import Actor, write_journal
from festival.shared.sentences import mark


def give_review(
    application: Application,
    *,
    person: Person,
    scores: Mapping[str, int],
    comment: str,
    version: int,
    now: datetime,
) -> Review:
    """Give one's scores or change them; the same twice is one review.

    ``version`` is 0 for a first review, else the version that the page showed: ``StaleVersion``
    when it was changed on another device meanwhile.  Raises ``NotAllowed`` for somebody with a
    conflict, ``FieldRefused`` (``score-<code>``) and ``RuleBroken`` for a draft.
    """
    lock(application)
    refuse_conflict(application, person=person)
    if application.state in (ApplicationState.DRAFT, ApplicationState.WITHDRAWN):
        raise RuleBroken(mark("Only what was handed in is reviewed."))
    weights = {each.code: each.weight for each in criteria_for(application)}
    _check(scores, weights)
    review = find_review(application, person_id=person.id)
    given = {code: scores[code] for code in weights}
    if review is not None and (review.scores, review.comment) == (given, comment):
        return review
    if version != (review.version if review else 0):
        raise StaleVersion(
            mark("You have changed this review on another page since you opened this one."),
            kept=mark("Nothing was overwritten, and what you typed is still here."),
        )
    before = dict(review.scores) if review else None
    if review is None:
        review = Review(application_id=application.id, person_id=person.id, given_at=now, version=0)
        db.session.add(review)
    review.scores, review.comment, review.changed_at = given, comment, now
    review.mean = rules.weighted_mean(given, weights=weights) or 0.0
    review.version += 1
    db.session.flush()
    _note("review_given", application, person, now=now, before=before, after=given)
    return review


def refuse_conflict(application: Application, *, person: Person) -> None:
    """Raise ``NotAllowed`` for somebody who is not impartial, or was not asked yet."""
    kind = conflict_between(application, person=person)
    if kind is not None:
        raise NotAllowed(mark("You may not be impartial here, so others judge this application."))


def declare_conflict(
    application: Application, *, person: Person, is_impartial: bool, reason: str, now: datetime
) -> Conflict:
    """Say that one is not impartial, or (asked because of the address) that one is.

    With a conflict the own review, assignment and trial are gone, and so is every sight of the
    application.  Only an organizer can lift it again.
    """
    lock(application)
    known = _said(application, person)
    if known is not None and known.kind == ConflictKind.DECLARED:
        return known
    kind = ConflictKind.NONE if is_impartial else ConflictKind.DECLARED
    if known is None:
        known = Conflict(application_id=application.id, person_id=person.id)
        db.session.add(known)
    known.kind, known.reason, known.declared_at = kind, reason, now
    if not is_impartial:
        for model in (Review, Assignment, Trial):
            db.session.execute(
                delete(model).where(
                    model.application_id == application.id, model.person_id == person.id
                )
            )
    db.session.flush()
    after = {"conflict": kind.value, "reason": reason}
    _note("conflict_declared", application, person, now=now, after=after)
    return known


def lift_conflict(conflict_id: int, *, edition_id: int, now: datetime, actor: Actor) -> Conflict:
    """An organizer finds that there is no conflict after all; never for oneself.

    Raises ``NotFound`` for another edition's and ``NotAllowed`` for one's own.
    """
    row = db.session.scalar(
        select(Conflict)
        .join(Conflict.application)
        .where(Conflict.id == conflict_id, Application.edition_id == edition_id)
    )
    if row is None:
        raise NotFound(mark("There is no such conflict."))
    if row.person_id == actor.person_id:
        raise NotAllowed(mark("Another organizer has to look at your own conflict of interest."))
    before = row.kind
    row.kind = ConflictKind.NONE
    write_journal(
        "conflict_lifted",
        actor=actor,
        entity="application",
        key=row.application.code,
        now=now,
        edition_id=edition_id,
        before={"conflict": before.value, "person": row.person.name},
        after={"conflict": row.kind.value, "person": row.person.name},
    )
    return row


def _said(application: Application, person: Person) -> Conflict | None:
    return db.session.scalar(
        select(Conflict).where(
            Conflict.application_id == application.id, Conflict.person_id == person.id
        )
    )


def _check(scores: Mapping[str, int], weights: Mapping[str, int]) -> None:
    if not weights:
        raise RuleBroken(
            mark("There is no rubric yet."),
            next_step=mark("The organizers write it first: what counts, and how much."),
        )
    refused = rules.refusal_for_scores(scores, codes=weights)
    for code, sentence in refused.items():
        raise FieldRefused(f"score-{code}", sentence)


def _note(
    action: str,
    application: Application,
    person: Person,
    *,
    now: datetime,
    before: dict[str, int] | None = None,
    after: Mapping[str, object],
) -> None:
    write_journal(
        action,
        actor=Actor(person.name, person.id),
        entity="application",
        key=application.code,
        now=now,
        edition_id=application.edition_id,
        before=before,
        after=dict(after),
    )
