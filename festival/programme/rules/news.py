"""From one published version to the next: what the people concerned have to be told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from festival.programme.published import (
    PublishedOccurrence,
    PublishedProgramme,
    PublishedSession,
)
from festival.programme.rules.versions import place_key


class What(StrEnum):
    """What happened to one occurrence; in the order in which a mail tells it."""

    CANCELLED = "cancelled"
    MOVED = "moved"
    """Another time or length; perhaps another place as well."""
    PLACE = "place"
    RESTORED = "restored"
    """Had been published as cancelled, and is held after all."""
    ANNOUNCED = "announced"
    """Stands in the programme for the first time."""


@dataclass(frozen=True, slots=True)
class OccurrenceNews:
    """What a publication changes about one occurrence.

    ``before`` is None where it is announced.  ``after`` of one that has left the programme is the
    last known one as cancelled, with the SEQUENCE that calendars have to see.
    """

    what: What
    session: PublishedSession
    after: PublishedOccurrence
    before: PublishedOccurrence | None = None


def news_between(
    before: PublishedProgramme, after: PublishedProgramme
) -> tuple[OccurrenceNews, ...]:
    """By start.  What was moved and moved back in between is no news, nor is a corrected name."""
    found = [*_of_the_present(before, after), *_of_the_gone(before, after)]
    return tuple(sorted(found, key=lambda each: (each.after.starts_at, each.session.title)))


def cancellation_of(programme: PublishedProgramme, *, uid: str) -> tuple[OccurrenceNews, ...]:
    """The news if this published occurrence were cancelled now; none if it is not held anyway."""
    return tuple(
        OccurrenceNews(What.CANCELLED, session, replace(held, status="cancelled"), before=held)
        for session, held in programme.held
        if held.uid == uid and not held.is_cancelled
    )


def _of_the_present(
    before: PublishedProgramme, after: PublishedProgramme
) -> Iterator[OccurrenceNews]:
    known = {occ.uid: occ for _session, occ in before.held}
    for session, new in after.held:
        old = known.get(new.uid)
        what = _what(old, new)
        if what is not None:
            yield OccurrenceNews(what, session, new, before=old)


def _of_the_gone(before: PublishedProgramme, after: PublishedProgramme) -> Iterator[OccurrenceNews]:
    present = {occ.uid for _session, occ in after.held}
    for session, old in before.held:
        if old.uid not in present and not old.is_cancelled:
            gone = replace(old, status="cancelled", sequence=old.sequence + 1)
            yield OccurrenceNews(What.CANCELLED, session, gone, before=old)


def _what(old: PublishedOccurrence | None, new: PublishedOccurrence) -> What | None:
    if new.is_cancelled:
        return None if old is None or old.is_cancelled else What.CANCELLED
    if old is None:
        return What.ANNOUNCED
    if old.is_cancelled:
        return What.RESTORED
    if (old.starts_at, old.minutes) != (new.starts_at, new.minutes):
        return What.MOVED
    return None if place_key(old.space) == place_key(new.space) else What.PLACE
