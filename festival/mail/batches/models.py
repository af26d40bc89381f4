"""Batches: messages to many, and piles of held letters."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from festival.extensions import Model
from festival.mail.batches.states import BatchState, Origin
from festival.shared.columns import Code, Moment, PrimaryKey, Short, UtcDateTime, state_column


class MailBatch(Model):
    """One message to a segment, or the held letters of one occasion."""

    __tablename__ = "mail_batch"
    __table_args__ = (Index("ix_mail_batch_edition_state", "edition_id", "state"),)

    id: Mapped[PrimaryKey]
    code: Mapped[Code] = mapped_column(unique=True)
    """Public code in the address of its page."""
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"))
    origin: Mapped[Origin] = mapped_column(state_column(Origin), default=Origin.ORGANIZER)
    title: Mapped[Short]
    """For the organizers' list; no recipient sees it."""
    segment: Mapped[Code] = mapped_column(default="")
    """Name of a segment; empty where another room wrote the letters."""
    choice: Mapped[Short] = mapped_column(default="")
    """Which session, which city, which role; empty where the segment offers no choice."""
    texts: Mapped[dict[str, dict[str, str]]] = mapped_column(JSON, default=dict)
    """Language → {"subject", "body"}; empty where another room wrote the letters."""
    note: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    """Language → words of the organizers above letters that another room wrote."""
    state: Mapped[BatchState] = mapped_column(state_column(BatchState), default=BatchState.DRAFT)
    version: Mapped[int] = mapped_column(default=1)
    """Raised at every save, so that nobody overwrites a colleague unseen."""
    written_by: Mapped[Short] = mapped_column(default="")
    released_by: Mapped[Short] = mapped_column(default="")
    created_at: Mapped[Moment]
    changed_at: Mapped[Moment]
    released_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    queued_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When its letters were put into the outbox; None before, or where they began there."""
    addressed: Mapped[int] = mapped_column(default=0)
    """Letters that it put into the outbox."""
    left_out: Mapped[int] = mapped_column(default=0)
    """Recipients who do not want such messages."""
    without_address: Mapped[int] = mapped_column(default=0)
    """Rows of the segment that have no address that mail can reach."""
    edition: Mapped[Any] = relationship("Edition")
    """The edition's room lies above this one, so it is known here by its name only."""

    @property
    def heading(self) -> str:
        """What it is called in lists: its title, or the first subject that somebody wrote."""
        subjects = (text.get("subject", "") for text in self.texts.values())
        return self.title or next((each for each in subjects if each), "")

    def note_in(self, locale: str) -> list[str]:
        """The words above its letters as paragraphs: in the reader's language, else in the first
        that somebody wrote."""
        text = self.note.get(locale) or next(iter(self.note.values()), "")
        return [each.strip() for each in text.split("\n\n") if each.strip()]

    @property
    def is_ours(self) -> bool:
        """Whether its text was written here; else another room wrote each letter."""
        return self.origin == Origin.ORGANIZER
