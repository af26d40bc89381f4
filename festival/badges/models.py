"""Badges."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from festival.badges.states import BadgeKind, BadgeState
from festival.extensions import Model
from festival.festivals.models import Edition
from festival.shared.columns import Code, Hash, Moment, PrimaryKey, Short, UtcDateTime, state_column
from festival.visitors.models import Registration


class Badge(Model):
    """One code and whom it is for."""

    __tablename__ = "badge"
    __table_args__ = (CheckConstraint("people > 0", name="people_positive"),)

    id: Mapped[PrimaryKey]
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"), index=True)
    kind: Mapped[BadgeKind] = mapped_column(state_column(BadgeKind), default=BadgeKind.VISITOR)
    code: Mapped[Code]
    """``LF1:`` and 22 characters; kept so that the badge can be shown and printed again."""
    code_hash: Mapped[Hash] = mapped_column(unique=True)
    """What a scan is looked up by."""
    registration_id: Mapped[int | None] = mapped_column(ForeignKey("registration.id"), index=True)
    organization_id: Mapped[int | None] = mapped_column(ForeignKey("organization.id"), index=True)
    holder_name: Mapped[Short] = mapped_column(default="")
    people: Mapped[int] = mapped_column(default=1)
    state: Mapped[BadgeState] = mapped_column(state_column(BadgeState), default=BadgeState.ACTIVE)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_reason: Mapped[str] = mapped_column(String(400), default="")
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("badge.id"))
    issued_at: Mapped[Moment]
    edition: Mapped[Edition] = relationship()
    registration: Mapped[Registration | None] = relationship()
