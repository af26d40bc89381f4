"""What is asked about pages for visitors' interest, and about leads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from festival.exhibitors.models import Application, Organization
from festival.exhibitors.states import PROMISED
from festival.extensions import db
from festival.festivals.models import Edition
from festival.portal.leads.models import InterestLead, LeadLink, LeadPage, LeadRules
from festival.portal.leads.rules import Wording, asked_fields, last_day_kept
from festival.portal.leads.states import (
    DEFAULT_FIELDS,
    DEFAULT_KEPT_DAYS,
    DEFAULT_PROTECTION,
    LeadField,
)
from festival.shared.tokens import token_hash

PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class Allowed:
    """What the organizers of an edition allow now."""

    fields: tuple[LeadField, ...]
    texts: dict[str, str]
    kept_days: int
    version: int


@dataclass(frozen=True, slots=True)
class PageCount:
    """One exhibitor's page in numbers; ``page`` is None where there is none yet."""

    application: Application
    page: LeadPage | None
    kept: int


def allowed_in(edition: Edition) -> Allowed:
    """The organizers' choice, or what holds without one."""
    row = db.session.scalar(select(LeadRules).where(LeadRules.edition_id == edition.id))
    if row is None:
        return Allowed(DEFAULT_FIELDS, {}, DEFAULT_KEPT_DAYS, 0)
    known = asked_fields(LeadField, allowed=row.fields)
    return Allowed(known, dict(row.texts), row.kept_days, row.version)


def page_of(application: Application) -> LeadPage | None:
    return db.session.scalar(select(LeadPage).where(LeadPage.application_id == application.id))


def find_page(edition: Edition, *, code: str) -> LeadPage | None:
    """A page of this edition with its application and organization."""
    return db.session.scalar(
        select(LeadPage)
        .join(LeadPage.application)
        .where(LeadPage.code == code, Application.edition_id == edition.id)
        .options(joinedload(LeadPage.application).joinedload(Application.organization))
    )


def find_link(edition: Edition, *, token: str) -> LeadLink | None:
    """The link of this edition with this secret; what it led to may be gone."""
    return db.session.scalar(
        select(LeadLink)
        .join(LeadLink.page)
        .join(LeadPage.application)
        .where(LeadLink.token_hash == token_hash(token), Application.edition_id == edition.id)
        .options(joinedload(LeadLink.lead).joinedload(InterestLead.wording))
    )


def is_own(link: LeadLink) -> bool:
    """Whether what the lead says was typed with this link.

    Anybody can type anybody's address, and the same address is the same lead: an earlier link may
    take it back, but sees nothing of what was left since.
    """
    newest = select(func.max(LeadLink.id)).where(LeadLink.lead_id == link.lead_id)
    return link.id == db.session.scalar(newest)


def wording_of(page: LeadPage, edition: Edition, *, allowed: Allowed) -> Wording:
    """What a visitor would read now."""
    kept = last_day_kept(edition.ends_on, kept_days=allowed.kept_days)
    organization = page.application.organization
    return Wording(
        organization=organization.name,
        names={language: str(name) for language, name in organization.names.items() if name},
        fields=tuple(each.value for each in asked_fields(page.fields, allowed=allowed.fields)),
        purposes={language: str(text) for language, text in page.purposes.items() if text},
        protection={language: text for language, text in allowed.texts.items() if text}
        or {"en": DEFAULT_PROTECTION},
        kept_until=kept.isoformat(),
    )


def count_leads(page: LeadPage) -> int:
    found = select(func.count()).select_from(InterestLead).where(InterestLead.page_id == page.id)
    return db.session.scalar(found) or 0


def leads_of(page: LeadPage, *, number: int = 0) -> Sequence[InterestLead]:
    """The newest first; page ``number`` of them from 1, or all of them."""
    query = (
        select(InterestLead)
        .where(InterestLead.page_id == page.id)
        .options(joinedload(InterestLead.wording))
        .order_by(InterestLead.given_at.desc(), InterestLead.id.desc())
    )
    if number:
        query = query.limit(PER_PAGE).offset((number - 1) * PER_PAGE)
    return db.session.scalars(query).all()


def counts_of(edition: Edition) -> list[PageCount]:
    """Every exhibitor with a promised place and its page in numbers, by name."""
    kept = (
        select(InterestLead.page_id, func.count().label("kept"))
        .group_by(InterestLead.page_id)
        .subquery()
    )
    rows = db.session.execute(
        select(Application, LeadPage, func.coalesce(kept.c.kept, 0))
        .join(Application.organization)
        .outerjoin(LeadPage, LeadPage.application_id == Application.id)
        .outerjoin(kept, kept.c.page_id == LeadPage.id)
        .where(Application.edition_id == edition.id, Application.state.in_(PROMISED))
        .options(joinedload(Application.organization))
        .order_by(Organization.name, Application.id)
    )
    return [PageCount(application, page, count) for application, page, count in rows]


def leads_due(now: datetime) -> Select[Any]:
    """Ids of leads whose last day is over in every zone, for the nightly cleaning."""
    today: date = (now - timedelta(days=1)).date()
    return select(InterestLead.id).where(InterestLead.kept_until < today)
