"""Applications with what they answered to a call's own questions."""

from __future__ import annotations

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload, selectinload

from festival.exhibitors.calls.models import Call
from festival.exhibitors.calls.states import CallKind
from festival.exhibitors.models import Application, Organization
from festival.exhibitors.reviewing.queries.conflicts import not_barred
from festival.exhibitors.states import ApplicationState
from festival.extensions import db


def answered(call: Call, *, person_id: int | None) -> list[Application]:
    """Those of the call that were handed in and that the person may see, by organization.

    Two queries.  What was begun before there were calls belongs to that for exhibitors.
    """
    of_call = Application.call_id == call.id
    if call.kind is CallKind.EXHIBITORS:
        of_call = or_(of_call, Application.call_id.is_(None))
    rows = db.session.scalars(
        select(Application)
        .join(Application.organization)
        .where(
            Application.edition_id == call.edition_id,
            of_call,
            Application.state != ApplicationState.DRAFT,
            not_barred(person_id),
        )
        .options(joinedload(Application.organization), selectinload(Application.papers))
        .order_by(Organization.name, Application.id)
    )
    return list(rows)
