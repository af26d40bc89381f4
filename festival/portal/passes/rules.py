"""How many passes there are.  Pure: facts in, decision out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from festival.shared.sentences import mark

MOST_BY_DEFAULT = 6
"""Where neither the organizers nor the call say a number."""
MOST_PASSES = 200
"""Of one exhibitor."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What holds for every exhibitor of an edition."""

    most_by_default: int
    name_by: date | None = None
    """The last day on which the names are asked for; naming later is still possible."""


@dataclass(frozen=True, slots=True)
class Quota:
    """How many passes were wished for, are granted and are named."""

    wanted: int
    granted: int
    used: int
    is_by_hand: bool = False
    """An organizer granted this number."""

    @property
    def left(self) -> int:
        return max(0, self.granted - self.used)


def granted_passes(*, wanted: int, most: int, by_hand: int | None) -> int:
    """What an organizer granted, else what was wished for, up to the edition's default."""
    return min(max(0, wanted), most) if by_hand is None else by_hand


def refusal_for_quota(granted: int, *, used: int) -> str | None:
    """Why an organizer cannot grant this number, or None."""
    if not 0 <= granted <= MOST_PASSES:
        return mark("Grant 0 to %(most)s passes.")
    if granted < used:
        return mark("%(used)s passes are named already. Take some back first.")
    return None
