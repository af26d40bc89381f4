"""Who stays away from what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, not_, or_, select
from sqlalchemy.orm import joinedload

from festival.accounts.models import Person, RoleGrant
from festival.exhibitors.models import Application, Organization, OrganizationContact
from festival.exhibitors.reviewing import rules
from festival.exhibitors.reviewing.models import Conflict
from festival.exhibitors.reviewing.states import ConflictKind
from festival.extensions import db
from festival.festivals.models import Edition
from festival.shared.access import Role


def not_barred(person_id: int | None) -> ColumnElement[bool]:
    """Condition on applications: the person neither belongs to it nor has declared a conflict."""
    belongs = select(RoleGrant.organization_id).where(
        RoleGrant.person_id == person_id,
        RoleGrant.role == Role.EXHIBITOR,
        RoleGrant.organization_id.is_not(None),
    )
    declared = select(Conflict.application_id).where(
        Conflict.person_id == person_id, Conflict.kind == ConflictKind.DECLARED
    )
    return and_(Application.organization_id.not_in(belongs), Application.id.not_in(declared))


def is_barred(application: Application, *, person_id: int | None) -> bool:
    """Whether the person may see nothing of this application."""
    wanted = select(Application.id).where(Application.id == application.id, not_barred(person_id))
    return db.session.scalar(wanted) is None


def barred_names(edition: Edition, *, person_id: int | None) -> list[tuple[str, str]]:
    """(code, organization) of what the person stays away from, by name."""
    rows = db.session.execute(
        select(Application.code, Organization.name)
        .join(Application.organization)
        .where(Application.edition_id == edition.id, not_(not_barred(person_id)))
        .order_by(Organization.name, Application.id)
    )
    return [(code, name) for code, name in rows]


def conflict_between(application: Application, *, person: Person) -> ConflictKind | None:
    """Why the person stays away from the application, or is asked first; None if nothing."""
    is_member = db.session.scalar(
        select(RoleGrant.id).where(
            RoleGrant.person_id == person.id,
            RoleGrant.role == Role.EXHIBITOR,
            RoleGrant.organization_id == application.organization_id,
        )
    )
    said = db.session.scalar(
        select(Conflict.kind).where(
            Conflict.person_id == person.id, Conflict.application_id == application.id
        )
    )
    domain = rules.telling_domain(person.email)
    shares = bool(domain) and (
        application.organization_id in organizations_with_domain(application.edition_id, domain)
    )
    return rules.conflict_of(is_member=is_member is not None, said=said, shares_domain=shares)


def organizations_with_domain(edition_id: int, domain: str) -> frozenset[int]:
    """Organizations that applied with an address of this domain; none where many share it."""
    ending = f"@{domain}"
    here = select(Application.organization_id).where(Application.edition_id == edition_id)
    elsewhere = select(OrganizationContact.organization_id).where(
        func.lower(OrganizationContact.email).endswith(ending, autoescape=True)
    )
    found = db.session.scalars(
        select(Organization.id).where(
            Organization.id.in_(here),
            or_(
                func.lower(Organization.contact_email).endswith(ending, autoescape=True),
                Organization.id.in_(elsewhere),
            ),
        )
    ).all()
    return frozenset(found) if len(found) <= rules.SHARED_BY_MANY else frozenset()


@dataclass(frozen=True, slots=True)
class KnownConflict:
    """One line of the page of conflicts; ``said_id`` is None where nobody said anything."""

    said_id: int | None
    kind: ConflictKind
    person: Person
    application: Application
    reason: str


def conflicts_of(edition: Edition, *, reviewers: list[Person]) -> list[KnownConflict]:
    """What was said, and what is detected for these people, by person and organization."""
    rows = db.session.scalars(
        select(Conflict)
        .join(Conflict.application)
        .where(Application.edition_id == edition.id)
        .options(
            joinedload(Conflict.person),
            joinedload(Conflict.application).joinedload(Application.organization),
        )
    ).all()
    said = {(row.person_id, row.application_id) for row in rows}
    found = [
        KnownConflict(row.id, row.kind, row.person, row.application, row.reason) for row in rows
    ]
    for person, application, kind in _detected(edition, reviewers):
        if kind is ConflictKind.MEMBER or (person.id, application.id) not in said:
            found.append(KnownConflict(None, kind, person, application, ""))
    return sorted(
        found, key=lambda each: (each.person.name, each.application.organization.name, each.kind)
    )


def detected_pairs(edition: Edition, reviewers: list[Person]) -> frozenset[tuple[int, int]]:
    """(application id, person id) where a conflict was said, is certain or is proposed."""
    return frozenset(
        (each.application.id, each.person.id)
        for each in conflicts_of(edition, reviewers=reviewers)
        if each.kind is not ConflictKind.NONE
    )


def _detected(
    edition: Edition, reviewers: list[Person]
) -> list[tuple[Person, Application, ConflictKind]]:
    """Belonging and shared domains, with four statements however many people there are."""
    applications = db.session.scalars(
        select(Application)
        .where(Application.edition_id == edition.id)
        .options(joinedload(Application.organization))
    ).all()
    grants = db.session.execute(
        select(RoleGrant.person_id, RoleGrant.organization_id).where(
            RoleGrant.role == Role.EXHIBITOR,
            RoleGrant.person_id.in_([person.id for person in reviewers]),
        )
    )
    belongs = {(person_id, organization_id) for person_id, organization_id in grants}
    domains = _organizations_by_domain(applications)
    found = []
    for person in reviewers:
        shared = domains.get(rules.telling_domain(person.email), frozenset())
        shared = shared if len(shared) <= rules.SHARED_BY_MANY else frozenset()
        for application in applications:
            if (person.id, application.organization_id) in belongs:
                found.append((person, application, ConflictKind.MEMBER))
            elif application.organization_id in shared:
                found.append((person, application, ConflictKind.DOMAIN))
    return found


def _organizations_by_domain(
    applications: Sequence[Application],
) -> dict[str, frozenset[int]]:
    domains: dict[str, set[int]] = {}
    ids = set()
    for each in applications:
        ids.add(each.organization_id)
        domain = rules.domain_of(each.organization.contact_email)
        domains.setdefault(domain, set()).add(each.organization_id)
    contacts = db.session.execute(
        select(OrganizationContact.organization_id, OrganizationContact.email).where(
            OrganizationContact.organization_id.in_(ids)
        )
    )
    for organization_id, email in contacts:
        domains.setdefault(rules.domain_of(email), set()).add(organization_id)
    return {domain: frozenset(found) for domain, found in domains.items() if domain}
