"""What nobody sends by mistake: answered with a kind refusal, never with a fault of ours."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from werkzeug.routing import IntegerConverter
from werkzeug.test import TestResponse

from festival.checkin.models import Scan
from festival.extensions import db
from festival.shared.access import Role
from tests.factories.everything import Everything, fill
from tests.factories.world import World
from tests.house.signed import form_token, forms_of
from tests.house.test_neighbours import Door, address, doors_with_objects, examples_of
from tests.house.test_routes import doors

NUMBERS = ("999999999", "-3", "9" * 18, "9" * 25, "9" * 5000, "1e9", "٣", "")
FILES = (".pdf", ".png", ".ics", ".jsonld")
TOO_LARGE = (2**31, 2**63, 10**30)


@pytest.fixture
def made(world: World) -> Everything:
    return fill(world.here, canary="Nearby")


def faults_of(answers: list[tuple[str, TestResponse]]) -> list[str]:
    return [
        f"{name[:160]} answered {each.status_code}" for name, each in answers
        if each.status_code >= 500
    ]  # fmt: skip


def pages_of(world: World) -> list[str]:
    """Every page of an edition, and of the installation, that takes no object."""
    frame = {"lang": "en", "festival_slug": "luminara", "edition_slug": "2027"}
    adapter = world.app.url_map.bind("localhost")
    return [
        adapter.build(rule.endpoint, {name: frame[name] for name in rule.arguments})
        for rule in doors(world.app)
        if "GET" in (rule.methods or ()) and rule.arguments <= set(frame)
    ]


def form_pages(world: World, made: Everything) -> list[str]:
    """Pages that may hold a form: those without an object, and one of each with one."""
    with_objects = [
        address(door, at=made, values=values)
        for door in doors_with_objects(world.app)
        if "GET" in door.methods
        and not door.rule.rule.endswith((".pdf", ".png", ".ics", ".jsonld"))
        for values in examples_of(door, made)
    ]
    plain = [place for place in pages_of(world) if not place.endswith((".pdf", ".zip", ".csv"))]
    return plain + [place for place in with_objects if "/feeds/" not in place]


@pytest.mark.both_databases
def test_page_numbers_beyond_everything_are_answered(world: World, made: Everything) -> None:
    browser = world.browser(world.administrator)
    lists = [place for place in pages_of(world) if "organize" in place or place.count("/") == 2]
    lists.append(f"{world.here.path}/programme")
    answers = [
        (f"{place}?page={number}", browser.get(place, query_string={"page": number}))
        for place in lists
        if not place.endswith((".pdf", ".zip", ".csv"))
        for number in (NUMBERS if "visitors" in place else NUMBERS[2:5])
    ]

    assert faults_of(answers) == []
    assert len(answers) > 60


@pytest.mark.both_databases
def test_numbers_of_rows_that_no_table_can_hold_are_not_found(
    world: World, made: Everything
) -> None:
    browser = world.browser(world.administrator)
    token = form_token(browser)
    answers = []
    for door in doors_with_objects(world.app):
        wide = {
            name
            for name, converter in door.rule._converters.items()
            if isinstance(converter, IntegerConverter)
        }
        for values in examples_of(door, made) if wide else ():
            known = address(door, at=made, values=values)
            for name in wide:
                for number in TOO_LARGE:
                    place = known.replace(f"/{values[name]}", f"/{number}")
                    sent = browser.open(place, method=door.methods[0], data={"csrf_token": token})
                    answers.append((place, sent))

    assert {each.status_code for _place, each in answers} == {404}
    assert len(answers) > 20


@pytest.mark.both_databases
def test_nul_bytes_are_refused_wherever_they_stand(world: World, made: Everything) -> None:
    browser = world.browser(world.administrator)
    token = form_token(browser)
    answers = [(place, browser.get(f"{place}?q=%00&page=1&entity=a%00b&to=%00&done=%00"))
               for place in pages_of(world) if not place.endswith(".pdf")]  # fmt: skip
    for door in doors_with_objects(world.app):
        for values in examples_of(door, made):
            for place in _with_nul(door, made, values):
                sent = browser.open(place, method=door.methods[0], data={"csrf_token": token})
                answers.append((place, sent))
    answers += _nul_in_forms(world, browser, token=token)

    assert faults_of(answers) == []
    assert len(answers) > 120


def _with_nul(door: Door, made: Everything, values: dict[str, Any]) -> list[str]:
    """The address with a NUL in each argument, also in the festival's."""
    texts = {name: value for name, value in values.items() if isinstance(value, str)}
    places = [address(door, at=made, values=values | {name: f"{value}\0"})
              for name, value in texts.items()]  # fmt: skip
    known = address(door, at=made, values=values)
    return [*places, known.replace("/luminara/", "/lumi%00nara/")]


