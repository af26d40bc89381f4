"""When places are released, as the organizer sets it and everybody concerned sees it."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from festival.accounts.states import Role
from festival.checkin import releasing
from festival.checkin.models import DoorLink
from festival.extensions import db
from festival.mail.models import OutboxMessage
from festival.shared.errors import FieldRefused
from festival.shared.journal import SYSTEM, JournalEntry
from tests.factories.release import HORIZON, RELEASE, SOON, START, Stage
from tests.factories.world import NOW, World
from tests.forms import submit


def test_only_times_of_the_list_are_taken(world: World) -> None:
    with pytest.raises(FieldRefused):
        releasing.set_release(world.here.edition, minutes=7, actor=SYSTEM, now=NOW)
    for _ in range(2):
        releasing.set_release(world.here.edition, minutes=10, actor=SYSTEM, now=NOW)
    db.session.commit()
    lines = select(func.count()).where(JournalEntry.action == "release_set")
    assert db.session.scalar(lines) == 1


def test_an_organizer_sets_the_time_and_everybody_concerned_sees_it(world: World) -> None:
    stage = Stage(world.here, minutes=None)
    _row, _badge, token = stage.household()
    page = f"{world.here.path}/organize/doors"
    browser = world.browser_as(Role.ORGANIZER)

    answer = submit(browser, page, {"minutes": "10"}, form="release-form")
    assert answer.status_code == 303
    assert submit(browser, page, {"minutes": "3"}, form="release-form").status_code == 422

    with time_machine.travel(START - HORIZON, tick=False):
        scanner = world.browser().get(f"/door/{stage.token}").text
        mine = world.browser().get(f"{world.here.path}/r/{token}").text
        doors = releasing.releases_of(world.here.edition)
    assert "Unclaimed places go to others at 10:10; 2 places are not claimed yet." in scanner
    assert "Be at the door by 10:10" in mine
    assert [each.at for each in doors] == [RELEASE]
    with time_machine.travel(RELEASE + SOON, tick=False):
        scanner = world.browser().get(f"/door/{stage.token}").text
        mine = world.browser().get(f"{world.here.path}/r/{token}").text
    assert "Unclaimed places were released at 10:10." in scanner
    assert "Be at the door by" not in mine


def test_the_neighbour_and_the_door_lead_set_nothing(world: World) -> None:
    path = f"{world.here.path}/organize/doors"
    lead = world.browser_as(Role.DOOR_LEAD)
    page = lead.get(path).text
    assert "Never: places wait to the end" in page
    assert 'id="release-form"' not in page
    neighbour = world.browser_as(Role.ORGANIZER, at=world.there)
    assert neighbour.get(path).status_code in (403, 404)
    Stage(world.there)
    assert [each.edition_id for each in releasing.releases_of(world.there.edition)] == [
        world.there.edition.id
    ]
    assert releasing.releases_of(world.here.edition) == []


def test_a_door_link_goes_by_mail_to_who_will_scan(world: World) -> None:
    stage = Stage(world.here)
    page = f"{world.here.path}/organize/doors"
    wanted = {
        "door": f"occurrence-{stage.occurrence.id}",
        "label": "Sam",
        "last_day": "2027-05-16",
        "email": "Sam@Example.org",
    }
    with time_machine.travel(NOW + timedelta(days=1), tick=False):
        browser = world.browser_as(Role.ORGANIZER)
        refused = submit(browser, page, wanted | {"email": "a@b.org, c@d.org"}, form="new-link")
        assert refused.status_code == 422
        answer = submit(browser, page, wanted, form="new-link")
    assert answer.status_code == 201
    assert "The link is sent to Sam@Example.org." in answer.text
    mail = db.session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "door_link")).one()
    assert mail.recipient == "sam@example.org"
    address = next(line for line in mail.body_text.splitlines() if "/door/" in line)
    assert world.browser().get(address.strip().removeprefix("http://localhost")).status_code in (
        200,
        410,
    )
    assert db.session.scalar(select(func.count(DoorLink.id))) == 2
