"""Public pages.  They read the published document and nothing else."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date

from flask import abort, current_app, g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from festival.programme.links import calendar_links, feed_path, subscription
from festival.programme.published import PublishedOccurrence, PublishedProgramme, PublishedSession
from festival.programme.queries import full_occurrences, places_left, published_programme
from festival.programme.rules import Wanted, count_by_day, held_as_wanted, without_time
from festival.programme.views.asked import (
    ALL_DAYS,
    ARGUMENTS,
    address_of,
    filter_chips,
    filter_options,
    read_wanted,
)
from festival.programme.views.cards import (
    Clock,
    Group,
    by_day,
    by_hour,
    language_names,
    open_tickets,
    tickets_of,
)
from festival.programme.views.door import blueprint
from festival.shared.access import Who, open_to
from festival.shared.addresses import page_asked_for
from festival.shared.caching import cached_by_version
from festival.shared.markdown import html_of

PER_PAGE = 60
"""Cards on one page of a search over all days; one day is always shown whole."""


@dataclass(frozen=True, slots=True)
class Tab:
    label: str
    href: str
    is_current: bool
    note: str = ""
    day: str = ""


@blueprint.get("/programme")
@open_to(Who.EVERYBODY)
@cached_by_version(*ARGUMENTS)
def public_programme() -> ResponseReturnValue:
    """The programme by day, or what a search finds."""
    programme = published_programme(g.edition)
    if not programme.sessions:
        return render_template("programme/not_yet.html", programme=programme)
    wanted = read_wanted(request.args, programme)
    everything = request.args.get("day") == ALL_DAYS
    if wanted.day is None and not everything and not wanted.is_narrowed and programme.days:
        wanted = replace(wanted, day=programme.days[0])
    clock = Clock(programme, locale=g.locale)
    path = url_for("programme.public_programme")
    counts = count_by_day(programme, wanted)
    if wanted.day and wanted.words and not counts[wanted.day] and any(counts.values()):
        wanted = replace(wanted, day=None)  # found on other days: an empty page would deny it
    options = filter_options(programme, locale=g.locale)
    shown = _what_is_shown(programme, wanted, clock=clock, everything=everything)
    return render_template(
        "programme/programme.html",
        programme=programme,
        wanted=wanted,
        clock=clock,
        path=path,
        tabs=_day_tabs(wanted, counts, clock=clock, path=path),
        timetable_href=address_of(path, wanted, view="timetable") if wanted.day else "",
        list_href=address_of(path, wanted),
        is_timetable=wanted.day is not None and request.args.get("view") == "timetable",
        options=options,
        chips=filter_chips(wanted, options, path=path),
        found=sum(counts.values()) if wanted.day is None else counts[wanted.day],
        open_tickets=open_tickets(without_time(programme, wanted)),
        language_names=language_names(g.locale),
        feeds=_feeds(programme),
        **shown,
    )


def _what_is_shown(
    programme: PublishedProgramme, wanted: Wanted, *, clock: Clock, everything: bool
) -> dict[str, object]:
    """Variables ``groups``, ``number``, ``last``, ``page_href`` and ``is_compact`` of the page."""
    held = held_as_wanted(programme, wanted)
    if wanted.day is not None:
        groups = by_hour(tickets_of(held, clock=clock, full=full_occurrences(g.edition)))
        return {"groups": groups, "number": 1, "last": 1, "page_href": "", "is_compact": False}
    full = full_occurrences(g.edition)
    if everything and not wanted.is_narrowed:
        groups = by_day(tickets_of(held, clock=clock, full=full), clock=clock)
        return {"groups": groups, "number": 1, "last": 1, "page_href": "", "is_compact": True}
    last = max(1, -(-len(held) // PER_PAGE))
    number = min(page_asked_for(), last)
    part = held[(number - 1) * PER_PAGE : number * PER_PAGE]
    href = address_of(url_for("programme.public_programme"), wanted, page="{page}")
    groups = by_day(tickets_of(part, clock=clock, full=full), clock=clock)
    return {
        "groups": groups, "number": number, "last": last, "page_href": href, "is_compact": False,
    }  # fmt: skip


def _day_tabs(wanted: Wanted, counts: dict[date, int], *, clock: Clock, path: str) -> list[Tab]:
    tabs = [
        Tab(
            label=clock.short_day(day),
            href=address_of(path, replace(wanted, day=day)),
            is_current=wanted.day == day,
            note=ngettext("%(num)s session", "%(num)s sessions", count),
            day=day.isoformat(),
        )
        for day, count in counts.items()
    ]
    total = sum(counts.values())
    everything = Tab(
        label=_("All days"),
        href=address_of(path, replace(wanted, day=None), day=ALL_DAYS),
        is_current=wanted.day is None,
        note=ngettext("%(num)s session", "%(num)s sessions", total),
    )
    return [*tabs, everything]


def _feeds(programme: PublishedProgramme) -> dict[str, str]:
    public_url = current_app.config["SETTINGS"].public_url
    path = feed_path(programme, "programme")
    return {
        "ics": path,
        "webcal": subscription(public_url, path),
        "xml": feed_path(programme, "xml"),
        "json": feed_path(programme, "json"),
        "csv": feed_path(programme, "csv"),
    }


@blueprint.get("/strands/<slug>")
@open_to(Who.EVERYBODY)
@cached_by_version()
def strand(slug: str) -> ResponseReturnValue:
    """All sessions of one strand, by day."""
    programme = published_programme(g.edition)
    found = next((each for each in programme.strands if each.slug == slug), None)
    if found is None:
        abort(404)
    return _list_page(
        programme,
        Wanted(strand=slug),
        title=found.name,
        kicker=_("Strand"),
        accent=found.accent,
        feed=feed_path(programme, "strand", name=slug),
    )


@blueprint.get("/places")
@open_to(Who.EVERYBODY)
@cached_by_version()
def places() -> ResponseReturnValue:
    """The venues with what is held in each."""
    programme = published_programme(g.edition)
    counts = Counter(occ.space.venue.slug for _each, occ in programme.held if occ.space)
    spaces: dict[str, list[str]] = {}
    for each in programme.spaces:
        spaces.setdefault(each.venue.slug, []).append(each.name)
    return render_template(
        "programme/places.html", programme=programme, counts=counts, spaces=spaces
    )


@blueprint.get("/places/<slug>")
@open_to(Who.EVERYBODY)
@cached_by_version()
def place(slug: str) -> ResponseReturnValue:
    """One venue: how to get in, its spaces, what is held there."""
    programme = published_programme(g.edition)
    venue = next((each for each in programme.venues if each.slug == slug), None)
    if venue is None:
        abort(404)
    spaces = [each for each in programme.spaces if each.venue.slug == slug]
    return _list_page(
        programme,
        Wanted(venue=slug),
        title=venue.name,
        kicker=_("Place"),
        venue=venue,
        spaces=spaces,
        feed=feed_path(programme, "place", name=slug),
    )


def _list_page(
    programme: PublishedProgramme,
    wanted: Wanted,
    *,
    title: str,
    kicker: str,
    feed: str,
    **more: object,
) -> str:
    clock = Clock(programme, locale=g.locale)
    held = held_as_wanted(programme, wanted)
    groups: list[Group] = by_day(
        tickets_of(held, clock=clock, full=full_occurrences(g.edition)), clock=clock
    )
    return render_template(
        "programme/list.html",
        programme=programme,
        clock=clock,
        title=title,
        kicker=kicker,
        groups=groups,
        found=len(held),
        open_tickets=open_tickets(without_time(programme, wanted)),
        language_names=language_names(g.locale),
        feed=feed,
        webcal=subscription(current_app.config["SETTINGS"].public_url, feed),
        **({"venue": None, "spaces": [], "accent": ""} | more),
    )


@blueprint.get("/programme/<code>")
@open_to(Who.EVERYBODY)
def session(code: str) -> ResponseReturnValue:
    """One session.  Not kept: it says how many places are left at this moment."""
    programme = published_programme(g.edition)
    found = programme.by_code.get(code)
    if found is None:
        abort(404)
    clock = Clock(programme, locale=g.locale)
    left = places_left(occ.id for occ in found.occurrences if occ.bookable)
    public_url = current_app.config["SETTINGS"].public_url
    page_url = public_url + url_for("programme.session", code=code)
    feed = feed_path(programme, "session", name=code)
    return render_template(
        "programme/session.html",
        programme=programme,
        session=found,
        clock=clock,
        left=left,
        title=found.text("title", g.locale),
        abstract=html_of(found.text("abstract", g.locale)),
        description=html_of(found.text("description", g.locale)),
        names=language_names(g.locale),
        links={
            occ.uid: calendar_links(occ, title=found.title, page_url=page_url)
            for occ in found.occurrences
        },
        feed=feed,
        webcal=subscription(public_url, feed),
        alike=_alike(programme, found, clock=clock),
        book_href=_book_href,
    )


def _book_href(occurrence: PublishedOccurrence) -> str:
    """Where places are booked; empty while the visitors' room has no such door."""
    if not occurrence.bookable or "visitors.book_form" not in current_app.view_functions:
        return ""
    return url_for("visitors.book_form", uid=occurrence.uid)


def _alike(
    programme: PublishedProgramme, session: PublishedSession, *, clock: Clock
) -> list[object]:
    """Up to three other sessions of the same strand, those that follow this one first."""
    if session.strand is None or not session.occurrences:
        return []
    after = session.occurrences[0].starts_at
    held = [
        pair
        for pair in held_as_wanted(programme, Wanted(strand=session.strand.slug))
        if pair[0].code != session.code and not pair[1].is_cancelled
    ]
    held.sort(key=lambda pair: (pair[1].starts_at < after, pair[1].starts_at))
    return list(tickets_of(held[:3], clock=clock, full=()))
