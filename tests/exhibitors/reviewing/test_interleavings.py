"""Two reviewers at the same time, one of them on two devices: nothing is lost."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import pytest
from sqlalchemy import delete, func, select

from festival.accounts.models import Person
from festival.exhibitors.models import Application
from festival.exhibitors.reviewing import queries
from festival.exhibitors.reviewing.actions import decide_together, give_review
from festival.exhibitors.reviewing.actions.rounds import Choice
from festival.exhibitors.reviewing.models import Decision, Review
from festival.exhibitors.reviewing.queries import Wanted
from festival.exhibitors.states import ApplicationState
from festival.extensions import db
from festival.mail.models import OutboxMessage
from festival.shared.access import Role
from festival.shared.errors import RuleBroken, StaleVersion
from festival.shared.journal import SYSTEM
from festival.shared.tokens import make_token
from festival.shared.work import work
from tests.exhibitors.reading import press
from tests.factories.exhibitors import make_application
from tests.factories.reviewing import TEN_MINUTES, make_review, make_reviewer, make_rubric
from tests.factories.world import NOW, World
from tests.forms import submit

pytestmark = pytest.mark.usefixtures("open_call")

INTERLEAVINGS = 1000


@dataclass
class Device:
    """A page that was opened once and is sent later."""

    person: Person
    codes: list[str]
    version: int = 0
    saved: list[dict[str, int]] = field(default_factory=list)

    def open(self, row: Application) -> None:
        review = queries.find_review(row, person_id=self.person.id)
        self.version = review.version if review else 0

    def save(self, row: Application, *, scores: list[int]) -> bool:
        given = dict(zip(self.codes, scores, strict=True))
        present = queries.find_review(row, person_id=self.person.id)
        stale = present is not None and present.version != self.version
        same = present is not None and (present.scores, present.comment) == (given, "")
        try:
            give_review(
                row, person=self.person, scores=given, comment="", version=self.version, now=NOW
            )
        except StaleVersion:
            assert stale
            assert not same
            return False
        assert same or not stale
        self.saved.append(given)
        return True


def test_a_thousand_interleavings_of_two_reviewers_lose_nothing(world: World) -> None:
    codes = [each.code for each in make_rubric(world.here)]
    row, _ = make_application(world.here)
    anna, bo = (make_reviewer(world.here, name=name) for name in ("Anna", "Bo"))
    rng = random.Random(2027)
    refused = 0
    for _number in range(INTERLEAVINGS):
        db.session.execute(delete(Review))
        db.session.expire_all()
        phone, laptop, other = (Device(person, codes) for person in (anna, anna, bo))
        steps = [phone, phone, laptop, laptop, other, other]
        rng.shuffle(steps)
        opened: set[int] = set()
        last: dict[int, dict[str, int]] = {}
        for device in steps:
            if id(device) not in opened:
                opened.add(id(device))
                device.open(row)
                continue
            if device.save(row, scores=[rng.randrange(6), rng.randrange(6)]):
                last[device.person.id] = device.saved[-1]
            else:
                refused += 1
        reviews = {each.person_id: each.scores for each in queries.reviews_of(row)}
        assert reviews == last
        assert set(reviews) == {anna.id, bo.id}
    assert refused > 100, "the test has seen what it is about"


@pytest.mark.both_databases
def test_two_reviewers_in_the_same_instant_are_both_kept(world: World) -> None:
    codes = [each.code for each in make_rubric(world.here)]
    people = [make_reviewer(world.here, name=name).id for name in ("Anna", "Bo")]
    rows = [
        make_application(world.here, name=f"Club {number}", email=f"a@club{number}.example")[0].id
        for number in range(6)
    ]
    db.session.commit()

    def judge(person_id: int) -> None:
        for number in rows:
            with world.app.app_context(), work():
                give_review(
                    db.session.get_one(Application, number),
                    person=db.session.get_one(Person, person_id),
                    scores=dict.fromkeys(codes, 3),
                    comment="",
                    version=0,
                    now=NOW,
                )

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(judge, [*people, *people]))
    db.session.rollback()
    assert db.session.scalar(select(func.count(Review.id))) == len(rows) * 2
    assert set(db.session.scalars(select(Review.version))) == {1}


@pytest.mark.both_databases
def test_two_organizers_in_the_same_instant_decide_once(world: World) -> None:
    row, _ = make_application(world.here)
    number, edition_id = row.id, world.here.edition.id
    db.session.commit()

    def decide(to: ApplicationState) -> bool:
        with world.app.app_context():
            try:
                with work():
                    found = db.session.get_one(Application, number)
                    assert found.edition_id == edition_id
                    decide_together(
                        found.edition,
                        [Choice(found, to, "No room.", seen=ApplicationState.SUBMITTED)],
                        key=make_token(),
                        hold=TEN_MINUTES,
                        now=NOW,
                        actor=SYSTEM,
                    )
            except RuleBroken:
                return False
            return True

    wishes = [ApplicationState.ACCEPTED, ApplicationState.DECLINED, ApplicationState.WAITLISTED] * 2
    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(decide, wishes))
    db.session.rollback()
    assert sum(done) == 1
    assert db.session.scalar(select(func.count(Decision.id))) == 1
    kinds = db.session.scalars(
        select(OutboxMessage.kind).where(OutboxMessage.kind != "application_received")
    ).all()
    db.session.refresh(row)
    assert [kind for kind in kinds if kind != "application_resume"] == [
        f"application_{row.state.value}"
    ]


@pytest.mark.both_databases
def test_the_list_finds_without_case_and_accents_on_both_databases(world: World) -> None:
    me = world.here.people["organizer"]
    make_rubric(world.here)
    school, _ = make_application(world.here, name="École du soir", email="e@ecole.example")
    museum, _ = make_application(world.here, name="مَتحف الميناء", email="m@museum.example")
    other, _ = make_application(world.here, name="100 % Club_1", email="c@club.example")
    make_review(school, make_reviewer(world.here, name="Anna"), scores=[4, 4])
    for search, found in (
        ("ecole", [school]),
        ("ÉCOLE SOIR", [school]),
        ("متحف", [museum]),
        ("%", [other]),
        ("b_1", [other]),
        ("notebook", [other, museum, school]),
        (school.code, [school]),
        ("nothing at all", []),
    ):
        for order in ("changed", "waiting", "name", "score"):
            wanted = Wanted(me.id, decides=True, search=search, order=order)
            rows, number = queries.list_page(world.here.edition, wanted, number=1)
            assert {row.application.code for row in rows} == {row.code for row in found}, search
            assert number == len(found)
    best = Wanted(me.id, decides=True, score_from=4.0, order="score")
    rows, _number = queries.list_page(world.here.edition, best, number=1)
    assert [(row.application.id, row.mean) for row in rows] == [(school.id, 4.0)]
    first = Wanted(me.id, decides=True, order="score")
    assert queries.list_page(world.here.edition, first, number=1)[0][0].application is school


@pytest.mark.both_databases
def test_pages_decide_and_undo_on_both_databases(world: World) -> None:
    row, _ = make_application(world.here)
    browser = world.browser_as(Role.ORGANIZER)
    office = f"{world.here.path}/organize/exhibitors"
    answer = press(
        browser, f"{office}/{row.code}/decide", of=f"{office}/queue", to="accepted", hold="10",
        key=make_token(), seen="submitted",
    )  # fmt: skip
    assert answer.status_code == 303
    db.session.expire_all()
    assert row.state == ApplicationState.ACCEPTED
    assert submit(browser, answer.location).status_code == 303
    db.session.expire_all()
    assert row.state == ApplicationState.SUBMITTED
    for page in ("", "/balance", "/decisions", "/waiting-list", "/reviewers", "/conflicts"):
        assert browser.get(f"{office}{page}").status_code == 200