def _nul_in_forms(
    world: World, browser: FlaskClient, *, token: str
) -> list[tuple[str, TestResponse]]:
    sent = {
        "name": "a\0b", "email": "a\0b@example.org", "title": "a\0b", "people": "1\0", "q": "\0",
        "key": "a\0b", "organization_name": "a\0", "label": "a\0", "to": "a\0", "slug": "a\0",
        "headline": "\0", "outlet": "\0", "next": "/\0", "badge": "\0", "code": "\0",
        "csrf_token": token,
    }  # fmt: skip
    return [
        (place, browser.post(place, data=sent))
        for place in pages_of(world)
        if not place.endswith((".pdf", ".zip", "sign-out"))
    ]


def scan(key: str, **fields: Any) -> bytes:
    return json.dumps({"key": key * 16, "code": "x", **fields}).encode()


FIRST, LAST = "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"
HOSTILE_SCANS = (
    b"[" * 100_000, b'{"a":' * 50_000, b"{", b"null", b"7", b"[]", b"\xff\xfe", b"",
    scan("\ud800"), scan("a", code="\ud800\0"), scan("b", code="x" * 500_000),
    scan("c", scanned_at=FIRST), scan("d", scanned_at=LAST), scan("e", scanned_at=10**400),
    scan("f", scanned_at=LAST, sent_at=FIRST), scan("g", scanned_at="1970-01-01T00:00:00Z"),
    scan("h", code=["x"]), scan("i", code={"a": 1}), scan("\0"), b" " * 2_500_000,
)  # fmt: skip


@pytest.mark.both_databases
def test_the_scanner_is_told_nonsense(world: World, made: Everything) -> None:
    browser = world.browser()
    answers = [
        (body[:60].decode("latin-1"), browser.post(
            f"/door/{made.door_token}/{way}", data=body, content_type="application/json"
        ))
        for body in HOSTILE_SCANS
        for way in ("scans", "undo", "typed", "names")
    ]  # fmt: skip
    log = world.browser_as(Role.ORGANIZER).get(f"{world.here.path}/organize/scans")

    assert faults_of([*answers, ("the log", log)]) == []
    kept = {each.client_key[0] for each in db.session.scalars(db.select(Scan))}
    assert kept >= set("abcdefghi")  # a wrong clock or a broken code loses no scan


@pytest.mark.parametrize("name", ["x" * 101, "exhibits-²-title", "exhibits-" + "9" * 5000, "é"])
def test_names_of_fields_that_no_form_has_are_refused(
    world: World, made: Everything, name: str
) -> None:
    browser = world.browser()
    place = f"{world.here.path}/exhibitors/application/{made.draft_application_token}/exhibits"
    answer = browser.post(place, data={"csrf_token": form_token(browser), name: "x"})

    assert answer.status_code == 400


