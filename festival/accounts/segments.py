"""Whom of the accounts an organizer can write to: the team of the edition."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from flask_babel import gettext
from sqlalchemy import select

from festival.accounts.models import Person, RoleGrant
from festival.accounts.states import EDITION_ROLES, ROLE_NAMES, Role
from festival.extensions import db
from festival.mail.batches.segments import Recipient, segment
from festival.shared.sentences import mark

EVERYBODY = "everybody"


def _roles(_edition: Any) -> list[tuple[str, str]]:
    return [
        (EVERYBODY, gettext("Everybody of the team")),
        *((role.value, gettext(ROLE_NAMES[role])) for role in Role if role in EDITION_ROLES),
    ]


@segment("team", name=mark("The team of this edition"), choices=_roles)
def team(edition: Any, *, choice: str, now: datetime) -> Iterable[Recipient]:
    """People with a role here who can sign in; ``choice`` is a role, or everybody."""
    wanted = (
        select(Person)
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .where(RoleGrant.edition_id == edition.id, Person.is_active)
        .order_by(Person.name, Person.id)
    )
    if choice != EVERYBODY:
        wanted = wanted.where(RoleGrant.role == choice)
    for person in db.session.scalars(wanted):
        yield Recipient(email=person.email, name=person.name, locale=person.locale)
