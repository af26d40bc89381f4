"""How many want each class of stand: handed in, promised, and what tried decisions would add."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import func, select

from festival.exhibitors.calls.models import Call, StandClass
from festival.exhibitors.calls.rules import ClassUse, is_class_full
from festival.exhibitors.models import Application
from festival.exhibitors.states import PROMISED, ApplicationState
from festival.extensions import db
from festival.festivals.models import Edition

COUNTED = (ApplicationState.SUBMITTED, *sorted(PROMISED))
"""Whoever has handed in or is promised a place; drafts and the waiting list take nothing."""


def uses_of_classes(
    edition: Edition, *, tried: Mapping[int, ApplicationState] | None = None
) -> list[ClassUse]:
    """Each class of the edition's calls; ``tried`` is application id → decision.

    Three queries, however many applications there are.
    """
    classes = db.session.scalars(
        select(StandClass)
        .join(StandClass.call)
        .where(Call.edition_id == edition.id)
        .order_by(StandClass.call_id, StandClass.position, StandClass.id)
    ).all()
    if not classes:
        return []
    asked, promised = _counts(edition)
    change = _change(edition, tried or {})
    return [
        ClassUse(
            code=each.code,
            names=each.names,
            quota=each.quota,
            asked=asked.get(each.id, 0),
            promised=promised.get(each.id, 0),
            tried=change.get(each.id, 0),
        )
        for each in classes
    ]


def is_full_for(application: Application, stand_class: StandClass) -> bool:
    """Whether so many others have asked for the class that this application cannot.

    A personal link lets its organization choose whatever it likes.
    """
    if not stand_class.closes_when_full or application.late_until is not None:
        return False
    others = db.session.scalar(
        select(func.count())
        .select_from(Application)
        .where(
            Application.stand_class_id == stand_class.id,
            Application.state.in_(COUNTED),
            Application.id != application.id,
        )
    )
    return is_class_full(
        others or 0, quota=stand_class.quota, closes_when_full=stand_class.closes_when_full
    )


def lock_class(stand_class: StandClass | None) -> None:
    """Two who hand in at the same instant are counted one after the other."""
    if stand_class is not None and stand_class.closes_when_full:
        db.session.refresh(stand_class, with_for_update={"of": StandClass})


def _counts(edition: Edition) -> tuple[dict[int, int], dict[int, int]]:
    rows = db.session.execute(
        select(Application.stand_class_id, Application.state, func.count())
        .where(
            Application.edition_id == edition.id,
            Application.stand_class_id.is_not(None),
            Application.state.in_(COUNTED),
        )
        .group_by(Application.stand_class_id, Application.state)
    )
    asked: dict[int, int] = {}
    promised: dict[int, int] = {}
    for class_id, state, count in rows:
        into = promised if state in PROMISED else asked
        into[class_id or 0] = into.get(class_id or 0, 0) + count
    return asked, promised


def _change(edition: Edition, tried: Mapping[int, ApplicationState]) -> dict[int, int]:
    """Class → promises that the tried decisions add, less those that they take back."""
    if not tried:
        return {}
    rows = db.session.execute(
        select(Application.id, Application.stand_class_id, Application.state).where(
            Application.edition_id == edition.id,
            Application.stand_class_id.is_not(None),
            Application.id.in_(tried),
        )
    )
    found: dict[int, int] = {}
    for row_id, class_id, state in rows:
        step = (tried[row_id] in PROMISED) - (state in PROMISED)
        found[class_id or 0] = found.get(class_id or 0, 0) + step
    return found
