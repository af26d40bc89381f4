"""Rubrics, reviewers and reviews, made through the actions."""

from __future__ import annotations

from datetime import timedelta

from festival.accounts.models import Person, RoleGrant
from festival.exhibitors.models import Application
from festival.exhibitors.reviewing.actions import (
    Choice,
    CriterionFacts,
    decide_together,
    give_review,
    save_rubric,
)
from festival.exhibitors.reviewing.models import Criterion, DecisionRound, Review
from festival.exhibitors.reviewing.queries import criteria_of
from festival.exhibitors.states import ApplicationState
from festival.extensions import db
from festival.shared.access import Role
from festival.shared.journal import SYSTEM, Actor
from festival.shared.tokens import make_token
from tests.factories.world import NOW, Corner, make_person

TEN_MINUTES = timedelta(minutes=10)


def make_rubric(corner: Corner, **weights: int) -> list[Criterion]:
    """Criteria by name and weight; without any, two of them."""
    weights = weights or {"Learning": 2, "Openness": 1}
    lines = [CriterionFacts(name=name, weight=weight) for name, weight in weights.items()]
    save_rubric(corner.edition, lines, seen=[], now=NOW, actor=SYSTEM)
    db.session.commit()
    return criteria_of(corner.edition)


def make_reviewer(corner: Corner, *, name: str, email: str = "") -> Person:
    person = make_person(email or f"{name.lower()}@reviewers.example", name=name)
    db.session.add(
        RoleGrant(
            person_id=person.id, role=Role.REVIEWER, granted_at=NOW, edition_id=corner.edition.id
        )
    )
    db.session.commit()
    return person


def make_review(
    row: Application, person: Person, *, scores: list[int], comment: str = ""
) -> Review:
    """Scores in the order of the rubric."""
    codes = [each.code for each in criteria_of(row.edition)]
    review = give_review(
        row,
        person=person,
        scores=dict(zip(codes, scores, strict=True)),
        comment=comment,
        version=0,
        now=NOW,
    )
    db.session.commit()
    return review


def make_round(
    corner: Corner,
    decisions: list[tuple[Application, ApplicationState]],
    *,
    hold: timedelta | None = TEN_MINUTES,
    actor: Actor = SYSTEM,
) -> DecisionRound:
    """Decided together, with mails that wait."""
    found = decide_together(
        corner.edition,
        [
            Choice(row, to, "A word from us.", "Half the area." if "changes" in to else "")
            for row, to in decisions
        ],
        key=make_token(),
        hold=hold,
        now=NOW,
        actor=actor,
    )
    db.session.commit()
    return found
