"""The public catalogue: who takes part, what can be learned all year, and where."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, current_app, g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from festival.exhibitors.catalogue import queries
from festival.exhibitors.catalogue.rules import finding, mapping
from festival.exhibitors.catalogue.rules.facts import Entry, search_key
from festival.exhibitors.catalogue.rules.finding import Found, Item, Wanted
from festival.exhibitors.catalogue.states import (
    LICENCE_ADDRESSES,
    LICENCE_NAMES,
    Facet,
    Spot,
)
from festival.exhibitors.catalogue.vcard import contact_card
from festival.exhibitors.states import MANNER_NAMES, SECTOR_NAMES, Sector
from festival.exhibitors.tongues import names_of
from festival.exhibitors.views.room import address_if_known, blueprint
from festival.shared.access import Who, open_to
from festival.shared.addresses import page_asked_for
from festival.shared.caching import cached_by_version
from festival.shared.clock import utc_now
from festival.shared.forms import clean_line

PER_PAGE = 48
ASKED = ("q", "page", *(each.value for each in Facet))


def untold() -> object:
    """What the pages depend on besides the edition's versions: decisions nobody was told of."""
    return queries.what_is_untold(g.edition, now=utc_now())


@blueprint.get("/exhibitors")
@open_to(Who.EVERYBODY)
@cached_by_version(*ASKED, also=untold)
def catalogue() -> ResponseReturnValue:
    """Everybody who takes part; the search looks into every name and text."""
    entries = queries.entries_of(g.edition, now=utc_now())
    return listing("exhibitors/catalogue.html", finding.exhibitors(entries), entries=entries)


@blueprint.get("/courses")
@open_to(Who.EVERYBODY)
@cached_by_version(*ASKED, also=untold)
def courses() -> ResponseReturnValue:
    """Courses that are held all year, across organizations."""
    entries = queries.entries_of(g.edition, now=utc_now())
    return listing("exhibitors/courses.html", finding.courses(entries), entries=entries)


