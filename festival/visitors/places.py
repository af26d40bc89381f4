"""Places in an occurrence: taken and given back by one guarded statement each.

Counting the bookings and then inserting one sells more places than there are as soon as two
people press at once.  Here the database decides: the row changes only while there is room.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import or_, select, update
from sqlalchemy.orm.attributes import set_committed_value

from festival.extensions import db
from festival.festivals.actions import touch_edition
from festival.programme.models import Occurrence
from festival.programme.states import OccurrenceState
from festival.visitors import rules


@dataclass(frozen=True, slots=True)
class Taken:
    """How an occurrence stands after the statement; ``capacity`` None where nobody counts."""

    places_taken: int
    capacity: int | None


def take(occurrence_id: int, *, people: int, edition_id: int) -> bool:
    """Take ``people`` places if there is room for all of them; False leaves everything as it is."""
    taken = _change(
        occurrence_id,
        people,
        Occurrence.edition_id == edition_id,
        Occurrence.state == OccurrenceState.CONFIRMED,
        Occurrence.is_bookable.is_(True),
        or_(
            Occurrence.capacity.is_(None),
            Occurrence.places_taken + people <= Occurrence.capacity,
        ),
    )
    if taken is None:
        return False
    _tell_pages(taken, before=taken.places_taken - people, edition_id=edition_id)
    return True


def give_back(occurrence_id: int, *, people: int, edition_id: int) -> None:
    """Give ``people`` places back, also in an occurrence that was cancelled meanwhile."""
    taken = _change(
        occurrence_id,
        -people,
        Occurrence.edition_id == edition_id,
        Occurrence.places_taken >= people,
    )
    if taken is None:
        raise RuntimeError(f"occurrence {occurrence_id} holds fewer places than are given back")
    _tell_pages(taken, before=taken.places_taken + people, edition_id=edition_id)


def read_facts(occurrence_id: int, *, edition_id: int) -> rules.BookableFacts | None:
    """What decides about a booking, as the database says now; None where there is no such one."""
    row = db.session.execute(
        select(
            Occurrence.state,
            Occurrence.is_bookable,
            Occurrence.starts_at,
            Occurrence.capacity,
            Occurrence.places_taken,
        ).where(Occurrence.id == occurrence_id, Occurrence.edition_id == edition_id)
    ).one_or_none()
    if row is None:
        return None
    return rules.BookableFacts(
        is_confirmed=row.state == OccurrenceState.CONFIRMED,
        is_bookable=row.is_bookable,
        starts_at=row.starts_at,
        capacity=row.capacity,
        places_taken=row.places_taken,
    )


def place_text(occurrence: Occurrence) -> str:
    """``Reading Hall, Town Library``, or nothing where the place is not settled."""
    space = occurrence.space
    return f"{space.name}, {space.venue.name}" if space is not None else ""


def _change(occurrence_id: int, people: int, *guards: object) -> Taken | None:
    """The guarded statement; None when a guard held it back."""
    row = db.session.execute(
        update(Occurrence)
        .where(Occurrence.id == occurrence_id, *guards)  # type: ignore[arg-type]
        .values(places_taken=Occurrence.places_taken + people)
        .returning(Occurrence.places_taken, Occurrence.capacity)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    if row is None:
        return None
    loaded = db.session.identity_map.get(db.session.identity_key(Occurrence, occurrence_id))
    if loaded is not None:
        set_committed_value(loaded, "places_taken", row.places_taken)
    return Taken(places_taken=row.places_taken, capacity=row.capacity)


def _tell_pages(taken: Taken, *, before: int, edition_id: int) -> None:
    """Kept pages say "full": they are made anew when that becomes true or stops being true."""
    if rules.crosses_full(before=before, after=taken.places_taken, capacity=taken.capacity):
        touch_edition(edition_id)
