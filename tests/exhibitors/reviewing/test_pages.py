"""Every page of the review, empty and filled."""

from __future__ import annotations

import pytest

from festival.exhibitors.reviewing.actions import assign, try_decision
from festival.exhibitors.states import ApplicationState
from festival.extensions import db
from festival.shared.access import Role
from festival.shared.journal import SYSTEM
from tests.exhibitors.reading import text_of
from tests.factories.exhibitors import make_application
from tests.factories.reviewing import make_review, make_reviewer, make_round, make_rubric
from tests.factories.world import NOW, World

pytestmark = pytest.mark.usefixtures("open_call")

S = ApplicationState
PAGES = (
    "", "/queue", "/balance", "/decide", "/decisions", "/waiting-list", "/reviewers", "/rubric",
    "/decision-texts", "/conflicts", "/moves", "/targets",
)  # fmt: skip


def test_every_page_has_something_to_say_in_an_empty_edition(world: World) -> None:
    browser = world.browser_as(Role.ORGANIZER)
    for page in PAGES:
        text_of(browser, f"{world.here.path}/organize/exhibitors{page}")


@pytest.mark.parametrize("language", ["en", "ar"])
def test_every_page_with_everything_in_it(world: World, language: str) -> None:
    here = world.here
    make_rubric(here)
    one, _ = make_application(here, name="One & Only <b>", email="a@one.example")
    two, _ = make_application(here, name="Two", email="b@two.example", language="ar")
    three, _ = make_application(here, name="Three", email="c@three.example")
    organizer, anna = here.people["organizer"], make_reviewer(here, name="Anna")
    assign(one, people=[anna], now=NOW, actor=SYSTEM)
    make_review(one, anna, scores=[4, 2], comment="Fine.")
    make_review(one, organizer, scores=[5, 5])
    make_round(here, [(two, S.WAITLISTED)])
    found = make_round(here, [(three, S.ACCEPTED_WITH_CHANGES)])
    try_decision(here.edition, codes=[one.code, two.code], to=S.ACCEPTED, person_id=organizer.id)
    db.session.commit()
    browser = world.browser_as(Role.ORGANIZER)
    base = f"{here.path}/organize/exhibitors".replace("/en/", f"/{language}/")
    for page in (*PAGES, f"/decisions/{found.code}"):
        text_of(browser, f"{base}{page}")
    for row in (one, two, three):
        for page in ("", "/score", "/reviewers", "/conflict"):
            text_of(browser, f"{base}/{row.code}{page}")
