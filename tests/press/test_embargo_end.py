"""At the instant of an embargo: kept pages are made anew, the kit is there, told once."""

from __future__ import annotations

import io
import threading
import zipfile
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from festival.accounts.states import Role
from festival.extensions import db
from festival.mail.models import OutboxMessage
from festival.press import jobs
from festival.press.kit import plan_kit
from festival.press.kit_shelf import find_kit
from festival.press.models import EmbargoLink
from festival.press.states import ReleaseState
from festival.shared.appointments import LOOKBACK
from festival.shared.journal import lines_of
from festival.shared.tasks import TaskRun
from tests.factories.press import make_contact, make_release
from tests.factories.world import World
from tests.forms import submit

SPRING = datetime(2027, 3, 28, 1, 0, tzinfo=UTC)
"""02:00 becomes 03:00 in Madrid."""
AUTUMN = datetime(2027, 10, 31, 1, 0, tzinfo=UTC)
"""03:00 becomes 02:00 in Madrid."""
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


def embargoed(world: World, instant: datetime, *, language: str = "en") -> None:
    make_release(
        world.here, slug="zq7kx9pw", language=language, headline="Quokka parade",
        embargo_until=instant,
    )  # fmt: skip


def planned(now: datetime) -> list[tuple[int | None, datetime]]:
    return [(each.edition_id, each.at) for each in jobs.ends_of_embargoes(now=now, horizon=HORIZON)]


HORIZON = 2 * HOUR


def run_task(world: World, instant: datetime, *, at: datetime) -> None:
    payload = {"instant": instant.isoformat()}
    run = TaskRun("code", "embargo_ends", world.here.edition.id, None, payload)
    with time_machine.travel(at, tick=False):
        jobs.embargo_ends(run)
    db.session.rollback()


@pytest.mark.parametrize("instant", [SPRING, AUTUMN], ids=["spring", "autumn"])
def test_the_instant_is_planned_once_for_all_languages(world: World, instant: datetime) -> None:
    embargoed(world, instant)
    embargoed(world, instant, language="fr")
    make_release(world.here, embargo_until=instant + HOUR, state=ReleaseState.DRAFT)
    edition_id = world.here.edition.id
    assert planned(instant - HOUR) == [(edition_id, instant)]
    assert planned(instant - HORIZON - MINUTE) == []
    assert planned(instant + LOOKBACK) == [(edition_id, instant)]
    assert planned(instant + LOOKBACK + MINUTE) == []


@pytest.mark.parametrize("instant", [SPRING, AUTUMN], ids=["spring", "autumn"])
def test_kept_pages_are_made_anew_and_the_kit_is_there_before_anybody_asks(
    world: World, instant: datetime
) -> None:
    make_contact(world.here)
    embargoed(world, instant)
    edition = world.here.edition
    before = edition.content_version

    run_task(world, instant, at=instant - MINUTE)
    assert edition.content_version == before, "not a minute too early"
    run_task(world, instant, at=instant)

    assert edition.content_version == before + 1
    plan = plan_kit(edition, now=instant)
    kit = find_kit(plan, instance=world.app.config["SETTINGS"].instance_path)
    assert kit is not None
    with zipfile.ZipFile(io.BytesIO(kit.path.read_bytes())) as archive:
        texts = b"".join(archive.read(name) for name in archive.namelist())
    assert b"Quokka parade" in texts
    with time_machine.travel(instant, tick=False):
        assert "Quokka parade" in world.browser().get(f"{world.here.path}/press").text


@pytest.mark.both_databases
def test_two_workers_write_one_line(app: Flask, world: World) -> None:
    embargoed(world, SPRING)
    embargoed(world, SPRING, language="fr")
    edition_id = world.here.edition.id
    db.session.rollback()
    barrier = threading.Barrier(2)

    def work(_number: int) -> None:
        with app.app_context():
            barrier.wait(timeout=30)
            payload = {"instant": SPRING.isoformat()}
            jobs.embargo_ends(TaskRun("code", "embargo_ends", edition_id, None, payload))
            db.session.remove()

    with time_machine.travel(SPRING, tick=False), ThreadPoolExecutor(2) as pool:
        list(pool.map(work, range(2)))
    db.session.rollback()
    keys = [each.entity_key for each in lines_of(edition_id, action="embargo_ended")]
    assert keys == [
        "zq7kx9pw/en@2027-03-28T01:00:00Z", "zq7kx9pw/fr@2027-03-28T01:00:00Z",
    ]  # fmt: skip


def test_an_embargo_that_was_put_off_frees_nothing(world: World) -> None:
    embargoed(world, SPRING + HOUR)
    before = world.here.edition.content_version
    run_task(world, SPRING, at=SPRING)
    assert world.here.edition.content_version == before
    gone = TaskRun("code", "embargo_ends", 999, None, {"instant": SPRING.isoformat()})
    assert jobs.embargo_ends(gone) is None


def test_a_newsroom_gets_its_address_by_mail(world: World) -> None:
    embargoed(world, datetime(2098, 1, 1, tzinfo=UTC))
    browser = world.browser_as(Role.PRESS_OFFICER)
    page = f"{world.here.path}/organize/press/newsrooms"
    two = submit(browser, page, {"outlet": "Harbour News", "email": "a@b.org,c@d.org"})
    assert two.status_code == 422
    assert db.session.scalars(select(EmbargoLink)).all() == []

    answer = submit(browser, page, {"outlet": "Harbour News", "email": "Desk@News.Example"})

    assert "It is on its way to Desk@News.Example." in answer.text
    mail = db.session.scalars(select(OutboxMessage)).one()
    assert (mail.kind, mail.recipient) == ("embargo_link", "desk@news.example")
    assert "Quokka" not in mail.body_text + mail.body_html + mail.subject
    address = next(line for line in mail.body_text.splitlines() if "/press/embargoed/" in line)
    opened = world.browser().get(address.removeprefix("http://localhost"))
    assert opened.status_code == 200
    assert "Harbour News" in opened.text

    without = submit(browser, page, {"outlet": "Other"})
    assert without.status_code == 200
    assert len(db.session.scalars(select(OutboxMessage)).all()) == 1
