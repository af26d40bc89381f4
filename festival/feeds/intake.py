"""An imported programme in the measures of our tables, before it is compared or written.

Everything is cut, keyed and cleaned here once, so that what was written compares equal when the
same file comes again.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

from festival.feeds.imported import (
    ImportedOccurrence,
    ImportedPresenter,
    ImportedProgramme,
    ImportedSession,
)
from festival.programme.states import Kind

LONGEST_KEY = 200
LONGEST_BRING = 400
LONGEST_LANGUAGE = 10
MINUTES_WITHOUT_END = 60
"""How long something is held where the source names no end."""

CONFERENCE_WORDS = (
    "talk", "lecture", "keynote", "panel", "plenary", "seminar", "presentation", "paper",
    "devroom", "track", "discussion", "podium", "vortrag", "conference", "debate", "meeting",
    "bof", "ceremony", "conferencia", "conférence", "ponencia",
)  # fmt: skip
"""Parts of a source's own word for a session that people mostly listen to.  Everything else, and
what names no type, is something that people do."""


def kind_of(label: str) -> Kind:
    """Which of our two kinds a source's own word means: ``lightningtalk`` is a conference session,
    ``youthworkshop`` an activity."""
    folded = label.casefold()
    if "workshop" in folded:
        return Kind.ACTIVITY
    return Kind.CONFERENCE if any(word in folded for word in CONFERENCE_WORDS) else Kind.ACTIVITY


def stored_key(text: str) -> str:
    """An identifier as the tables keep it: itself, or its SHA-256 where it is too long."""
    if len(text) <= LONGEST_KEY:
        return text
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


def presenter_key(who: ImportedPresenter) -> str:
    """Under which a presenter is found again: the source's own number, else the name."""
    return stored_key(f"id:{who.source_id}" if who.source_id else f"name:{who.name}")


def fitted(programme: ImportedProgramme) -> ImportedProgramme:
    """The same programme in our measures."""
    doubtful = _ids_of_many(programme)
    return replace(
        programme, sessions=tuple(_session(each, doubtful) for each in programme.sessions)
    )


def count_without_end(programme: ImportedProgramme) -> int:
    """How many times get ``MINUTES_WITHOUT_END``."""
    return sum(occ.minutes == 0 for each in programme.sessions for occ in each.occurrences)


def count_outside(programme: ImportedProgramme, *, first: date, last: date, zone: str) -> int:
    """How many times lie outside the days of an edition, on the clock of its zone."""
    clock = ZoneInfo(zone)
    return sum(
        not first <= occ.starts_at.astimezone(clock).date() <= last
        for each in programme.sessions
        for occ in each.occurrences
    )


def _ids_of_many(programme: ImportedProgramme) -> set[str]:
    """Identifiers that a source gives to people of different names: they name nobody."""
    names: dict[str, set[str]] = defaultdict(set)
    for session in programme.sessions:
        for who in session.presenters:
            names[who.source_id].add(who.name)
    return {number for number, bearers in names.items() if len(bearers) > 1}


def _session(session: ImportedSession, doubtful: set[str]) -> ImportedSession:
    language = session.language if len(session.language) <= LONGEST_LANGUAGE else ""
    return replace(
        session,
        guid=stored_key(session.guid) if session.guid else None,
        language=language,
        equipment=session.equipment[:LONGEST_BRING].rstrip(),
        presenters=_presenters(session, doubtful),
        occurrences=tuple(_occurrence(each) for each in session.occurrences),
    )


def _presenters(session: ImportedSession, doubtful: set[str]) -> tuple[ImportedPresenter, ...]:
    """Each person once."""
    cleaned = (
        replace(who, source_id="") if who.source_id in doubtful else who
        for who in session.presenters
    )
    return tuple({presenter_key(who): who for who in cleaned}.values())


def _occurrence(held: ImportedOccurrence) -> ImportedOccurrence:
    return replace(held, uid=stored_key(held.uid)) if held.uid else held
