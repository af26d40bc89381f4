"""The room's blueprint, and who stands before an application's pages."""

from __future__ import annotations

from flask import abort, g
from flask_login import current_user

from festival.exhibitors import queries
from festival.exhibitors.models import Application
from festival.exhibitors.reviewing.queries import told_state
from festival.exhibitors.states import PROMISED
from festival.shared.access import Role
from festival.shared.addresses import edition_blueprint
from festival.shared.clock import utc_now

blueprint = edition_blueprint("portal", __name__)


def own_exhibitor_or_404(code: str) -> Application:
    """The application with a promised place whose organization the signed-in person speaks for.

    Everything else is 404: another organization's, another edition's, one that left, and one whose
    decision has not been told yet.
    """
    row = queries.find_application(g.edition, code=code)
    if row is None or row.organization_id not in _own():
        abort(404)
    if row.state not in PROMISED or told_state(row, now=utc_now()) not in PROMISED:
        abort(404)
    return row


def _own() -> frozenset[int]:
    if not current_user.is_authenticated:
        return frozenset()
    return frozenset(
        grant.organization_id
        for grant in current_user.grants
        if grant.role == Role.EXHIBITOR and grant.organization_id is not None
    )
