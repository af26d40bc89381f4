"""Before its instant an embargoed release is nowhere; at its instant it is everywhere by itself.

Every public address of the press, of the site and of the feeds is read one second before and at
the instant, across both changes of the clock.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from festival.extensions import db
from festival.press.models import Release
from festival.press.states import ReleaseState
from festival.shared.access import Who
from tests.factories.press import make_contact, make_release
from tests.factories.world import World
from tests.house.test_routes import EXAMPLES

SPRING = datetime(2026, 3, 29, 1, 0, tzinfo=UTC)
"""02:00 becomes 03:00 in Madrid: the embargo ends in the very instant of the change."""
AUTUMN = datetime(2026, 10, 25, 1, 0, tzinfo=UTC)
"""03:00 becomes 02:00 in Madrid: the second coming of 02:00."""
SECOND = timedelta(seconds=1)
HEADLINE = "Xylophone bridge opens"
LEAD = "Quokka parade"


def embargoed(world: World, *, until: datetime) -> Release:
    make_contact(world.here)
    return make_release(
        world.here, slug="zq7kx9pw", headline=HEADLINE, lead=LEAD, body=LEAD, embargo_until=until,
        approved_at=until - timedelta(days=9), changed_at=until - timedelta(days=9),
    )  # fmt: skip


def public_rules(app: Flask) -> Iterator[Rule]:
    """Doors that are open to everybody and take no secret."""
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        if rule.endpoint != "static" and Who.EVERYBODY.value in view.__open_to__:
            yield rule


def everything_public(browser: FlaskClient) -> dict[str, bytes]:
    """Address → headers and body of each public page; of a ZIP the unpacked files."""
    found = {}
    values = EXAMPLES | {"slug": "zq7kx9pw", "language": "en", "code": "zq7kx9pw"}
    for rule in public_rules(browser.application):
        if "GET" not in (rule.methods or set()):
            continue
        arguments = {name: values.get(name, "1") for name in rule.arguments}
        address = browser.application.url_map.bind("localhost").build(rule.endpoint, arguments)
        answer = browser.get(address, buffered=True)
        found[address] = str(answer.headers).encode() + unpacked(answer.get_data())
    return found


def unpacked(body: bytes) -> bytes:
    if not body.startswith(b"PK"):
        return body
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        return b"".join(each.encode() + archive.read(each) for each in archive.namelist())


@pytest.mark.parametrize("instant", [SPRING, AUTUMN], ids=["spring", "autumn"])
def test_no_public_address_gives_it_away_a_second_before(world: World, instant: datetime) -> None:
    embargoed(world, until=instant)
    browser = world.browser()
    with time_machine.travel(instant - SECOND, tick=False):
        pages = everything_public(browser)
    kit = f"{world.here.path}/press/kit.zip"

    assert pages[kit][-2000:], "the kit was read too"
    for address, body in pages.items():
        for secret in (HEADLINE, LEAD):
            assert secret.encode() not in body, f"{address} gives the embargoed release away"
        if "zq7kx9pw" not in address:
            assert b"zq7kx9pw" not in body, f"{address} gives the embargoed address away"


@pytest.mark.parametrize("instant", [SPRING, AUTUMN], ids=["spring", "autumn"])
def test_at_the_instant_it_is_public_without_anybody_acting(
    world: World, instant: datetime
) -> None:
    embargoed(world, until=instant)
    browser, path = world.browser(), world.here.path
    with time_machine.travel(instant - SECOND, tick=False):
        before = browser.get(f"{path}/press")
        kit_before = browser.get(f"{path}/press/kit.zip", buffered=True)
        assert browser.get(f"{path}/press/releases/zq7kx9pw/en").status_code == 404
        assert browser.get(f"{path}/press/releases/zq7kx9pw/en/release.pdf").status_code == 404
    assert HEADLINE not in before.text

    with time_machine.travel(instant, tick=False):
        asked_again = {"If-None-Match": kit_before.headers["ETag"]}
        after = browser.get(f"{path}/press")
        kit_after = browser.get(f"{path}/press/kit.zip", headers=asked_again, buffered=True)
        page = browser.get(f"{path}/press/releases/zq7kx9pw/en")
        pdf = browser.get(f"{path}/press/releases/zq7kx9pw/en/release.pdf")

    assert HEADLINE in after.text
    assert LEAD in page.text
    assert pdf.get_data().startswith(b"%PDF")
    assert kit_after.status_code == 200
    assert kit_after.headers["ETag"] != kit_before.headers["ETag"]
    assert HEADLINE.encode() in unpacked(kit_after.get_data())
    assert kit_before.headers["Cache-Control"] == "private, no-cache"
    assert "ETag" not in before.headers
    assert before.headers["Cache-Control"] == "no-store"


def test_nothing_but_embargoed_releases_looks_like_none_at_all(world: World) -> None:
    make_contact(world.here)
    browser, path = world.browser(), world.here.path
    with time_machine.travel(SPRING - SECOND, tick=False):
        without = browser.get(f"{path}/press").get_data()
        embargoed_release = embargoed_only(world)
        beside = browser.get(f"{path}/press").get_data()
    assert embargoed_release.headline == HEADLINE
    assert without == beside


def embargoed_only(world: World) -> Release:
    return make_release(
        world.here, slug="zq7kx9pw", headline=HEADLINE, lead=LEAD, embargo_until=SPRING
    )


@pytest.mark.parametrize("state", [ReleaseState.DRAFT, ReleaseState.WITHDRAWN])
def test_drafts_and_withdrawn_releases_never_show(world: World, state: ReleaseState) -> None:
    release = embargoed(world, until=SPRING)
    release.state = state
    db.session.commit()
    with time_machine.travel(SPRING + timedelta(days=400), tick=False):
        pages = everything_public(world.browser())
    assert all(HEADLINE.encode() not in body for body in pages.values())


def test_withdrawing_takes_it_out_of_the_kit_at_once(world: World) -> None:
    release = embargoed(world, until=SPRING)
    browser, address = world.browser(), f"{world.here.path}/press/kit.zip"
    with time_machine.travel(SPRING, tick=False):
        assert HEADLINE.encode() in unpacked(browser.get(address, buffered=True).get_data())
        release.state = ReleaseState.WITHDRAWN
        db.session.commit()
        assert HEADLINE.encode() not in unpacked(browser.get(address, buffered=True).get_data())
