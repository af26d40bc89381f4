"""The exhibitor's own calendar: the page of its address, and the secret feed."""

from __future__ import annotations

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    flash,
    g,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from festival.exhibitors.models import Application
from festival.exhibitors.reviewing.queries import told_state
from festival.exhibitors.states import PROMISED
from festival.feeds.calendar import programme_calendar
from festival.festivals.states import EditionState
from festival.portal.calendar import actions, queries
from festival.portal.calendar.events import SLOT_CODE, STAND_CODE, Titles, own_pairs
from festival.portal.slots.states import SlotKind
from festival.portal.views.room import blueprint, own_exhibitor_or_404
from festival.programme.links import subscription
from festival.programme.published import PublishedSession
from festival.programme.queries import published_programme
from festival.shared.access import Who, current_actor, open_to
from festival.shared.clock import utc_now
from festival.shared.headers import keeps_secret
from festival.shared.languages import DEFAULT, LANGUAGES
from festival.shared.work import unit_of_work

CALENDAR = "text/calendar; charset=utf-8"
exhibitor_feeds = Blueprint("exhibitor_feeds", __name__, url_prefix="/feeds/exhibitor")
"""Secret addresses; they name no edition."""


@blueprint.get("/exhibitor/<code>/calendar")
@open_to(Who.SIGNED_IN)
@keeps_secret
def own_calendar(code: str) -> ResponseReturnValue:
    """The address, or the button that makes one."""
    row = own_exhibitor_or_404(code)
    token = actions.shown_token(row, secret=_secret())
    path = url_for("exhibitor_feeds.calendar", token=token) if token else ""
    return render_template(
        "portal/calendar.html",
        application=row,
        address=_public_url() + path if path else "",
        webcal=subscription(_public_url(), path) if path else "",
        is_lost=not token and queries.live_feed_of(row.id) is not None,
    )


@blueprint.post("/exhibitor/<code>/calendar/make")
@open_to(Who.SIGNED_IN)
@unit_of_work
def make_calendar(code: str) -> ResponseReturnValue:
    """A new address; the one before opens nothing any more."""
    row = own_exhibitor_or_404(code)
    actions.make_feed(row, secret=_secret(), actor=current_actor(), now=utc_now())
    flash(_("Your calendar has a new address."), "success")
    return redirect(url_for("portal.own_calendar", code=code), 303)


@blueprint.post("/exhibitor/<code>/calendar/revoke")
@open_to(Who.SIGNED_IN)
@unit_of_work
def revoke_calendar(code: str) -> ResponseReturnValue:
    row = own_exhibitor_or_404(code)
    actions.revoke_feed(row, actor=current_actor(), now=utc_now())
    flash(_("The address no longer works."), "success")
    return redirect(url_for("portal.own_calendar", code=code), 303)


@exhibitor_feeds.get("/<token>.ics")
@open_to(Who.LINK_HOLDER)
@keeps_secret
def calendar(token: str) -> ResponseReturnValue:
    """One exhibitor's calendar; 410 once revoked or left, so that calendars stop asking."""
    found = queries.find_feed(token)
    if found is None or found.application.edition.state == EditionState.DRAFT:
        abort(404)
    if found.revoked_at is not None or not _takes_part(found.application):
        abort(410)
    g.edition = found.application.edition
    response = Response(_body(found.application), content_type=CALENDAR)
    response.headers["Cache-Control"] = "private, max-age=0, must-revalidate"
    response.headers["Content-Disposition"] = 'inline; filename="exhibitor.ics"'
    response.add_etag()
    return response.make_conditional(request)


def _takes_part(row: Application) -> bool:
    """And knows it: a decision shows when its mail leaves."""
    return row.state in PROMISED and told_state(row, now=utc_now()) in PROMISED


def _body(row: Application) -> bytes:
    g.locale = row.language if row.language in LANGUAGES else DEFAULT
    edition = row.edition
    programme = published_programme(edition)
    home = _public_url() + url_for("portal.home", code=row.code)

    def page(session: PublishedSession) -> str:
        if session.code in (SLOT_CODE, STAND_CODE):
            return home
        return _public_url() + url_for("programme.session", code=session.code)

    return programme_calendar(
        programme,
        name=f"{row.organization.name} · {edition.title}",
        description="",
        source_url=_public_url() + request.path,
        page_url=page,
        pairs=own_pairs(row, programme=programme, titles=_titles(row), now=utc_now()),
        locale=g.locale,
        home_url=home,
    )


def _titles(row: Application) -> Titles:
    name = row.organization.name
    return Titles(
        slots={
            SlotKind.SET_UP: _("Set-up: %(organization)s", organization=name),
            SlotKind.DISMANTLING: _("Dismantling: %(organization)s", organization=name),
        },
        stand=lambda number: _("Stand %(number)s is open", number=number),
        language=g.locale,
    )


def _secret() -> str:
    return str(current_app.config["SETTINGS"].secret_key)


def _public_url() -> str:
    return str(current_app.config["SETTINGS"].public_url).rstrip("/")
