"""Who may do what: invitations, roles, administrators.  Actions, like ``actions.py``.

Rooms above call ``invite`` for an organization or a twin city; they give the name of the place,
because this room stands below them and does not know their tables.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select

from festival.accounts.actions import add_person, end_all_sign_ins, make_link
from festival.accounts.models import Person, RoleGrant
from festival.accounts.queries import count_administrators, count_holders, find_person
from festival.accounts.rules import may_lose_role, may_stop_administrating
from festival.accounts.states import EDITION_ROLES, ROLE_NAMES, LinkPurpose, Role
from festival.extensions import db
from festival.mail.actions import queue_mail
from festival.shared.errors import NotAllowed, NotFound, RuleBroken
from festival.shared.forms import normalised_email
from festival.shared.journal import Actor, write_journal
from festival.shared.sentences import mark
from festival.shared.tokens import token_hash


@dataclass(frozen=True, slots=True)
class Place:
    """Where a role is held: exactly one of the three numbers is given."""

    name: str
    """As people read it in the invitation, for example the title of the edition."""
    edition_id: int | None = None
    organization_id: int | None = None
    twin_city_id: int | None = None
    edition: Any = None
    """The edition in which this happens, for the mail's frame and the journal; may be None."""

    def takes(self, role: Role) -> bool:
        """Whether the role belongs to this kind of place."""
        if role in EDITION_ROLES:
            return self.edition_id is not None
        if role == Role.EXHIBITOR:
            return self.organization_id is not None
        return self.twin_city_id is not None

    @property
    def scope(self) -> dict[str, int | None]:
        """Columns of a grant."""
        return {
            "edition_id": self.edition_id,
            "organization_id": self.organization_id,
            "twin_city_id": self.twin_city_id,
        }

    @property
    def journal_edition_id(self) -> int | None:
        """In whose journal it stands."""
        if self.edition_id is not None or self.edition is None:
            return self.edition_id
        number: int = self.edition.id
        return number


def invite(
    *, email: str, name: str, role: Role, place: Place, locale: str, actor: Actor, now: datetime
) -> Person:
    """Give a role to whoever has this address, and tell them by mail.

    Unknown people are added and get a link to choose a password; known ones keep theirs.  Raises
    ``FieldRefused("email", …)`` for an address that only looks like a known one, ``NotAllowed``
    for a deactivated person.
    """
    person = find_person(email)
    if person is None:
        person = add_person(email=normalised_email(email), name=name, locale=locale, now=now)
        write_journal(
            "person_added", actor=actor, entity="person", key=person.id, now=now,
            edition_id=place.journal_edition_id, after={"name": name, "email": person.email},
        )  # fmt: skip
    if not person.is_active:
        raise NotAllowed(mark("This person was deactivated. An administrator can change that."))
    is_new_grant = grant_role(person, role, place=place, actor=actor, now=now)
    if not person.password_hash:
        send_invitation(person, place=place, inviter=actor.label, now=now)
    elif is_new_grant:
        _tell_of_role(person, role, place=place, actor=actor, now=now)
    return person


def grant_role(person: Person, role: Role, *, place: Place, actor: Actor, now: datetime) -> bool:
    """Give one role in one place; False when the person has it already."""
    if not place.takes(role):
        raise ValueError(f"{role} cannot be held there")
    if _find_grant(person.id, role, place=place) is not None:
        return False
    db.session.add(
        RoleGrant(
            person=person, role=role, granted_by_id=actor.person_id, granted_at=now, **place.scope
        )
    )
    db.session.flush()
    _write_role("role_given", person, role, place=place, actor=actor, now=now)
    return True


def revoke_role(
    person_id: int,
    role: Role,
    *,
    place: Place,
    actor: Actor,
    now: datetime,
    by_administrator: bool = False,
) -> None:
    """Take one role back.  The last organizer of an edition stays."""
    _hold_others(RoleGrant.edition_id == place.edition_id, RoleGrant.role == role)
    person = db.session.get(Person, person_id)
    grant = _find_grant(person_id, role, place=place)
    if person is None or grant is None:
        raise NotFound(mark("This person does not have the role here."))
    if place.edition_id is not None and not may_lose_role(
        role=role.value,
        holders=count_holders(edition_id=place.edition_id, role=role),
        by_administrator=by_administrator,
    ):
        raise RuleBroken(
            mark("An edition keeps at least one organizer."),
            next_step=mark("Make somebody else organizer first."),
        )
    person.grants.remove(grant)
    _write_role("role_taken", person, role, place=place, actor=actor, now=now)


