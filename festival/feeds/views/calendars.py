"""Public calendars at addresses that never change: programme, strand, place, city, session."""

from __future__ import annotations

from collections.abc import Callable

from flask import Response, abort, g, request
from flask.typing import ResponseReturnValue

from festival.feeds.calendar import Pair, programme_calendar
from festival.feeds.views.room import CALENDAR, addresses, feed, home_url, page_url, public_url
from festival.programme.published import (
    PublishedOccurrence,
    PublishedProgramme,
    PublishedSession,
)
from festival.programme.queries import published_programme
from festival.shared.access import Who, open_to

Wanted = Callable[[PublishedSession, PublishedOccurrence], bool]


@addresses.get("/programme.ics", endpoint="programme_calendar")
@open_to(Who.EVERYBODY)
@feed("ics")
def programme_calendar_feed() -> ResponseReturnValue:
    """The whole programme."""
    programme = published_programme(g.edition)
    return _answer(programme, programme.title or g.edition.title, pairs=programme.held)


@addresses.get("/strand/<slug>.ics")
@open_to(Who.EVERYBODY)
@feed("ics")
def strand_calendar(slug: str) -> ResponseReturnValue:
    programme = published_programme(g.edition)
    names = {each.slug: each.name for each in programme.strands}
    return _part(
        programme, names.get(slug), lambda each, _: bool(each.strand and each.strand.slug == slug)
    )


@addresses.get("/place/<slug>.ics")
@open_to(Who.EVERYBODY)
@feed("ics")
def place_calendar(slug: str) -> ResponseReturnValue:
    """Everything in one venue."""
    programme = published_programme(g.edition)
    names = {each.slug: each.name for each in programme.venues}
    return _part(
        programme, names.get(slug), lambda _, occ: bool(occ.space and occ.space.venue.slug == slug)
    )


@addresses.get("/space/<slug>.ics")
@open_to(Who.EVERYBODY)
@feed("ics")
def space_calendar(slug: str) -> ResponseReturnValue:
    """One room, for the screen at its door."""
    programme = published_programme(g.edition)
    names = {each.slug: each.name for each in programme.spaces}
    return _part(
        programme, names.get(slug), lambda _, occ: bool(occ.space and occ.space.slug == slug)
    )


@addresses.get("/city/<slug>.ics")
@open_to(Who.EVERYBODY)
@feed("ics")
def city_calendar(slug: str) -> ResponseReturnValue:
    """What a twin city takes part in."""
    programme = published_programme(g.edition)
    names = {each.city.slug: each.city.name for each in programme.sessions if each.city}
    return _part(
        programme, names.get(slug), lambda each, _: bool(each.city and each.city.slug == slug)
    )


@addresses.get("/session/<code>.ics")
@open_to(Who.EVERYBODY)
@feed("ics")
def session_calendar(code: str) -> ResponseReturnValue:
    programme = published_programme(g.edition)
    session = programme.by_code.get(code)
    if session is None:
        abort(404)
    return _answer(
        programme,
        session.text("title", g.locale),
        pairs=[(session, occ) for occ in session.occurrences],
    )


def _part(programme: PublishedProgramme, name: str | None, wanted: Wanted) -> ResponseReturnValue:
    if name is None:
        abort(404)
    return _answer(
        programme,
        f"{name} · {programme.title}",
        pairs=[pair for pair in programme.held if wanted(*pair)],
    )


def _answer(
    programme: PublishedProgramme, name: str, *, pairs: list[Pair] | tuple[Pair, ...]
) -> ResponseReturnValue:
    body = programme_calendar(
        programme,
        name=name,
        description="",
        source_url=public_url() + request.path,
        page_url=page_url,
        pairs=pairs,
        locale=g.locale,
        home_url=home_url(),
    )
    return Response(body, content_type=CALENDAR)
