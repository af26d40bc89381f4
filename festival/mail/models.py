"""The outbox, who wants what, and how the mail server does."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from festival.extensions import Model
from festival.mail.batches.models import MailBatch
from festival.mail.states import MessageState, Topic
from festival.shared.columns import Code, Moment, PrimaryKey, Short, UtcDateTime, state_column


class OutboxMessage(Model):
    """One mail to one recipient, in the recipient's language."""

    __tablename__ = "outbox_message"
    __table_args__ = (Index("ix_outbox_message_due", "state", "next_attempt_at"),)

    id: Mapped[PrimaryKey]
    key: Mapped[Short] = mapped_column(unique=True)
    """(kind, subject, recipient) as text; the Message-ID is made from it."""
    kind: Mapped[Code]
    topic: Mapped[Code] = mapped_column(default="", server_default="")
    """A ``Topic``, or empty for mail that nobody can do without."""
    edition_id: Mapped[int | None] = mapped_column(ForeignKey("edition.id"), index=True)
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("mail_batch.id"), index=True)
    recipient: Mapped[str] = mapped_column(String(254), index=True)
    recipient_name: Mapped[Short] = mapped_column(default="")
    reply_to: Mapped[str] = mapped_column(String(254), default="")
    locale: Mapped[str] = mapped_column(String(10))
    facts: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """What the templates will be given (``festival.mail.facts``); None once it is rendered."""
    subject: Mapped[str] = mapped_column(String(400))
    body_text: Mapped[str] = mapped_column(Text)
    body_html: Mapped[str] = mapped_column(Text)
    attachments: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    """Each {"name", "type", "base64"}; small things only, such as one calendar entry."""
    state: Mapped[MessageState] = mapped_column(
        state_column(MessageState), default=MessageState.QUEUED
    )
    attempts: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[Moment]
    until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Later than this it is of no use and is not sent, such as a reminder."""
    claimed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    claim: Mapped[Code] = mapped_column(default="")
    """Random mark of the worker that has it; only that worker may say how it ended."""
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    error: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[Moment]

    edition: Mapped[Any] = relationship("Edition", viewonly=True)
    """By name, because editions live upstairs; templates see it as ``edition``."""
    batch: Mapped[MailBatch | None] = relationship(viewonly=True)


class MailRecipient(Model):
    """An address that an edition writes to; the link to its preferences is made from the row."""

    __tablename__ = "mail_recipient"
    __table_args__ = (UniqueConstraint("edition_id", "email"),)

    id: Mapped[PrimaryKey]
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"))
    email: Mapped[str] = mapped_column(String(254), index=True)

    edition: Mapped[Any] = relationship("Edition", viewonly=True)


class MailRefusal(Model):
    """A topic of which this recipient wants no mail."""

    __tablename__ = "mail_refusal"
    __table_args__ = (UniqueConstraint("recipient_id", "topic"),)

    id: Mapped[PrimaryKey]
    recipient_id: Mapped[int] = mapped_column(ForeignKey("mail_recipient.id", ondelete="CASCADE"))
    topic: Mapped[Topic] = mapped_column(state_column(Topic))
    refused_at: Mapped[Moment]


class MailLine(Model):
    """How the mail server answered last: one row, so that everybody sees the same."""

    __tablename__ = "mail_line"

    id: Mapped[PrimaryKey]
    failures: Mapped[int] = mapped_column(default=0)
    """Since it answered last; 0 while it answers."""
    reason: Mapped[str] = mapped_column(Text, default="")
    since: Mapped[Moment]
    """When it began to answer, or to fail."""
    next_try_at: Mapped[Moment]
