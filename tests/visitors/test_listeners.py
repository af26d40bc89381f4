"""What households are told when the programme changes."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select

from festival.extensions import db
from festival.mail.models import OutboxMessage
from festival.programme.states import OccurrenceState
from festival.visitors.actions import (
    book,
    cancel_booking,
)
from festival.visitors.models import Booking
from tests.factories.visitors import make_bookable, make_household, publish
from tests.factories.world import NOW, World


def mails(kind: str) -> list[OutboxMessage]:
    return list(db.session.scalars(select(OutboxMessage).where(OutboxMessage.kind == kind)))


# News from the programme


def test_those_who_booked_are_told_once_when_it_moves_or_is_cancelled(world: World) -> None:
    occurrence, other = make_bookable(world.here), make_bookable(world.here)
    publish(world.here)
    told, _ = make_household(world.here, email="nur@example.org", locale="fr")
    silent, _ = make_household(world.here)
    gone, _ = make_household(world.here, email="gone@example.org")
    elsewhere, _ = make_household(world.here, email="elsewhere@example.org")
    for row in (told, silent, gone):
        book(row, occurrence_id=occurrence.id, people=1, now=NOW)
    book(elsewhere, occurrence_id=other.id, people=1, now=NOW)
    cancel_booking(gone, occurrence_id=occurrence.id, now=NOW)

    occurrence.starts_at += timedelta(hours=2)
    publish(world.here)
    publish(world.here)
    assert [(mail.recipient, mail.locale) for mail in mails("session_changed")] == [
        ("nur@example.org", "fr")
    ]

    occurrence.state = OccurrenceState.CANCELLED
    publish(world.here)
    assert [mail.recipient for mail in mails("session_changed")] == ["nur@example.org"] * 2
    assert db.session.scalar(select(func.count(Booking.id))) == 4
