"""What changes returns, and how long an edition waits for them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select

from festival.evaluation.returns.models import HostReturn, ReturnTerms
from festival.evaluation.returns.queries import HostedTime, days_of
from festival.evaluation.returns.rules import MOST_DAYS, ReturnValues, differing, refusal_for
from festival.evaluation.returns.states import FIELD_NAMES, FiledBy
from festival.extensions import db
from festival.festivals.models import Edition
from festival.shared.errors import FieldRefused, RuleBroken, StaleVersion
from festival.shared.journal import Actor, write_journal
from festival.shared.once import insert_once
from festival.shared.sentences import mark

COUNTED = ("children", "adults", "total", "method", "times_held")
"""What the journal holds of a return; what people said stays out of it."""


def file_return(
    edition: Edition,
    time: HostedTime,
    values: ReturnValues,
    *,
    version: int,
    by: FiledBy,
    actor: Actor,
    now: datetime,
) -> HostReturn:
    """File what a host tells of one time, or change it; the same words twice change nothing.

    ``version`` is the one that was seen, 0 where there was none.  Organizers file late as well.
    Raises ``RuleBroken`` before the end and after the deadline, ``FieldRefused`` and
    ``StaleVersion`` where somebody else was quicker.
    """
    _check_moment(time, by=by, now=now)
    refusal = refusal_for(values)
    if refusal is not None:
        raise FieldRefused(*refusal)
    whole = values.whole()
    is_new = insert_once(
        HostReturn, unique="occurrence_id", edition_id=edition.id,
        occurrence_id=time.occurrence.id, filed_by=by, version=1, created_at=now, changed_at=now,
        **whole,
    )  # fmt: skip
    row = _locked(time.occurrence.id)
    before = saved_values(row)
    if is_new:
        _note("return_filed", time, after=before, edition_id=edition.id, actor=actor, now=now)
    elif differing(before, whole):
        _change(row, whole, version=version, by=by, now=now)
        _note(
            "return_changed", time, before=before, after=whole, edition_id=edition.id,
            actor=actor, now=now,
        )  # fmt: skip
    return row


def _change(
    row: HostReturn, whole: dict[str, object], *, version: int, by: FiledBy, now: datetime
) -> None:
    if row.version != version:
        raise StaleVersion(
            mark("Somebody else has filed or changed this return meanwhile."),
            kept=mark("What you typed is still here, and nothing was overwritten."),
            next_step=mark("Look at the difference, then send yours or leave it."),
        )
    for name, value in whole.items():
        setattr(row, name, value)
    row.filed_by, row.changed_at, row.version = by, now, row.version + 1


def saved_values(row: HostReturn) -> dict[str, object]:
    """Field → what is saved, in the order of the form."""
    return {name: getattr(row, name) for name in FIELD_NAMES}


def set_days(edition: Edition, days: int, *, actor: Actor, now: datetime) -> None:
    """Say how many days after an activity its return can still be filed and changed.

    Raises ``FieldRefused`` (days).
    """
    if not 1 <= days <= MOST_DAYS:
        raise FieldRefused("days", mark("Give a whole number from 1 to 180."))
    before = days_of(edition)
    if before == days:
        return
    insert_once(ReturnTerms, unique="edition_id", edition_id=edition.id, days=days)
    terms = db.session.scalars(
        select(ReturnTerms).where(ReturnTerms.edition_id == edition.id).with_for_update()
    ).one()
    terms.days = days
    write_journal(
        "return_days_changed", actor=actor, entity="edition", key=edition.slug, now=now,
        edition_id=edition.id, before={"days": before}, after={"days": days},
    )  # fmt: skip


def _check_moment(time: HostedTime, *, by: FiledBy, now: datetime) -> None:
    if now < time.occurrence.ends_at:
        raise RuleBroken(
            mark("This has not ended yet."),
            next_step=mark("Tell how it went once it is over."),
        )
    if by is not FiledBy.ORGANIZER and now >= time.deadline:
        raise RuleBroken(
            mark("The time to tell how it went is over."),
            kept=mark("What was filed in time is kept."),
            next_step=mark("Write to the organizers: they can still put it in for you."),
        )


def _locked(occurrence_id: int) -> HostReturn:
    return db.session.scalars(
        select(HostReturn)
        .where(HostReturn.occurrence_id == occurrence_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


def _note(
    action: str,
    time: HostedTime,
    *,
    after: dict[str, object],
    edition_id: int,
    actor: Actor,
    now: datetime,
    before: dict[str, object] | None = None,
) -> None:
    write_journal(
        action, actor=actor, entity="host_return", key=time.occurrence.uid, now=now,
        edition_id=edition_id, before=_counted(before) if before else None, after=_counted(after),
    )  # fmt: skip


def _counted(values: dict[str, object]) -> dict[str, Any]:
    return {name: values[name] for name in COUNTED}
