"""The outbox."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from festival.extensions import Model
from festival.mail.states import MessageState
from festival.shared.columns import Code, Moment, PrimaryKey, Short, UtcDateTime, state_column


class OutboxMessage(Model):
    """One mail to one recipient, already rendered in the recipient's language."""

    __tablename__ = "outbox_message"
    __table_args__ = (Index("ix_outbox_message_due", "state", "next_attempt_at"),)

    id: Mapped[PrimaryKey]
    key: Mapped[Short] = mapped_column(unique=True)
    """(kind, subject, recipient) as text; the Message-ID is made from it."""
    kind: Mapped[Code]
    edition_id: Mapped[int | None] = mapped_column(ForeignKey("edition.id"), index=True)
    recipient: Mapped[str] = mapped_column(String(254), index=True)
    recipient_name: Mapped[Short] = mapped_column(default="")
    reply_to: Mapped[str] = mapped_column(String(254), default="")
    locale: Mapped[str] = mapped_column(String(10))
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
    claimed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    claim: Mapped[Code] = mapped_column(default="")
    """Random mark of the worker that has it; only that worker may say how it ended."""
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    error: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[Moment]
