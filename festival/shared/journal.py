"""The journal: who changed what, when, before and after.  Append-only by a database trigger."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, select
from sqlalchemy.orm import Mapped, mapped_column

from festival.extensions import Model, db
from festival.shared.columns import Moment, PrimaryKey, Short


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts.  ``person_id`` is None for a visitor, a door link or the system itself."""

    label: str
    person_id: int | None = None


SYSTEM = Actor(label="system")
VISITOR = Actor(label="visitor")
APPLICANT = Actor(label="applicant")


class JournalEntry(Model):
    """One change.  Rows are never updated or deleted; erasure replaces names by pseudonyms."""

    __tablename__ = "journal_entry"
    __table_args__ = (
        Index("ix_journal_entry_edition_at", "edition_id", "at"),
        Index("ix_journal_entry_entity", "entity", "entity_key"),
    )

    id: Mapped[PrimaryKey]
    at: Mapped[Moment]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    actor_label: Mapped[Short]
    edition_id: Mapped[int | None]
    """No foreign key: the journal outlives what it tells about."""
    action: Mapped[Short]
    entity: Mapped[Short]
    entity_key: Mapped[Short]
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    after: Mapped[dict[str, Any] | None] = mapped_column(JSON)


def lines_of(edition_id: int, *, action: str) -> list[JournalEntry]:
    """The edition's lines about one action, the oldest first."""
    return list(
        db.session.scalars(
            select(JournalEntry)
            .where(JournalEntry.edition_id == edition_id, JournalEntry.action == action)
            .order_by(JournalEntry.id)
        )
    )


def write_journal(
    action: str,
    *,
    actor: Actor,
    entity: str,
    key: object,
    now: datetime,
    edition_id: int | None = None,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    """Add one line.  Values must be JSON; put no secret and no token in them."""
    db.session.add(
        JournalEntry(
            at=now,
            person_id=actor.person_id,
            actor_label=actor.label,
            edition_id=edition_id,
            action=action,
            entity=entity,
            entity_key=str(key),
            before=before,
            after=after,
        )
    )
