"""The organizers write the rubric."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from festival.exhibitors.models import Application
from festival.exhibitors.reviewing import rules
from festival.exhibitors.reviewing.models import Criterion, Review
from festival.exhibitors.reviewing.queries import criteria_of
from festival.extensions import db
from festival.festivals.models import Edition
from festival.shared.errors import FieldRefused, StaleVersion
from festival.shared.journal import Actor, write_journal
from festival.shared.sentences import mark
from festival.shared.tokens import make_code

MOST_CRITERIA = 12


@dataclass(frozen=True, slots=True)
class CriterionFacts:
    """One line as it was typed; without a code it is a new one."""

    name: str
    weight: int
    description: str = ""
    code: str = ""
    call_id: int | None = None


def save_rubric(
    edition: Edition,
    lines: Sequence[CriterionFacts],
    *,
    seen: Sequence[str],
    now: datetime,
    actor: Actor,
) -> None:
    """Make the rubric what was typed; all means are counted anew.

    ``seen`` are the codes that the page had shown: ``StaleVersion`` when somebody changed the list
    meanwhile.  A line that is left out is retired; its scores are kept and no longer counted.
    Raises ``FieldRefused`` (lines).
    """
    db.session.refresh(edition, with_for_update={"of": Edition})
    present = {each.code: each for each in criteria_of(edition)}
    if set(seen) != set(present):
        raise StaleVersion(
            mark("Somebody else has changed the rubric since you opened it."),
            kept=mark("Nothing was overwritten, and what you typed is still here."),
        )
    _check(lines, present)
    before = _told(present.values())
    kept = _put(edition, lines, present)
    count_anew(edition)
    write_journal(
        "rubric_saved", actor=actor, entity="review_criterion", key=edition.slug, now=now,
        edition_id=edition.id, before=before, after=_told(kept),
    )  # fmt: skip


def _put(
    edition: Edition, lines: Sequence[CriterionFacts], present: dict[str, Criterion]
) -> list[Criterion]:
    """The rows of the lines in their order; rows that no line names are retired."""
    kept = []
    for position, line in enumerate(lines):
        row = present.get(line.code)
        if row is None:
            row = Criterion(edition_id=edition.id, code=make_code(), name=line.name)
            db.session.add(row)
        row.position, row.name, row.weight = position, line.name, line.weight
        row.description, row.call_id = line.description, line.call_id
        kept.append(row)
    for row in present.values():
        row.is_retired = row not in kept
    db.session.flush()
    return kept


def count_anew(edition: Edition) -> None:
    """Every review's mean by the rubric as it stands now; untouched where nothing counts."""
    criteria = criteria_of(edition)
    reviews = db.session.execute(
        select(Review, Application.call_id)
        .join(Application, Application.id == Review.application_id)
        .where(Application.edition_id == edition.id)
        .options(joinedload(Review.person))
    )
    for review, call_id in reviews:
        weights = {each.code: each.weight for each in criteria if each.call_id in (None, call_id)}
        mean = rules.weighted_mean(review.scores, weights=weights)
        if mean is not None:
            review.mean = mean


def _check(lines: Sequence[CriterionFacts], present: dict[str, Criterion]) -> None:
    if len(lines) > MOST_CRITERIA:
        raise FieldRefused("lines", mark("Keep to the twelve criteria that matter most."))
    if any(line.code and line.code not in present for line in lines):
        raise FieldRefused("lines", mark("The form had become incomplete. Please send it again."))
    names = [line.name.casefold() for line in lines]
    if not all(names):
        raise FieldRefused("lines", mark("Give every criterion a name."))
    if len(set(names)) < len(names):
        raise FieldRefused("lines", mark("Two criteria have the same name."))


def _told(rows: Iterable[Criterion]) -> dict[str, int]:
    return {each.name: each.weight for each in rows}
