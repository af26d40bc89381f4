"""Rubric, reviews, conflicts and assignments, with a database."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from festival.accounts.models import RoleGrant
from festival.exhibitors.actions import withdraw
from festival.exhibitors.models import Application, OrganizationContact
from festival.exhibitors.reviewing import queries
from festival.exhibitors.reviewing.actions import (
    CriterionFacts,
    assign,
    declare_conflict,
    distribute,
    give_review,
    lift_conflict,
    save_rubric,
    try_decision,
)
from festival.exhibitors.reviewing.models import Assignment, Conflict, Criterion, Review, Trial
from festival.exhibitors.reviewing.queries import Wanted
from festival.exhibitors.reviewing.states import ConflictKind
from festival.exhibitors.states import ApplicationState
from festival.extensions import db
from festival.shared.access import Role
from festival.shared.errors import (
    FieldRefused,
    NotAllowed,
    NotFound,
    RuleBroken,
    StaleVersion,
)
from festival.shared.journal import SYSTEM, Actor, JournalEntry
from tests.factories.exhibitors import make_application, make_draft
from tests.factories.reviewing import make_review, make_reviewer, make_rubric
from tests.factories.world import NOW, World

pytestmark = pytest.mark.usefixtures("open_call")

S = ApplicationState
K = ConflictKind


def count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def codes_of(row: Application) -> list[str]:
    return [each.code for each in queries.criteria_for(row)]


# Rubric


def test_a_changed_rubric_counts_every_mean_anew_and_keeps_the_scores(world: World) -> None:
    one, two = make_rubric(world.here, Learning=1, Openness=1)
    row, _ = make_application(world.here)
    review = make_review(row, make_reviewer(world.here, name="Anna"), scores=[5, 1])
    assert review.mean == 3

    lines = [
        CriterionFacts("Learning", 3, code=one.code),
        CriterionFacts("Openness for all", 1, "Ages, languages.", code=two.code),
        CriterionFacts("Feasible", 1),
    ]
    save_rubric(world.here.edition, lines, seen=[one.code, two.code], now=NOW, actor=SYSTEM)
    assert review.mean == 4
    assert [each.name for each in queries.criteria_of(world.here.edition)] == [
        "Learning", "Openness for all", "Feasible",
    ]  # fmt: skip

    seen = [each.code for each in queries.criteria_of(world.here.edition)]
    save_rubric(
        world.here.edition, [CriterionFacts("Openness for all", 1, code=two.code)], seen=seen,
        now=NOW, actor=SYSTEM,
    )  # fmt: skip
    assert review.mean == 1
    assert review.scores[one.code] == 5, "what was given is kept"
    assert count(Criterion) == 3

    save_rubric(world.here.edition, [], seen=[two.code], now=NOW, actor=SYSTEM)
    assert review.mean == 1, "nothing counts, so nothing is counted"


def test_a_rubric_that_somebody_else_changed_is_not_overwritten(world: World) -> None:
    make_rubric(world.here)
    with pytest.raises(StaleVersion):
        save_rubric(world.here.edition, [], seen=["other"], now=NOW, actor=SYSTEM)
    assert len(queries.criteria_of(world.here.edition)) == 2


@pytest.mark.parametrize(
    "lines",
    [
        [CriterionFacts(f"Line {number}", 1) for number in range(13)],
        [CriterionFacts("Same", 1), CriterionFacts("same", 2)],
        [CriterionFacts("", 1)],
        [CriterionFacts("Foreign", 1, code="notours")],
    ],
)
def test_a_rubric_is_short_and_its_names_differ(world: World, lines: list[CriterionFacts]) -> None:
    with pytest.raises(FieldRefused) as refused:
        save_rubric(world.here.edition, lines, seen=[], now=NOW, actor=SYSTEM)
    assert refused.value.field == "lines"


def test_a_criterion_can_be_asked_about_one_call_only(world: World) -> None:
    row, _ = make_application(world.here)
    foreign = world.there.call
    lines = [
        CriterionFacts("Everywhere", 1),
        CriterionFacts("Here", 1, call_id=row.call_id),
        CriterionFacts("Elsewhere", 1, call_id=foreign.id),
    ]
    save_rubric(world.here.edition, lines, seen=[], now=NOW, actor=SYSTEM)
    assert [each.name for each in queries.criteria_for(row)] == ["Everywhere", "Here"]


# Reviews


def test_a_review_is_given_once_changed_and_never_overwritten(world: World) -> None:
    make_rubric(world.here)
    row, _ = make_application(world.here)
    anna = make_reviewer(world.here, name="Anna")
    first = make_review(row, anna, scores=[4, 1], comment="Good.")
    codes = codes_of(row)
    assert (first.mean, first.version) == (3, 1)

    again = give_review(
        row, person=anna, scores=dict(zip(codes, [4, 1], strict=True)), comment="Good.",
        version=0, now=NOW,
    )  # fmt: skip
    assert (again.id, again.version, count(Review)) == (first.id, 1, 1), "a double press is one"

    with pytest.raises(StaleVersion):
        give_review(
            row, person=anna, scores=dict.fromkeys(codes, 0), comment="", version=0, now=NOW
        )
    later = NOW + timedelta(hours=1)
    give_review(row, person=anna, scores=dict.fromkeys(codes, 5), comment="", version=1, now=later)
    assert (first.mean, first.version, first.given_at, first.changed_at) == (5, 2, NOW, later)
    lines = db.session.scalars(
        select(JournalEntry).where(JournalEntry.action == "review_given")
    ).all()
    assert [line.person_id for line in lines] == [anna.id, anna.id]


def test_scores_are_complete_and_in_range(world: World) -> None:
    row, _ = make_application(world.here)
    anna = make_reviewer(world.here, name="Anna")
    with pytest.raises(RuleBroken):
        give_review(row, person=anna, scores={}, comment="", version=0, now=NOW)
    make_rubric(world.here)
    code, other = codes_of(row)
    for scores in ({code: 3}, {code: 3, other: 6}):
        with pytest.raises(FieldRefused) as refused:
            give_review(row, person=anna, scores=scores, comment="", version=0, now=NOW)
        assert refused.value.field == f"score-{other}"
    give_review(
        row, person=anna, scores={code: 3, other: 3, "invented": 5}, comment="", version=0, now=NOW
    )
    (review,) = queries.reviews_of(row)
    assert set(review.scores) == {code, other}


def test_a_draft_and_a_withdrawn_application_are_not_reviewed(world: World) -> None:
    make_rubric(world.here)
    anna = make_reviewer(world.here, name="Anna")
    draft, _ = make_draft(world.here)
    gone, _ = make_application(world.here, name="Gone", email="g@gone.example", state=S.WITHDRAWN)
    for row in (draft, gone):
        with pytest.raises(RuleBroken):
            make_review(row, anna, scores=[1, 1])
    assert count(Review) == 0


# Conflicts


def test_a_declared_conflict_takes_everything_away_and_only_another_lifts_it(
    world: World,
) -> None:
    make_rubric(world.here)
    row, _ = make_application(world.here)
    anna = make_reviewer(world.here, name="Anna")
    assign(row, people=[anna], now=NOW, actor=SYSTEM)
    make_review(row, anna, scores=[5, 5])
    try_decision(world.here.edition, codes=[row.code], to=S.ACCEPTED, person_id=anna.id)

    declare_conflict(row, person=anna, is_impartial=False, reason="My sister.", now=NOW)

    assert (count(Review), count(Assignment), count(Trial)) == (0, 0, 0)
    assert queries.is_barred(row, person_id=anna.id)
    assert queries.queue_of(world.here.edition, person_id=anna.id) == []
    rows, found = queries.list_page(world.here.edition, Wanted(anna.id, decides=True), number=1)
    assert (rows, found) == ([], 0)
    assert queries.barred_names(world.here.edition, person_id=anna.id) == [
        (row.code, "Paper Workshop")
    ]
    with pytest.raises(NotAllowed):
        make_review(row, anna, scores=[5, 5])
    declare_conflict(row, person=anna, is_impartial=True, reason="", now=NOW)
    assert queries.is_barred(row, person_id=anna.id), "nobody takes it back alone"

    conflict = db.session.scalars(select(Conflict)).one()
    with pytest.raises(NotAllowed):
        lift_conflict(
            conflict.id, edition_id=world.here.edition.id, now=NOW, actor=Actor("Anna", anna.id)
        )
    for edition_id, number in (
        (world.there.edition.id, conflict.id),
        (world.here.edition.id, conflict.id + 1),
    ):
        with pytest.raises(NotFound):
            lift_conflict(number, edition_id=edition_id, now=NOW, actor=SYSTEM)
    lift_conflict(conflict.id, edition_id=world.here.edition.id, now=NOW, actor=SYSTEM)
    assert not queries.is_barred(row, person_id=anna.id)


def test_who_belongs_to_an_organization_never_judges_it(world: World) -> None:
    make_rubric(world.here)
    row, _ = make_application(world.here)
    other, _ = make_application(world.here, name="Other", email="o@other.example")
    anna = make_reviewer(world.here, name="Anna")
    db.session.add(
        RoleGrant(
            person_id=anna.id, role=Role.EXHIBITOR, organization_id=row.organization_id,
            granted_at=NOW,
        )
    )  # fmt: skip
    db.session.commit()
    assert queries.conflict_between(row, person=anna) is K.MEMBER
    assert queries.conflict_between(other, person=anna) is None
    declare_conflict(row, person=anna, is_impartial=True, reason="", now=NOW)
    assert queries.is_barred(row, person_id=anna.id)
    with pytest.raises(FieldRefused):
        assign(row, people=[anna], now=NOW, actor=SYSTEM)
    kinds = {
        (each.kind, each.application.id)
        for each in queries.conflicts_of(world.here.edition, reviewers=[anna])
    }
    assert kinds == {(K.MEMBER, row.id), (K.NONE, row.id)}


def test_a_shared_domain_proposes_a_conflict_until_it_is_answered(world: World) -> None:
    make_rubric(world.here)
    row, _ = make_application(world.here, email="nour@school.example")
    contact, _ = make_application(world.here, name="Second", email="x@elsewhere.example")
    contact.organization.contacts.append(
        OrganizationContact(position=0, name="Lee", email="Lee@School.Example")
    )
    anna = make_reviewer(world.here, name="Anna", email="anna@school.example")
    for each in (row, contact):
        assert queries.conflict_between(each, person=anna) is K.DOMAIN
        assert not queries.is_barred(each, person_id=anna.id)
    with pytest.raises(NotAllowed):
        make_review(row, anna, scores=[3, 3])
    assert {
        (each.kind, each.application.id)
        for each in queries.conflicts_of(world.here.edition, reviewers=[anna])
    } == {(K.DOMAIN, row.id), (K.DOMAIN, contact.id)}

    declare_conflict(row, person=anna, is_impartial=True, reason="", now=NOW)
    make_review(row, anna, scores=[3, 3])
    assert queries.conflict_between(row, person=anna) is None
    assert queries.conflict_between(contact, person=anna) is K.DOMAIN


def test_a_domain_that_many_share_says_nothing(world: World) -> None:
    anna = make_reviewer(world.here, name="Anna", email="anna@city.example")
    rows = [
        make_application(world.here, name=f"Club {number}", email=f"{number}@city.example")[0]
        for number in range(3)
    ]
    assert queries.conflict_between(rows[0], person=anna) is K.DOMAIN
    make_application(world.here, name="Club 4", email="4@city.example")
    assert queries.conflict_between(rows[0], person=anna) is None
    assert queries.conflicts_of(world.here.edition, reviewers=[anna]) == []


# Assignments


def test_assigning_by_hand_sets_exactly_these_and_reviews_stay(world: World) -> None:
    make_rubric(world.here)
    row, _ = make_application(world.here)
    anna, bo = (make_reviewer(world.here, name=name) for name in ("Anna", "Bo"))
    assign(row, people=[anna], now=NOW, actor=SYSTEM)
    assign(row, people=[anna], now=NOW, actor=SYSTEM)
    make_review(row, anna, scores=[2, 2])
    assign(row, people=[bo], now=NOW, actor=SYSTEM)
    assert [each.person.name for each in queries.assignments_of(row)] == ["Bo"]
    assert len(queries.reviews_of(row)) == 1
    lines = select(func.count()).where(JournalEntry.action == "reviewers_assigned")
    assert db.session.scalar(lines) == 2


def test_distributing_is_even_and_passes_over_conflicts(world: World) -> None:
    make_rubric(world.here)
    people = [make_reviewer(world.here, name=name) for name in ("Anna", "Bo", "Cleo")]
    rows = [
        make_application(world.here, name=f"Club {number}", email=f"a@club{number}.example")[0]
        for number in range(6)
    ]
    decided, _ = make_application(
        world.here, name="Decided", email="d@decided.example", state=S.ACCEPTED
    )
    declare_conflict(rows[0], person=people[0], is_impartial=False, reason="", now=NOW)

    added = distribute(world.here.edition, each=2, now=NOW, actor=SYSTEM)

    assert added == 12
    loads = queries.loads_of(world.here.edition, queries.reviewers_of(world.here.edition))
    assert [load.assigned for load in loads] == [3, 3, 3, 3], "the world's own reviewer too"
    assert people[0] not in [each.person for each in queries.assignments_of(rows[0])]
    assert queries.assignments_of(decided) == []
    assert distribute(world.here.edition, each=2, now=NOW, actor=SYSTEM) == 0


def test_distributing_asks_for_a_number_and_for_reviewers(world: World) -> None:
    for each in (0, 10):
        with pytest.raises(FieldRefused):
            distribute(world.here.edition, each=each, now=NOW, actor=SYSTEM)
    grants = select(RoleGrant).where(
        RoleGrant.role == Role.REVIEWER, RoleGrant.edition_id == world.here.edition.id
    )
    for grant in db.session.scalars(grants):
        db.session.delete(grant)
    db.session.flush()
    with pytest.raises(RuleBroken):
        distribute(world.here.edition, each=1, now=NOW, actor=SYSTEM)


def test_the_queue_holds_what_is_asked_the_longest_waiting_first(world: World) -> None:
    make_rubric(world.here)
    anna = make_reviewer(world.here, name="Anna")
    rows = [
        make_application(world.here, name=f"Club {number}", email=f"a@club{number}.example")[0]
        for number in range(3)
    ]
    rows[2].submitted_at = NOW - timedelta(days=1)
    for row in rows:
        assign(row, people=[anna], now=NOW, actor=SYSTEM)
    edition = world.here.edition
    assert queries.next_to_review(edition, person_id=anna.id) is rows[2]
    assert queries.next_to_review(edition, person_id=anna.id, after=rows[2].id) is rows[0]
    make_review(rows[2], anna, scores=[1, 1])
    withdraw(rows[0], now=NOW)
    queue = queries.queue_of(edition, person_id=anna.id)
    assert [(row.id, own is not None) for row, own in queue] == [
        (rows[2].id, True), (rows[1].id, False),
    ]  # fmt: skip
    assert queries.next_to_review(edition, person_id=anna.id) is rows[1]
