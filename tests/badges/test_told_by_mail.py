"""The badge reaches its household by mail: with the registration, and again when it is replaced."""

from __future__ import annotations

import base64
import io

import pytest
import zxingcpp
from PIL import Image
from sqlalchemy import select

from festival.accounts.states import Role
from festival.badges.actions import reissue_badge
from festival.badges.models import Badge
from festival.badges.queries import badge_of
from festival.extensions import db
from festival.mail.models import OutboxMessage
from festival.shared.journal import SYSTEM
from festival.visitors.actions import cancel_registration
from tests.factories.badges import make_badge
from tests.factories.visitors import make_household
from tests.factories.world import NOW, World
from tests.forms import submit


def mails(kind: str) -> list[OutboxMessage]:
    return list(db.session.scalars(select(OutboxMessage).where(OutboxMessage.kind == kind)))


def code_in(message: OutboxMessage) -> str:
    """What a scanner reads in the attached picture."""
    (attached,) = message.attachments
    assert (attached["name"], attached["type"]) == ("badge.png", "image/png")
    picture = Image.open(io.BytesIO(base64.b64decode(attached["base64"])))
    (found,) = zxingcpp.read_barcodes(picture)
    return str(found.text)


def test_the_confirmation_brings_the_badge_along(world: World) -> None:
    row, _token = make_household(world.here, email="nour@example.org")
    badge = badge_of(row.id)
    (message,) = mails("registration_confirmed")
    assert badge is not None
    assert code_in(message) == badge.code
    address = next(line for line in message.body_text.splitlines() if "/badge/" in line)
    assert world.browser().get(address.removeprefix("http://localhost")).status_code == 200


def test_a_replaced_badge_goes_to_the_household_and_the_old_one_is_said_to_be_over(
    world: World,
) -> None:
    row, _token = make_household(world.here, email="nour@example.org", people=3)
    old = badge_of(row.id)
    assert old is not None
    page = f"{world.here.path}/organize/badges/{old.code_hash}"
    browser = world.browser_as(Role.ORGANIZER)

    assert submit(browser, page, form=0).status_code == 303

    new = badge_of(row.id)
    assert new is not None
    assert new.code != old.code
    (message,) = mails("badge")
    assert (message.recipient, message.locale) == ("nour@example.org", "en")
    assert code_in(message) == new.code
    assert old.code not in message.body_text
    assert "It lets 3 people in." in message.body_text


def test_nobody_is_written_to_without_an_address(world: World) -> None:
    row, _token = make_household(world.here)
    badge = badge_of(row.id)
    assert badge is not None
    reissue_badge(badge, actor=SYSTEM, now=NOW)
    reissue_badge(make_badge(world.here), actor=SYSTEM, now=NOW)
    db.session.commit()
    assert db.session.scalars(select(OutboxMessage)).all() == []
    assert len(db.session.scalars(select(Badge)).all()) == 4


@pytest.mark.parametrize("forget", [False, True])
def test_a_cancelled_registration_is_told_once_unless_it_is_to_be_forgotten(
    world: World, forget: bool
) -> None:
    row, _token = make_household(world.here, email="nour@example.org", locale="fr")
    for _ in range(2):
        cancel_registration(row, forget=forget, now=NOW)
    db.session.commit()
    told = mails("registration_cancelled")
    assert [(each.recipient, each.locale) for each in told] == (
        [] if forget else [("nour@example.org", "fr")]
    )
