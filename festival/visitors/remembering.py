"""Which household a browser speaks for: kept in its own signed session, edition by edition."""

from __future__ import annotations

from flask import g, session

from festival.visitors.household import find_by_key
from festival.visitors.models import Registration
from festival.visitors.states import RegistrationState

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
