"""Addresses of the open data about exhibitors and learning places."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Sequence
from typing import ParamSpec

from flask import Response, g, make_response, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from festival.exhibitors.catalogue.queries import (
    entries_of,
    terms_of,
    venues_of,
    what_is_untold,
)
from festival.exhibitors.catalogue.rules.facts import Entry
from festival.exhibitors.catalogue.rules.finding import exhibitors
from festival.exhibitors.catalogue.states import LICENCE_ADDRESSES
from festival.extensions import db
from festival.feeds.provision import (
    Frame,
    Provision,
    VenueFacts,
    geo_document,
    json_document,
    offers_table,
    organizations_table,
)
from festival.feeds.views.room import addresses, choose_language, home_url, public_url
from festival.programme.models import ProgrammeSession
from festival.programme.queries import published_programme
from festival.shared.access import Who, open_to
from festival.shared.caching import cached_by_version
from festival.shared.clock import utc_now

P = ParamSpec("P")
View = Callable[P, ResponseReturnValue]
SCHEMA = "/static/schemas/learning-provision-1.json"


def _untold() -> object:
    return what_is_untold(g.edition, now=utc_now())


def open_data(name: str) -> Callable[[View[P]], View[P]]:
    """A file that programs of other sites may read too (decision 0015), kept by version.

    It has no Last-Modified: an edition does not write down when a page of its own last changed.
    """

    def mark(view: View[P]) -> View[P]:
        kept = cached_by_version("lang", also=_untold)(view)

        @functools.wraps(view)
        def wrapped(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
            choose_language()
            response = make_response(kept(*args, **kwargs))
            called = f"{g.edition.festival.slug}-{g.edition.slug}-{name}"
            response.headers["Content-Disposition"] = f'inline; filename="{called}"'
            response.headers["Access-Control-Allow-Origin"] = "*"
            response.headers["Access-Control-Expose-Headers"] = "ETag"
            return response

        return wrapped

    return mark


@addresses.get("/exhibitors.json")
@open_to(Who.EVERYBODY)
@open_data("exhibitors.json")
def provision_json() -> ResponseReturnValue:
    return _as_json(json_document(_provision()), "application/json")


@addresses.get("/exhibitors.geojson")
@open_to(Who.EVERYBODY)
@open_data("exhibitors.geojson")
def provision_geojson() -> ResponseReturnValue:
    return _as_json(geo_document(_provision()), "application/geo+json")


@addresses.get("/exhibitors.csv")
@open_to(Who.EVERYBODY)
@open_data("exhibitors.csv")
def provision_organizations() -> ResponseReturnValue:
    return Response(organizations_table(_provision()), content_type="text/csv; charset=utf-8")


@addresses.get("/learning.csv")
@open_to(Who.EVERYBODY)
@open_data("learning.csv")
def provision_offers() -> ResponseReturnValue:
    return Response(offers_table(_provision()), content_type="text/csv; charset=utf-8")


def _as_json(document: object, content_type: str) -> Response:
    body = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    return Response(body, content_type=content_type)


def _provision() -> Provision:
    now = utc_now()
    return Provision(
        frame=_frame(),
        entries=[item.entry for item in exhibitors(entries_of(g.edition, now=now))],
        venues=[
            VenueFacts(
                each.slug, each.name, each.address, each.district, each.latitude, each.longitude
            )
            for each in venues_of(g.edition)
        ],
        sessions=_sessions(),
        page_url=_page_url,
        plan_url=lambda code: public_url() + url_for("stands.public_plan", code=code),
    )


def _page_url(entry: Entry) -> str:
    return public_url() + url_for("exhibitors.exhibitor", code=entry.code)


def _frame() -> Frame:
    edition = g.edition
    terms = terms_of(edition)
    licence = terms.licence if terms else None
    return Frame(
        schema=public_url() + SCHEMA,
        generated_at=utc_now(),
        programme_version=edition.programme_version,
        content_version=edition.content_version,
        source=(terms.source if terms else "") or edition.title,
        home=home_url(),
        methods=public_url() + url_for("exhibitors.open_data"),
        note=terms.note if terms else "",
        licence=licence.value if licence else "",
        licence_address=LICENCE_ADDRESSES[licence] if licence else "",
        edition={
            "festival": edition.festival.slug,
            "edition": edition.slug,
            "title": edition.title,
            "city": edition.festival.city_name,
            "country": edition.festival.country,
            "starts_on": edition.starts_on.isoformat(),
            "ends_on": edition.ends_on.isoformat(),
            "time_zone": edition.time_zone,
        },
    )


def _sessions() -> dict[int, Sequence[tuple[str, str]]]:
    """Organization id → its published sessions."""
    rows = db.session.execute(
        select(ProgrammeSession.organization_id, ProgrammeSession.code)
        .where(
            ProgrammeSession.edition_id == g.edition.id,
            ProgrammeSession.organization_id.is_not(None),
        )
        .order_by(ProgrammeSession.code)
    )
    published = published_programme(g.edition).by_code
    found: dict[int, list[tuple[str, str]]] = {}
    for organization_id, code in rows:
        if code in published and organization_id is not None:
            url = public_url() + url_for("programme.session", code=code)
            found.setdefault(organization_id, []).append((code, url))
    return dict(found)
