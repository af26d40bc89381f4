"""Who the present request speaks for: Flask-Login's user on top of our own sign-ins."""

from __future__ import annotations

from datetime import timedelta

from flask import g
from flask_login import UserMixin, current_user
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from festival.accounts.models import Person, RoleGrant, SignIn
from festival.accounts.states import EDITION_ROLES, Role
from festival.extensions import db, login_manager
from festival.shared.access import Who, answer_with
from festival.shared.clock import utc_now
from festival.shared.tokens import token_hash

ABSOLUTE_LIFETIME = timedelta(days=14)


class SignedInPerson(UserMixin):  # type: ignore[misc]
    """What views see as ``current_user``."""

    def __init__(self, token: str, *, sign_in: SignIn) -> None:
        self.token = token
        self.sign_in_id = sign_in.id
        self.person_id: int = sign_in.person_id
        self.name: str = sign_in.person.name
        self.email: str = sign_in.person.email
        self.locale: str = sign_in.person.locale
        self.is_administrator: bool = sign_in.person.is_administrator
        self.grants: tuple[RoleGrant, ...] = tuple(sign_in.person.grants)

    def get_id(self) -> str:
        return self.token


@login_manager.user_loader  # type: ignore[untyped-decorator]
def find_signed_in(token: str) -> SignedInPerson | None:
    """The person of a live sign-in; ended, expired or deactivated is nobody."""
    sign_in = db.session.scalar(
        select(SignIn)
        .where(
            SignIn.token_hash == token_hash(token),
            SignIn.ended_at.is_(None),
            SignIn.expires_at > utc_now(),
        )
        .options(joinedload(SignIn.person), selectinload(SignIn.person, Person.grants))
    )
    if sign_in is None or not sign_in.person.is_active:
        return None
    return SignedInPerson(token, sign_in=sign_in)


def roles_of_request() -> frozenset[str]:
    """Roles in the edition, organization or city that the view put into ``g``.

    ``g.edition`` comes from the address.  A view about one organization or one twin city sets
    ``g.organization_id`` or ``g.twin_city_id`` through its own doorway before it asks.
    """

    edition = g.get("edition")
    if current_user.is_administrator:
        names = {Who.ADMINISTRATOR.value}
        if edition is not None:
            names |= {role.value for role in EDITION_ROLES}
        return frozenset(names)
    return frozenset(
        grant.role.value
        for grant in current_user.grants
        if _reaches(grant, edition_id=edition.id if edition is not None else None)
    )


def _reaches(grant: RoleGrant, *, edition_id: int | None) -> bool:
    if grant.role in EDITION_ROLES:
        return edition_id is not None and grant.edition_id == edition_id
    if grant.role == Role.EXHIBITOR:
        wanted = g.get("organization_id")
        return wanted is not None and grant.organization_id == wanted
    wanted = g.get("twin_city_id")
    return wanted is not None and grant.twin_city_id == wanted


answer_with(roles_of_request)
