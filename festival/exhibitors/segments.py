"""Whom of the exhibitors an organizer can write to, by the state of their application."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import contains_eager

from festival.accounts.models import Person, RoleGrant
from festival.exhibitors.models import Application, Organization
from festival.exhibitors.states import ApplicationState
from festival.extensions import db
from festival.festivals.models import Edition
from festival.mail.batches.segments import FactsIn, Recipient, segment
from festival.mail.rendering import link_maker
from festival.shared.access import Role
from festival.shared.sentences import mark

ORGANIZATION = {"organization": mark("The name of the organization")}
CATALOGUE = ORGANIZATION | {"link": mark("The address of its page in the catalogue")}


@segment("accepted_exhibitors", name=mark("Accepted exhibitors"), placeholders=CATALOGUE)
def accepted_exhibitors(edition: Edition, *, choice: str, now: datetime) -> Iterable[Recipient]:
    """Contact and signed-in people of every organization that takes part."""
    return exhibitors_in(edition, ApplicationState.ACCEPTED)


@segment(
    "accepted_with_changes",
    name=mark("Exhibitors accepted with changes"),
    placeholders=ORGANIZATION,
)
def accepted_with_changes(edition: Edition, *, choice: str, now: datetime) -> Iterable[Recipient]:
    """Who still has to agree to what the organizers changed."""
    return exhibitors_in(edition, ApplicationState.ACCEPTED_WITH_CHANGES)


@segment("waitlisted", name=mark("Exhibitors on the waiting list"), placeholders=ORGANIZATION)
def waitlisted(edition: Edition, *, choice: str, now: datetime) -> Iterable[Recipient]:
    """Who takes part if a place becomes free."""
    return exhibitors_in(edition, ApplicationState.WAITLISTED)


@segment("handed_in", name=mark("Applications handed in, not decided"), placeholders=ORGANIZATION)
def handed_in(edition: Edition, *, choice: str, now: datetime) -> Iterable[Recipient]:
    """Who waits for a decision."""
    return exhibitors_in(edition, ApplicationState.SUBMITTED)


@segment("drafts", name=mark("Applications begun, not handed in"), placeholders=ORGANIZATION)
def drafts(edition: Edition, *, choice: str, now: datetime) -> Iterable[Recipient]:
    """Who began an application and could forget it."""
    return exhibitors_in(edition, ApplicationState.DRAFT)


@segment("declined", name=mark("Declined applications"), placeholders=ORGANIZATION)
def declined(edition: Edition, *, choice: str, now: datetime) -> Iterable[Recipient]:
    """Who applied and found no place."""
    return exhibitors_in(edition, ApplicationState.DECLINED)


def exhibitors_in(edition: Edition, *states: ApplicationState) -> Iterable[Recipient]:
    """Contact and signed-in people of the organizations whose application is in ``states``."""
    rows = db.session.scalars(
        select(Application)
        .join(Application.organization)
        .where(Application.edition_id == edition.id, Application.state.in_(states))
        .options(contains_eager(Application.organization))
        .order_by(Organization.name, Application.id)
    ).all()
    return recipients_of(edition, rows)


def recipients_of(edition: Edition, applications: Sequence[Application]) -> Iterable[Recipient]:
    """The people behind applications (organizations loaded), with one query for all of them."""
    speakers = _speakers([each.organization_id for each in applications])
    for each in applications:
        organization = each.organization
        facts = _facts_of(organization, edition=edition)
        yield Recipient(organization.contact_email, organization.contact_name, each.language, facts)
        for who in speakers.get(organization.id, []):
            yield Recipient(who.email, who.name, who.locale, facts)


def _facts_of(organization: Organization, *, edition: Edition) -> FactsIn:
    def facts(locale: str) -> dict[str, str]:
        link = link_maker(locale=locale, edition=edition)
        address = link("exhibitors.exhibitor", code=organization.code)
        return {"organization": organization.name, "link": address}

    return facts


def _speakers(organization_ids: Sequence[int]) -> dict[int, list[Person]]:
    """Organization → who can sign in for it."""
    rows = db.session.execute(
        select(RoleGrant.organization_id, Person)
        .join(RoleGrant.person)
        .where(
            RoleGrant.organization_id.in_(organization_ids),
            RoleGrant.role == Role.EXHIBITOR,
            Person.is_active,
        )
        .order_by(Person.name, Person.id)
    )
    found: dict[int, list[Person]] = {}
    for number, person in rows:
        found.setdefault(number or 0, []).append(person)
    return found