def send_invitation(person: Person, *, place: Place, inviter: str, now: datetime) -> None:
    """Mail a link with which the person chooses a password."""
    token, expires_at = make_link(LinkPurpose.INVITATION, person=person, now=now)
    queue_mail(
        "account_invitation",
        key=f"account_invitation:{token_hash(token)[:32]}",
        recipient=person.email,
        recipient_name=person.name,
        locale=person.locale,
        edition_id=place.journal_edition_id,
        context={
            "edition": place.edition,
            "person_name": person.name,
            "inviter": inviter,
            "place": place.name,
            "token": token,
            "expires_at": expires_at,
        },
        now=now,
    )


def set_active(person: Person, *, is_active: bool, actor: Actor, now: datetime) -> None:
    """Let a person in again, or out: deactivating ends all their sign-ins at once."""
    if person.is_active == is_active:
        return
    if not is_active and person.is_administrator:
        _refuse_last_administrator()
    person.is_active = is_active
    if not is_active:
        end_all_sign_ins(person.id, now=now)
    write_journal(
        "person_activated" if is_active else "person_deactivated",
        actor=actor,
        entity="person",
        key=person.id,
        now=now,
        before={"is_active": not is_active},
        after={"is_active": is_active},
    )


def set_administrator(
    person: Person, *, is_administrator: bool, actor: Actor, now: datetime
) -> None:
    """Make a person administrator of the whole installation, or no longer."""
    if person.is_administrator == is_administrator:
        return
    if not is_administrator:
        _refuse_last_administrator()
    person.is_administrator = is_administrator
    write_journal(
        "administrator_made" if is_administrator else "administrator_unmade",
        actor=actor,
        entity="person",
        key=person.id,
        now=now,
        before={"is_administrator": not is_administrator},
        after={"is_administrator": is_administrator},
    )


def _hold_others(*wanted: ColumnElement[bool]) -> None:
    """Lock who has the role, in one order: of two who leave at once, the second counts anew."""
    db.session.execute(select(RoleGrant.id).where(*wanted).order_by(RoleGrant.id).with_for_update())


def _refuse_last_administrator() -> None:
    administrators = select(Person.id).where(Person.is_administrator.is_(True))
    db.session.execute(administrators.order_by(Person.id).with_for_update())
    if not may_stop_administrating(administrators=count_administrators()):
        raise RuleBroken(
            mark("The last administrator stays, or nobody could let people in."),
            next_step=mark("Make somebody else administrator first."),
        )


def _find_grant(person_id: int, role: Role, *, place: Place) -> RoleGrant | None:
    return db.session.scalar(
        select(RoleGrant).where(
            RoleGrant.person_id == person_id,
            RoleGrant.role == role,
            RoleGrant.edition_id == place.edition_id,
            RoleGrant.organization_id == place.organization_id,
            RoleGrant.twin_city_id == place.twin_city_id,
        )
    )


def _tell_of_role(person: Person, role: Role, *, place: Place, actor: Actor, now: datetime) -> None:
    queue_mail(
        "account_role",
        key=f"account_role:{person.id}:{role.value}:{now.isoformat()}",
        recipient=person.email,
        recipient_name=person.name,
        locale=person.locale,
        edition_id=place.journal_edition_id,
        context={
            "edition": place.edition,
            "person_name": person.name,
            "inviter": actor.label,
            "role_name": ROLE_NAMES[role],
            "place": place.name,
        },
        now=now,
    )


def _write_role(
    action: str, person: Person, role: Role, *, place: Place, actor: Actor, now: datetime
) -> None:
    fact = {"role": role.value, "place": place.name, "name": person.name}
    write_journal(
        action,
        actor=actor,
        entity="role_grant",
        key=person.id,
        now=now,
        edition_id=place.journal_edition_id,
        before=fact if action == "role_taken" else None,
        after=fact if action == "role_given" else None,
    )
