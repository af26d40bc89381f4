"""Organizations, their applications, exhibits and offered activities."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from festival.exhibitors.calls.models import Call, StandClass
from festival.exhibitors.papers.states import PaperKind, PaperState
from festival.exhibitors.states import ApplicationState, ExhibitKind, Sector, Size
from festival.extensions import Model
from festival.festivals.models import Edition, Festival, Strand
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
from festival.shared.files import StoredFile
from festival.shared.pictures import StoredPicture

NO_FACTS = text("'{}'")
NO_WORDS = text("'[]'")


class Organization(Model):
    """Registered once with a festival and used again in later editions."""

    __tablename__ = "organization"

    id: Mapped[PrimaryKey]
    festival_id: Mapped[int] = mapped_column(ForeignKey("festival.id"), index=True)
    code: Mapped[Code] = mapped_column(unique=True)
    name: Mapped[Short] = mapped_column(default="")
    names: Mapped[Facts] = mapped_column(server_default=NO_FACTS)
    """Language → name, where it is called otherwise than ``name`` says."""
    sector: Mapped[Sector] = mapped_column(state_column(Sector), default=Sector.OTHER)
    size: Mapped[Size | None] = mapped_column(state_column(Size))
    district: Mapped[Short] = mapped_column(default="")
    website: Mapped[str] = mapped_column(String(400), default="")
    about: Mapped[str] = mapped_column(Text, default="")
    languages: Mapped[Words]
    contact_name: Mapped[Short] = mapped_column(default="")
    contact_email: Mapped[str] = mapped_column(String(254), default="")
    contact_phone: Mapped[str] = mapped_column(String(40), default="")
    logo_id: Mapped[int | None] = mapped_column(ForeignKey("stored_picture.id"))
    created_at: Mapped[Moment]
    card_email: Mapped[str] = mapped_column(String(254), default="", server_default="")
    card_phone: Mapped[str] = mapped_column(String(40), default="", server_default="")
    """Of the organization, not of a person; on its public contact card and nowhere else."""
    card_agreed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Since when everybody may have the card; None: nobody."""
    merged_into_id: Mapped[int | None] = mapped_column(
        ForeignKey("organization.id", name="fk_organization_merged_into")
    )
    """Registered twice: everything of this one has moved to that one."""
    festival: Mapped[Festival] = relationship()
    logo: Mapped[StoredPicture | None] = relationship()
    contacts: Mapped[list[OrganizationContact]] = relationship(
        back_populates="organization",
        order_by="OrganizationContact.position",
        cascade="all, delete-orphan",
    )

    def name_in(self, language: str) -> str:
        """The name in a language, or the usual one."""
        return str(self.names.get(language) or self.name)


class OrganizationContact(Model):
    """Somebody of the organization whom the organizers can reach, besides the first contact."""

    __tablename__ = "organization_contact"

    id: Mapped[PrimaryKey]
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    name: Mapped[Short]
    role: Mapped[Short] = mapped_column(default="")
    """What the person is asked about, for example "stand" or "press"."""
    email: Mapped[str] = mapped_column(String(254), default="")
    phone: Mapped[str] = mapped_column(String(40), default="")
    organization: Mapped[Organization] = relationship(back_populates="contacts")


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
    call_id: Mapped[int | None] = mapped_column(
        ForeignKey("call.id", name="fk_application_call"), index=True
    )
    strand_id: Mapped[int | None] = mapped_column(
        ForeignKey("strand.id", name="fk_application_strand"), index=True
    )
    stand_class_id: Mapped[int | None] = mapped_column(
        ForeignKey("stand_class.id", name="fk_application_stand_class")
    )
    brings: Mapped[Words] = mapped_column(server_default=NO_WORDS)
    """Which of exhibitors.states.Bringing; empty until told, and for those of before."""
    answers: Mapped[Facts] = mapped_column(server_default=NO_FACTS)
    """Code of the question → text, whole number, list of values, ISO date or true."""
    team_passes_wanted: Mapped[int] = mapped_column(default=0, server_default="0")
    late_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Until then it can be handed in although the call is closed."""
    needs: Mapped[Facts]
    """space (exhibitors.states.SpaceWish); area_m2, tables, chairs, power_watts, floor_load_kg
    (numbers; the last in kilograms on a square metre); water, internet, step_free, storage,
    needs_quiet (truth values); noise (exhibitors.states.Noise); vehicle (text), vehicle_length_m
    and vehicle_height_m (numbers, metres); near and not_beside (words about neighbours, for the
    organizers).  Empty until told."""
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
    call: Mapped[Call | None] = relationship()
    strand: Mapped[Strand | None] = relationship()
    stand_class: Mapped[StandClass | None] = relationship()
    papers: Mapped[list[Paper]] = relationship(
        back_populates="application", cascade="all, delete-orphan", order_by="Paper.id"
    )
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
    repeats: Mapped[int] = mapped_column(default=1, server_default="1")
    """How many times it could be held in all."""
    access_facts: Mapped[Words] = mapped_column(server_default=NO_WORDS)
    """Names from festivals.states.SESSION_ACCESS."""
    tags: Mapped[Words] = mapped_column(server_default=NO_WORDS)
    """Names from festivals.states.SESSION_MANNERS."""
    is_bookable: Mapped[bool] = mapped_column(default=False)
    application: Mapped[Application] = relationship(back_populates="offers")


class Paper(Model):
    """A private file that belongs to an application."""

    __tablename__ = "paper"
    __table_args__ = (Index("ix_paper_expires", "expires_on"),)

    id: Mapped[PrimaryKey]
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), index=True)
    kind: Mapped[PaperKind] = mapped_column(state_column(PaperKind))
    question_code: Mapped[Code] = mapped_column(default="")
    """Of an answer: the question that it answers."""
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"))
    expires_on: Mapped[date | None] = mapped_column(Date)
    """The last day on which it holds."""
    state: Mapped[PaperState] = mapped_column(state_column(PaperState), default=PaperState.RECEIVED)
    note: Mapped[str] = mapped_column(Text, default="")
    """Why it was not accepted; the applicant reads it."""
    checked_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    checked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[Moment]
    application: Mapped[Application] = relationship(back_populates="papers")
    file: Mapped[StoredFile] = relationship(lazy="joined")


class ResumeLink(Model):
    """One more secret that opens an application; the first one stays valid."""

    __tablename__ = "resume_link"

    id: Mapped[PrimaryKey]
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), index=True)
    token_hash: Mapped[Hash] = mapped_column(unique=True)
    made_at: Mapped[Moment]
