"""Who there is, who is signed in where, and who works on what."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import selectinload

from festival.accounts.models import OneTimeLink, Person, RoleGrant, SignIn, SignInAttempt
from festival.accounts.states import LinkPurpose, Role
from festival.extensions import db
from festival.shared.forms import normalised_email
from festival.shared.journal import JournalEntry
from festival.shared.tokens import token_hash

PAGE = 50
"""Rows on one page of a list."""


def find_person(email: str) -> Person | None:
    """The person with this address, however it was typed."""
    return db.session.scalar(select(Person).where(Person.email == normalised_email(email)))


def find_open_link(
    token: str, *, purposes: Sequence[LinkPurpose], now: datetime
) -> OneTimeLink | None:
    """A link that was neither used nor has run out."""
    return db.session.scalar(
        select(OneTimeLink).where(
            OneTimeLink.token_hash == token_hash(token),
            OneTimeLink.purpose.in_(purposes),
            OneTimeLink.used_at.is_(None),
            OneTimeLink.expires_at > now,
        )
    )


def live_sign_ins(person_id: int, *, now: datetime) -> list[SignIn]:
    """Browsers in which the person is signed in, the newest first."""
    return list(
        db.session.scalars(
            select(SignIn)
            .where(
                SignIn.person_id == person_id, SignIn.ended_at.is_(None), SignIn.expires_at > now
            )
            .order_by(SignIn.started_at.desc(), SignIn.id.desc())
        )
    )


def tries_of(
    *, email_hash: str, client_hash: str, now: datetime
) -> tuple[list[datetime], list[datetime]]:
    """Instants of tries of the last day: (for this account, from this network address)."""
    rows = db.session.execute(
        select(SignInAttempt.at, SignInAttempt.email_hash, SignInAttempt.client_hash).where(
            SignInAttempt.at > now - timedelta(days=1),
            or_(SignInAttempt.email_hash == email_hash, SignInAttempt.client_hash == client_hash),
        )
    ).all()
    return (
        [row.at for row in rows if row.email_hash == email_hash],
        [row.at for row in rows if row.client_hash == client_hash],
    )


def resets_asked(person_id: int, *, now: datetime) -> list[datetime]:
    """Instants of the last day at which the person asked for a new password."""
    return list(
        db.session.scalars(
            select(OneTimeLink.created_at).where(
                OneTimeLink.person_id == person_id,
                OneTimeLink.purpose == LinkPurpose.RESET,
                OneTimeLink.created_at > now - timedelta(days=1),
            )
        )
    )


def team_of(edition_id: int) -> list[Person]:
    """People with a role in the edition, by name, their grants loaded."""
    return list(
        db.session.scalars(
            select(Person)
            .where(Person.grants.any(RoleGrant.edition_id == edition_id))
            .options(selectinload(Person.grants))
            .order_by(Person.name, Person.id)
        )
    )


def count_holders(*, edition_id: int, role: Role) -> int:
    """How many active people hold a role in the edition."""
    return (
        db.session.scalar(
            select(func.count())
            .select_from(RoleGrant)
            .join(RoleGrant.person)
            .where(
                RoleGrant.edition_id == edition_id,
                RoleGrant.role == role,
                Person.is_active.is_(True),
            )
        )
        or 0
    )


def administrators() -> list[Person]:
    """Active administrators, by name."""
    return list(
        db.session.scalars(
            select(Person)
            .where(Person.is_administrator.is_(True), Person.is_active.is_(True))
            .order_by(Person.name, Person.id)
        )
    )


def count_administrators() -> int:
    """How many active administrators there are, with a password or not yet."""
    return (
        db.session.scalar(
            select(func.count())
            .select_from(Person)
            .where(Person.is_administrator.is_(True), Person.is_active.is_(True))
        )
        or 0
    )


def people_page(number: int, *, search: str = "") -> tuple[list[Person], int]:
    """(people on page ``number``, number of pages), by name; ``search`` in name or address."""
    wanted = select(Person)
    if search:
        pattern = f"%{_literal(search.casefold())}%"
        wanted = wanted.where(
            or_(
                func.lower(Person.name).like(pattern, escape="\\"),
                Person.email.like(pattern, escape="\\"),
            )
        )
    count = db.session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    rows = db.session.scalars(
        wanted.order_by(Person.name, Person.id).limit(PAGE).offset((number - 1) * PAGE)
    )
    return list(rows), max(1, -(-count // PAGE))


def journal_page(
    edition_id: int, number: int, *, entity: str = ""
) -> tuple[list[JournalEntry], int]:
    """(entries on page ``number`` from 1, number of pages), the newest first."""
    wanted = select(JournalEntry).where(JournalEntry.edition_id == edition_id)
    if entity:
        wanted = wanted.where(JournalEntry.entity == entity)
    count = db.session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    rows = db.session.scalars(
        wanted.order_by(JournalEntry.id.desc()).limit(PAGE).offset((number - 1) * PAGE)
    )
    return list(rows), max(1, -(-count // PAGE))


def journal_entities(edition_id: int) -> list[str]:
    """Kinds of things that the edition's journal tells about."""
    return list(
        db.session.scalars(
            select(JournalEntry.entity)
            .where(JournalEntry.edition_id == edition_id)
            .distinct()
            .order_by(JournalEntry.entity)
        )
    )


def _literal(text: str) -> str:
    """Text in which ``%`` and ``_`` stand for themselves in LIKE."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
