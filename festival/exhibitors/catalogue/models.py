"""Where organizations teach all year, and under which licence an edition gives its data away."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Float, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from festival.exhibitors.catalogue.states import Licence
from festival.exhibitors.models import Organization
from festival.extensions import Model
from festival.shared.columns import Code, Moment, PrimaryKey, Short, state_column


class LearningPlace(Model):
    """An address at which an organization can be found when there is no festival."""

    __tablename__ = "learning_place"
    __table_args__ = (
        CheckConstraint("latitude IS NULL OR latitude BETWEEN -90 AND 90", name="latitude_range"),
        CheckConstraint(
            "longitude IS NULL OR longitude BETWEEN -180 AND 180", name="longitude_range"
        ),
    )

    id: Mapped[PrimaryKey]
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), index=True)
    code: Mapped[Code] = mapped_column(unique=True)
    """Its identifier in the open data; kept as long as the place is."""
    position: Mapped[int] = mapped_column(default=0)
    name: Mapped[Short]
    address: Mapped[str] = mapped_column(String(400), default="")
    district: Mapped[Short] = mapped_column(default="")
    latitude: Mapped[float | None] = mapped_column(Float)
    longitude: Mapped[float | None] = mapped_column(Float)
    """Degrees, WGS 84; both or neither."""
    changed_at: Mapped[Moment]
    organization: Mapped[Organization] = relationship()


class CatalogueTerms(Model):
    """What an edition says about its open data."""

    __tablename__ = "catalogue_terms"

    id: Mapped[PrimaryKey]
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"), unique=True)
    licence: Mapped[Licence | None] = mapped_column(state_column(Licence))
    source: Mapped[Short] = mapped_column(default="")
    """Whom to name; empty: the title of the edition."""
    note: Mapped[str] = mapped_column(Text, default="")
    """What readers of the data should know, in the organizers' words."""
    changed_at: Mapped[Moment]
