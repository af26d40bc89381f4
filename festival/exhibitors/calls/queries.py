"""What is asked about calls."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from festival.exhibitors.calls import rules
from festival.exhibitors.calls.models import Call, CallLink, Question, StandClass
from festival.exhibitors.calls.rules import Asked, Windows
from festival.exhibitors.calls.states import CallKind, CallState
from festival.extensions import db
from festival.festivals.models import Edition
from festival.shared.tokens import token_hash


def find_call(edition: Edition, *, kind: CallKind = CallKind.EXHIBITORS) -> Call | None:
    """The edition's call of a kind with its questions and classes of stand."""
    return db.session.scalar(
        select(Call)
        .where(Call.edition_id == edition.id, Call.kind == kind)
        .options(selectinload(Call.questions), selectinload(Call.stand_classes))
    )


def calls_of(edition: Edition) -> list[Call]:
    """Every call of the edition, that for exhibitors first."""
    rows = db.session.scalars(
        select(Call)
        .where(Call.edition_id == edition.id)
        .options(selectinload(Call.questions), selectinload(Call.stand_classes))
    )
    order = list(CallKind)
    return sorted(rows, key=lambda each: order.index(each.kind))


def windows_of(call: Call | None) -> Windows:
    """When the call is open; no call is never open."""
    if call is None:
        return Windows()
    return Windows(call.opens_at, call.closes_at, call.reopens_at, call.recloses_at)


def state_of(call: Call | None, *, now: datetime) -> CallState:
    return rules.call_state(now, windows_of(call))


def asked_of(call: Call | None) -> tuple[Asked, ...]:
    """The call's questions as the rules take them, in their order."""
    if call is None:
        return ()
    return tuple(facts_of_question(each) for each in call.questions)


def facts_of_question(row: Question) -> Asked:
    return Asked(
        code=row.code,
        kind=row.kind,
        required=row.required,
        options=tuple(str(each["value"]) for each in row.options),
        shown_if_question=row.shown_if_question,
        shown_if_answer=row.shown_if_answer,
    )


def find_question(call: Call, *, code: str) -> Question | None:
    return next((each for each in call.questions if each.code == code), None)


def find_stand_class(call: Call, *, code: str) -> StandClass | None:
    return next((each for each in call.stand_classes if each.code == code), None)


def find_link(edition: Edition, *, token: str) -> CallLink | None:
    """The personal link with this secret, in the edition that the address names."""
    return db.session.scalar(
        select(CallLink)
        .join(CallLink.call)
        .where(CallLink.token_hash == token_hash(token), Call.edition_id == edition.id)
        .options(joinedload(CallLink.call))
    )


def links_of(call: Call) -> list[CallLink]:
    """Personal links of the call, the newest first."""
    return list(
        db.session.scalars(
            select(CallLink)
            .where(CallLink.call_id == call.id)
            .order_by(CallLink.made_at.desc(), CallLink.id.desc())
        )
    )
