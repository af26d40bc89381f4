"""Error pages: in the reader's language, without a second fault, and as JSON for programs."""

from __future__ import annotations

import logging

import pytest

from festival.accounts.states import Role
from festival.extensions import db
from festival.festivals.states import EditionState
from tests.factories.world import World


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/en/nowhere", 404, "There is no such page"),
        ("/nowhere", 404, "There is no such page"),
        ("/en/nowhere/2027/", 404, "There is no such page"),
        ("/en/luminara/1999/", 404, "There is no such page"),
    ],
)
def test_an_error_is_a_page_with_a_way_on(world: World, path: str, status: int, words: str) -> None:
    answer = world.browser().get(path)
    assert answer.status_code == status
    assert words in answer.text and "What you can do" in answer.text
    assert 'content="noindex"' in answer.text


def test_a_form_that_lost_its_token_is_told_so(world: World) -> None:
    answer = world.browser_as(Role.ORGANIZER).post(f"{world.here.path}/organize/venues/new")
    assert answer.status_code == 400
    assert "open for too long" in answer.text


def test_a_method_that_a_page_does_not_know(world: World) -> None:
    assert world.browser().delete("/en/").status_code == 405


def test_a_program_gets_json(world: World) -> None:
    headers = {"Accept": "application/json"}
    assert world.browser().get("/en/nowhere", headers=headers).json == {"error": "Not Found"}
    stranger = world.browser().get(f"{world.here.path}/organize/", headers=headers)
    assert (stranger.status_code, stranger.json) == (401, {"error": "Unauthorized"})
    organizer = world.browser_as(Role.ORGANIZER)
    page = organizer.get(f"{world.here.path}/organize/edition").text
    token = page.split('name="csrf_token" value="')[1].split('"')[0]
    answer = organizer.post(
        f"{world.here.path}/organize/edition/state",
        data={"to": EditionState.PUBLIC.value, "csrf_token": token}, headers=headers,
    )  # fmt: skip
    assert answer.status_code == 409
    assert answer.json == {"error": "The edition is in this state already."}


def test_a_broken_rule_says_what_to_do_next(world: World) -> None:
    organizer = world.browser_as(Role.ORGANIZER)
    page = organizer.get(f"{world.here.path}/organize/venues").text
    assert "remove" not in page
    token = organizer.get(f"{world.here.path}/organize/venues/library").text
    token = token.split('name="csrf_token" value="')[1].split('"')[0]
    answer = organizer.post(
        f"{world.here.path}/organize/venues/library/remove", data={"csrf_token": token}
    )
    assert answer.status_code == 409
    assert "Remove its spaces first, one by one." in answer.text


def test_a_broken_rule_without_advice_says_go_back(world: World) -> None:
    organizer = world.browser_as(Role.ORGANIZER)
    address = f"{world.here.path}/organize/edition"
    page = organizer.get(address).text
    token = page.split('name="csrf_token" value="')[1].split('"')[0]
    state = world.here.edition.state.value
    answer = organizer.post(f"{address}/state", data={"to": state, "csrf_token": token})
    assert "Go back, change what the sentence names" in answer.text


@pytest.mark.parametrize("locale", ["en", "ar"])
def test_a_database_that_does_not_answer_is_503_even_for_the_signed_in(
    world: World, locale: str, caplog: pytest.LogCaptureFixture
) -> None:
    browser = world.browser_as(Role.ORGANIZER)
    db.session.execute(db.text("ALTER TABLE sign_in RENAME TO lost_sign_in"))
    db.session.execute(db.text("ALTER TABLE edition RENAME TO lost_edition"))
    db.session.commit()
    world.app.config["PROPAGATE_EXCEPTIONS"] = False
    try:
        with caplog.at_level(logging.CRITICAL):
            answer = browser.get(f"/{locale}/luminara/2027/")
    finally:
        world.app.config["PROPAGATE_EXCEPTIONS"] = None
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "30"
    assert "Luminara Learns" not in answer.text


def test_our_own_fault_is_500_and_tells_nothing_of_itself(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    world.here.edition.time_zone = "Nowhere/Atlantis"  # a row that no form can write
    db.session.commit()
    world.app.config["PROPAGATE_EXCEPTIONS"] = False
    try:
        with caplog.at_level(logging.CRITICAL):
            answer = world.browser().get("/en/")
    finally:
        world.app.config["PROPAGATE_EXCEPTIONS"] = None
    assert answer.status_code == 500
    assert "Something went wrong on our side" in answer.text
    assert "Atlantis" not in answer.text
