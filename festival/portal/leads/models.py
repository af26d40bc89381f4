"""What may be passed on, the pages of the exhibitors, wordings, leads and the links to them."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from festival.exhibitors.models import Application
from festival.extensions import Model
from festival.shared.columns import Code, Facts, Hash, Moment, PrimaryKey, UtcDateTime, Words


class LeadRules(Model):
    """What the organizers of one edition allow; without a row the defaults hold."""

    __tablename__ = "lead_rules"
    __table_args__ = (CheckConstraint("kept_days >= 0", name="kept_days_not_negative"),)

    id: Mapped[PrimaryKey]
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"), unique=True)
    fields: Mapped[Words]
    """Of ``LeadField``; empty where nobody may ask for anything."""
    texts: Mapped[Facts]
    """Language → text on data protection."""
    kept_days: Mapped[int]
    """Days after the last day of the festival until leads are deleted."""
    version: Mapped[int] = mapped_column(default=0)
    changed_at: Mapped[Moment]


class LeadPage(Model):
    """What one exhibitor asks visitors for, and what it will do with it."""

    __tablename__ = "lead_page"

    id: Mapped[PrimaryKey]
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), unique=True)
    code: Mapped[Code] = mapped_column(unique=True)
    """In the short address on the stand."""
    fields: Mapped[Words]
    purposes: Mapped[Facts]
    """Language → what it will do with the address."""
    is_open: Mapped[bool] = mapped_column(default=False)
    withdrawn_count: Mapped[int] = mapped_column(default=0)
    """Taken back by visitors; nothing but this number is left of them."""
    lapsed_count: Mapped[int] = mapped_column(default=0)
    """Deleted because they were kept as long as was promised."""
    version: Mapped[int] = mapped_column(default=0)
    changed_at: Mapped[Moment]
    application: Mapped[Application] = relationship()


class LeadWording(Model):
    """What stood on a page when somebody agreed; never changed."""

    __tablename__ = "lead_wording"

    id: Mapped[PrimaryKey]
    page_id: Mapped[int] = mapped_column(ForeignKey("lead_page.id"), index=True)
    digest: Mapped[Hash] = mapped_column(unique=True)
    """Of ``facts``; its first characters are quoted as the version of the wording."""
    facts: Mapped[Facts]
    """See ``rules.Wording``: organization, fields, purposes, protection, kept_until."""
    made_at: Mapped[Moment]


class InterestLead(Model):
    """What one visitor passed on to one exhibitor; deleted when it is taken back."""

    __tablename__ = "interest_lead"

    id: Mapped[PrimaryKey]
    page_id: Mapped[int] = mapped_column(ForeignKey("lead_page.id"), index=True)
    person_key: Mapped[Hash] = mapped_column(unique=True)
    """Hash of the page and the e-mail address (telephone, link), so that twice is once."""
    wording_id: Mapped[int] = mapped_column(ForeignKey("lead_wording.id"), index=True)
    details: Mapped[Facts]
    """``LeadField`` → what was typed; holds agreed fields only."""
    locale: Mapped[str] = mapped_column(String(10))
    """The language in which the wording was read."""
    given_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    """When the button was pressed; the last time, if more than once."""
    kept_until: Mapped[date] = mapped_column(Date, index=True)
    """The last day on which it is kept, as the wording promised."""
    page: Mapped[LeadPage] = relationship()
    wording: Mapped[LeadWording] = relationship()


class LeadLink(Model):
    """A secret by which a visitor sees and takes back a lead; stays when the lead is gone."""

    __tablename__ = "lead_link"

    id: Mapped[PrimaryKey]
    page_id: Mapped[int] = mapped_column(ForeignKey("lead_page.id"), index=True)
    lead_id: Mapped[int | None] = mapped_column(ForeignKey("interest_lead.id"), index=True)
    token_hash: Mapped[Hash] = mapped_column(unique=True)
    made_at: Mapped[Moment]
    page: Mapped[LeadPage] = relationship()
    lead: Mapped[InterestLead | None] = relationship()
