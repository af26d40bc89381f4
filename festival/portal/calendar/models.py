"""Secret calendar addresses of exhibitors."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from festival.exhibitors.models import Application
from festival.extensions import Model
from festival.shared.columns import Hash, Moment, PrimaryKey, UtcDateTime


class ExhibitorFeed(Model):
    """A secret calendar address of one application."""

    __tablename__ = "exhibitor_feed"

    id: Mapped[PrimaryKey]
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), index=True)
    token_hash: Mapped[Hash] = mapped_column(unique=True)
    created_at: Mapped[Moment]
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    application: Mapped[Application] = relationship()
