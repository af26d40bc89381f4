"""The room's blueprint, and what both kinds of pages share."""

from __future__ import annotations

from flask import abort, current_app, g, url_for

from festival.shared.addresses import edition_blueprint
from festival.visitors.household import find_by_key
from festival.visitors.models import Registration
from festival.visitors.remembering import forget_household as forget_household
from festival.visitors.remembering import my_household as my_household
from festival.visitors.remembering import remember_household as remember_household

blueprint = edition_blueprint("visitors", __name__)


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
