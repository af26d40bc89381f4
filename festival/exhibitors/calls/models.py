"""Calls, their questions, the classes of stand, and personal links."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from festival.exhibitors.calls.states import CallKind, LinkPurpose, QuestionKind
from festival.extensions import Model
from festival.festivals.models import Edition
from festival.shared.columns import (
    Code,
    Facts,
    Hash,
    Moment,
    PrimaryKey,
    UtcDateTime,
    Words,
    state_column,
)


class Call(Model):
    """One call of one edition; an edition has at most one of each kind."""

    __tablename__ = "call"
    __table_args__ = (
        UniqueConstraint("edition_id", "kind"),
        CheckConstraint("most_exhibits >= 0", name="most_exhibits_not_negative"),
        CheckConstraint("most_offers >= 0", name="most_offers_not_negative"),
        CheckConstraint("most_passes >= 0", name="most_passes_not_negative"),
    )

    id: Mapped[PrimaryKey]
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"), index=True)
    kind: Mapped[CallKind] = mapped_column(state_column(CallKind))
    opens_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closes_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reopens_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """The second window, if there is one; a closed call says when it opens again."""
    recloses_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    texts: Mapped[Facts]
    """Language → {"title", "text"}."""
    most_exhibits: Mapped[int] = mapped_column(default=20)
    most_offers: Mapped[int] = mapped_column(default=10)
    most_passes: Mapped[int] = mapped_column(default=6)
    """Team passes that one application may wish for."""
    most_applications: Mapped[int | None]
    """Applications that are taken; None where nobody counts."""
    papers_wanted: Mapped[Words]
    """Kinds of papers (exhibitors.papers.states.PaperKind) that each applicant is asked for."""
    version: Mapped[int] = mapped_column(default=1)
    """Raised at every change; a second editor with an older one is told."""
    changed_at: Mapped[Moment]
    edition: Mapped[Edition] = relationship()
    questions: Mapped[list[Question]] = relationship(
        back_populates="call", order_by="Question.position", cascade="all, delete-orphan"
    )
    stand_classes: Mapped[list[StandClass]] = relationship(
        back_populates="call", order_by="StandClass.position", cascade="all, delete-orphan"
    )


class Question(Model):
    """Something that the organizers want to know besides."""

    __tablename__ = "question"
    __table_args__ = (UniqueConstraint("call_id", "code"),)

    id: Mapped[PrimaryKey]
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id"), index=True)
    code: Mapped[Code]
    """Key of the answer in ``application.answers``; never changes."""
    kind: Mapped[QuestionKind] = mapped_column(state_column(QuestionKind))
    labels: Mapped[Facts]
    """Language → the question."""
    hints: Mapped[Facts]
    """Language → a word of help."""
    options: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    """For choice and several: each {"value", "labels": {language: text}}."""
    required: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    position: Mapped[int] = mapped_column(default=0)
    shown_if_question: Mapped[str] = mapped_column(String(40), default="")
    """Code of an earlier question on which this one depends; empty when it is always asked."""
    shown_if_answer: Mapped[str] = mapped_column(String(40), default="")
    """The value of that answer; ``yes`` for an agreed box."""
    call: Mapped[Call] = relationship(back_populates="questions")


class StandClass(Model):
    """A kind of stand that one can wish for."""

    __tablename__ = "stand_class"
    __table_args__ = (
        UniqueConstraint("call_id", "code"),
        CheckConstraint("area_m2 IS NULL OR area_m2 > 0", name="area_positive"),
    )

    id: Mapped[PrimaryKey]
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id"), index=True)
    code: Mapped[Code]
    names: Mapped[Facts]
    """Language → name."""
    area_m2: Mapped[int | None]
    price: Mapped[str] = mapped_column(String(200), default="")
    """As people read it, for example ``120 €``; empty means free.  No money is handled here."""
    quota: Mapped[int | None]
    """How many there are; None where nobody counts."""
    closes_when_full: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    """Once as many have asked for it as there are, nobody else can."""
    position: Mapped[int] = mapped_column(default=0)
    call: Mapped[Call] = relationship(back_populates="stand_classes")


class CallLink(Model):
    """Lets one organization apply: after the call has closed, or because it is invited again."""

    __tablename__ = "call_link"

    id: Mapped[PrimaryKey]
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id"), index=True)
    code: Mapped[Code] = mapped_column(unique=True)
    purpose: Mapped[LinkPurpose] = mapped_column(state_column(LinkPurpose))
    organization_id: Mapped[int | None] = mapped_column(ForeignKey("organization.id"), index=True)
    """None for somebody who is new here."""
    email: Mapped[str] = mapped_column(String(254))
    language: Mapped[str] = mapped_column(String(10), default="en")
    token_hash: Mapped[Hash] = mapped_column(unique=True)
    expires_at: Mapped[Moment]
    made_at: Mapped[Moment]
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    application_id: Mapped[int | None] = mapped_column(ForeignKey("application.id"))
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    call: Mapped[Call] = relationship()
