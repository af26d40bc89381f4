"""What is not public stands nowhere where a stranger looks; and what every answer carries."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from festival.extensions import db
from festival.festivals.states import EditionState
from festival.press.kit import plan_kit
from festival.programme.actions import publish_programme
from festival.shared.access import Role, Who
from festival.shared.clock import utc_now
from festival.shared.journal import SYSTEM
from tests.accounts.test_sign_in import EMAIL
from tests.factories import exhibitors, press, programme
from tests.factories.accounts import person_with_password, sign_in
from tests.factories.everything import Everything, fill
from tests.factories.world import NOW, World
from tests.house.signed import form_token
from tests.house.test_neighbours import Door, address, doors_with_objects, examples_of
from tests.house.test_routes import doors
from tests.links import crawl

SECRET = "Quokka"
"""In the words of everything that strangers must not see."""


def hide(world: World, made: Everything) -> None:
    """Put unpublished things beside the published ones of ``here``."""
    edition, space = made.corner.edition, made.corner.space
    soon = utc_now() + timedelta(days=300)
    hidden = programme.make_presenter(edition, name=f"{SECRET} Presenter")
    programme.make_strand(edition, slug="hidden", name=f"{SECRET} strand")
    programme.make_session(
        edition, title=f"{SECRET} unpublished", presenters=(hidden,), space=space
    )
    made.session.title = f"{SECRET} retitled"  # published under another title
    press.make_release(made.corner, slug="embargoed", headline=f"{SECRET} news",
                       lead=SECRET, body=SECRET, embargo_until=soon)  # fmt: skip
    press.make_release(made.corner, slug="draft", headline=f"{SECRET} draft", state="draft")
    press.make_release(made.corner, slug="gone", headline=f"{SECRET} gone", state="withdrawn")
    release = press.make_release(made.corner, slug="public", headline="Everybody may read this")
    assert release.embargo_until is None
    papers = press.COMPLETE.__class__(
        **{name: getattr(press.COMPLETE, name) for name in press.COMPLETE.__slots__}
        | {"caption": f"{SECRET} caption"}
    )
    press.make_picture(made.corner, papers=papers, in_kit=False)
    press.make_picture(made.corner)
    exhibitors.make_application(made.corner, name=f"{SECRET} Makers")
    draft = world.there
    draft.edition.state, draft.edition.title = EditionState.DRAFT, f"{SECRET} 2027"
    draft.edition.content_version += 1
    db.session.commit()


@pytest.fixture
def made(world: World) -> Everything:
    there = fill(world.there, canary=SECRET)
    assert there.session.title.startswith(SECRET)
    made = fill(world.here, canary="Nearby")
    hide(world, made)
    return made


def public_addresses(world: World, made: Everything) -> list[str]:
    """Every door of the house that is open to everybody, with and without objects of here."""
    frame = {"lang": "en", "festival_slug": "luminara", "edition_slug": "2027"}
    adapter = world.app.url_map.bind("localhost")
    places = [
        adapter.build(rule.endpoint, {name: frame[name] for name in rule.arguments})
        for rule in doors(world.app)
        if "GET" in (rule.methods or ())
        and rule.arguments <= set(frame)
        and Who.EVERYBODY in world.app.view_functions[rule.endpoint].__open_to__
    ]
    for door in doors_with_objects(world.app):
        if Who.EVERYBODY in door.who and "GET" in door.methods:
            places += [address(door, at=made, values=each) for each in examples_of(door, made)]
    search = f"{made.corner.path}/programme?day=all&q="
    return [*places, search, search + SECRET[:3], f"{made.corner.path}/exhibitors?q=maker"]


def bodies(answer: TestResponse) -> Iterator[tuple[str, bytes]]:
    """What a reader of this answer sees; of an archive each file, its name with it."""
    yield "", answer.get_data()
    if answer.mimetype == "application/zip":
        with zipfile.ZipFile(io.BytesIO(answer.get_data())) as archive:
            for name in archive.namelist():
                yield name, name.encode() + archive.read(name)


def test_drafts_and_embargoed_releases_stand_nowhere(world: World, made: Everything) -> None:
    stranger = world.browser()
    assert not plan_kit(made.corner.edition, now=utc_now()).is_blocked
    places = public_addresses(world, made)
    followed = crawl(stranger, start=["/en/", f"{made.corner.path}/"], most_per_endpoint=4)
    leaks, kinds = [], set()
    for place in dict.fromkeys([*places, *(each.address for each in followed)]):
        answer = stranger.get(place)
        kinds.add(answer.mimetype)
        for name, body in list(bodies(answer)):
            without_echo = body.replace(f"q={SECRET[:3]}".encode(), b"")
            if SECRET.lower().encode() in without_echo.lower():
                leaks.append(f"{place} {name}")
        answer.close()

    assert leaks == []
    assert {"text/html", "application/zip", "text/calendar", "application/json", "text/csv",
            "application/xml"} <= kinds  # fmt: skip
    assert len(places) > 40


def test_a_title_shows_as_soon_as_it_is_published(world: World, made: Everything) -> None:
    """The control of the test above: publishing is what lets the words out."""
    stranger = world.browser()
    publish_programme(made.corner.edition, actor=SYSTEM, now=NOW)
    db.session.commit()
    shown = 0
    for place in public_addresses(world, made):
        with stranger.get(place) as answer:
            shown += any(SECRET.encode() in body for _name, body in bodies(answer))

    assert shown >= 8


def test_nothing_of_a_draft_edition_answers_a_stranger(world: World, made: Everything) -> None:
    frame = {"lang": "en", "festival_slug": "harbour", "edition_slug": "2027"}
    adapter = world.app.url_map.bind("localhost")
    stranger = world.browser()
    token = form_token(stranger)
    for rule in doors(world.app):
        if "edition_slug" in rule.arguments and rule.arguments <= set(frame):
            place = adapter.build(rule.endpoint, {name: frame[name] for name in rule.arguments})
            for method in sorted((rule.methods or set()) & {"GET", "POST"}):
                for data in ({}, {"csrf_token": token}):
                    answer = stranger.open(place, method=method, data=data)
                    assert answer.status_code == 404, f"{method} {place}"
                    assert SECRET.encode() not in answer.get_data(), place


def all_places(world: World, made: Everything) -> list[tuple[Door, str]]:
    frame = {"lang": "en", "festival_slug": "luminara", "edition_slug": "2027"}
    adapter = world.app.url_map.bind("localhost")
    plain = [
        (Door(rule, world.app.view_functions[rule.endpoint].__open_to__),
         adapter.build(rule.endpoint, {name: frame[name] for name in rule.arguments}))
        for rule in doors(world.app)
        if rule.arguments <= set(frame)
    ]  # fmt: skip
    with_objects = [
        (door, address(door, at=made, values=values))
        for door in doors_with_objects(world.app)
        for values in examples_of(door, made)
    ]
    return plain + with_objects


def check_headers(answer: TestResponse, place: str) -> None:
    policy = answer.headers.get("Content-Security-Policy", "")
    assert "default-src 'none'" in policy, place
    assert "unsafe-inline" not in policy and "unsafe-eval" not in policy.replace("wasm-", ""), place
    assert answer.headers["X-Content-Type-Options"] == "nosniff", place
    assert answer.headers.get("Referrer-Policy") in ("same-origin", "no-referrer"), place


def test_every_answer_carries_the_policy_and_private_ones_are_not_kept(
    world: World, made: Everything
) -> None:
    browser = world.browser_as(Role.ORGANIZER)
    for door, place in all_places(world, made):
        if "GET" not in door.methods:
            continue
        answer = browser.get(place)
        check_headers(answer, place)
        kept = answer.headers["Cache-Control"]
        if not door.who & {Who.EVERYBODY.value}:
            assert "no-store" in kept or kept.startswith("private"), f"{place}: {kept}"
            assert "public" not in kept
        if Who.LINK_HOLDER in door.who and answer.status_code == 200:
            assert answer.headers["Referrer-Policy"] == "no-referrer", place
        answer.close()


def test_errors_carry_the_policy_too(world: World) -> None:
    browser = world.browser()
    answers = {
        "/no-such-page": browser.get("/no-such-page"),
        "/en/%00": browser.get("/en/%00"),
        "post without a token": browser.post("/en/sign-in"),
        "wrong method": browser.delete("/en/sign-in"),
        "another host": browser.get("/en/", headers={"Host": "evil.example"}),
        "too large": browser.post("/en/sign-in", data={"a": "x" * 3_000_000}),
        "organizer's": browser.post(f"{world.here.path}/organize/edition"),
    }
    for name, answer in answers.items():
        assert answer.status_code in (400, 401, 404, 405, 413), name
        check_headers(answer, name)
        assert answer.headers["Cache-Control"] == "no-store", name


def test_a_post_without_the_forms_token_is_refused(world: World, made: Everything) -> None:
    """All but the door's: its secret address is the permission, and it reads no cookie."""
    browser: FlaskClient = world.browser(world.administrator)
    refused = 0
    for door, place in all_places(world, made):
        if "POST" in door.methods:
            for data in ({}, {"csrf_token": "x"}, {"csrf_token": form_token(world.browser())}):
                answer = browser.post(place, data=data)
                assert answer.status_code == 400, f"{place} took a form without its token"
            refused += 1

    assert refused > 60
    door = f"/door/{made.door_token}/names"
    assert "Nearby Crew" in world.browser().post(door, data={"name": "Nearby"}).text


def test_the_sessions_cookie_is_for_us_alone(world: World) -> None:
    person_with_password()
    answer = sign_in(world.browser(), EMAIL)
    cookies = answer.headers.getlist("Set-Cookie")

    assert len(cookies) == 2
    for each in cookies:
        assert "HttpOnly" in each and "SameSite=Lax" in each and "Path=/" in each
        assert "Domain" not in each
