"""Papers: when they lapse, and when that is told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from festival.exhibitors.papers.states import MOVES, PaperKind, PaperState

MOST_PAPERS = 20
DAYS_BEFORE = (30, 7)
"""Days before a paper lapses on which its organization is reminded."""


@dataclass(frozen=True, slots=True)
class PaperFacts:
    """What decides whether a paper still covers the festival."""

    kind: PaperKind
    state: PaperState
    expires_on: date | None


def may_move(state: PaperState, *, to: PaperState) -> bool:
    return to in MOVES[state]


def lapses_too_early(paper: PaperFacts, *, last_day: date) -> bool:
    """Whether it no longer holds on the last day of the festival."""
    return paper.expires_on is not None and paper.expires_on < last_day


def is_covered(kind: PaperKind, papers: Iterable[PaperFacts], *, last_day: date) -> bool:
    """Whether some paper of the kind holds until the end and was not refused."""
    return any(
        each.kind is kind
        and each.state is not PaperState.REFUSED
        and not lapses_too_early(each, last_day=last_day)
        for each in papers
    )
