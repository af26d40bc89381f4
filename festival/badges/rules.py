"""What may be done with a badge.  Pure: facts in, decision out."""

from __future__ import annotations

from festival.badges.states import MOVES, BadgeState
from festival.shared.sentences import mark

MOST_PEOPLE = 200
"""On one badge: two coaches of a school."""
MOST_AT_ONCE = 200
"""Badges made with one press of the button."""
LONGEST_REASON = 400


def may_revoke(state: BadgeState) -> bool:
    """A badge is revoked once; also the condition for replacing it by a new one."""
    return BadgeState.REVOKED in MOVES[state]


def refusal_for_people(people: int) -> str | None:
    """Why a badge cannot be for so many people, or None."""
    if 1 <= people <= MOST_PEOPLE:
        return None
    return mark("A badge is for 1 to %(most)s people.")


def refusal_for_count(count: int) -> str | None:
    """Why so many badges cannot be made at once, or None."""
    if 1 <= count <= MOST_AT_ONCE:
        return None
    return mark("Make 1 to %(most)s badges at a time.")
