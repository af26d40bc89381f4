"""Households, and something that they can book."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

from festival.extensions import db
from festival.programme.actions import publish_programme
from festival.programme.models import Occurrence, ProgrammeSession
from festival.programme.states import Kind, SessionState
from festival.shared.journal import SYSTEM
from festival.shared.tokens import make_code, make_token
from festival.visitors.actions import Party, register
from festival.visitors.models import Registration
from festival.visitors.states import RegistrationSource
from tests.factories.world import NOW, Corner

FAR = datetime(2098, 5, 14, 9, 0, tzinfo=UTC)
"""Still to come whenever the tests are run; 11:00 in Madrid."""


def make_household(
    corner: Corner,
    *,
    people: int = 2,
    name: str = "",
    email: str = "",
    locale: str = "en",
    token: str | None = None,
    now: datetime = NOW,
) -> tuple[Registration, str]:
    """A household and the secret of its link; registered through the action."""
    token = token or make_token()
    row = register(
        corner.edition,
        Party(people=people, name=name, email=email),
        key=token,
        locale=locale,
        now=now,
        source=RegistrationSource.WEB,
    )
    db.session.commit()
    return row, token


def publish(corner: Corner) -> None:
    """Publish the corner's programme: only what is published can be booked."""
    publish_programme(corner.edition, actor=SYSTEM, now=NOW)
    db.session.commit()


def make_bookable(
    corner: Corner,
    *,
    capacity: int | None = 10,
    title: str = "Bookbinding for beginners",
    starts_at: datetime = FAR,
    minutes: int = 60,
    is_bookable: bool = True,
) -> Occurrence:
    """One occurrence of one ready session in the corner's hall."""
    session = ProgrammeSession(
        edition_id=corner.edition.id,
        code=make_code(),
        guid=str(uuid4()),
        kind=Kind.ACTIVITY,
        state=SessionState.READY,
        title=title,
        language="en",
        created_at=NOW,
        changed_at=NOW,
    )
    db.session.add(session)
    db.session.flush()
    occurrence = Occurrence(
        edition_id=corner.edition.id,
        session_id=session.id,
        uid=f"{uuid4()}@festival",
        starts_at=starts_at,
        minutes=minutes,
        space_id=corner.space.id,
        is_bookable=is_bookable,
        capacity=capacity,
    )
    db.session.add(occurrence)
    db.session.commit()
    return occurrence
