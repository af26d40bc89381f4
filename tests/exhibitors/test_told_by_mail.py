"""Who takes an application back or withdraws it has it in writing, once for each time."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from festival.exhibitors.actions import take_back, withdraw
from festival.extensions import db
from festival.mail.models import OutboxMessage
from tests.factories.exhibitors import make_application
from tests.factories.world import NOW, World

pytestmark = pytest.mark.usefixtures("open_call")


def mails(kind: str) -> list[OutboxMessage]:
    return list(db.session.scalars(select(OutboxMessage).where(OutboxMessage.kind == kind)))


def test_taken_back_comes_with_a_way_back_in(world: World) -> None:
    row, _token = make_application(world.here)
    for _ in range(2):
        take_back(row, now=NOW + timedelta(hours=1))
    db.session.commit()
    (message,) = mails("application_taken_back")
    assert message.recipient == row.organization.contact_email
    address = next(line for line in message.body_text.splitlines() if "/application/" in line)
    page = world.browser().get(address.removeprefix("http://localhost"))
    assert page.status_code == 200
    assert "Your draft is not handed in yet." in page.text


def test_withdrawn_is_told_once(world: World) -> None:
    row, _token = make_application(world.here)
    for _ in range(2):
        withdraw(row, now=NOW)
    db.session.commit()
    (message,) = mails("application_withdrawn")
    assert row.organization.name in message.body_text
    assert message.reply_to == "hello@luminara.example"
