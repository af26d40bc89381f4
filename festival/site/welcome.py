"""Where a signed-in person works: the doors that stand on the home page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_login import current_user

from festival.festivals.models import Edition
from festival.site import queries
from festival.site.page import days_text


@dataclass(frozen=True, slots=True)
class PlaceOfWork:
    """One door: what stands on it, below it, and beside it."""

    name: str
    note: str
    label: str
    href: str


def work_of_present_person() -> list[PlaceOfWork]:
    """Editions, organizations and twin cities of the present person; empty for a stranger."""
    if not current_user.is_authenticated:
        return []
    number = current_user.person_id
    editions = queries.editions_worked_on(number, is_administrator=current_user.is_administrator)
    states = {"draft": _("Draft"), "public": _("Public"), "archived": _("Archived")}
    return [
        *(
            PlaceOfWork(each.title, _note(each), states[each.state.value], _at("site.desk", each))
            for each in editions
        ),
        *(
            PlaceOfWork(each.name, edition.title, _("Exhibitor"), _at("exhibitors.own", edition))
            for each, edition in queries.organizations_spoken_for(number)
        ),
        *(
            PlaceOfWork(
                city.name,
                edition.title,
                _("Twin city"),
                _at("cities.partner", edition, slug=city.slug),
            )
            for city, edition in queries.cities_spoken_for(number)
        ),
    ]


def _note(edition: Edition) -> str:
    return f"{edition.festival.city_name} · {days_text(edition.starts_on, edition.ends_on)}"


def _at(endpoint: str, edition: Edition, **values: Any) -> str:
    return url_for(
        endpoint,
        festival_slug=edition.festival.slug,
        edition_slug=edition.slug,
        **values,
    )
