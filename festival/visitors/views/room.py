"""The room's blueprint, and what both kinds of pages share."""

from __future__ import annotations

from flask import abort, current_app, g, session, url_for

from festival.shared.addresses import edition_blueprint
from festival.visitors.household import find_by_key
from festival.visitors.models import Registration
from festival.visitors.states import RegistrationState

blueprint = edition_blueprint("visitors", __name__)

KEPT_HOUSEHOLDS = 6
"""Editions for which one browser remembers its household."""


def remember_household(token: str) -> None:
    """Keep the link's secret in this browser's signed session, so that booking works at once."""
    kept: dict[str, str] = dict(session.get("households", {}))
    kept.pop(str(g.edition.id), None)
    kept[str(g.edition.id)] = token
    session["households"] = dict(list(kept.items())[-KEPT_HOUSEHOLDS:])


def forget_household() -> None:
    """This browser no longer speaks for a household here."""
    kept: dict[str, str] = dict(session.get("households", {}))
    if kept.pop(str(g.edition.id), None):
        session["households"] = kept


def my_household() -> tuple[Registration, str] | None:
    """The live household of this browser in this edition and the secret of its link."""
    token = session.get("households", {}).get(str(g.edition.id), "")
    row = find_by_key(g.edition, key=token) if token else None
    if row is None or row.state == RegistrationState.CANCELLED:
        return None
    return row, token


def household_or_404(token: str) -> Registration:
    """The household whose link this is."""
    row = find_by_key(g.edition, key=token)
    if row is None:
        abort(404)
    return row


def address_if_known(endpoint: str, **values: object) -> str:
    """Address of a page of another room, or nothing while that room has no such page."""
    if endpoint not in current_app.view_functions:
        return ""
    return url_for(endpoint, **values)  # type: ignore[arg-type]