def listing(template: str, items: list[Item], *, entries: list[Entry]) -> str:
    """One page of what was found, with the filters and what is behind each."""
    found = finding.find(items, asked_for())
    last = max(1, -(-len(found.items) // PER_PAGE))
    number = min(page_asked_for(), last)
    return render_template(
        template,
        shown=found.items[(number - 1) * PER_PAGE : number * PER_PAGE],
        count=len(found.items),
        is_anybody_here=bool(items),
        wanted=found.wanted,
        choices=choices_of(found),
        number=number,
        last=last,
        pages_href=address_of_page(request.endpoint or "", found.wanted),
        has_places=any(each.places for each in entries),
    )


def asked_for() -> Wanted:
    """What stands in the address; empty values are no filter."""
    values = {
        facet: tuple(
            dict.fromkeys(
                cleaned
                for each in request.args.getlist(facet.value)[:10]
                if (cleaned := clean_line(each)[:200])
            )
        )
        for facet in Facet
    }
    return Wanted(
        words=clean_line(request.args.get("q"))[:100],
        values={facet: each for facet, each in values.items() if each},
    )


def address_of_page(endpoint: str, wanted: Wanted) -> str:
    """Address of another page of the same list, with ``{page}`` in it."""
    chosen: dict[str, Any] = {facet.value: list(values) for facet, values in wanted.values.items()}
    if wanted.words:
        chosen["q"] = wanted.words
    href = url_for(endpoint, **chosen)
    return f"{href}{'&' if '?' in href else '?'}page={{page}}"


def choices_of(found: Found) -> dict[str, list[tuple[str, str]]]:
    """Facet → (value, name with the number behind it), by name in the page's language."""
    choices = {}
    for facet, options in found.options.items():
        named = sorted((search_key(spoken(facet, each)), each) for each in options)
        choices[facet.value] = [
            (each.value, _("%(name)s (%(number)s)", name=spoken(facet, each), number=each.count))
            for _key, each in named
        ]
    return choices


def spoken(facet: Facet, option: finding.Option) -> str:
    """The name of a value in the page's language."""
    if facet is Facet.SECTOR:
        return str(_(SECTOR_NAMES[Sector(option.value)]))
    if facet is Facet.LANGUAGE:
        return names_of([option.value], locale=g.locale)
    if facet is Facet.ACCESS:
        return str(_(MANNER_NAMES[option.value])) if option.value in MANNER_NAMES else option.value
    return str(_("Something all year round")) if facet is Facet.ALL_YEAR else option.name


@blueprint.get("/exhibitors/<code>")
@open_to(Who.EVERYBODY)
@cached_by_version(also=untold)
def exhibitor(code: str) -> ResponseReturnValue:
    """One organization: about, where it stands, what it shows, what one can do there."""
    entry = entry_or_404(code)
    text, language = entry.about_in(g.locale)
    return render_template(
        "exhibitors/exhibitor.html", entry=entry, about=text, about_language=language
    )


@blueprint.get("/exhibitors/<code>/card.vcf")
@open_to(Who.EVERYBODY)
@cached_by_version(also=untold)
def card(code: str) -> ResponseReturnValue:
    """The contact card of an organization that has agreed to give it away."""
    entry = entry_or_404(code)
    base = str(current_app.config["SETTINGS"].public_url).rstrip("/")
    page = base + url_for("exhibitors.exhibitor", code=entry.code)
    body = contact_card(entry, page=page, language=g.locale)
    if body is None:
        abort(404)
    return Response(body, content_type="text/vcard; charset=utf-8")


def entry_or_404(code: str) -> Entry:
    entry = queries.find_entry(g.edition, code=code, now=utc_now())
    if entry is None:
        abort(404)
    return entry


@blueprint.get("/map")
@open_to(Who.EVERYBODY)
@cached_by_version(also=untold)
def learning_map() -> ResponseReturnValue:
    """Venues and learning places, drawn by ourselves, with the list beside."""
    entries = queries.entries_of(g.edition, now=utc_now())
    venues = queries.venues_of(g.edition)
    points = [
        mapping.Point(
            each.slug, Spot.VENUE, each.name, each.latitude, each.longitude, each.district
        )
        for each in venues
        if each.latitude is not None and each.longitude is not None
    ]
    places = {place.code: (entry, place) for entry in entries for place in entry.places}
    points += [
        mapping.Point(code, Spot.PLACE, place.name, place.latitude, place.longitude, place.district)
        for code, (_entry, place) in places.items()
        if place.latitude is not None and place.longitude is not None
    ]
    return render_template(
        "exhibitors/map.html",
        drawing=mapping.draw(points),
        venues={each.slug: each for each in venues},
        places=places,
        nowhere=[pair for pair in places.values() if pair[1].latitude is None],
        plans_href=address_if_known("stands.public_plans"),
    )


@blueprint.get("/open-data")
@open_to(Who.EVERYBODY)
@cached_by_version(also=untold)
def open_data() -> ResponseReturnValue:
    """What the data is, how it came about, under which terms, and where to get it."""
    entries = queries.entries_of(g.edition, now=utc_now())
    terms = queries.terms_of(g.edition)
    licence = terms.licence if terms else None
    return render_template(
        "exhibitors/open_data.html",
        entries=entries,
        terms=terms,
        licence_name=LICENCE_NAMES[licence] if licence else "",
        licence_href=LICENCE_ADDRESSES[licence] if licence else "",
        courses=sum(len(each.courses) for each in entries),
        places=sum(len(each.places) for each in entries),
        placed=sum(place.latitude is not None for each in entries for place in each.places),
    )


@blueprint.app_template_global("catalogue_tabs")
def catalogue_tabs() -> list[dict[str, Any]]:
    """The pages of the catalogue, as tabs."""
    pages = [
        (_("Exhibitors"), "exhibitors.catalogue"),
        (_("Courses all year round"), "exhibitors.courses"),
        (_("Map"), "exhibitors.learning_map"),
        (_("Floor plans"), "stands.public_plans"),
        (_("Open data"), "exhibitors.open_data"),
    ]
    return [
        {"label": label, "href": href, "is_current": request.endpoint == endpoint}
        for label, endpoint in pages
        if (href := address_if_known(endpoint))
    ]
