"""The public page that lists every calendar to subscribe to, and the open formats."""

from __future__ import annotations

from flask import g, render_template
from flask.typing import ResponseReturnValue

from festival.feeds.views.room import blueprint, subscribing_links
from festival.programme.links import feed_path
from festival.programme.published import PublishedProgramme
from festival.programme.queries import published_programme
from festival.shared.access import Who, open_to
from festival.shared.caching import cached_by_version


@blueprint.get("/subscribe")
@open_to(Who.EVERYBODY)
@cached_by_version()
def subscribe() -> ResponseReturnValue:
    """All feeds of the edition."""
    programme = published_programme(g.edition)
    path = feed_path(programme, "programme")
    return render_template(
        "feeds/subscribe.html",
        programme=programme,
        path=path,
        links=subscribing_links(path, name=g.edition.title),
        strands=_strands(programme),
        venues=_venues(programme),
        cities=_cities(programme),
        formats={kind: feed_path(programme, kind) for kind in ("xml", "json", "csv")},
    )


Row = tuple[str, str, int, dict[str, str], str]
"""Name, path, number of sessions, links, accent."""


def _row(name: str, path: str, count: int, *, accent: str = "") -> Row:
    return name, path, count, subscribing_links(path, name=name), accent


def _strands(programme: PublishedProgramme) -> list[Row]:
    """Strands in which something is held."""
    rows = []
    for strand in programme.strands:
        count = sum(each.strand == strand for each in programme.sessions)
        if count:
            path = feed_path(programme, "strand", name=strand.slug)
            rows.append(_row(strand.name, path, count, accent=strand.accent))
    return rows


def _venues(programme: PublishedProgramme) -> list[Row]:
    """Venues in which something is held."""
    rows = []
    for venue in programme.venues:
        held = {each.code for each, occ in programme.held if occ.space and occ.space.venue == venue}
        if held:
            path = feed_path(programme, "place", name=venue.slug)
            rows.append(_row(venue.name, path, len(held)))
    return rows


def _cities(programme: PublishedProgramme) -> list[Row]:
    """Twin cities that take part, by name."""
    names = {each.city.slug: each.city.name for each in programme.sessions if each.city}
    root = feed_path(programme, "programme").rpartition("/")[0]
    return [
        _row(
            name,
            f"{root}/city/{slug}.ics",
            sum(bool(each.city and each.city.slug == slug) for each in programme.sessions),
        )
        for slug, name in sorted(names.items(), key=lambda pair: pair[1])
    ]
