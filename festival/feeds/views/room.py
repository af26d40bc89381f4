"""Blueprints of the room, and what its feeds share: language, links, headers, cache."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import ParamSpec
from urllib.parse import urlencode

from flask import Blueprint, abort, current_app, g, make_response, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from festival.exhibitors.catalogue.rules.facts import Entry
from festival.feeds.jsonld import script_text, session_events
from festival.feeds.organization_ld import organization_thing
from festival.feeds.queries import published_at
from festival.programme.links import subscription
from festival.programme.published import PublishedSession
from festival.programme.queries import published_programme
from festival.shared.addresses import edition_blueprint
from festival.shared.caching import cached_by_version
from festival.shared.languages import DEFAULT, LANGUAGES

P = ParamSpec("P")
View = Callable[P, ResponseReturnValue]

blueprint = edition_blueprint("feeds", __name__)
addresses = Blueprint(
    "feed_addresses", __name__, url_prefix="/feeds/<festival_slug>/<edition_slug>"
)
personal_feeds = Blueprint("personal_feeds", __name__, url_prefix="/feeds/personal")
"""Secret addresses; they name no edition."""

GOOGLE = "https://calendar.google.com/calendar/r?"
OUTLOOK = "https://outlook.live.com/calendar/0/addfromweb?"
CALENDAR = "text/calendar; charset=utf-8"


def public_url() -> str:
    """Origin of the site without a slash at the end."""
    return str(current_app.config["SETTINGS"].public_url).rstrip("/")


def page_url(session: PublishedSession) -> str:
    """A session's page in the language of the feed, absolute."""
    return public_url() + url_for("programme.session", code=session.code)


def home_url() -> str:
    return public_url() + url_for("site.edition_home")


def subscribing_links(path: str, *, name: str) -> dict[str, str]:
    """Addresses of a feed for every kind of calendar: ``webcal``, ``https``, ``google``,
    ``outlook``.  Nothing is sent to anybody before a person follows one."""
    address = public_url() + path
    webcal = subscription(public_url(), path)
    return {
        "webcal": webcal,
        "https": address,
        "google": GOOGLE + urlencode({"cid": webcal}),
        "outlook": OUTLOOK + urlencode({"url": address, "name": name}),
    }


def choose_language() -> str:
    """``?lang=``, else the edition's first language; links in the feed lead to its pages.

    A language that the interface does not speak is not found, so that invented ones are not kept.
    """
    first = next((each for each in g.edition.languages if each in LANGUAGES), DEFAULT)
    wanted = request.args.get("lang", first)
    if wanted not in LANGUAGES:
        abort(404)
    g.locale = wanted
    return wanted


def feed(ending: str) -> Callable[[View[P]], View[P]]:
    """A public feed: kept by version, with Last-Modified and a file name that ends in ``ending``.

    Calendar programs that remember no ETag ask with If-Modified-Since and get 304 as well.
    """

    def mark(view: View[P]) -> View[P]:
        kept = cached_by_version("lang")(view)

        @functools.wraps(view)
        def wrapped(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
            choose_language()
            g.changed_at = published_at(g.edition)
            response = make_response(kept(*args, **kwargs))
            named = [g.edition.festival.slug, g.edition.slug, *kwargs.values()]
            name = "-".join(str(each) for each in named)
            response.headers["Content-Disposition"] = f'inline; filename="{name}.{ending}"'
            response.headers["Access-Control-Allow-Origin"] = "*"
            if response.status_code == 200 and "If-None-Match" not in request.headers:
                response.make_conditional(request)
            return response

        return wrapped

    return mark


def event_json_ld(session: PublishedSession) -> Markup:
    """Template function: a session of ``g.edition`` as the text of an ``application/ld+json``
    script element, which is data and runs nothing."""
    things = session_events(
        published_programme(g.edition),
        session,
        page_url=page_url,
        home_url=home_url(),
        locale=g.locale,
    )
    return Markup(script_text(things))  # noqa: S704  # nosec B704 - < > & are escaped


def organization_json_ld(entry: Entry) -> Markup:
    """Template function: an exhibitor as the text of an ``application/ld+json`` element."""
    thing = organization_thing(
        entry,
        page=public_url() + url_for("exhibitors.exhibitor", code=entry.code),
        locale=g.locale,
        picture_url=lambda name: public_url() + url_for("machine.media", name=name),
    )
    return Markup(script_text(thing))  # noqa: S704  # nosec B704 - < > & are escaped
