"""Which batches there are, whom they reach, and what became of their letters."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from festival.extensions import db
from festival.mail.batches.models import MailBatch
from festival.mail.batches.rules import Addressees, addressees_of
from festival.mail.batches.segments import SEGMENTS, Segment
from festival.mail.batches.states import BatchState
from festival.mail.models import OutboxMessage
from festival.mail.queries import who_refuse
from festival.mail.states import MessageState, Topic
from festival.shared.languages import DEFAULT, LANGUAGES

PAGE = 50
"""Rows on one page of a list."""

Counts = dict[MessageState, int]


def find_batch(edition_id: int, code: str) -> MailBatch | None:
    """A batch of this edition."""
    return db.session.scalar(
        select(MailBatch).where(MailBatch.edition_id == edition_id, MailBatch.code == code)
    )


def batches_page(
    edition_id: int, number: int, *, state: BatchState | None = None
) -> tuple[list[MailBatch], int]:
    """(batches on page ``number`` from 1, number of pages), the last changed first."""
    wanted = select(MailBatch).where(MailBatch.edition_id == edition_id)
    if state is not None:
        wanted = wanted.where(MailBatch.state == state)
    count = db.session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    rows = db.session.scalars(
        wanted.order_by(MailBatch.changed_at.desc(), MailBatch.id.desc())
        .limit(PAGE)
        .offset((number - 1) * PAGE)
    )
    return list(rows), max(1, -(-count // PAGE))


def batches_by_state(edition_id: int) -> dict[BatchState, int]:
    """State → batches of the edition; every state has its number."""
    rows = db.session.execute(
        select(MailBatch.state, func.count())
        .where(MailBatch.edition_id == edition_id)
        .group_by(MailBatch.state)
    )
    found = {state: count for state, count in rows}
    return {state: found.get(state, 0) for state in BatchState}


def held_batches(edition_id: int) -> list[MailBatch]:
    """What waits for somebody to release it, the oldest first."""
    return list(
        db.session.scalars(
            select(MailBatch)
            .where(MailBatch.edition_id == edition_id, MailBatch.state == BatchState.HELD)
            .order_by(MailBatch.changed_at, MailBatch.id)
        )
    )


def has_stopped_letters_waiting() -> bool:
    """Whether a letter of a stopped or discarded batch would still be tried again."""
    ended = MailBatch.state.in_((BatchState.STOPPED, BatchState.DISCARDED))
    return (
        db.session.scalar(
            select(OutboxMessage.id)
            .join(OutboxMessage.batch)
            .where(OutboxMessage.state == MessageState.QUEUED, ended)
            .limit(1)
        )
        is not None
    )


def letter_counts(batch_ids: Collection[int]) -> dict[int, Counts]:
    """Batch → state → letters in the outbox; one query for any number of batches."""
    found: dict[int, Counts] = {number: dict.fromkeys(MessageState, 0) for number in batch_ids}
    rows = db.session.execute(
        select(OutboxMessage.batch_id, OutboxMessage.state, func.count())
        .where(OutboxMessage.batch_id.in_(found))
        .group_by(OutboxMessage.batch_id, OutboxMessage.state)
    )
    for number, state, count in rows:
        if number is not None:
            found[number][state] = count
    return found


def letters_page(
    batch: MailBatch, number: int, *, state: MessageState | None = None
) -> tuple[list[OutboxMessage], int]:
    """(letters of the batch on page ``number`` from 1, number of pages), as they were written."""
    wanted = select(OutboxMessage).where(OutboxMessage.batch_id == batch.id)
    if state is not None:
        wanted = wanted.where(OutboxMessage.state == state)
    count = db.session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    rows = db.session.scalars(
        wanted.order_by(OutboxMessage.id).limit(PAGE).offset((number - 1) * PAGE)
    )
    return list(rows), max(1, -(-count // PAGE))


def segment_of(batch: MailBatch) -> Segment | None:
    """The group that the batch is meant for; None where another room wrote the letters."""
    return SEGMENTS.get(batch.segment)


def languages_of(edition: Any) -> list[str]:
    """Languages in which the edition writes mails, its default first."""
    return [each for each in edition.languages if each in LANGUAGES] or [DEFAULT]


def choices_of(edition: Any) -> dict[str, list[tuple[str, str]] | None]:
    """Segment → (value, label) of its choices; None where it offers none."""
    return {
        code: each.choices(edition) if each.choices else None for code, each in SEGMENTS.items()
    }


def choice_labels(batches: Iterable[MailBatch], edition: Any) -> dict[int, str]:
    """Batch → what was chosen within its segment, as a person reads it; empty where nothing can be.

    Each segment is asked once, however many batches there are.
    """
    offered: dict[str, dict[str, str]] = {}
    labels = {}
    for batch in batches:
        found = segment_of(batch)
        if found and found.choices and found.code not in offered:
            offered[found.code] = dict(found.choices(edition))
        labels[batch.id] = offered.get(batch.segment, {}).get(batch.choice, batch.choice)
    return labels


def addressees(batch: MailBatch, edition: Any, *, now: datetime) -> Addressees:
    """Who gets the batch if it is released now; its number of queries does not grow with them."""
    found = segment_of(batch)
    if found is None:
        return Addressees()
    return addressees_of(
        found.recipients(edition, choice=batch.choice, now=now),
        unwilling=who_refuse(Topic.ORGANIZERS, edition_id=edition.id),
        languages=languages_of(edition),
    )
