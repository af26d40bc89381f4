"""What is in the outbox."""

from __future__ import annotations

from sqlalchemy import Select, func, select

from festival.extensions import db
from festival.mail.models import MailRecipient, MailRefusal, OutboxMessage
from festival.mail.states import MessageState

PAGE = 50


def _of(edition_id: int | None) -> Select[OutboxMessage]:
    """Messages of an edition; of the whole installation for None."""
    wanted = select(OutboxMessage)
    return wanted if edition_id is None else wanted.where(OutboxMessage.edition_id == edition_id)


def counts_by_state(edition_id: int | None) -> dict[MessageState, int]:
    """How many messages are in each state; every state has its number."""
    rows = db.session.execute(
        _of(edition_id)
        .with_only_columns(OutboxMessage.state, func.count())
        .group_by(OutboxMessage.state)
    ).all()
    found = {state: count for state, count in rows}
    return {state: found.get(state, 0) for state in MessageState}


def messages_page(
    edition_id: int | None, number: int, *, state: MessageState | None = None
) -> tuple[list[OutboxMessage], int]:
    """(messages on page ``number`` from 1, number of pages), the newest first."""
    wanted = _of(edition_id)
    if state is not None:
        wanted = wanted.where(OutboxMessage.state == state)
    count = db.session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    rows = db.session.scalars(
        wanted.order_by(OutboxMessage.id.desc()).limit(PAGE).offset((number - 1) * PAGE)
    )
    return list(rows), max(1, -(-count // PAGE))


def find_message(message_id: int, *, edition_id: int | None) -> OutboxMessage | None:
    """One message of the edition, or of the installation for None."""
    return db.session.scalar(_of(edition_id).where(OutboxMessage.id == message_id))


def who_refuse(topic: str, *, edition_id: int) -> frozenset[str]:
    """Addresses that want no mail of this topic from this edition."""
    return frozenset(
        db.session.scalars(
            select(MailRecipient.email)
            .join(MailRefusal, MailRefusal.recipient_id == MailRecipient.id)
            .where(MailRecipient.edition_id == edition_id, MailRefusal.topic == topic)
        )
    )
