"""The addresses that search engines may know: published pages only, in each language."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import current_app, url_for

from festival.exhibitors.catalogue.queries import shown_codes
from festival.festivals.models import Edition
from festival.programme.queries import published_programme
from festival.shared.clock import utc_now
from festival.shared.languages import LANGUAGES
from festival.site.queries import cities_of, mapped_editions

PAGES = (
    "site.edition_home",
    "programme.public_programme",
    "programme.places",
    "exhibitors.catalogue",
    "exhibitors.courses",
    "exhibitors.learning_map",
    "cities.public_list",
    "press.public",
)

Page = dict[str, str]
"""Language code → path."""


def published_addresses() -> Iterator[Page]:
    """One dictionary per page."""
    yield {code: url_for("site.home", lang=code) for code in LANGUAGES}
    for edition in mapped_editions():
        for endpoint in PAGES:
            if endpoint in current_app.view_functions:
                yield _in_each_language(endpoint, edition)
        for session in published_programme(edition).sessions:
            yield _in_each_language("programme.session", edition, code=session.code)
        for code in shown_codes(edition.id, now=utc_now()):
            yield _in_each_language("exhibitors.exhibitor", edition, code=code)
        for city in cities_of(edition.festival_id):
            yield _in_each_language("cities.public_city", edition, slug=city.slug)


def _in_each_language(endpoint: str, edition: Edition, **values: Any) -> Page:
    return {
        code: url_for(
            endpoint,
            lang=code,
            festival_slug=edition.festival.slug,
            edition_slug=edition.slug,
            **values,
        )
        for code in LANGUAGES
    }
