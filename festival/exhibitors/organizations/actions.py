"""What changes organizations: their people, and two that become one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Column, delete, select, update

from festival.accounts.granting import Place, invite, revoke_role
from festival.accounts.models import Person, RoleGrant
from festival.exhibitors.models import Application, Organization
from festival.exhibitors.moving import move
from festival.exhibitors.organizations.queries import (
    applications_by_edition,
    count_people,
    facts_of_merge,
)
from festival.exhibitors.states import ApplicationState
from festival.extensions import db
from festival.festivals.actions import touch_edition
from festival.festivals.models import Edition
from festival.shared.access import Role
from festival.shared.errors import FieldRefused, RuleBroken
from festival.shared.forms import is_email, normalised_email
from festival.shared.journal import Actor, write_journal
from festival.shared.sentences import mark
from festival.shared.tokens import make_code

FILLED_IN = (
    "about", "district", "website", "logo_id", "size",
    "contact_name", "contact_email", "contact_phone",
)  # fmt: skip
"""Taken from the one that goes where the one that stays says nothing."""
MOST_MEMBERS = 20


class StandsInTheWay(RuleBroken):
    """Both take part in the same edition."""


def invite_member(
    organization: Organization,
    *,
    edition: Edition,
    email: str,
    name: str,
    locale: str,
    now: datetime,
    actor: Actor,
) -> Person:
    """Let somebody else sign in for the organization.  Raises ``FieldRefused`` (email)."""
    email = normalised_email(email)
    if not is_email(email):
        raise FieldRefused("email", mark("Give exactly one e-mail address."))
    if count_people(organization) >= MOST_MEMBERS:
        raise FieldRefused("email", mark("Twenty people can sign in already."))
    return invite(
        email=email, name=name or email, role=Role.EXHIBITOR,
        place=place_of(organization, edition=edition), locale=locale, actor=actor, now=now,
    )  # fmt: skip


def end_member(
    organization: Organization, *, edition: Edition, person_id: int, now: datetime, actor: Actor
) -> None:
    """Somebody no longer signs in for the organization; the last one stays.

    Raises ``RuleBroken`` for the last one, ``NotFound`` for somebody who never did.
    """
    db.session.refresh(organization, with_for_update={"of": Organization})
    if count_people(organization) <= 1:
        raise RuleBroken(
            mark("Somebody has to speak for the organization, so the last one stays."),
            next_step=mark("Invite somebody else first."),
        )
    place = place_of(organization, edition=edition)
    revoke_role(person_id, Role.EXHIBITOR, place=place, actor=actor, now=now)


def place_of(organization: Organization, *, edition: Edition) -> Place:
    return Place(name=organization.name, organization_id=organization.id, edition=edition)


def merge_organizations(
    keep: Organization, *, gone: Organization, edition: Edition, now: datetime, actor: Actor
) -> None:
    """Everything of ``gone`` becomes ``keep``'s; ``gone`` stays as a pointer to it.

    An application that has ended stays with ``gone`` where ``keep`` has one in the same edition;
    a draft among them is withdrawn, so that nobody hands it in.  Raises ``StandsInTheWay`` where
    both take part in one edition, ``RuleBroken`` for two of different festivals or the same twice.
    """
    for each in sorted((keep, gone), key=lambda one: one.id):
        db.session.refresh(each, with_for_update={"of": Organization})
    if keep.id == gone.id or keep.festival_id != gone.festival_id:
        raise RuleBroken(mark("These two cannot be merged."))
    if gone.merged_into_id is not None or keep.merged_into_id is not None:
        raise RuleBroken(mark("One of the two was merged already."))
    facts = facts_of_merge(keep, gone=gone)
    if facts.in_the_way:
        raise StandsInTheWay(
            mark("Both take part in %(editions)s. Decline or withdraw one of the two there first."),
            editions=", ".join(facts.in_the_way),
        )
    moved = _move_applications(keep, gone=gone, staying=facts.staying, now=now, actor=actor)
    moved |= _move_rows(keep, gone=gone)
    _fill_in(keep, gone=gone)
    gone.merged_into_id = keep.id
    db.session.flush()
    db.session.expire_all()
    for edition_id in {edition.id, *applications_by_edition(keep)}:
        touch_edition(edition_id)
    write_journal(
        "organizations_merged", actor=actor, entity="organization", key=keep.code, now=now,
        edition_id=edition.id, before={"organization": gone.code, "name": gone.name},
        after={"organization": keep.code, "name": keep.name, "moved": moved},
    )  # fmt: skip


def _move_applications(
    keep: Organization,
    *,
    gone: Organization,
    staying: list[Application],
    now: datetime,
    actor: Actor,
) -> dict[str, int]:
    """Those of ``gone`` go to ``keep``; where ``keep`` has an ended one, the two change places."""
    shelf = _shelf(keep)
    for each in staying:
        if each.state is ApplicationState.DRAFT:
            move(each, to=ApplicationState.WITHDRAWN, actor=actor, now=now)
        each.organization_id = shelf.id
    db.session.flush()
    rows = list(applications_by_edition(gone).values())
    for each in rows:
        each.organization_id = keep.id
    db.session.flush()
    for each in staying:
        each.organization_id = gone.id
    db.session.flush()
    db.session.expire(shelf)
    db.session.delete(shelf)
    return {"application": len(rows)}


def _shelf(keep: Organization) -> Organization:
    """An empty organization that holds an application for a moment: an edition has one of each."""
    shelf = Organization(
        festival_id=keep.festival_id, code=make_code(16), name="", languages=[],
        created_at=keep.created_at,
    )  # fmt: skip
    db.session.add(shelf)
    db.session.flush()
    return shelf


def _move_rows(keep: Organization, *, gone: Organization) -> dict[str, int]:
    """Every other table that points to an organization, whichever room it belongs to."""
    theirs = select(RoleGrant.person_id, RoleGrant.role).where(RoleGrant.organization_id == keep.id)
    for person_id, role in db.session.execute(theirs).all():
        db.session.execute(
            delete(RoleGrant).where(
                RoleGrant.organization_id == gone.id,
                RoleGrant.person_id == person_id,
                RoleGrant.role == role,
            )
        )
    moved = {}
    for column in _pointing_here():
        done: Any = db.session.execute(
            update(column.table).where(column == gone.id).values({column.name: keep.id})
        )
        if done.rowcount:
            moved[column.table.name] = int(done.rowcount)
    return moved


def _pointing_here() -> list[Column[Any]]:
    """Columns with a foreign key to organization, but for applications, which moved by rule."""
    return [
        key.parent
        for table in db.metadata.sorted_tables
        if table.name != "application"
        for key in table.foreign_keys
        if key.column.table.name == "organization"
    ]


def _fill_in(keep: Organization, *, gone: Organization) -> None:
    for name in FILLED_IN:
        if not getattr(keep, name):
            setattr(keep, name, getattr(gone, name))
    keep.names = {**gone.names, **keep.names}
    keep.languages = [
        *keep.languages, *(each for each in gone.languages if each not in keep.languages)
    ]  # fmt: skip
