"""Decisions, their rounds and texts, and the waiting list."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from festival.exhibitors.models import Application
from festival.exhibitors.reviewing.models import (
    Decision,
    DecisionRound,
    DecisionText,
    WaitingPlace,
)
from festival.exhibitors.reviewing.states import RoundState
from festival.exhibitors.states import ApplicationState
from festival.extensions import db
from festival.festivals.models import Edition
from festival.mail.models import OutboxMessage
from festival.mail.states import MessageState

LAST = 2**31 - 1
STILL_HERE = (MessageState.HELD, MessageState.QUEUED)
"""A mail in one of these states has not left."""


def find_round(edition: Edition, *, code: str) -> DecisionRound | None:
    """A round of this edition with its decisions and their applications."""
    return db.session.scalar(
        select(DecisionRound)
        .where(DecisionRound.edition_id == edition.id, DecisionRound.code == code)
        .options(
            selectinload(DecisionRound.decisions)
            .joinedload(Decision.application)
            .joinedload(Application.organization)
        )
    )


def rounds_of(edition: Edition, *, most: int = 50) -> list[tuple[DecisionRound, int, int]]:
    """(round, number of decisions, mails that have not left), the newest first."""
    count = (
        select(func.count(Decision.id))
        .where(Decision.round_id == DecisionRound.id)
        .scalar_subquery()
    )
    waiting = (
        select(func.count(OutboxMessage.id))
        .join(Decision, Decision.message_id == OutboxMessage.id)
        .where(Decision.round_id == DecisionRound.id, OutboxMessage.state.in_(STILL_HERE))
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(DecisionRound, count, waiting)
        .where(DecisionRound.edition_id == edition.id)
        .order_by(DecisionRound.id.desc())
        .limit(most)
    )
    return [(each, number, here) for each, number, here in rows]


def mail_states(decisions: list[Decision]) -> dict[int, MessageState]:
    """Message id → its state, for the decisions of a round."""
    rows = db.session.execute(
        select(OutboxMessage.id, OutboxMessage.state).where(
            OutboxMessage.id.in_([each.message_id for each in decisions if each.message_id])
        )
    )
    return {number: state for number, state in rows}


def decisions_about(application: Application) -> list[Decision]:
    """What was decided about it, the newest first."""
    return list(
        db.session.scalars(
            select(Decision)
            .where(Decision.application_id == application.id)
            .options(joinedload(Decision.round))
            .order_by(Decision.id.desc())
        )
    )


def held_decision(application: Application) -> Decision | None:
    """The decision whose mail has not left yet."""
    return db.session.scalar(
        select(Decision)
        .join(Decision.round)
        .join(OutboxMessage, OutboxMessage.id == Decision.message_id)
        .where(
            Decision.application_id == application.id,
            Decision.is_undone.is_(False),
            DecisionRound.state == RoundState.HELD,
            OutboxMessage.state.in_((MessageState.QUEUED, MessageState.HELD)),
        )
        .order_by(Decision.id.desc())
        .limit(1)
    )


def count_held_mails(edition_id: int) -> int:
    """Mails with decisions that wait until somebody releases them."""
    return (
        db.session.scalar(
            select(func.count(Decision.id))
            .join(Decision.round)
            .join(OutboxMessage, OutboxMessage.id == Decision.message_id)
            .where(
                DecisionRound.edition_id == edition_id,
                DecisionRound.state == RoundState.HELD,
                OutboxMessage.state == MessageState.HELD,
            )
        )
        or 0
    )


def told_state(application: Application, *, now: datetime) -> ApplicationState:
    """The state as the applicant may know it: a decision shows when its mail leaves."""
    held = held_decision(application)
    if held is None or (held.round.leaves_at is not None and held.round.leaves_at <= now):
        return application.state
    return held.before


def open_conditions(application: Application) -> str:
    """What has to change, while the applicant has not said whether they agree; else empty."""
    if application.state != ApplicationState.ACCEPTED_WITH_CHANGES:
        return ""
    found = db.session.scalar(
        select(Decision.conditions)
        .where(
            Decision.application_id == application.id,
            Decision.state == ApplicationState.ACCEPTED_WITH_CHANGES,
            Decision.is_undone.is_(False),
        )
        .order_by(Decision.id.desc())
        .limit(1)
    )
    return found or ""


def texts_of(edition: Edition) -> dict[tuple[ApplicationState, str], str]:
    """(decision, language) → the organizers' own text."""
    rows = db.session.scalars(select(DecisionText).where(DecisionText.edition_id == edition.id))
    return {(row.state, row.locale): row.text for row in rows}


def waiting_list(edition: Edition) -> list[Application]:
    """Who waits for a place, the next one first."""
    return list(
        db.session.scalars(
            select(Application)
            .outerjoin(WaitingPlace, WaitingPlace.application_id == Application.id)
            .where(
                Application.edition_id == edition.id,
                Application.state == ApplicationState.WAITLISTED,
            )
            .options(joinedload(Application.organization))
            .order_by(
                func.coalesce(WaitingPlace.position, LAST),
                Application.decided_at,
                Application.id,
            )
        )
    )