def test_a_version_of_five_thousand_digits_is_an_old_one(world: World, made: Everything) -> None:
    browser = world.browser_as(Role.ORGANIZER)
    place = f"{world.here.path}/organize/programme/sessions/{made.session.code}"
    found = forms_of(browser.get(place).get_data(), page=place)
    form = next(each for each in found if each.action == place)
    for version in ("9" * 5000, "²", "-1"):
        form.values["title"], form.values["version"] = f"Another {version[0]}", version
        assert browser.post(place, data=form.values).status_code == 409


NUMBERS_IN_FORMS = ("9" * 400, "9" * 5000, "sNaN", "²")
"""What Python's int, float and Decimal each fail on in their own way."""


def test_no_number_in_any_form_is_a_fault_of_ours(world: World, made: Everything) -> None:
    """Each form of the organizer's pages, with each hostile number in all that can be typed."""
    browser = world.browser(world.administrator)
    answers, sent = [], 0
    for place in form_pages(world, made):
        for form in forms_of(browser.get(place).get_data(), page=place):
            typed = [name for name in form.texts if name not in ("csrf_token", "version", "key")]
            for number in NUMBERS_IN_FORMS if typed else ():
                values = form.values.copy()
                for name in typed:
                    values[name] = number
                sent += 1
                answers.append(
                    (f"{form.action} {number[:9]}", browser.post(form.action, data=values))
                )

    assert faults_of(answers) == []
    assert sent > 100


@pytest.mark.parametrize("size", [2_500_000, 40_000_000])
def test_a_body_that_is_too_large_is_refused(world: World, size: int) -> None:
    answer = world.browser().post(
        f"{world.here.path}/register", data=b"a=" + b"x" * size,
        content_type="application/x-www-form-urlencoded",
    )  # fmt: skip

    assert answer.status_code == 413


def test_a_million_characters_in_a_field_are_refused(world: World) -> None:
    browser = world.browser()
    token = form_token(browser)
    for name in ("name", "email", "people", "key"):
        sent = {"people": "2", "csrf_token": token, name: "x" * 1_000_000}
        answer = browser.post(f"{world.here.path}/register", data=sent)
        assert 400 <= answer.status_code < 500, name


def test_five_thousand_parts_are_refused(world: World) -> None:
    line = '--b\r\nContent-Disposition: form-data; name="a%d"\r\n\r\nx\r\n'
    body = "".join(line % number for number in range(5_000)) + "--b--\r\n"
    answer = world.browser().post(
        f"{world.here.path}/register", data=body, content_type="multipart/form-data; boundary=b"
    )

    assert answer.status_code == 413


@pytest.mark.parametrize(
    "host",
    ["evil.example", "localhost.evil.example", "localhost@evil.example",
     "evil.example:80", "[::1", "loc alhost", "localhost/x", "", "127.0.0.1.evil.example"],
)  # fmt: skip
def test_a_foreign_host_is_refused(world: World, host: str) -> None:
    for place in ("/en/", "/en/sign-in", "/", "/no-such-page", "/healthz"):
        answer = world.browser().get(place, headers={"Host": host})
        assert answer.status_code == 400, place
        assert b"evil" not in answer.get_data()


def test_next_leads_nowhere_else(world: World, shared: Path) -> None:
    """The list of the corpus at the sign-in page of somebody who is signed in already."""
    browser = world.browser_as(Role.ORGANIZER)
    for hostile in json.loads((shared / "data/corpora/made/redirect/next.json").read_text()):
        answer = browser.get(f"/en/sign-in?next={quote(hostile, safe='')}")
        assert answer.status_code in (302, 400), hostile
        assert not answer.location or answer.location == "/en/", hostile


def test_paths_from_outside_open_no_file(world: World, shared: Path) -> None:
    browser = world.browser()
    names = json.loads((shared / "data/corpora/made/path/traversal.json").read_text())
    for name in names:
        for place in ("/media/", "/static/", "/door/", f"{world.here.path}/badge/"):
            answer = browser.get(place + quote(name, safe="/."))
            assert answer.status_code in (301, 302, 304, 308, 400, 404), place + name[:40]
            assert b"root:" not in answer.get_data()
