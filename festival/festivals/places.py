"""What changes venues, spaces and opening hours."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from festival.extensions import db
from festival.festivals import queries, rules
from festival.festivals.actions import touch_edition
from festival.festivals.models import Edition, OpeningHours, Space, Venue
from festival.festivals.rules import Interval
from festival.shared.errors import FieldRefused, RuleBroken
from festival.shared.journal import Actor, write_journal
from festival.shared.sentences import mark


@dataclass(frozen=True, slots=True)
class VenueFacts:
    """An address and what a visitor with access needs must know; degrees WGS 84."""

    name: str
    address: str = ""
    district: str = ""
    latitude: float | None = None
    longitude: float | None = None
    access_facts: tuple[str, ...] = ()
    access_note: str = ""


@dataclass(frozen=True, slots=True)
class SpaceFacts:
    """A room, a tent or a lawn; ``capacity`` None where nobody counts."""

    name: str
    floor: str = ""
    capacity: int | None = None
    features: tuple[str, ...] = ()


def add_venue(edition: Edition, facts: VenueFacts, *, actor: Actor, now: datetime) -> Venue:
    slug = rules.free_slug(
        rules.slug_from(facts.name, fallback="venue"),
        taken=queries.venue_slugs(edition.id) | {"new"},
    )
    venue = Venue(edition_id=edition.id, slug=slug, **_columns(facts))
    db.session.add(venue)
    db.session.flush()
    touch_edition(edition.id)
    _journal("venue added", venue, actor=actor, now=now, after=_columns(facts))
    return venue


def change_venue(venue: Venue, facts: VenueFacts, *, actor: Actor, now: datetime) -> None:
    _change(venue, facts)
    touch_edition(venue.edition_id)
    _journal("venue changed", venue, actor=actor, now=now, after=_columns(facts))


def remove_venue(venue: Venue, *, actor: Actor, now: datetime) -> None:
    """Only an empty venue goes: its spaces are removed one by one, and knowingly."""
    if venue.spaces:
        raise RuleBroken(
            mark("“%(name)s” still has spaces, so it stays."),
            next_step=mark("Remove its spaces first, one by one."),
            name=venue.name,
        )
    _delete_unless_used(venue, name=venue.name)
    touch_edition(venue.edition_id)
    _journal("venue removed", venue, actor=actor, now=now, before={"name": venue.name})


def add_space(venue: Venue, facts: SpaceFacts, *, actor: Actor, now: datetime) -> Space:
    slug = rules.free_slug(
        rules.slug_from(facts.name, fallback="space"), taken=queries.space_slugs(venue.edition_id)
    )
    space = Space(edition_id=venue.edition_id, venue_id=venue.id, slug=slug, **_columns(facts))
    db.session.add(space)
    db.session.flush()
    touch_edition(venue.edition_id)
    _journal("space added", space, actor=actor, now=now, after=_columns(facts))
    return space


def change_space(space: Space, facts: SpaceFacts, *, actor: Actor, now: datetime) -> None:
    _change(space, facts)
    touch_edition(space.edition_id)
    _journal("space changed", space, actor=actor, now=now, after=_columns(facts))


def remove_space(space: Space, *, actor: Actor, now: datetime) -> None:
    """Refused while anything of the programme is held there."""
    _delete_unless_used(space, name=space.name)
    touch_edition(space.edition_id)
    _journal("space removed", space, actor=actor, now=now, before={"name": space.name})


def set_opening_hours(
    venue: Venue, hours: dict[date, list[Interval]], *, actor: Actor, now: datetime
) -> None:
    """Replace all opening hours.  ``FieldRefused`` names the day as ``2027-05-14``."""
    for day, intervals in hours.items():
        fault = rules.hours_fault(intervals)
        if fault:
            raise FieldRefused(day.isoformat(), fault)
    db.session.execute(delete(OpeningHours).where(OpeningHours.venue_id == venue.id))
    for day, intervals in hours.items():
        for opens_at, closes_at in sorted(intervals):
            row = OpeningHours(venue_id=venue.id, day=day, opens_at=opens_at, closes_at=closes_at)
            db.session.add(row)
    db.session.flush()
    db.session.expire(venue, ["opening_hours"])
    touch_edition(venue.edition_id)
    told = {
        day.isoformat(): [f"{opens:%H:%M}-{closes:%H:%M}" for opens, closes in sorted(intervals)]
        for day, intervals in hours.items()
    }
    _journal("opening hours set", venue, actor=actor, now=now, after=told)


def _columns(facts: VenueFacts | SpaceFacts) -> dict[str, Any]:
    return {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in asdict(facts).items()
    }


def _change(row: Venue | Space, facts: VenueFacts | SpaceFacts) -> None:
    for name, value in _columns(facts).items():
        setattr(row, name, value)
    db.session.flush()


def _delete_unless_used(row: Venue | Space, *, name: str) -> None:
    """Whether a higher room leans on the row is known to the database alone: its keys decide."""
    try:
        with db.session.begin_nested():
            db.session.delete(row)
            db.session.flush()
    except IntegrityError as used:
        raise RuleBroken(
            mark("“%(name)s” is still used, so it stays."),
            next_step=mark("Move what is held there, and its gates, to another place first."),
            name=name,
        ) from used


def _journal(action: str, row: Venue | Space, **more: Any) -> None:
    write_journal(action, entity=row.__tablename__, key=row.slug, edition_id=row.edition_id, **more)
