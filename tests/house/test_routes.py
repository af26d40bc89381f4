"""Every door of the house: who may enter stands on it, and in the table ``access.txt``."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from festival.shared.access import Role, Who
from tests.factories.world import World

TABLE = Path(__file__).parent / "access"
OPEN = {Who.EVERYBODY.value, Who.LINK_HOLDER.value}
EXAMPLES = {
    "lang": "en",
    "festival_slug": "luminara",
    "edition_slug": "2027",
    "day": "2027-05-14",
}


def doors(app: Flask) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint != "static"]


def room_of(endpoint: str) -> str:
    return endpoint.split(".")[0]


def written_table() -> dict[str, str]:
    """Lines ``METHODS endpoint: who, who`` of all files in tests/house/access/."""
    lines = [
        line
        for file in sorted(TABLE.glob("*.txt"))
        for line in file.read_text().splitlines()
        if line.strip() and not line.startswith("#")
    ]
    return dict(line.split(": ", 1) for line in lines)


def declared_table(app: Flask) -> dict[str, str]:
    table = {}
    for rule in doors(app):
        methods = "+".join(sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}))
        view = app.view_functions[rule.endpoint]
        who = getattr(view, "__open_to__", None)
        assert who is not None, f"{rule.endpoint} does not declare who may enter"
        table[f"{methods} {rule.endpoint}"] = ", ".join(sorted(who))
    return table


def test_the_access_table_says_what_the_doors_say(app: Flask) -> None:
    assert declared_table(app) == written_table()


def test_every_view_that_takes_a_post_is_a_unit_of_work(app: Flask) -> None:
    for rule in doors(app):
        if (rule.methods or set()) - {"GET", "HEAD", "OPTIONS"}:
            view = app.view_functions[rule.endpoint]
            while not getattr(view, "__writes__", False) and hasattr(view, "__wrapped__"):
                view = view.__wrapped__
            assert getattr(view, "__writes__", False), f"{rule.endpoint} would never commit"


def address(client: FlaskClient, rule: Rule) -> str:
    values = {name: EXAMPLES.get(name, "1") for name in rule.arguments}
    with client.application.test_request_context():
        return client.application.url_map.bind("localhost").build(rule.endpoint, values)


@pytest.mark.parametrize("who", [*(role.value for role in Role), "stranger", "neighbour"])
def test_nobody_enters_a_door_that_is_not_theirs(world: World, who: str) -> None:
    """Each role at every door that is not open to it; ``neighbour`` organizes another festival."""
    person = {"stranger": None, "neighbour": world.there.people["organizer"]}.get(
        who, world.here.people.get(who)
    )
    browser = world.browser(person)
    for rule in doors(world.app):
        names = world.app.view_functions[rule.endpoint].__open_to__
        open_here = OPEN | {who} | ({Who.SIGNED_IN.value} if person else set())
        if names & open_here:
            continue
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            answer = browser.open(address(browser, rule), method=method)
            assert answer.status_code in (302, 400, 401, 404), f"{who} entered {rule.endpoint}"
            if answer.status_code == 302:
                assert person is None and "/sign-in" in answer.location
