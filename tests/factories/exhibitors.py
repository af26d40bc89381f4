"""Applications in every state, made through the actions."""

from __future__ import annotations

from typing import Any

from festival.exhibitors.actions import (
    accept_application,
    decline_application,
    save_step,
    start_application,
    submit,
    withdraw,
)
from festival.exhibitors.models import Application
from festival.exhibitors.moving import decide
from festival.exhibitors.states import ApplicationState, Step
from festival.extensions import db
from festival.shared.journal import SYSTEM
from festival.shared.tokens import make_token
from tests.factories.world import NOW, Corner

ABOUT = "We teach bookbinding to everybody who has two hands and an hour."


def organization_values(**changes: Any) -> dict[str, Any]:
    return {
        "name": "Paper Workshop",
        "sector": "community_group",
        "district": "Old Harbour",
        "website": "https://paper.example",
        "about": ABOUT,
        "languages": ["en", "ar"],
        "contact_name": "Nour Haddad",
        "contact_email": "nour@paper.example",
        "contact_phone": "+34 600 000 000",
    } | changes


def needs_values(**changes: Any) -> dict[str, Any]:
    return {
        "area_m2": 6,
        "tables": 2,
        "chairs": 8,
        "power_watts": None,
        "water": False,
        "internet": False,
        "step_free": True,
        "storage": False,
        "noise": "none",
        "needs_quiet": False,
        "vehicle": "",
        "floor_load_kg": None,
        "near": "",
        "not_beside": "",
        "vehicle_length_m": None,
        "vehicle_height_m": None,
        "team_passes_wanted": 2,
        "remarks": "",
    } | changes


def exhibit(title: str = "Evening course", **changes: Any) -> dict[str, Any]:
    return {"kind": "course", "title": title, "description": "", "all_year": True} | changes


def offer(title: str = "Bind your own notebook", **changes: Any) -> dict[str, Any]:
    return {
        "title": title,
        "description": "Fold, sew, and take it home.",
        "capacity": 12,
        "minutes": 45,
        "age_min": 8,
        "age_max": None,
        "languages": ["en"],
        "bring": "",
        "is_bookable": True,
        "repeats": 1,
        "tags": [],
        "access_facts": [],
    } | changes


def make_draft(
    corner: Corner,
    *,
    name: str = "Paper Workshop",
    email: str = "nour@paper.example",
    language: str = "en",
) -> tuple[Application, str]:
    """A draft as it is right after the first page, and the secret of its link."""
    token = make_token()
    row = start_application(
        corner.edition,
        organization_name=name,
        email=email,
        language=language,
        key=token,
        now=NOW,
    )
    db.session.commit()
    return row, token


def fill(row: Application, **organization: Any) -> None:
    """Save all pages, so that the draft can be handed in."""
    name = organization.pop("name", row.organization.name)
    email = organization.pop("contact_email", row.organization.contact_email)
    for step, values in (
        (
            Step.ORGANIZATION,
            organization_values(name=name, contact_email=email, **organization),
        ),
        (Step.EXHIBITS, {"exhibits": [exhibit()]}),
        (Step.NEEDS, needs_values()),
        (Step.ACTIVITIES, {"offers": [offer()]}),
    ):
        save_step(row, step=step, values=values, version=row.version, now=NOW)
    db.session.commit()


def make_application(
    corner: Corner,
    *,
    state: ApplicationState = ApplicationState.SUBMITTED,
    name: str = "Paper Workshop",
    email: str = "nour@paper.example",
    language: str = "en",
    **organization: Any,
) -> tuple[Application, str]:
    """An application that went the whole way to ``state``."""
    row, token = make_draft(corner, name=name, email=email, language=language)
    fill(row, **organization)
    if state != ApplicationState.DRAFT:
        submit(row, version=row.version, now=NOW, token=token)
    if state == ApplicationState.ACCEPTED:
        accept_application(row, now=NOW, actor=SYSTEM)
    if state == ApplicationState.DECLINED:
        decline_application(row, text="No room is left.", now=NOW, actor=SYSTEM)
    if state in (ApplicationState.WAITLISTED, ApplicationState.ACCEPTED_WITH_CHANGES):
        decide(row, to=state, text="", conditions="Half the area.", now=NOW, actor=SYSTEM)
    if state == ApplicationState.WITHDRAWN:
        withdraw(row, now=NOW)
    db.session.commit()
    return row, token
