"""Releases, pictures, press contacts, rules for the media, and links to embargoed texts."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from festival.extensions import Model
from festival.festivals.models import Edition
from festival.press.states import Consent, ReleaseState
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
from festival.shared.pictures import StoredPicture


class Release(Model):
    """A text for the media in one language."""

    __tablename__ = "press_release"
    __table_args__ = (UniqueConstraint("edition_id", "slug", "language"),)

    id: Mapped[PrimaryKey]
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"), index=True)
    slug: Mapped[Code]
    """Opaque, so that the address of an embargoed release gives nothing away."""
    language: Mapped[str] = mapped_column(String(10))
    headline: Mapped[str] = mapped_column(String(400))
    dateline: Mapped[Short] = mapped_column(default="")
    lead: Mapped[str] = mapped_column(Text, default="")
    body: Mapped[str] = mapped_column(Text, default="")
    """Markdown."""
    quotes: Mapped[list[dict[str, str]]] = mapped_column(JSON, default=list)
    """Each {"text", "speaker", "role"}."""
    notes: Mapped[str] = mapped_column(Text, default="")
    boilerplate: Mapped[str] = mapped_column(Text, default="")
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("press_contact.id"))
    """Whom to ask about this release; None: the first press contact of the edition."""
    state: Mapped[ReleaseState] = mapped_column(
        state_column(ReleaseState), default=ReleaseState.DRAFT
    )
    embargo_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    approved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When it was last approved."""
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[Moment]
    changed_at: Mapped[Moment]
    edition: Mapped[Edition] = relationship()
    contact: Mapped[PressContact | None] = relationship()

    @property
    def released_at(self) -> datetime:
        """When it became or will become public, as far as it is approved."""
        approved = self.approved_at or self.changed_at
        return max(approved, self.embargo_until) if self.embargo_until else approved


class PressPicture(Model):
    """A picture with its papers."""

    __tablename__ = "press_picture"

    id: Mapped[PrimaryKey]
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"), index=True)
    picture_id: Mapped[int] = mapped_column(ForeignKey("stored_picture.id"))
    code: Mapped[Code] = mapped_column(unique=True)
    caption: Mapped[str] = mapped_column(Text, default="")
    alt_text: Mapped[str] = mapped_column(Text, default="")
    creator: Mapped[Short] = mapped_column(default="")
    credit: Mapped[Short] = mapped_column(default="")
    licence: Mapped[Short] = mapped_column(default="")
    shows_children: Mapped[bool] = mapped_column(default=False)
    consent: Mapped[Consent] = mapped_column(state_column(Consent), default=Consent.MISSING)
    in_kit: Mapped[bool] = mapped_column(default=True)
    position: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[Moment]
    picture: Mapped[StoredPicture] = relationship()


class PressContact(Model):
    """Whom the media can reach, and when."""

    __tablename__ = "press_contact"

    id: Mapped[PrimaryKey]
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"), index=True)
    name: Mapped[Short]
    role: Mapped[Short] = mapped_column(default="")
    email: Mapped[str] = mapped_column(String(254), default="")
    phone: Mapped[str] = mapped_column(String(40), default="")
    hours: Mapped[Short] = mapped_column(default="")
    languages: Mapped[Words]
    is_spokesperson: Mapped[bool] = mapped_column(default=False)
    position: Mapped[int] = mapped_column(default=0)


class PressRules(Model):
    """What the media are asked to respect: children, photo consent, flash, quiet sessions."""

    __tablename__ = "press_rules"

    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"), primary_key=True)
    text: Mapped[str] = mapped_column(Text, default="")
    """Markdown."""
    changed_at: Mapped[Moment]


class EmbargoLink(Model):
    """A secret address at which one newsroom reads embargoed releases, once it has accepted."""

    __tablename__ = "embargo_link"

    id: Mapped[PrimaryKey]
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"), index=True)
    code: Mapped[Code] = mapped_column(unique=True)
    """Names the link on the office's pages; opens nothing."""
    token_hash: Mapped[Hash] = mapped_column(unique=True)
    outlet: Mapped[Short]
    created_at: Mapped[Moment]
    accepted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    accepted_by: Mapped[Short] = mapped_column(default="")
    """Name that the journalist gave when accepting."""
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    edition: Mapped[Edition] = relationship()
