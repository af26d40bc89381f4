"""People, their roles, their sign-ins and their one-time links."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from festival.accounts.likeness import likeness
from festival.accounts.states import LinkPurpose, Role
from festival.extensions import Model, db
from festival.shared.columns import Hash, Moment, PrimaryKey, Short, UtcDateTime, state_column


def _likeness_of_email(context: Any) -> str:
    return likeness(context.get_current_parameters()["email"])


def _one_grant(scope: str) -> Index:
    """The same role in the same place once: NULLs never equal, so each scope has its own index."""
    there = db.text(f"{scope} IS NOT NULL")
    return Index(
        f"uq_role_grant_{scope}",
        "person_id",
        "role",
        scope,
        unique=True,
        sqlite_where=there,
        postgresql_where=there,
    )


class Person(Model):
    """Somebody who can sign in."""

    __tablename__ = "person"

    id: Mapped[PrimaryKey]
    email: Mapped[str] = mapped_column(String(254), unique=True)
    """Normalised: NFKC, trimmed, lower case."""
    email_likeness: Mapped[str] = mapped_column(
        String(254), unique=True, default=_likeness_of_email
    )
    """The address with letters that look alike made equal: two people never look the same."""
    name: Mapped[Short]
    password_hash: Mapped[str] = mapped_column(String(200), default="")
    """argon2id; empty until the invitation is taken."""
    locale: Mapped[str] = mapped_column(String(10), default="en")
    is_administrator: Mapped[bool] = mapped_column(default=False)
    is_active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[Moment]
    grants: Mapped[list[RoleGrant]] = relationship(
        back_populates="person", cascade="all, delete-orphan", foreign_keys="RoleGrant.person_id"
    )


class RoleGrant(Model):
    """One role of one person in exactly one edition, organization or twin city."""

    __tablename__ = "role_grant"
    __table_args__ = (
        _one_grant("edition_id"),
        _one_grant("organization_id"),
        _one_grant("twin_city_id"),
        CheckConstraint(
            "(CASE WHEN edition_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN organization_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN twin_city_id IS NULL THEN 0 ELSE 1 END) = 1",
            name="one_scope",
        ),
    )

    id: Mapped[PrimaryKey]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    role: Mapped[Role] = mapped_column(state_column(Role))
    edition_id: Mapped[int | None] = mapped_column(ForeignKey("edition.id"), index=True)
    organization_id: Mapped[int | None] = mapped_column(ForeignKey("organization.id"), index=True)
    twin_city_id: Mapped[int | None] = mapped_column(ForeignKey("twin_city.id"), index=True)
    granted_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    granted_at: Mapped[Moment]
    person: Mapped[Person] = relationship(back_populates="grants", foreign_keys=[person_id])


class SignIn(Model):
    """One browser that is signed in.  A copied cookie is worth nothing once this has ended."""

    __tablename__ = "sign_in"

    id: Mapped[PrimaryKey]
    token_hash: Mapped[Hash] = mapped_column(unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    started_at: Mapped[Moment]
    expires_at: Mapped[Moment]
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    device: Mapped[Short] = mapped_column(default="")
    """Browser's name for itself, shortened, so that a person recognises it."""
    person: Mapped[Person] = relationship()


class OneTimeLink(Model):
    """An invitation, a reset or the first set-up; works once."""

    __tablename__ = "one_time_link"

    id: Mapped[PrimaryKey]
    token_hash: Mapped[Hash] = mapped_column(unique=True)
    purpose: Mapped[LinkPurpose] = mapped_column(state_column(LinkPurpose))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    created_at: Mapped[Moment]
    expires_at: Mapped[Moment]
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    person: Mapped[Person | None] = relationship()


class SignInAttempt(Model):
    """A try that has not succeeded, so that limits hold over all workers.  Kept for a day."""

    __tablename__ = "sign_in_attempt"

    id: Mapped[PrimaryKey]
    email_hash: Mapped[Hash] = mapped_column(index=True)
    """Of the address typed, known or not; with the mark of a known device where there is one."""
    client_hash: Mapped[Hash] = mapped_column(index=True, default="")
    """Keyed hash of the network address: nobody can read it back."""
    at: Mapped[Moment]
