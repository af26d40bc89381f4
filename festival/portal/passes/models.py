"""Quotas and passes."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from festival.badges.models import Badge
from festival.exhibitors.models import Application
from festival.extensions import Model
from festival.shared.columns import Code, Moment, PrimaryKey, Short, UtcDateTime


class PassTerms(Model):
    """What an edition's organizers settled about team passes; no row means the rules' default."""

    __tablename__ = "pass_terms"
    __table_args__ = (CheckConstraint("most_by_default >= 0", name="most_not_negative"),)

    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"), primary_key=True)
    most_by_default: Mapped[int]
    """What is wished for is granted up to this number, unless an organizer grants another one."""
    name_by: Mapped[date | None] = mapped_column(Date)
    """The last day on which the names are asked for; naming later is still possible."""


class PassQuota(Model):
    """How many passes an application has and has named; made when either is first needed."""

    __tablename__ = "pass_quota"
    __table_args__ = (
        CheckConstraint("used >= 0", name="used_not_negative"),
        CheckConstraint("granted IS NULL OR granted >= 0", name="granted_not_negative"),
    )

    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), primary_key=True)
    granted: Mapped[int | None]
    """What an organizer granted; None: what was wished for, up to the edition's default."""
    used: Mapped[int] = mapped_column(default=0)
    """Passes that are named now; raised only by a guarded UPDATE."""


class TeamPass(Model):
    """One person of an exhibitor's team."""

    __tablename__ = "team_pass"

    id: Mapped[PrimaryKey]
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"), index=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), index=True)
    code: Mapped[Code] = mapped_column(unique=True)
    badge_id: Mapped[int] = mapped_column(ForeignKey("badge.id"), unique=True)
    """The newest badge; a replaced one is reached through it."""
    name: Mapped[Short]
    email: Mapped[str] = mapped_column(String(254), default="")
    """Where the badge is mailed to; empty where it is handed out or printed."""
    language: Mapped[str] = mapped_column(String(10))
    """Of the mail."""
    named_at: Mapped[Moment]
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Taken back, or the exhibitor has left; its place in the quota is free again."""
    application: Mapped[Application] = relationship()
    badge: Mapped[Badge] = relationship()
