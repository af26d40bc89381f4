"""The review: rubric, reviewers, scores, a question, decisions that left and some that wait."""

from __future__ import annotations

import random
from datetime import timedelta

from festival.accounts.granting import Place, grant_role
from festival.accounts.models import Person
from festival.accounts.queries import find_person
from festival.accounts.states import Role
from festival.exhibitors.models import Application
from festival.exhibitors.reviewing import actions
from festival.exhibitors.reviewing.actions import Choice, CriterionFacts
from festival.exhibitors.reviewing.queries import criteria_of
from festival.exhibitors.reviewing.states import Dimension
from festival.exhibitors.states import ApplicationState
from festival.extensions import db
from festival.shared.journal import SYSTEM, Actor
from festival.shared.tokens import make_token
from festival.site.demo.people import Cast
from festival.site.demo.stage import Stage

RUBRIC = (
    CriterionFacts("What people learn", 3, "Does somebody leave knowing or able to do more?"),
    CriterionFacts("Open to everybody", 2, "Languages, ages, money, stairs: who could not come?"),
    CriterionFacts("Hands, not leaflets", 2, "Is there something to do, rather than to take away?"),
    CriterionFacts("Can it be done", 1, "Room, power, noise, people: will it work on the day?"),
)
WISHES = {
    (Dimension.SECTOR, "library"): 5,
    (Dimension.SECTOR, "ngo"): 8,
    (Dimension.SECTOR, "museum"): 5,
    (Dimension.DISTRICT, "Station"): 6,
    (Dimension.LANGUAGE, "ar"): 12,
    (Dimension.LANGUAGE, "fr"): 15,
    (Dimension.ACCESS, "sign_language"): 2,
}
COMMENTS = ("The best kind: one goes home with dirty hands.", "", "Lovely, but will it fit?", "")
CHANGES = "One table instead of two, and no oven in the hall: the dough can be baked at the market."
QUESTION = "Would you need a darkened corner, or does a lamp suffice?"
ANSWER = "A lamp is enough. We bring our own, it needs 40 watts."


def review_all(stage: Stage, cast: Cast, applications: dict[str, Application]) -> None:
    """What was done until some days before the festival."""
    now = stage.at(-58, 9)
    actions.save_rubric(stage.edition, RUBRIC, seen=[], now=now, actor=stage.actor)
    actions.save_targets(stage.edition, WISHES, now=now, actor=stage.actor)
    people = _reviewers(stage, cast)
    waiting = [row for row in applications.values() if row.state == ApplicationState.SUBMITTED]
    away = applications["glass"]
    actions.declare_conflict(
        away, person=people[1], is_impartial=False, now=now,
        reason="My brother sits on the museum's board.",
    )  # fmt: skip
    actions.distribute(stage.edition, each=2, now=now, actor=stage.actor)
    for number, row in enumerate(waiting[:-2]):
        for person in people:
            if (row, person) != (away, people[1]):
                _score(stage, row, person, number=number)
    _talk(stage, applications["glass"], people[0])
    changed = Choice(applications["sourdough"], ApplicationState.ACCEPTED_WITH_CHANGES, "", CHANGES)
    actions.decide_together(
        stage.edition,
        [
            changed,
            Choice(applications["codeclub"], ApplicationState.WAITLISTED, "You are the next."),
            Choice(applications["clock"], ApplicationState.WAITLISTED, ""),
        ],
        key=make_token(),
        hold=timedelta(minutes=10),
        now=stage.at(-50, 10),
        actor=stage.actor,
    )


def leave_open(stage: Stage, applications: dict[str, Application]) -> None:
    """What is on the organizer's desk: mails that are held, and decisions that are only tried."""
    actions.decide_together(
        stage.edition,
        [
            Choice(applications["chess"], ApplicationState.WAITLISTED, ""),
            Choice(
                applications["ledger"],
                ApplicationState.DECLINED,
                "This year we have no quiet room in which people could show you their bills.",
            ),
        ],
        key=make_token(),
        hold=None,
        now=stage.at(0, 8, 50),
        actor=stage.actor,
    )
    for codes, to in (
        (("hands", "herbs"), ApplicationState.ACCEPTED),
        (("tides",), ApplicationState.WAITLISTED),
    ):
        actions.try_decision(
            stage.edition,
            codes=[applications[key].code for key in codes],
            to=to,
            person_id=stage.actor.person_id or 0,
        )


def _reviewers(stage: Stage, cast: Cast) -> list[Person]:
    """The one whom everybody has, and a second one."""
    first = find_person("reviewer@luminara.example")
    assert first is not None
    second = cast.add(
        "reviewer", email="reviewer2@luminara.example", name="Ingrid Solheim", now=stage.at(-80, 9)
    )
    place = Place(name=stage.edition.title, edition_id=stage.edition.id, edition=stage.edition)
    grant_role(second, Role.REVIEWER, place=place, actor=SYSTEM, now=stage.at(-80, 9))
    return [first, second]


def _score(stage: Stage, row: Application, person: Person, *, number: int) -> None:
    codes = [each.code for each in criteria_of(stage.edition)]
    rng = random.Random(f"{row.organization.name} {person.name}")
    actions.give_review(
        row,
        person=person,
        scores={code: rng.choice((2, 3, 3, 4, 4, 5)) for code in codes},
        comment=COMMENTS[number % len(COMMENTS)],
        version=0,
        now=stage.at(-55, 14) + timedelta(minutes=9 * number),
    )


def _talk(stage: Stage, row: Application, reviewer: Person) -> None:
    actor = Actor(reviewer.name, reviewer.id)
    actions.ask_applicant(row, text=QUESTION, now=stage.at(-54, 9), actor=actor)
    actions.answer_question(
        row, text=ANSWER, now=stage.at(-53, 18), author=row.organization.contact_name
    )
    actions.tell_team(
        row, text="They answer within a day: a good sign.", now=stage.at(-53, 19), actor=actor
    )
    db.session.flush()
