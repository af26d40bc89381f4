"""Sessions, occurrences and people of a programme, without surprises."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

from festival.extensions import db
from festival.festivals.models import Edition, Space, Venue
from festival.programme.models import (
    Occurrence,
    Presenter,
    ProgrammeSession,
    SessionPresenter,
    Strand,
)
from festival.programme.states import Kind, SessionState
from festival.shared.tokens import make_code
from tests.factories.world import NOW

TEN_O_CLOCK = datetime(2027, 5, 14, 8, 0, tzinfo=UTC)
"""10:00 in Madrid on the first day of the test world's festival."""


def make_strand(edition: Edition, *, slug: str = "making", **values: Any) -> Strand:
    strand = Strand(
        edition_id=edition.id, slug=slug, **{"name": slug.title(), "accent": "mint"} | values
    )
    db.session.add(strand)
    db.session.flush()
    return strand


def make_space(venue: Venue, *, slug: str, **values: Any) -> Space:
    space = Space(
        edition_id=venue.edition_id, venue=venue, slug=slug, **{"name": slug.title()} | values
    )
    db.session.add(space)
    db.session.flush()
    return space


def make_presenter(edition: Edition, *, name: str = "Nour Haddad", **values: Any) -> Presenter:
    presenter = Presenter(edition_id=edition.id, code=make_code(), name=name, **values)
    db.session.add(presenter)
    db.session.flush()
    return presenter


def make_session(
    edition: Edition,
    *,
    title: str = "Solar ovens",
    starts_at: datetime | None = TEN_O_CLOCK,
    space: Space | None = None,
    presenters: tuple[Presenter, ...] = (),
    minutes: int = 60,
    occurrence: dict[str, Any] | None = None,
    **values: Any,
) -> ProgrammeSession:
    """A session that is ready, with one occurrence unless ``starts_at`` is None."""
    session = ProgrammeSession(
        edition_id=edition.id,
        **{
            "code": make_code(6), "guid": str(uuid.uuid4()), "kind": Kind.ACTIVITY,
            "state": SessionState.READY, "title": title, "language": "en", "languages": ["en"],
            "tags": [], "links": [], "created_at": NOW, "changed_at": NOW,
        } | values,
    )  # fmt: skip
    session.presenter_links = [
        SessionPresenter(presenter_id=each.id, position=number)
        for number, each in enumerate(presenters)
    ]
    db.session.add(session)
    db.session.flush()
    if starts_at is not None:
        make_occurrence(
            session, starts_at=starts_at, minutes=minutes, space=space, **occurrence or {}
        )
    return session


def make_occurrence(
    session: ProgrammeSession,
    *,
    starts_at: datetime = TEN_O_CLOCK,
    minutes: int = 60,
    space: Space | None = None,
    **values: Any,
) -> Occurrence:
    occurrence = Occurrence(
        edition_id=session.edition_id, session=session, uid=f"{uuid.uuid4()}@festival.example",
        starts_at=starts_at, minutes=minutes, space=space, **values,
    )  # fmt: skip
    db.session.add(occurrence)
    db.session.flush()
    return occurrence


def make_programme(
    edition: Edition, *, venue: Venue, sessions: int, spaces: int = 10
) -> list[ProgrammeSession]:
    """Many sessions over the edition's days and spaces, no two at once in one space."""
    strands = [
        make_strand(edition, slug=f"strand-{number}", name=name, accent=accent, position=number)
        for number, (name, accent) in enumerate(
            [("Making", "coral"), ("Nature", "mint"), ("Digital", "sky"), ("Memory", "rose"),
             ("Health", "lime"), ("Languages", "violet"), ("Science", "sun"), ("Music", "amber")]
        )
    ]  # fmt: skip
    rooms = [make_space(venue, slug=f"room-{number}", capacity=40) for number in range(spaces)]
    people = [make_presenter(edition, name=f"Presenter {number}") for number in range(60)]
    days = (edition.ends_on - edition.starts_on).days + 1
    made = []
    for number in range(sessions):
        slot, room = divmod(number, spaces)
        day, hour = divmod(slot, -(-sessions // (days * spaces)))
        made.append(
            make_session(
                edition,
                title=f"Session {number}: learn something new together",
                abstract="What you will do, with whom, and what you take home from it. " * 4,
                starts_at=TEN_O_CLOCK + timedelta(days=day, minutes=30 * hour),
                minutes=30,
                space=rooms[room],
                strand=strands[number % len(strands)],
                presenters=(people[number % len(people)],),
                languages=["en", "ar"] if number % 3 else ["fr"],
                tags=["relaxed", "step_free"] if number % 4 == 0 else [],
                age_min=8 if number % 2 else None,
                kind=Kind.CONFERENCE if number % 5 == 0 else Kind.ACTIVITY,
                occurrence={"is_bookable": number % 2 == 0, "capacity": 20},
            )
        )
    return made
