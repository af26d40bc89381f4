"""What a household reads when it changes the number of its places."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from festival.extensions import db
from festival.mail.models import OutboxMessage
from festival.visitors.actions import book
from tests.factories.visitors import make_bookable, make_household
from tests.factories.world import NOW, World


def test_another_number_of_places_is_a_change_and_says_how_many_it_was(world: World) -> None:
    row, token = make_household(world.here, people=4, email="nur@example.org")
    occurrence = make_bookable(world.here)
    for minute, people in enumerate((2, 3, 3, 1)):
        now = NOW + timedelta(minutes=minute)
        book(row, occurrence_id=occurrence.id, people=people, now=now, token=token)
    db.session.commit()

    rows = select(OutboxMessage).where(OutboxMessage.kind.startswith("booking_"))
    mails = list(db.session.scalars(rows.order_by(OutboxMessage.id)))
    assert [each.kind for each in mails] == [
        "booking_confirmed",
        "booking_changed",
        "booking_changed",
    ]
    assert "3 places are kept for you now; before it was 2." in mails[1].body_text
    assert "1 place is kept for you now; before it was 3." in mails[2].body_text
    assert f"/r/{token}" in mails[2].body_text
