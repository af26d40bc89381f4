"""A session with a door whose unclaimed places are released at an instant."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import time_machine
from sqlalchemy import select

from festival.badges.models import Badge
from festival.badges.queries import badge_of
from festival.checkin import jobs
from festival.extensions import db
from festival.shared.appointments import Appointment
from festival.shared.tasks import TaskRun
from festival.visitors.actions import book
from festival.visitors.models import Booking, Registration
from festival.visitors.states import BookingState
from tests.factories.checkin import make_door
from tests.factories.visitors import make_bookable, make_household, publish
from tests.factories.world import NOW, Corner

START = datetime(2027, 5, 14, 8, 0, tzinfo=UTC)
"""10:00 in Madrid."""
SOON = timedelta(minutes=10)
RELEASE = START + SOON
HORIZON = timedelta(hours=1)


class Stage:
    """A session at 10:00 with a door, whose unclaimed places are released at 10:10."""

    def __init__(self, corner: Corner, *, capacity: int = 4, minutes: int | None = 10) -> None:
        self.corner = corner
        self.occurrence = make_bookable(corner, starts_at=START, capacity=capacity)
        publish(corner)
        self.door, self.token = make_door(corner, occurrence_id=self.occurrence.id)
        corner.edition.places_released_after = minutes
        db.session.commit()

    def household(self, *, people: int = 2, email: str = "") -> tuple[Registration, Badge, str]:
        row, token = make_household(self.corner, people=people, email=email)
        book(row, occurrence_id=self.occurrence.id, people=people, now=NOW)
        db.session.commit()
        badge = badge_of(row.id)
        assert badge is not None
        return row, badge, token

    def planned(self, now: datetime) -> list[Appointment]:
        return list(jobs.releases_of_places(now=now, horizon=HORIZON))

    def release(self, at: datetime) -> str:
        """What the worker does, at an instant."""
        with time_machine.travel(at, tick=False):
            run = TaskRun("code", "release_places", 1, None, {"occurrence": self.occurrence.id})
            result = jobs.release_places(run)
        assert result is not None
        return str(result["text"])

    @property
    def taken(self) -> int:
        db.session.rollback()
        db.session.refresh(self.occurrence)
        return self.occurrence.places_taken

    def states(self) -> list[BookingState]:
        db.session.rollback()
        return list(db.session.scalars(select(Booking.state).order_by(Booking.id)))
