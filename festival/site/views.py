"""Home pages and the organizer's desk."""

from __future__ import annotations

from flask import g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from festival.cities.clocks import clock_sentences
from festival.shared.access import Role, Who, open_to, roles_here
from festival.shared.addresses import plain_blueprint
from festival.shared.caching import cached_by_version
from festival.shared.clock import utc_now
from festival.site import queries
from festival.site.desk import waiting_at_desk
from festival.site.front import edition_front
from festival.site.machine import machine as machine
from festival.site.page import choose_locale
from festival.site.welcome import work_of_present_person

blueprint = plain_blueprint("site", __name__)
EDITION = "/<festival_slug>/<edition_slug>"


@machine.get("/")
@open_to(Who.EVERYBODY)
def entrance() -> ResponseReturnValue:
    """Send a browser to the home page in the language it asks for."""
    response = redirect(url_for("site.home", lang=choose_locale()))
    response.headers["Vary"] = "Accept-Language"
    return response


@blueprint.get("/")
@open_to(Who.EVERYBODY)
def home() -> ResponseReturnValue:
    now = utc_now()
    return render_template(
        "site/home.html",
        calendar=queries.public_calendar(now=now),
        work=work_of_present_person(),
        days_until=queries.days_until,
        now=now,
    )


@blueprint.get(f"{EDITION}/")
@open_to(Who.EVERYBODY)
@cached_by_version()
def edition_home() -> ResponseReturnValue:
    return render_template(
        "site/edition_home.html",
        edition=g.edition,
        front=edition_front(g.edition),
        clock_sentences=clock_sentences,
    )


@blueprint.get(f"{EDITION}/organize/")
@open_to(Role.ORGANIZER, Role.REVIEWER, Role.DOOR_LEAD, Role.PRESS_OFFICER, Role.EVALUATOR)
def desk() -> ResponseReturnValue:
    return render_template(
        "site/desk.html",
        edition=g.edition,
        desk=waiting_at_desk(g.edition, roles=roles_here(), now=utc_now()),
    )
