"""Personal feeds and imports."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column, relationship

from festival.extensions import Model
from festival.shared.columns import Code, Hash, Moment, PrimaryKey, Short, UtcDateTime, state_column
from festival.visitors.models import Registration


class PersonalFeed(Model):
    """A secret calendar address of one registration."""

    __tablename__ = "personal_feed"

    id: Mapped[PrimaryKey]
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"), index=True)
    token_hash: Mapped[Hash] = mapped_column(unique=True)
    created_at: Mapped[Moment]
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    registration: Mapped[Registration] = relationship()


class ImportState(StrEnum):
    CHECKED = "checked"
    APPLYING = "applying"
    APPLIED = "applied"
    FAILED = "failed"


class ProgrammeImport(Model):
    """A file that somebody brought, what it would change, and what it changed."""

    __tablename__ = "programme_import"

    id: Mapped[PrimaryKey]
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"), index=True)
    code: Mapped[Code] = mapped_column(unique=True)
    file_name: Mapped[Short]
    sha256: Mapped[Hash]
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    """The file; emptied once it is applied."""
    state: Mapped[ImportState] = mapped_column(state_column(ImportState))
    report: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """See feeds.report: counts, warnings with line and reason, and the plan."""
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[Moment]
    applied_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
