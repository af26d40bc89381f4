"""Rubric, reviews, conflicts, messages, rounds of decisions, trials, waiting list, targets."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    Float,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from festival.accounts.models import Person
from festival.exhibitors.models import Application
from festival.exhibitors.reviewing.states import Audience, ConflictKind, Dimension, RoundState
from festival.exhibitors.states import ApplicationState
from festival.extensions import Model
from festival.shared.columns import (
    Code,
    Facts,
    Hash,
    Moment,
    PrimaryKey,
    Short,
    UtcDateTime,
    state_column,
)


class Criterion(Model):
    """One line of an edition's rubric."""

    __tablename__ = "review_criterion"
    __table_args__ = (CheckConstraint("weight > 0", name="weight_positive"),)

    id: Mapped[PrimaryKey]
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"), index=True)
    code: Mapped[Code] = mapped_column(unique=True)
    """Under which a review keeps its score."""
    call_id: Mapped[int | None] = mapped_column(ForeignKey("call.id"))
    """Asked only of what was handed in to this call; None for all of them."""
    position: Mapped[int] = mapped_column(default=0)
    name: Mapped[Short]
    description: Mapped[str] = mapped_column(Text, default="")
    weight: Mapped[int] = mapped_column(default=1)
    is_retired: Mapped[bool] = mapped_column(default=False)
    """No longer asked and no longer counted; the scores that were given are kept."""


class Assignment(Model):
    """Somebody shall review an application."""

    __tablename__ = "review_assignment"
    __table_args__ = (UniqueConstraint("application_id", "person_id"),)

    id: Mapped[PrimaryKey]
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    assigned_at: Mapped[Moment]
    assigned_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    application: Mapped[Application] = relationship()
    person: Mapped[Person] = relationship(foreign_keys=[person_id])


class Review(Model):
    """One person's judgement of one application."""

    __tablename__ = "review"
    __table_args__ = (UniqueConstraint("application_id", "person_id"),)

    id: Mapped[PrimaryKey]
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    scores: Mapped[Facts]
    """Code of the criterion → 0 to 5."""
    mean: Mapped[float] = mapped_column(Float)
    """Weighted by the rubric as it stands; counted anew when the rubric changes."""
    comment: Mapped[str] = mapped_column(Text, default="")
    """For the colleagues, shown with the scores."""
    version: Mapped[int] = mapped_column(default=1)
    given_at: Mapped[Moment]
    changed_at: Mapped[Moment]
    person: Mapped[Person] = relationship()


class Conflict(Model):
    """What a person said about being impartial; what is only detected has no row."""

    __tablename__ = "review_conflict"
    __table_args__ = (UniqueConstraint("application_id", "person_id"),)

    id: Mapped[PrimaryKey]
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    kind: Mapped[ConflictKind] = mapped_column(state_column(ConflictKind))
    """DECLARED or NONE."""
    reason: Mapped[str] = mapped_column(Text, default="")
    declared_at: Mapped[Moment]
    application: Mapped[Application] = relationship()
    person: Mapped[Person] = relationship()


class ReviewMessage(Model):
    """A word about an application: among the team, or between the team and the applicant."""

    __tablename__ = "review_message"
    __table_args__ = (Index("ix_review_message_thread", "application_id", "audience", "id"),)

    id: Mapped[PrimaryKey]
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    audience: Mapped[Audience] = mapped_column(state_column(Audience))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """None when the holder of the applicant's link wrote it."""
    is_from_applicant: Mapped[bool] = mapped_column(default=False)
    author: Mapped[Short]
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[Moment]
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the other side marked it as read or answered."""


class DecisionRound(Model):
    """Decisions that were made together; their mails wait until ``leaves_at``."""

    __tablename__ = "decision_round"

    id: Mapped[PrimaryKey]
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"), index=True)
    code: Mapped[Code] = mapped_column(unique=True)
    key_hash: Mapped[Hash] = mapped_column(unique=True)
    """Of the form's secret: the same form sent twice is one round."""
    state: Mapped[RoundState] = mapped_column(state_column(RoundState), default=RoundState.HELD)
    decided_at: Mapped[Moment]
    decided_by: Mapped[Short]
    leaves_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the mails leave by themselves; None: when somebody releases them."""
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decisions: Mapped[list[Decision]] = relationship(
        back_populates="round", order_by="Decision.id", cascade="all, delete-orphan"
    )


class Decision(Model):
    """One decision of a round, with what was before, so that it can be undone."""

    __tablename__ = "decision"
    __table_args__ = (UniqueConstraint("round_id", "application_id"),)

    id: Mapped[PrimaryKey]
    round_id: Mapped[int] = mapped_column(ForeignKey("decision_round.id"))
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), index=True)
    state: Mapped[ApplicationState] = mapped_column(state_column(ApplicationState))
    text: Mapped[str] = mapped_column(Text, default="")
    conditions: Mapped[str] = mapped_column(Text, default="")
    """What has to change, for ACCEPTED_WITH_CHANGES."""
    before: Mapped[ApplicationState] = mapped_column(state_column(ApplicationState))
    before_facts: Mapped[Facts]
    """decided_at (ISO), decided_by_id, decision_text and waiting place before."""
    message_id: Mapped[int | None] = mapped_column(ForeignKey("outbox_message.id"))
    is_undone: Mapped[bool] = mapped_column(default=False)
    round: Mapped[DecisionRound] = relationship(back_populates="decisions")
    application: Mapped[Application] = relationship()


class DecisionText(Model):
    """The organizers' own text of one decision in one language."""

    __tablename__ = "decision_text"
    __table_args__ = (UniqueConstraint("edition_id", "state", "locale"),)

    id: Mapped[PrimaryKey]
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"))
    state: Mapped[ApplicationState] = mapped_column(state_column(ApplicationState))
    locale: Mapped[str] = mapped_column(String(10))
    text: Mapped[str] = mapped_column(Text)


class Trial(Model):
    """A decision that a person tries, to see what it does to the balance."""

    __tablename__ = "decision_trial"
    __table_args__ = (UniqueConstraint("person_id", "application_id"),)

    id: Mapped[PrimaryKey]
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    state: Mapped[ApplicationState] = mapped_column(state_column(ApplicationState))
    application: Mapped[Application] = relationship()


class WaitingPlace(Model):
    """Where a waitlisted application stands; the lowest position is the next."""

    __tablename__ = "waiting_place"

    id: Mapped[PrimaryKey]
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"), index=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), unique=True)
    position: Mapped[int]
    application: Mapped[Application] = relationship()


class BalanceTarget(Model):
    """How many exhibitors of one value of a dimension the organizers would like to have."""

    __tablename__ = "balance_target"
    __table_args__ = (
        UniqueConstraint("edition_id", "dimension", "value"),
        CheckConstraint("wanted > 0", name="wanted_positive"),
    )

    id: Mapped[PrimaryKey]
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"))
    dimension: Mapped[Dimension] = mapped_column(state_column(Dimension))
    value: Mapped[Short]
    wanted: Mapped[int]
