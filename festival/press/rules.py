"""When a release is public, what a picture's papers lack, and what blocks the kit: pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from festival.press.states import MOVES, Consent, Paper, ReleaseState


def is_released(state: ReleaseState, embargo_until: datetime | None, *, now: datetime) -> bool:
    """Whether everybody may read it: approved, and the instant of the embargo has come."""
    return state == ReleaseState.APPROVED and (embargo_until is None or embargo_until <= now)


def is_embargoed(state: ReleaseState, embargo_until: datetime | None, *, now: datetime) -> bool:
    """Approved, but its instant is still to come."""
    return state == ReleaseState.APPROVED and not is_released(state, embargo_until, now=now)


def may_move(present: ReleaseState, to: ReleaseState) -> bool:
    return to in MOVES[present]


def instants_of(wall_clock: datetime, *, zone: ZoneInfo) -> list[datetime]:
    """The UTC instants at which the clocks of ``zone`` show the naive ``wall_clock``.

    None in the hour that is left out in spring, two in the hour that comes twice in autumn, in
    their order.
    """
    both = {wall_clock.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)}
    return sorted(
        instant for instant in both if instant.astimezone(zone).replace(tzinfo=None) == wall_clock
    )


@dataclass(frozen=True, slots=True)
class Papers:
    """What is written down about a picture."""

    caption: str
    alt_text: str
    creator: str
    credit: str
    licence: str
    shows_children: bool
    consent: Consent


def papers_missing(papers: Papers) -> tuple[Paper, ...]:
    """What keeps a picture out of the media's hands, in the order of the form."""
    texts = (
        (Paper.CAPTION, papers.caption),
        (Paper.ALT_TEXT, papers.alt_text),
        (Paper.CREATOR, papers.creator),
        (Paper.CREDIT, papers.credit),
        (Paper.LICENCE, papers.licence),
    )
    missing = [paper for paper, text in texts if not text.strip()]
    if papers.consent == Consent.MISSING or (
        papers.shows_children and papers.consent != Consent.GIVEN
    ):
        missing.append(Paper.CONSENT)
    return tuple(missing)


def is_kit_blocked(papers: Iterable[Papers], *, contacts: int) -> bool:
    """Whether the kit may not go out: a picture lacks papers, or nobody can be asked."""
    return contacts == 0 or any(papers_missing(each) for each in papers)
