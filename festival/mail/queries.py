"""What is in the outbox."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from festival.extensions import db
from festival.mail.models import MailLine, MailRecipient, MailRefusal, OutboxMessage
from festival.mail.states import MessageState, Topic
from festival.shared.forms import normalised_email

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


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody looks for in the outbox; nothing given means everything."""

    state: MessageState | None = None
    kind: str = ""
    search: str = ""
    """Part of the recipient's address or name, in small or capital letters (on SQLite only a to z
    are the same in both)."""

    def __bool__(self) -> bool:
        return bool(self.state or self.kind or self.search)


def messages_page(
    edition_id: int | None, number: int, *, wanted: Wanted
) -> tuple[list[OutboxMessage], int]:
    """(messages on page ``number`` from 1, number of pages), the newest first."""
    found = _of(edition_id)
    if wanted.state is not None:
        found = found.where(OutboxMessage.state == wanted.state)
    if wanted.kind:
        found = found.where(OutboxMessage.kind == wanted.kind)
    if wanted.search:
        found = found.where(
            OutboxMessage.recipient.icontains(wanted.search, autoescape=True)
            | OutboxMessage.recipient_name.icontains(wanted.search, autoescape=True)
        )
    count = db.session.scalar(select(func.count()).select_from(found.subquery())) or 0
    rows = db.session.scalars(
        found.order_by(OutboxMessage.id.desc())
        .limit(PAGE)
        .offset((number - 1) * PAGE)
        .options(joinedload(OutboxMessage.edition), joinedload(OutboxMessage.batch))
    )
    return list(rows), max(1, -(-count // PAGE))


def kinds_used(edition_id: int | None) -> list[str]:
    """Kinds of which there are messages, in the order of the alphabet."""
    return list(
        db.session.scalars(
            _of(edition_id)
            .with_only_columns(OutboxMessage.kind)
            .distinct()
            .order_by(OutboxMessage.kind)
        )
    )


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


def choice_of(email: str, *, edition_id: int) -> tuple[int | None, frozenset[str]]:
    """(number of the recipient's row or None, topics of which they want no mail)."""
    rows = db.session.execute(
        select(MailRecipient.id, MailRefusal.topic)
        .outerjoin(MailRefusal, MailRefusal.recipient_id == MailRecipient.id)
        .where(
            MailRecipient.edition_id == edition_id,
            MailRecipient.email == normalised_email(email),
        )
    ).all()
    number = rows[0].id if rows else None
    return number, frozenset(row.topic.value for row in rows if row.topic)


def recipient_numbered(number: int | None) -> MailRecipient | None:
    """The recipient whose link has been proved genuine."""
    return None if number is None else db.session.get(MailRecipient, number)


def refused_topics(recipient_id: int) -> frozenset[Topic]:
    """Topics of which this recipient wants no mail."""
    return frozenset(
        db.session.scalars(
            select(MailRefusal.topic).where(MailRefusal.recipient_id == recipient_id)
        )
    )


def recipients_called(email: str) -> list[MailRecipient]:
    """Every edition's row for one address, for the person's own account page."""
    return list(
        db.session.scalars(
            select(MailRecipient)
            .where(MailRecipient.email == normalised_email(email))
            .order_by(MailRecipient.id.desc())
            .options(joinedload(MailRecipient.edition))
        )
    )


def mail_line() -> MailLine | None:
    """How the mail server answered last; None before it was ever called."""
    return db.session.get(MailLine, 1)


def oldest_waiting(edition_id: int | None) -> datetime | None:
    """When the message that waits longest was written."""
    return db.session.scalar(
        _of(edition_id)
        .with_only_columns(func.min(OutboxMessage.created_at))
        .where(OutboxMessage.state.in_((MessageState.QUEUED, MessageState.SENDING)))
    )
