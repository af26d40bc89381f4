"""Exhibitors who ask visitors for an address, and visitors who leave one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select

from festival.exhibitors.models import Application
from festival.exhibitors.states import ApplicationState
from festival.extensions import db
from festival.portal.leads.actions import PageFacts, change_page, give_interest
from festival.portal.leads.models import InterestLead, LeadLink, LeadPage
from festival.portal.leads.queries import allowed_in, page_of, wording_of
from festival.shared.journal import SYSTEM
from festival.shared.tokens import make_token, token_hash
from tests.factories.exhibitors import make_application
from tests.factories.world import NOW, Corner

PURPOSE = "We write to you once when the evening courses open."
TYPED = {"name": "Lea Okafor", "email": "lea@example.org", "note": "The evening course"}


def make_exhibitor(corner: Corner, *, name: str = "Paper Workshop") -> Application:
    """An accepted application that the corner's person with the role of exhibitor speaks for."""
    row, _token = make_application(
        corner, state=ApplicationState.ACCEPTED, name=name,
        email=f"{name.split()[0].lower()}@{corner.festival.slug}.example",
    )  # fmt: skip
    person = corner.people["exhibitor"]
    for grant in person.grants:
        grant.organization_id = row.organization_id
    db.session.commit()
    return row


def make_page(application: Application, **changes: Any) -> LeadPage:
    values: dict[str, Any] = {
        "fields": ["name", "email", "note"], "purposes": {"en": PURPOSE}, "is_open": True,
    } | changes  # fmt: skip
    row = page_of(application)
    change_page(
        application, PageFacts(**values), version=row.version if row else 0, actor=SYSTEM, now=NOW
    )
    db.session.commit()
    found = page_of(application)
    assert found is not None
    return found


def leave(
    page: LeadPage, *, token: str = "", now: datetime = NOW, locale: str = "en", **typed: str
) -> tuple[LeadLink, str]:
    """A visitor presses the button, having read what the page says now."""
    token = token or make_token()
    edition = page.application.edition
    wording = wording_of(page, edition, allowed=allowed_in(edition))
    give_interest(
        page, wording=wording, read_digest=wording.digest(page_code=page.code),
        typed=TYPED | typed, token=token, locale=locale, now=now,
    )  # fmt: skip
    db.session.commit()
    link = db.session.scalars(
        select(LeadLink).where(LeadLink.token_hash == token_hash(token))
    ).one()
    return link, token


def all_leads() -> list[InterestLead]:
    return list(db.session.scalars(select(InterestLead).order_by(InterestLead.id)))
