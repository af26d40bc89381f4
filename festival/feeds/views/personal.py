"""A household's own calendar: the page where it is made and revoked, and the secret feed."""

from __future__ import annotations

from flask import Response, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from festival.feeds import actions, queries
from festival.feeds.calendar import programme_calendar
from festival.feeds.forms import PlainForm
from festival.feeds.models import PersonalFeed
from festival.feeds.personal_calendar import booked_pairs
from festival.feeds.views.room import (
    CALENDAR,
    blueprint,
    home_url,
    page_url,
    personal_feeds,
    public_url,
    subscribing_links,
)
from festival.festivals.models import Edition
from festival.festivals.states import EditionState
from festival.programme.queries import published_programme
from festival.shared.access import Who, open_to
from festival.shared.clock import utc_now
from festival.shared.headers import keeps_secret
from festival.shared.languages import DEFAULT, LANGUAGES
from festival.shared.work import unit_of_work
from festival.visitors.household import find_by_key
from festival.visitors.models import Registration


@blueprint.get("/r/<token>/calendar", endpoint="personal")
@open_to(Who.LINK_HOLDER)
@keeps_secret
def personal_page(token: str) -> ResponseReturnValue:
    """The household's calendar address, or the button that makes one."""
    household = _household_or_404(token)
    links: dict[str, str] = {}
    if queries.live_feed_of(household) is not None:
        revoked = queries.count_revoked_feeds(household)
        secret = actions.personal_token(token, revoked=revoked)
        links = subscribing_links(
            url_for("personal_feeds.personal_feed", token=secret), name=g.edition.title
        )
    return render_template("feeds/personal.html", token=token, links=links, form=PlainForm())


@blueprint.post("/r/<token>/calendar/make")
@open_to(Who.LINK_HOLDER)
@keeps_secret
@unit_of_work
def make_personal(token: str) -> ResponseReturnValue:
    household = _household_or_404(token)
    actions.make_personal_feed(household, token=token, now=utc_now())
    flash(_("Your calendar is ready."), "success")
    return redirect(url_for("feeds.personal", token=token), 303)


@blueprint.post("/r/<token>/calendar/revoke")
@open_to(Who.LINK_HOLDER)
@keeps_secret
@unit_of_work
def revoke_personal(token: str) -> ResponseReturnValue:
    actions.revoke_personal_feed(_household_or_404(token), now=utc_now())
    flash(_("The address no longer works."), "success")
    return redirect(url_for("feeds.personal", token=token), 303)


@personal_feeds.get("/<token>.ics")
@open_to(Who.LINK_HOLDER)
@keeps_secret
def personal_feed(token: str) -> ResponseReturnValue:
    """The bookings of one household; 410 once revoked, so that calendars stop asking."""
    found = queries.find_personal_feed(token)
    if found is None:
        abort(404)
    if found.revoked_at is not None:
        abort(410)
    edition = found.registration.edition
    if edition.state == EditionState.DRAFT:
        abort(404)
    g.edition = edition
    response = Response(_personal_body(found, edition=edition), content_type=CALENDAR)
    response.headers["Cache-Control"] = "private, max-age=0, must-revalidate"
    response.headers["Content-Disposition"] = 'inline; filename="bookings.ics"'
    response.add_etag()
    return response.make_conditional(request)


def _personal_body(found: PersonalFeed, *, edition: Edition) -> bytes:
    household = found.registration
    g.locale = household.locale if household.locale in LANGUAGES else DEFAULT
    programme = published_programme(edition)
    return programme_calendar(
        programme,
        name=_("My bookings · %(title)s", title=edition.title),
        description="",
        source_url=public_url() + request.path,
        page_url=page_url,
        pairs=booked_pairs(queries.bookings_of(household), programme=programme, now=utc_now()),
        locale=g.locale,
        home_url=home_url(),
    )


def _household_or_404(token: str) -> Registration:
    row = find_by_key(g.edition, key=token)
    if row is None:
        abort(404)
    return row
