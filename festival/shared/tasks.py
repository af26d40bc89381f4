"""Long work as people see it: what runs, for whom, how far it is, what came of it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from festival.extensions import Model
from festival.shared.columns import Code, Moment, PrimaryKey, Short, UtcDateTime, state_column


class TaskState(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class Task(Model):
    """One piece of work for the worker, written in the same transaction as its cause."""

    __tablename__ = "task"
    __table_args__ = (UniqueConstraint("key"),)

    id: Mapped[PrimaryKey]
    code: Mapped[Code] = mapped_column(unique=True)
    """Public code in the URL of its page."""
    key: Mapped[Short]
    """Idempotency: the same key is the same work."""
    kind: Mapped[Short]
    edition_id: Mapped[int | None] = mapped_column(ForeignKey("edition.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    title: Mapped[Short]
    payload: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    state: Mapped[TaskState] = mapped_column(state_column(TaskState), default=TaskState.WAITING)
    progress: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    result: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    error: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[Moment]
    heartbeat_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
