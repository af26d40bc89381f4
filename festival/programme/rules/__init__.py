"""Pure rules of the programme: facts in, decision out."""

from __future__ import annotations

from festival.programme.rules.clashes import Clash, ClashKind, clashes_between, is_open
from festival.programme.rules.local_times import ClockFault, instant_of, partner_time
from festival.programme.rules.search import (
    Wanted,
    count_by_day,
    held_as_wanted,
    is_for_age,
    sessions_as_wanted,
    without_time,
)
from festival.programme.rules.sessions import (
    OccurrenceValues,
    SessionValues,
    differing_fields,
    may_move,
    refusal_for_occurrence,
    refusal_for_session,
)
from festival.programme.rules.versions import Change, difference, numbered, with_occurrences

__all__ = [
    "Change",
    "Clash",
    "ClashKind",
    "ClockFault",
    "OccurrenceValues",
    "SessionValues",
    "Wanted",
    "clashes_between",
    "count_by_day",
    "difference",
    "differing_fields",
    "held_as_wanted",
    "instant_of",
    "is_for_age",
    "is_open",
    "may_move",
    "numbered",
    "partner_time",
    "refusal_for_occurrence",
    "refusal_for_session",
    "sessions_as_wanted",
    "with_occurrences",
    "without_time",
]
