"""The published programme in open formats: schedule.xml, schedule.json, table, JSON-LD."""

from __future__ import annotations

from flask import Response, abort, g
from flask.typing import ResponseReturnValue

from festival.feeds.frab import schedule_json, schedule_xml
from festival.feeds.jsonld import script_text, session_events
from festival.feeds.table import programme_csv
from festival.feeds.views.room import addresses, feed, home_url, page_url, public_url
from festival.programme.queries import published_programme
from festival.shared.access import Who, open_to


@addresses.get("/schedule.xml", endpoint="schedule_xml")
@open_to(Who.EVERYBODY)
@feed("xml")
def schedule_xml_feed() -> ResponseReturnValue:
    body = schedule_xml(
        published_programme(g.edition), base_url=public_url(), page_url=page_url, locale=g.locale
    )
    return Response(body, content_type="application/xml; charset=utf-8")


@addresses.get("/schedule.json", endpoint="schedule_json")
@open_to(Who.EVERYBODY)
@feed("json")
def schedule_json_feed() -> ResponseReturnValue:
    body = schedule_json(
        published_programme(g.edition), base_url=public_url(), page_url=page_url, locale=g.locale
    )
    return Response(body, content_type="application/json")


@addresses.get("/programme.csv")
@open_to(Who.EVERYBODY)
@feed("csv")
def programme_table() -> ResponseReturnValue:
    body = programme_csv(published_programme(g.edition), page_url=page_url, locale=g.locale)
    return Response(body, content_type="text/csv; charset=utf-8")


@addresses.get("/session/<code>.jsonld")
@open_to(Who.EVERYBODY)
@feed("jsonld")
def session_description(code: str) -> ResponseReturnValue:
    """A session as schema.org Events."""
    programme = published_programme(g.edition)
    session = programme.by_code.get(code)
    if session is None:
        abort(404)
    things = session_events(
        programme, session, page_url=page_url, home_url=home_url(), locale=g.locale
    )
    return Response(script_text(things), content_type="application/ld+json")
