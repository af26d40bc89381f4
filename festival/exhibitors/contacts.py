"""People who sign in for an organization: invited and sent away by the organizers."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from festival.accounts.granting import Place, invite, revoke_role
from festival.accounts.models import Person, RoleGrant
from festival.exhibitors.models import Application, Organization
from festival.exhibitors.states import ApplicationState
from festival.extensions import db
from festival.shared.access import Role
from festival.shared.errors import RuleBroken
from festival.shared.journal import Actor
from festival.shared.sentences import mark


def invite_contact(application: Application, *, now: datetime, actor: Actor) -> Person:
    """Let the contact person of an accepted application sign in for the organization."""
    if application.state != ApplicationState.ACCEPTED:
        raise RuleBroken(mark("Only who takes part is invited to sign in."))
    organization = application.organization
    return invite(
        email=organization.contact_email,
        name=organization.contact_name or organization.name,
        role=Role.EXHIBITOR,
        place=_place(application),
        locale=application.language,
        actor=actor,
        now=now,
    )


def end_contact(application: Application, *, person_id: int, now: datetime, actor: Actor) -> None:
    """Somebody no longer speaks for the organization; raises ``NotFound`` if they never did."""
    revoke_role(person_id, Role.EXHIBITOR, place=_place(application), actor=actor, now=now)


def people_of(organization: Organization) -> list[Person]:
    """Who can sign in for the organization, by name."""
    return list(
        db.session.scalars(
            select(Person)
            .join(RoleGrant, RoleGrant.person_id == Person.id)
            .where(
                RoleGrant.role == Role.EXHIBITOR,
                RoleGrant.organization_id == organization.id,
                Person.is_active,
            )
            .order_by(Person.name, Person.id)
        )
    )


def _place(application: Application) -> Place:
    organization = application.organization
    return Place(
        name=organization.name, organization_id=organization.id, edition=application.edition
    )
