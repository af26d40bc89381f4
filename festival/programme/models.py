"""The draft programme and its published versions."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from festival.cities.models import TwinCity
from festival.exhibitors.models import ActivityOffer, Organization
from festival.extensions import Model
from festival.festivals.models import Edition, Space
from festival.festivals.models import Strand as Strand
from festival.programme.states import AttendanceMode, Kind, OccurrenceState, SessionState
from festival.shared.columns import (
    Code,
    Hash,
    Moment,
    PrimaryKey,
    Short,
    UtcDateTime,
    Words,
    state_column,
)


class Presenter(Model):
    """Somebody who leads a session."""

    __tablename__ = "presenter"
    __table_args__ = (UniqueConstraint("edition_id", "source_key"),)

    id: Mapped[PrimaryKey]
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"), index=True)
    code: Mapped[Code] = mapped_column(unique=True)
    name: Mapped[Short]
    affiliation: Mapped[Short] = mapped_column(default="")
    biography: Mapped[str] = mapped_column(Text, default="")
    email: Mapped[str] = mapped_column(String(254), default="", server_default="")
    """Never public; empty where nobody writes to this person, and some time after the festival."""
    locale: Mapped[str] = mapped_column(String(8), default="", server_default="")
    """Language of the interface in which they are written to; empty for the edition's first."""
    source_key: Mapped[str | None] = mapped_column(String(200))
    """Identifier in the imported programme; None for people entered here."""


class SessionPresenter(Model):
    """Who leads which session, in order."""

    __tablename__ = "session_presenter"

    session_id: Mapped[int] = mapped_column(ForeignKey("programme_session.id"), primary_key=True)
    presenter_id: Mapped[int] = mapped_column(
        ForeignKey("presenter.id"), primary_key=True, index=True
    )
    position: Mapped[int] = mapped_column(default=0)
    presenter: Mapped[Presenter] = relationship()


class ProgrammeSession(Model):
    """Something held: a hands-on activity or a conference session."""

    __tablename__ = "programme_session"
    __table_args__ = (
        UniqueConstraint("edition_id", "code"),
        UniqueConstraint("edition_id", "source_key"),
    )

    id: Mapped[PrimaryKey]
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"), index=True)
    code: Mapped[Code]
    guid: Mapped[Code] = mapped_column(unique=True)
    """UUID made once; stands in schedule.xml for ever."""
    kind: Mapped[Kind] = mapped_column(state_column(Kind))
    state: Mapped[SessionState] = mapped_column(
        state_column(SessionState), default=SessionState.DRAFT
    )
    title: Mapped[str] = mapped_column(String(500))
    subtitle: Mapped[str] = mapped_column(String(500), default="")
    abstract: Mapped[str] = mapped_column(Text, default="")
    description: Mapped[str] = mapped_column(Text, default="")
    language: Mapped[str] = mapped_column(String(10), default="")
    """Language that the texts are written in; empty where an import did not say."""
    languages: Mapped[Words]
    """Languages it is held in."""
    type_label: Mapped[Short] = mapped_column(default="")
    strand_id: Mapped[int | None] = mapped_column(ForeignKey("strand.id"), index=True)
    organization_id: Mapped[int | None] = mapped_column(ForeignKey("organization.id"), index=True)
    offer_id: Mapped[int | None] = mapped_column(ForeignKey("activity_offer.id"))
    twin_city_id: Mapped[int | None] = mapped_column(ForeignKey("twin_city.id"), index=True)
    attendance_mode: Mapped[AttendanceMode] = mapped_column(
        state_column(AttendanceMode), default=AttendanceMode.ON_SITE
    )
    stream_url: Mapped[str] = mapped_column(String(500), default="")
    age_min: Mapped[int | None]
    age_max: Mapped[int | None]
    tags: Mapped[Words]
    """Names from programme.states.TAGS."""
    cost: Mapped[Short] = mapped_column(default="")
    """Empty means free."""
    bring: Mapped[str] = mapped_column(String(400), default="")
    links: Mapped[list[dict[str, str]]] = mapped_column(JSON, default=list)
    """Each {"url", "title"}."""
    source_key: Mapped[str | None] = mapped_column(String(200))
    """Identifier in the imported programme; None for sessions entered here."""
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[Moment]
    changed_at: Mapped[Moment]
    edition: Mapped[Edition] = relationship()
    strand: Mapped[Strand | None] = relationship()
    organization: Mapped[Organization | None] = relationship()
    offer: Mapped[ActivityOffer | None] = relationship()
    twin_city: Mapped[TwinCity | None] = relationship()
    occurrences: Mapped[list[Occurrence]] = relationship(
        back_populates="session", order_by="Occurrence.starts_at", cascade="all, delete-orphan"
    )
    presenter_links: Mapped[list[SessionPresenter]] = relationship(
        order_by="SessionPresenter.position", cascade="all, delete-orphan"
    )


class Occurrence(Model):
    """One time that a session is held."""

    __tablename__ = "occurrence"
    __table_args__ = (
        Index("ix_occurrence_edition_starts", "edition_id", "starts_at"),
        CheckConstraint("minutes > 0", name="minutes_positive"),
        CheckConstraint("capacity IS NULL OR capacity >= 0", name="capacity_not_negative"),
        CheckConstraint("places_taken >= 0", name="places_not_negative"),
        CheckConstraint("capacity IS NULL OR places_taken <= capacity", name="not_oversold"),
    )

    id: Mapped[PrimaryKey]
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"))
    session_id: Mapped[int] = mapped_column(ForeignKey("programme_session.id"), index=True)
    uid: Mapped[str] = mapped_column(String(255), unique=True)
    """iCalendar UID; made once, never from title or time."""
    source_uid: Mapped[str | None] = mapped_column(String(400))
    """UID or guid in the imported file; kept to recognise it, not shown."""
    starts_at: Mapped[Moment]
    minutes: Mapped[int]
    space_id: Mapped[int | None] = mapped_column(ForeignKey("space.id"), index=True)
    state: Mapped[OccurrenceState] = mapped_column(
        state_column(OccurrenceState), default=OccurrenceState.CONFIRMED
    )
    is_bookable: Mapped[bool] = mapped_column(default=False)
    capacity: Mapped[int | None]
    """Places; None where nobody counts."""
    places_taken: Mapped[int] = mapped_column(default=0)
    """Changed only by a guarded UPDATE, see visitors.actions.book."""
    cancelled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    session: Mapped[ProgrammeSession] = relationship(back_populates="occurrences")
    space: Mapped[Space | None] = relationship()

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.minutes)


class ProgrammeVersion(Model):
    """The programme as it was published: one immutable document (programme.published)."""

    __tablename__ = "programme_version"
    __table_args__ = (UniqueConstraint("edition_id", "number"),)

    id: Mapped[PrimaryKey]
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"), index=True)
    number: Mapped[int]
    published_at: Mapped[Moment]
    published_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    note: Mapped[str] = mapped_column(Text, default="")
    document: Mapped[dict[str, Any]] = mapped_column(JSON, deferred=True)
    """See programme.document; loaded only when asked for."""
    digest: Mapped[Hash]
    """SHA-256 of the document, under which it is kept in memory."""
    changes: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    """The difference to the version before: each {"code", "title", "what", "before", "after"}."""
