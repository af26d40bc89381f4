"""Organizations, their applications, exhibits and offered activities."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from festival.exhibitors.states import ApplicationState, ExhibitKind, Sector
from festival.extensions import Model
from festival.festivals.models import Edition, Festival
from festival.shared.columns import (
    Code,
    Facts,
    Hash,
    Moment,
    PrimaryKey,
    Short,
    UtcDateTime,
    Words,
    state_column,
)
from festival.shared.pictures import StoredPicture


class Organization(Model):
    """Registered once with a festival and used again in later editions."""

    __tablename__ = "organization"

    id: Mapped[PrimaryKey]
    festival_id: Mapped[int] = mapped_column(ForeignKey("festival.id"), index=True)
    code: Mapped[Code] = mapped_column(unique=True)
    name: Mapped[Short] = mapped_column(default="")
    sector: Mapped[Sector] = mapped_column(state_column(Sector), default=Sector.OTHER)
    district: Mapped[Short] = mapped_column(default="")
    website: Mapped[str] = mapped_column(String(400), default="")
    about: Mapped[str] = mapped_column(Text, default="")
    languages: Mapped[Words]
    contact_name: Mapped[Short] = mapped_column(default="")
    contact_email: Mapped[str] = mapped_column(String(254), default="")
    contact_phone: Mapped[str] = mapped_column(String(40), default="")
    logo_id: Mapped[int | None] = mapped_column(ForeignKey("stored_picture.id"))
    created_at: Mapped[Moment]
    festival: Mapped[Festival] = relationship()
    logo: Mapped[StoredPicture | None] = relationship()


class Application(Model):
    """One organization's wish to exhibit in one edition."""

    __tablename__ = "application"
    __table_args__ = (UniqueConstraint("edition_id", "organization_id"),)

    id: Mapped[PrimaryKey]
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"), index=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), index=True)
    code: Mapped[Code] = mapped_column(unique=True)
    resume_hash: Mapped[Hash] = mapped_column(unique=True)
    """Hash of the secret in the link by which the applicant comes back."""
    state: Mapped[ApplicationState] = mapped_column(
        state_column(ApplicationState), default=ApplicationState.DRAFT, index=True
    )
    language: Mapped[str] = mapped_column(String(10), default="en")
    """The one language that the applicant writes in."""
    needs: Mapped[Facts]
    """area_m2, tables, chairs, power_watts (numbers); water, internet, step_free, storage (truth
    values); noise (exhibitors.states.Noise); vehicle (text).  Empty until the page was saved."""
    remarks: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int] = mapped_column(default=1)
    """Raised at every save; a second editor with an older one is shown the difference."""
    created_at: Mapped[Moment]
    changed_at: Mapped[Moment]
    submitted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decision_text: Mapped[str] = mapped_column(Text, default="")
    edition: Mapped[Edition] = relationship()
    organization: Mapped[Organization] = relationship()
    exhibits: Mapped[list[Exhibit]] = relationship(
        back_populates="application", cascade="all, delete-orphan", order_by="Exhibit.position"
    )
    offers: Mapped[list[ActivityOffer]] = relationship(
        back_populates="application",
        cascade="all, delete-orphan",
        order_by="ActivityOffer.position",
    )


class Exhibit(Model):
    """A course, product or material that is shown."""

    __tablename__ = "exhibit"

    id: Mapped[PrimaryKey]
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    kind: Mapped[ExhibitKind] = mapped_column(state_column(ExhibitKind))
    title: Mapped[Short]
    description: Mapped[str] = mapped_column(Text, default="")
    all_year: Mapped[bool] = mapped_column(default=False)
    application: Mapped[Application] = relationship(back_populates="exhibits")


class ActivityOffer(Model):
    """A hands-on activity that the organization would hold."""

    __tablename__ = "activity_offer"
    __table_args__ = (
        CheckConstraint("capacity > 0", name="capacity_positive"),
        CheckConstraint("minutes > 0", name="minutes_positive"),
    )

    id: Mapped[PrimaryKey]
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    title: Mapped[Short]
    description: Mapped[str] = mapped_column(Text, default="")
    capacity: Mapped[int]
    minutes: Mapped[int]
    age_min: Mapped[int | None]
    age_max: Mapped[int | None]
    languages: Mapped[Words]
    bring: Mapped[str] = mapped_column(String(400), default="")
    is_bookable: Mapped[bool] = mapped_column(default=False)
    application: Mapped[Application] = relationship(back_populates="offers")
