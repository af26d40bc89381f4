"""Reads of badges.  Every one but the look-up of a scan is bound to an edition."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from festival.badges.codes import code_hash, normalise
from festival.badges.models import Badge
from festival.badges.states import BadgeKind, BadgeState
from festival.extensions import db
from festival.visitors.models import Registration

PER_PAGE = 50
SHORTEST_SEARCH = 2


@dataclass(frozen=True, slots=True)
class BadgeFilter:
    """Which badges of an edition a list shows."""

    text: str = ""
    """Part of the holder's name, a registration's short code, or a whole badge code."""
    kind: BadgeKind | None = None
    state: BadgeState | None = None


def badge_of(registration_id: int) -> Badge | None:
    """The badge that a household shows now; None when it was revoked without a new one."""
    return db.session.scalar(
        select(Badge)
        .where(Badge.registration_id == registration_id, Badge.state == BadgeState.ACTIVE)
        .order_by(Badge.id.desc())
        .limit(1)
    )


def find_badge_by_code(edition_id: int, code: str) -> Badge | None:
    """The badge with a typed, scanned or linked code in this edition."""
    return db.session.scalar(
        select(Badge).where(
            Badge.code_hash == code_hash(normalise(code)), Badge.edition_id == edition_id
        )
    )


def find_badge(edition_id: int, reference: str) -> Badge | None:
    """The badge with this reference (the hash of its code, which opens nothing)."""
    return db.session.scalar(
        select(Badge).where(Badge.code_hash == reference, Badge.edition_id == edition_id)
    )


def find_successor(badge: Badge) -> Badge | None:
    """The badge that replaced this one."""
    return db.session.scalar(select(Badge).where(Badge.replaces_id == badge.id))


def badges_matching(edition_id: int, wanted: BadgeFilter, *, page: int) -> Sequence[Badge]:
    """One page of 50, newest first; page 1 is the first."""
    return db.session.scalars(
        select(Badge)
        .where(*_conditions(edition_id, wanted))
        .order_by(Badge.id.desc())
        .limit(PER_PAGE)
        .offset((page - 1) * PER_PAGE)
    ).all()


def count_badges_matching(edition_id: int, wanted: BadgeFilter) -> int:
    return (
        db.session.scalar(select(func.count(Badge.id)).where(*_conditions(edition_id, wanted))) or 0
    )


def badges_to_print(
    edition_id: int, *, references: Sequence[str], wanted: BadgeFilter, most: int
) -> Sequence[Badge]:
    """Active badges, oldest first: those referred to, or with no reference all that match."""
    query = select(Badge).where(*_conditions(edition_id, wanted), Badge.state == BadgeState.ACTIVE)
    if references:
        query = query.where(Badge.code_hash.in_(references))
    return db.session.scalars(query.order_by(Badge.id).limit(most)).all()


def badges_named(edition_id: int, name: str, *, most: int) -> Sequence[Badge]:
    """Active badges whose holder's name contains the text, for a desk where the code is lost."""
    return db.session.scalars(
        select(Badge)
        .where(
            Badge.edition_id == edition_id,
            Badge.state == BadgeState.ACTIVE,
            _contains(Badge.holder_name, name),
        )
        .order_by(Badge.holder_name, Badge.id)
        .limit(most)
    ).all()


def _conditions(edition_id: int, wanted: BadgeFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [Badge.edition_id == edition_id]
    if wanted.kind:
        conditions.append(Badge.kind == wanted.kind)
    if wanted.state:
        conditions.append(Badge.state == wanted.state)
    if wanted.text:
        of_registration = select(Registration.id).where(
            Registration.edition_id == edition_id, Registration.code == wanted.text.lower()
        )
        conditions.append(
            or_(
                _contains(Badge.holder_name, wanted.text),
                Badge.code_hash == code_hash(normalise(wanted.text)),
                Badge.registration_id.in_(of_registration),
            )
        )
    return conditions


def _contains(column: InstrumentedAttribute[str], text: str) -> ColumnElement[bool]:
    # lower() of SQLite knows ASCII only, so other scripts are looked for in the usual spellings.
    lowered = func.lower(column).contains(text.lower(), autoescape=True)
    spellings = {text, text.lower(), text.title()}
    return or_(lowered, *(column.contains(each, autoescape=True) for each in sorted(spellings)))
