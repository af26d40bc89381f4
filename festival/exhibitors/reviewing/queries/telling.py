"""What applicants know by now, asked of many applications at once.

``rounds.told_state`` says the same of one application; a test holds the two together.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, case, func, select

from festival.exhibitors.models import Application
from festival.exhibitors.reviewing.models import Decision, DecisionRound
from festival.exhibitors.reviewing.queries.rounds import STILL_HERE
from festival.exhibitors.reviewing.states import RoundState
from festival.exhibitors.states import PROMISED
from festival.extensions import db
from festival.mail.models import OutboxMessage


def told_state_of(now: datetime) -> ColumnElement[Any]:
    """``Application.state`` as the applicant may know it, for a query that has ``Application``."""
    held = (
        select(case((DecisionRound.leaves_at <= now, Application.state), else_=Decision.before))
        .select_from(Decision)
        .join(DecisionRound, DecisionRound.id == Decision.round_id)
        .join(OutboxMessage, OutboxMessage.id == Decision.message_id)
        .where(
            Decision.application_id == Application.id,
            Decision.is_undone.is_(False),
            DecisionRound.state == RoundState.HELD,
            OutboxMessage.state.in_(STILL_HERE),
        )
        .order_by(Decision.id.desc())
        .limit(1)
        .correlate(Application)
        .scalar_subquery()
    )
    return func.coalesce(held, Application.state)


def told_of_promise(edition_id: int, *, now: datetime) -> frozenset[int]:
    """Ids of applications to which a place is promised, and who know it."""
    return frozenset(
        db.session.scalars(
            select(Application.id).where(
                Application.edition_id == edition_id,
                Application.state.in_(PROMISED),
                told_state_of(now).in_(PROMISED),
            )
        )
    )


def untold_decisions(edition_id: int, *, now: datetime) -> tuple[int, ...]:
    """Ids of decisions whose mail has not left: what changes when nobody writes anything."""
    return tuple(
        db.session.scalars(
            select(Decision.id)
            .join(DecisionRound, DecisionRound.id == Decision.round_id)
            .join(OutboxMessage, OutboxMessage.id == Decision.message_id)
            .where(
                DecisionRound.edition_id == edition_id,
                DecisionRound.state == RoundState.HELD,
                DecisionRound.leaves_at.is_(None) | (DecisionRound.leaves_at > now),
                Decision.is_undone.is_(False),
                OutboxMessage.state.in_(STILL_HERE),
            )
            .order_by(Decision.id)
        )
    )
