"""Organizers' doors and scans, and the door's own pages, through the client."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from festival.badges.models import Badge
from festival.checkin.models import Admission, DoorLink, Gate, Scan
from festival.extensions import db
from festival.shared.access import Role
from festival.shared.clock import utc_now
from tests.factories.badges import make_badge
from tests.factories.checkin import make_door, make_gate
from tests.factories.visitors import make_bookable
from tests.factories.world import World
from tests.forms import submit


@pytest.fixture(autouse=True)
def festival_days(world: World) -> None:
    """Both editions are held today."""
    for corner in (world.here, world.there):
        corner.edition.starts_on = utc_now().date() - timedelta(days=1)
        corner.edition.ends_on = utc_now().date() + timedelta(days=1)
    db.session.commit()


def open_door(world: World, **values: object) -> str:
    _, token = make_door(
        world.here,
        last_day=world.here.edition.ends_on,
        now=utc_now(),
        **values,  # type: ignore[arg-type]
    )
    return f"/door/{token}"


def send(
    browser: FlaskClient, door: str, code: str, *, key: str = "", **values: object
) -> TestResponse:
    body = {"key": key or str(uuid4()), "code": code} | values
    return browser.post(f"{door}/scans?lang=en", json=body)


def test_the_scanner_may_use_the_camera_and_wasm_and_nothing_else_may(world: World) -> None:
    door = open_door(world)

    scanner = world.browser().get(door)
    elsewhere = world.browser_as(Role.ORGANIZER).get(f"{world.here.path}/organize/doors")

    assert "'wasm-unsafe-eval'" in scanner.headers["Content-Security-Policy"]
    assert "unsafe-inline" not in scanner.headers["Content-Security-Policy"]
    assert "camera=(self)" in scanner.headers["Permissions-Policy"]
    assert scanner.headers["Referrer-Policy"] == "no-referrer"
    assert "no-store" in scanner.headers["Cache-Control"]
    assert "wasm" not in elsewhere.headers["Content-Security-Policy"]
    assert "camera=()" in elsewhere.headers["Permissions-Policy"]


def test_a_scan_answers_what_the_phone_shows(world: World) -> None:
    badge = make_badge(world.here, name="Familie Ünal", people=4)
    door = open_door(world)
    key = str(uuid4())

    answer = send(world.browser(), door, badge.code, key=key, scanned_at=utc_now().isoformat())

    body = answer.get_json()
    assert answer.status_code == 200
    assert body.pop("undo_until") > utc_now().isoformat()
    assert body == {
        "verdict": "admitted",
        "title": "Welcome!",
        "detail": "4 people · Visitor",
        "name": "Familie Ünal",
        "people": 4,
        "scan": key,
        "count": {"inside": 4},
    }


def test_refusals_answer_without_undo_and_name_no_stranger(world: World) -> None:
    foreign = make_badge(world.there, name="Canary")
    door = open_door(world)

    for code, expected in ((foreign.code, "wrong_edition"), ("nonsense", "unknown")):
        body = send(world.browser(), door, code).get_json()
        assert (body["verdict"], body["name"], body["people"]) == (expected, "", 0)
        assert body["undo_until"] is None
        assert "Canary" not in str(body)


def test_the_second_scan_tells_time_and_door(world: World) -> None:
    badge = make_badge(world.here)
    door, other = open_door(world, label="Gate A"), open_door(world, label="Gate B")
    send(world.browser(), door, badge.code)

    body = send(world.browser(), other, badge.code).get_json()

    assert body["verdict"] == "already_in"
    assert re.fullmatch(r"Let in at \d{1,2}:\d\d\s?(AM|PM), Gate A", body["detail"])


def test_undo_by_the_script(world: World) -> None:
    badge = make_badge(world.here, people=3)
    door = open_door(world)
    key = send(world.browser(), door, badge.code).get_json()["scan"]

    body = world.browser().post(f"{door}/undo?lang=en", json={"key": key}).get_json()

    assert (body["verdict"], body["count"]) == ("undone", {"inside": 0})
    assert body["undo_until"] is None


@pytest.mark.parametrize(
    "body",
    [b"", b"null", b"[]", b"{", b'"x"', b'{"key": 5, "code": 7}', b'{"code": "LF1:"}', b"\xff\xfe",
     b'{"key": {"a": 1}, "code": null}', b"[" * 20000],
)  # fmt: skip
def test_broken_messages_are_refused_without_an_error_of_ours(world: World, body: bytes) -> None:
    door = open_door(world)

    for ending in ("scans", "undo"):
        answer = world.browser().post(
            f"{door}/{ending}", data=body, content_type="application/json"
        )
        assert answer.status_code in (400, 404), (ending, answer.status_code)
    assert db.session.scalar(select(func.count(Scan.id))) == 0


@pytest.mark.parametrize("moment", ["yesterday", "2027-05-14T10:00:00", "", "9999-99-99", None, 12])
def test_a_wrong_clock_does_not_lose_a_scan(world: World, moment: object) -> None:
    badge = make_badge(world.here)

    answer = send(
        world.browser(),
        open_door(world),
        badge.code,
        scanned_at=moment,
        sent_at="0001-01-01T00:00Z",
    )

    assert answer.get_json()["verdict"] == "admitted"


def test_a_made_up_or_ended_link_opens_nothing(world: World) -> None:
    door = open_door(world)
    browser = world.browser()
    unknown = "/door/" + "x" * 32
    assert browser.get(unknown).status_code == 404
    assert send(browser, unknown, "x").status_code == 404

    db.session.scalars(select(DoorLink)).one().revoked_at = utc_now()
    db.session.commit()

    page = browser.get(f"{door}?lang=en")
    assert page.status_code == 410
    assert "Ask an organizer for a new link" in page.text
    assert send(browser, door, make_badge(world.here).code).status_code == 410
    assert browser.get(f"{door}/names").status_code == 410
    assert db.session.scalar(select(func.count(Scan.id))) == 0


@pytest.mark.parametrize(
    ("accepted", "asked", "expected"),
    [("fr", "", "fr"), ("fr", "?lang=ar", "ar"), ("xx", "?lang=<b>", "en")],
)
def test_the_door_speaks_the_phones_language(
    world: World, accepted: str, asked: str, expected: str
) -> None:
    page = world.browser().get(open_door(world) + asked, headers={"Accept-Language": accepted})

    assert f'<html lang="{expected}"' in page.text


def test_names_are_found_in_this_edition_and_let_in(world: World) -> None:
    make_badge(world.here, name="Zoë Åkesson", people=2)
    make_badge(world.there, name="Zoë Canary")
    door = open_door(world)
    browser = world.browser()

    too_short = browser.post(f"{door}/names?lang=en", data={"name": "z"})
    found = browser.post(f"{door}/names?lang=en", data={"name": "zoë"})
    fields = dict(re.findall(r'name="(key|badge)" value="([^"]+)"', found.text))
    verdict = browser.post(f"{door}/typed?lang=en", data=fields)

    assert "Åkesson" not in too_short.text
    assert "Åkesson" in found.text
    assert "Canary" not in found.text
    assert all(badge.code not in found.text for badge in db.session.scalars(select(Badge)))
    assert 'data-verdict="admitted"' in verdict.text
    assert db.session.scalar(select(func.sum(Admission.people))) == 2


def test_a_badge_of_another_edition_cannot_be_chosen_by_its_reference(world: World) -> None:
    foreign = make_badge(world.there)

    answer = world.browser().post(
        open_door(world) + "/typed", data={"key": str(uuid4()), "badge": foreign.code_hash}
    )

    assert answer.status_code == 404


@pytest.mark.parametrize("role", [Role.ORGANIZER, Role.DOOR_LEAD])
def test_a_gate_and_its_link_are_made_shown_once_and_ended(world: World, role: Role) -> None:
    browser = world.browser_as(role)
    doors = f"{world.here.path}/organize/doors"
    submit(browser, doors, {"name": "Main entrance"}, form="new-gate")

    made = submit(browser, doors, {"label": "Ana's phone"}, form="new-link")
    address = re.search(r"http://localhost(/door/[\w-]{32})", made.text)
    assert made.status_code == 201
    assert address
    assert "no-store" in made.headers["Cache-Control"]
    listed = browser.get(doors)
    assert "Ana&#39;s phone" in listed.text
    assert address[1] not in listed.text
    assert world.browser().get(address[1]).status_code == 200

    link = db.session.scalars(select(DoorLink)).one()
    token = re.search(r'name="csrf_token" value="([^"]+)"', listed.text)
    assert token
    ended = browser.post(f"{doors}/{link.token_hash}/revoke", data={"csrf_token": token[1]})
    assert ended.status_code == 303
    assert world.browser().get(address[1]).status_code == 410


def test_a_link_for_a_session(world: World) -> None:
    occurrence = make_bookable(world.here, starts_at=utc_now() + timedelta(hours=2))
    browser = world.browser_as(Role.ORGANIZER)

    made = submit(
        browser,
        f"{world.here.path}/organize/doors",
        {"label": "Room", "door": f"occurrence-{occurrence.id}"},
        form="new-link",
    )

    assert made.status_code == 201
    assert db.session.scalars(select(DoorLink.occurrence_id)).one() == occurrence.id


def test_a_door_of_another_edition_is_no_choice(world: World) -> None:
    make_gate(world.here)
    foreign = make_gate(world.there, name="Foreign gate")

    answer = submit(
        world.browser_as(Role.ORGANIZER),
        f"{world.here.path}/organize/doors",
        {"label": "Room", "door": f"gate-{foreign.id}"},
        form="new-link",
    )

    assert answer.status_code == 422
    assert "Foreign gate" not in answer.text
    assert db.session.scalars(select(DoorLink)).all() == []


def test_refused_forms_keep_what_was_typed(world: World) -> None:
    make_gate(world.here, name="North")
    browser = world.browser_as(Role.ORGANIZER)
    doors = f"{world.here.path}/organize/doors"

    late = submit(browser, doors, {"label": "Typed", "last_day": "2099-01-01"}, form="new-link")
    twice = submit(browser, doors, {"name": "North"}, form="new-gate")

    assert late.status_code == 422
    assert "Typed" in late.text
    assert twice.status_code == 422
    assert "There is a gate with this name already." in twice.text
    assert db.session.scalar(select(func.count(Gate.id))) == 1


def test_the_log_shows_every_attempt_and_takes_back(world: World) -> None:
    badge = make_badge(world.here, name="Familie Ünal", people=4)
    door = open_door(world)
    send(world.browser(), door, badge.code)
    send(world.browser(), door, "nonsense")
    browser = world.browser_as(Role.DOOR_LEAD)
    scans = f"{world.here.path}/organize/scans"

    page = browser.get(scans)
    unknown = browser.get(f"{scans}?verdict=unknown")
    first = db.session.scalars(select(Scan).order_by(Scan.id)).first()
    assert first is not None
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert token
    undone = browser.post(
        f"{scans}/{first.client_key}/undo", data={"csrf_token": token[1]}, follow_redirects=True
    )

    assert "Familie Ünal" in page.text
    assert badge.code not in page.text
    assert "Familie Ünal" not in unknown.text
    assert "Undone" in undone.text
    assert db.session.scalar(select(func.count(Admission.id))) == 0


def test_another_festivals_people_see_and_change_nothing(world: World) -> None:
    badge = make_badge(world.here, name="Canary")
    send(world.browser(), open_door(world, label="Canary door"), badge.code)
    link, scan = db.session.scalars(select(DoorLink)).one(), db.session.scalars(select(Scan)).one()
    key = scan.client_key
    reference = link.token_hash
    stranger = world.browser(world.there.people["organizer"])
    own = f"{world.there.path}/organize"
    page = stranger.get(f"{own}/doors")
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert token

    for address in ("/organize/doors", "/organize/scans"):
        assert stranger.get(world.here.path + address).status_code == 404
    for corner in (world.here.path + "/organize", own):
        for address in (f"/doors/{reference}/revoke", f"/scans/{key}/undo"):
            answer = stranger.post(corner + address, data={"csrf_token": token[1]})
            assert answer.status_code == 404, corner + address
    assert "Canary" not in stranger.get(f"{own}/scans").text + page.text
    db.session.expire_all()
    assert (link.revoked_at, scan.undone_at) == (None, None)


def test_a_long_log_has_pages(world: World) -> None:
    door = open_door(world)
    codes = [make_badge(world.here).code for _ in range(3)]
    for code in codes * 20:
        send(world.browser(), door, code)

    browser = world.browser_as(Role.ORGANIZER)
    first, second = (
        browser.get(f"{world.here.path}/organize/scans?page={number}") for number in (1, 2)
    )

    assert 'rel="next"' in first.text
    assert 'rel="prev"' in second.text
    assert 'rel="next"' not in second.text


def test_a_photograph_is_never_sent(world: World) -> None:
    """The page has a file field for the script; the form beside it must not carry it."""
    page = world.browser().get(open_door(world))

    form = page.text.partition('data-part="form"')[2].partition("</form>")[0]
    assert 'type="file"' not in form
    assert page.text.count('type="file"') == 1
