"""What is asked about organizations as records of their own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from festival.accounts.models import RoleGrant
from festival.exhibitors.models import Application, Organization
from festival.exhibitors.organizations import rules
from festival.exhibitors.organizations.rules import Double, OrganizationFacts
from festival.exhibitors.queries import organizations_of
from festival.exhibitors.states import ApplicationState
from festival.extensions import db
from festival.festivals.models import Edition
from festival.shared.access import Role


@dataclass(frozen=True, slots=True)
class MergeFacts:
    """What merging would do; numbers of rows by what they are."""

    applications: list[Application]
    """Of the one that goes, the newest first."""
    staying: list[Application]
    """Applications that have ended and stay behind, because the other one has one there too."""
    in_the_way: list[str]
    """Titles of editions in which both take part."""
    people: int


def find_organization(edition: Edition, *, code: str) -> Organization | None:
    """An organization of this edition's festival that was not merged into another."""
    return db.session.scalar(
        select(Organization).where(
            Organization.festival_id == edition.festival_id,
            Organization.code == code,
            Organization.merged_into_id.is_(None),
        )
    )


def doubles_of(edition: Edition) -> list[tuple[Organization, Organization, Double]]:
    """Likely doubles among the organizations of the festival, the surest first."""
    rows = {each.id: each for each in organizations_of(edition)}
    facts = [
        OrganizationFacts(each.id, each.name, each.website, each.contact_email)
        for each in rows.values()
    ]
    return [
        (rows[double.first], rows[double.second], double) for double in rules.likely_doubles(facts)
    ]


def count_applications(organizations: Iterable[Organization]) -> dict[int, int]:
    """Organization id → its applications in all editions."""
    ids = [each.id for each in organizations]
    rows = db.session.execute(
        select(Application.organization_id, func.count())
        .where(Application.organization_id.in_(ids))
        .group_by(Application.organization_id)
    )
    return {organization_id: count for organization_id, count in rows}


def count_people(organization: Organization) -> int:
    """How many people can sign in for it."""
    return (
        db.session.scalar(
            select(func.count())
            .select_from(RoleGrant)
            .where(RoleGrant.organization_id == organization.id, RoleGrant.role == Role.EXHIBITOR)
        )
        or 0
    )


def applications_by_edition(organization: Organization) -> dict[int, Application]:
    """Edition id → the organization's application there."""
    rows = db.session.scalars(
        select(Application)
        .where(Application.organization_id == organization.id)
        .options(joinedload(Application.edition))
        .order_by(Application.created_at.desc())
    )
    return {each.edition_id: each for each in rows}


def facts_of_merge(keep: Organization, *, gone: Organization) -> MergeFacts:
    """What would move and what would not, for the preview and for the action alike."""
    kept, going = applications_by_edition(keep), applications_by_edition(gone)
    kept_states = _states(kept)
    going_states = _states(going)
    shared = rules.staying_behind(kept_states, going_states)
    staying = [
        kept[edition]
        if rules.gone_leads(kept_states[edition], going_states[edition])
        else going[edition]
        for edition in shared
    ]
    blocked = rules.editions_in_the_way(kept_states, going_states)
    return MergeFacts(
        applications=list(going.values()),
        staying=staying,
        in_the_way=[kept[edition].edition.title for edition in blocked],
        people=count_people(gone),
    )


def _states(applications: dict[int, Application]) -> dict[int, ApplicationState]:
    return {edition: each.state for edition, each in applications.items()}
