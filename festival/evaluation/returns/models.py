"""Returns of hosts, and how long an edition waits for them."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from festival.evaluation.returns.states import CountMethod, FiledBy
from festival.extensions import Model
from festival.programme.models import Occurrence
from festival.shared.columns import Moment, PrimaryKey, state_column


class HostReturn(Model):
    """What a host tells about one time that its session was held."""

    __tablename__ = "host_return"
    __table_args__ = (
        CheckConstraint("total >= 0", name="total_not_negative"),
        CheckConstraint(
            "(children IS NULL AND adults IS NULL) OR children + adults = total", name="adds_up"
        ),
    )

    id: Mapped[PrimaryKey]
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"), index=True)
    occurrence_id: Mapped[int] = mapped_column(ForeignKey("occurrence.id"), unique=True)
    children: Mapped[int | None]
    """People under 18; None where the host told only the total."""
    adults: Mapped[int | None]
    total: Mapped[int]
    """People who took part, over all the times that it was held."""
    method: Mapped[CountMethod] = mapped_column(state_column(CountMethod))
    times_held: Mapped[int] = mapped_column(default=1)
    """0: it was not held after all."""
    went_well: Mapped[str] = mapped_column(Text, default="")
    visitors_said: Mapped[str] = mapped_column(Text, default="")
    do_better: Mapped[str] = mapped_column(Text, default="")
    filed_by: Mapped[FiledBy] = mapped_column(state_column(FiledBy))
    """Who filed or changed it last; the person stands in the journal alone."""
    version: Mapped[int] = mapped_column(default=1)
    """Raised at every change; a second editor with an older one is shown the difference."""
    created_at: Mapped[Moment]
    changed_at: Mapped[Moment]
    occurrence: Mapped[Occurrence] = relationship()


class ReturnTerms(Model):
    """How long an edition waits for returns; one without a row waits ``rules.DAYS``."""

    __tablename__ = "return_terms"
    __table_args__ = (CheckConstraint("days > 0", name="days_positive"),)

    id: Mapped[PrimaryKey]
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"), unique=True)
    days: Mapped[int]
    """Days after the day of an activity on which its return can still be filed and changed."""
