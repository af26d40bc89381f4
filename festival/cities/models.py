"""Twin cities of a festival."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from festival.extensions import Model
from festival.festivals.models import Festival
from festival.shared.columns import Code, Moment, PrimaryKey, Short, Words
from festival.shared.pictures import StoredPicture


class TwinCity(Model):
    """A partner city; belongs to the festival, so that editions share it."""

    __tablename__ = "twin_city"
    __table_args__ = (UniqueConstraint("festival_id", "slug"),)

    id: Mapped[PrimaryKey]
    festival_id: Mapped[int] = mapped_column(ForeignKey("festival.id"), index=True)
    slug: Mapped[Code]
    name: Mapped[Short]
    country: Mapped[str] = mapped_column(String(2))
    time_zone: Mapped[Code]
    languages: Mapped[Words]
    about: Mapped[str] = mapped_column(Text, default="")
    contact_name: Mapped[Short] = mapped_column(default="")
    contact_email: Mapped[str] = mapped_column(String(254), default="")
    website: Mapped[str] = mapped_column(String(400), default="")
    twinned_since: Mapped[int | None]
    """Year of the twinning agreement."""
    learning_city_since: Mapped[int | None]
    """Year of joining the UNESCO Global Network of Learning Cities."""
    logo_id: Mapped[int | None] = mapped_column(ForeignKey("stored_picture.id"))
    logo_terms: Mapped[str] = mapped_column(String(400), default="")
    created_at: Mapped[Moment]
    festival: Mapped[Festival] = relationship()
    logo: Mapped[StoredPicture | None] = relationship()
