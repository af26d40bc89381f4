"""What an exhibitor is shown of the hall, and in which order it is asked for what."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from festival.exhibitors.stands.rules.facts import StandFacts, gap_cm
from festival.portal.states import Chore, ChoreState

BESIDE_CM = 300
"""Who stands no further than this away is a neighbour: across an aisle, not across the hall."""
MOST_NEIGHBOURS = 6
FAR = datetime.max.replace(tzinfo=UTC)
ORDER = {ChoreState.LATE: 0, ChoreState.OPEN: 1, ChoreState.DONE: 2}


def neighbours_of(own: StandFacts, others: Iterable[StandFacts]) -> list[int]:
    """Ids of the stands beside one, the nearest first."""
    near = [
        (gap_cm(own, each), each.number, each.id)
        for each in others
        if each.id != own.id and gap_cm(own, each) <= BESIDE_CM
    ]
    return [number for _gap, _name, number in sorted(near)[:MOST_NEIGHBOURS]]


def in_order(chores: Iterable[Chore], *, now: datetime) -> list[Chore]:
    """What is late, then what is open by its date, then what is done."""
    return sorted(chores, key=lambda each: (ORDER[each.state(now=now)], each.due or FAR, each.key))
