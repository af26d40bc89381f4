"""Packs that were made, and the organizers' own words in them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from festival.extensions import Model
from festival.shared.columns import Code, Hash, Moment, PrimaryKey, UtcDateTime


class ExhibitorPack(Model):
    """The pack of one application; made when somebody first asks for it."""

    __tablename__ = "exhibitor_pack"
    __table_args__ = (CheckConstraint("turn > 0", name="turn_positive"),)

    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"), index=True)
    turn: Mapped[int] = mapped_column(default=1)
    """Which making this is; one task each."""
    task_code: Mapped[Code] = mapped_column(default="")
    """The work that makes it now, or made it last."""
    digest: Mapped[Hash] = mapped_column(default="")
    """Of the sheet that the file was made from; empty before the first one."""
    made_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    byte_count: Mapped[int] = mapped_column(default=0)


class PackText(Model):
    """The rules and contacts of an edition in one language; no row means the usual ones."""

    __tablename__ = "pack_text"
    __table_args__ = (UniqueConstraint("edition_id", "language"),)

    id: Mapped[PrimaryKey]
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"))
    language: Mapped[Code]
    rules: Mapped[str] = mapped_column(Text, default="")
    """Markdown."""
    contacts: Mapped[str] = mapped_column(Text, default="")
    """Markdown: whom to call on the day, where the first aid is."""
    changed_at: Mapped[Moment]
