"""From one published version to the next: what changed, and how calendars are told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from festival.programme.published import (
    PublishedOccurrence,
    PublishedProgramme,
    PublishedSession,
    PublishedSpace,
)

What = Literal[
    "session_added", "session_removed", "added", "removed", "cancelled", "restored",
    "time", "length", "place", "booking", "title", "presenters", "text",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Change:
    """One difference between two versions, for a person to read.

    ``before`` and ``after`` are texts; for ``time``, ``added``, ``removed``, ``cancelled`` and
    ``restored`` instants in ISO 8601, for ``length`` minutes, for ``booking`` places.  ``uid``
    names the occurrence and is empty where the whole session changed.
    """

    code: str
    title: str
    what: What
    before: str = ""
    after: str = ""
    uid: str = ""


def _occurrences(programme: PublishedProgramme) -> dict[str, PublishedOccurrence]:
    return {occ.uid: occ for each in programme.sessions for occ in each.occurrences}


def place_key(space: PublishedSpace | None) -> tuple[str, str] | None:
    """What makes a place the same place; a corrected name does not move anybody."""
    return None if space is None else (space.venue.slug, space.slug)


def place_text(space: PublishedSpace | None) -> str:
    """``Reading Hall, Library``; empty where no place is given."""
    return "" if space is None else f"{space.name}, {space.venue.name}"


def tells_calendars(old: PublishedOccurrence, new: PublishedOccurrence) -> bool:
    """Whether time, place or status differ, so that SEQUENCE has to rise."""
    return (
        old.starts_at != new.starts_at
        or old.minutes != new.minutes
        or place_key(old.space) != place_key(new.space)
        or old.status != new.status
    )


def numbered(
    draft: PublishedProgramme, *, before: PublishedProgramme, now: datetime
) -> PublishedProgramme:
    """The draft as the next version: SEQUENCE and time of change carried on from ``before``.

    An occurrence that was cancelled before anybody saw it is left out.
    """
    known = _occurrences(before)
    retired = dict(before.retired)
    sessions = tuple(
        replace(
            each,
            occurrences=tuple(
                _carried_on(occ, old=known.get(occ.uid), retired=retired, now=now)
                for occ in each.occurrences
                if occ.uid in known or not occ.is_cancelled
            ),
        )
        for each in draft.sessions
    )
    made = replace(draft, sessions=sessions, version=before.version + 1, published_at=now)
    present = _occurrences(made)
    gone = retired | {uid: occ.sequence for uid, occ in known.items()}
    left = tuple((uid, number) for uid, number in gone.items() if uid not in present)
    return replace(made, retired=left)


def _carried_on(
    occurrence: PublishedOccurrence,
    *,
    old: PublishedOccurrence | None,
    retired: Mapping[str, int],
    now: datetime,
) -> PublishedOccurrence:
    if old is None:
        number = retired.get(occurrence.uid)
        sequence = 0 if number is None else number + 1
        return replace(occurrence, sequence=sequence, changed_at=now, previous_starts_at=None)
    moved = old.starts_at != occurrence.starts_at
    changed = tells_calendars(old, occurrence)
    return replace(
        occurrence,
        sequence=old.sequence + changed,
        changed_at=now if changed else old.changed_at,
        previous_starts_at=old.starts_at if moved else old.previous_starts_at,
    )


def with_occurrences(
    before: PublishedProgramme, changed: Iterable[PublishedOccurrence]
) -> PublishedProgramme:
    """The published programme with only these occurrences replaced, by UID."""
    new = {each.uid: each for each in changed}
    sessions = [
        replace(each, occurrences=_by_start(new.get(occ.uid, occ) for occ in each.occurrences))
        for each in before.sessions
    ]
    sessions.sort(key=in_order)
    return replace(before, sessions=tuple(sessions))


def in_order(session: PublishedSession) -> tuple[float, str, str]:
    """Sort key of sessions: first start, then title; those without a time come last."""
    first = min((occ.starts_at.timestamp() for occ in session.occurrences), default=float("inf"))
    return (first, session.title, session.code)


def _by_start(occurrences: Iterable[PublishedOccurrence]) -> tuple[PublishedOccurrence, ...]:
    return tuple(sorted(occurrences, key=lambda occ: (occ.starts_at, occ.uid)))


def difference(before: PublishedProgramme, after: PublishedProgramme) -> list[Change]:
    """What a reader of ``before`` finds changed in ``after``, in the order of the programme."""
    old = {each.code: each for each in before.sessions}
    changes: list[Change] = []
    for session in after.sessions:
        earlier = old.pop(session.code, None)
        if earlier is None:
            changes.append(Change(session.code, session.title, "session_added"))
        else:
            changes.extend(_session_changes(earlier, session))
    for session in old.values():
        changes.append(Change(session.code, session.title, "session_removed"))
    return changes


def _session_changes(old: PublishedSession, new: PublishedSession) -> Iterator[Change]:
    def change(what: What, before: str = "", after: str = "", uid: str = "") -> Change:
        return Change(new.code, new.title, what, before, after, uid)

    if old.title != new.title:
        yield change("title", old.title, new.title)
    if old.presenters != new.presenters:
        yield change("presenters", _names(old), _names(new))
    earlier = {occ.uid: occ for occ in old.occurrences}
    for occ in new.occurrences:
        before = earlier.pop(occ.uid, None)
        if before is None:
            yield change("added", "", occ.starts_at.isoformat(), occ.uid)
        else:
            for what, was, now in _occurrence_changes(before, occ):
                yield change(what, was, now, occ.uid)
    for occ in earlier.values():
        yield change("removed", occ.starts_at.isoformat(), "", occ.uid)
    if _texts(old) != _texts(new):
        yield change("text")


def _occurrence_changes(
    old: PublishedOccurrence, new: PublishedOccurrence
) -> Iterator[tuple[What, str, str]]:
    if old.status != new.status:
        start = new.starts_at.isoformat()
        if new.is_cancelled:
            yield "cancelled", start, ""
        else:
            yield "restored", "", start
    if old.starts_at != new.starts_at:
        yield "time", old.starts_at.isoformat(), new.starts_at.isoformat()
    if old.minutes != new.minutes:
        yield "length", str(old.minutes), str(new.minutes)
    if place_key(old.space) != place_key(new.space):
        yield "place", place_text(old.space), place_text(new.space)
    if (old.bookable, old.capacity) != (new.bookable, new.capacity):
        yield "booking", _places(old), _places(new)


def _places(occurrence: PublishedOccurrence) -> str:
    """Number of places that can be booked; empty where nobody has to book."""
    if not occurrence.bookable:
        return ""
    return "∞" if occurrence.capacity is None else str(occurrence.capacity)


def _names(session: PublishedSession) -> str:
    return ", ".join(each.name for each in session.presenters)


def _texts(session: PublishedSession) -> PublishedSession:
    """Everything that is neither title, presenters nor times."""
    return replace(session, title="", presenters=(), occurrences=())
