"""What the tests of stands look at again and again."""

from __future__ import annotations

from sqlalchemy import select

from festival.exhibitors.stands.models import StandAssignment
from festival.exhibitors.stands.states import StandState
from festival.extensions import db


def holders() -> dict[str, str]:
    """Number of the stand → organization."""
    db.session.expire_all()
    rows = db.session.scalars(select(StandAssignment)).all()
    assert all(each.stand.state == StandState.ASSIGNED for each in rows)
    return {each.stand.number: each.application.organization.name for each in rows}
