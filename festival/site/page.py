"""What the frame round every page needs: language, direction, navigation, the person, the build."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_interval, format_skeleton
from babel.numbers import format_decimal
from flask import Flask, current_app, g, get_flashed_messages, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from festival.accounts.states import EDITION_ROLES
from festival.shared.access import Role, roles_here
from festival.shared.forms import clean_line
from festival.shared.languages import DEFAULT, LANGUAGES


def choose_locale() -> str:
    """gettext's locale of this request: from the address, else from the browser."""
    chosen = g.get("locale")
    if chosen is None and request:
        chosen = request.accept_languages.best_match(LANGUAGES, default=DEFAULT)
    return chosen or DEFAULT


@dataclass(frozen=True, slots=True)
class NavigationItem:
    label: str
    href: str
    is_current: bool = False
    is_within: bool = False
    """The present page lies below this one."""


@dataclass(frozen=True, slots=True)
class LanguageLink:
    code: str
    tag: str
    name: str
    direction: str
    href: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class EditionOnPage:
    title: str
    city_name: str
    dates_text: str
    time_zone: str


@dataclass(frozen=True, slots=True)
class PersonOnPage:
    name: str
    is_administrator: bool = False


@dataclass
class Page:
    """Named ``page`` in every template."""

    locale: str
    tag: str
    direction: str
    brand: str
    home_href: str
    version: str
    canonical_href: str
    sign_in_href: str
    sign_out_href: str
    account_href: str
    edition: EditionOnPage | None = None
    person: PersonOnPage | None = None
    languages: list[LanguageLink] = field(default_factory=list)
    navigation: list[NavigationItem] = field(default_factory=list)
    organizer_navigation: list[NavigationItem] = field(default_factory=list)
    toasts: list[tuple[str, str]] = field(default_factory=list)


def page_context() -> dict[str, Any]:
    """Context processor: the object ``page``."""
    language = LANGUAGES[choose_locale()]
    edition = g.get("edition")
    page = Page(
        locale=language.code,
        tag=language.tag,
        direction=language.direction,
        brand=edition.title if edition else current_app.config["SETTINGS"].site_name,
        home_href=url_for("site.edition_home") if edition else url_for("site.home"),
        version=current_app.config["VERSION"],
        canonical_href=current_app.config["SETTINGS"].public_url + quote(request.path),
        sign_in_href=find_address("accounts.sign_in"),
        sign_out_href=find_address("accounts.sign_out"),
        account_href=find_address("accounts.account"),
        languages=_language_links(),
        toasts=_toasts(),
    )
    if edition is not None:
        page.edition = EditionOnPage(
            title=edition.title,
            city_name=edition.festival.city_name,
            dates_text=days_text(edition.starts_on, edition.ends_on),
            time_zone=edition.time_zone,
        )
        page.navigation = _items(PUBLIC)
        roles = roles_here()
        page.organizer_navigation = _items(
            [(label, endpoint) for label, endpoint, who in ORGANIZER if roles & who]
        )
    if current_user.is_authenticated:
        page.person = PersonOnPage(current_user.name, current_user.is_administrator)
    return {
        "page": page,
        "find_address": find_address,
        "days_text": days_text,
        "weekday_text": weekday_text,
        "day_text": day_text,
    }


def find_address(endpoint: str, **values: Any) -> str:
    """Template function: the address of a page, or nothing where this installation lacks it."""
    return url_for(endpoint, **values) if endpoint in current_app.view_functions else ""


def _toasts() -> list[tuple[str, str]]:
    pairs: list[Any] = list(get_flashed_messages(with_categories=True))
    return [(kind, str(text)) for kind, text in pairs]


def _text(message: str) -> str:
    return message


PUBLIC = [
    (_text("Programme"), "programme.public_programme"),
    (_text("Places"), "programme.places"),
    (_text("Exhibitors"), "exhibitors.catalogue"),
    (_text("Twin cities"), "cities.public_list"),
    (_text("Register"), "visitors.register"),
    (_text("My visit"), "visitors.my_visit"),
    (_text("Press"), "press.public"),
]
_O = frozenset({Role.ORGANIZER.value})
_TEAM = frozenset(role.value for role in EDITION_ROLES)
ORGANIZER = [
    (_text("Desk"), "site.desk", _TEAM),
    (_text("Edition"), "festivals.edit_edition", _O),
    (_text("Calls"), "exhibitors.calls", _O),
    (_text("Exhibitors"), "exhibitors.applications", _O | {Role.REVIEWER.value}),
    (_text("Stands"), "stands.overview", _O),
    (_text("Programme"), "programme.sessions", _O),
    (_text("Visitors"), "visitors.registrations", _O),
    (_text("At the door"), "visitors.walk_in", frozenset({Role.DOOR_LEAD.value})),
    (_text("Badges"), "badges.badges", _O),
    (_text("Doors"), "checkin.door_links", _O | {Role.DOOR_LEAD.value}),
    (_text("Press office"), "press.office", _O | {Role.PRESS_OFFICER.value}),
    (_text("Figures"), "evaluation.figures", _O | {Role.EVALUATOR.value}),
    (_text("Twin cities"), "cities.cities", _O),
    (_text("Import"), "feeds.imports", _O),
    (_text("Mail"), "mail.outbox", _O),
    (_text("Tasks"), "tasks.tasks", _TEAM),
    (_text("Team"), "team.members", _O),
]


def _items(entries: list[tuple[str, str]]) -> list[NavigationItem]:
    return [
        NavigationItem(
            _(label), href, request.endpoint == endpoint, request.path.startswith(f"{href}/")
        )
        for label, endpoint in entries
        if endpoint in current_app.view_functions
        for href in [url_for(endpoint)]
    ]


def _language_links() -> list[LanguageLink]:
    """The same page in each language, or the home page where this one has no language."""
    present = choose_locale()
    parts = quote(request.path).split("/", 2)
    in_path = len(parts) > 1 and parts[1] in LANGUAGES and request.method == "GET"
    rest = parts[2] if in_path and len(parts) > 2 else ""
    query = "?" + request.query_string.decode("ascii", "replace") if request.query_string else ""
    return [
        LanguageLink(
            code=each.code,
            tag=each.tag,
            name=each.autonym,
            direction=each.direction,
            href=f"/{each.code}/{rest}{query if in_path else ''}",
            is_current=each.code == present,
        )
        for each in LANGUAGES.values()
    ]


def asset_finder(app: Flask) -> Callable[[str], str]:
    """Template global ``asset(path)``: address of a static file that changes with the file."""
    stamps: dict[str, str] = {}

    def asset(path: str) -> str:
        stamp = stamps.get(path)
        if stamp is None or app.debug:
            file = Path(app.static_folder or "") / path
            stamp = stamps[path] = f"{file.stat().st_mtime_ns:x}"
        return f"/static/{path}?v={stamp}"

    return asset


def days_text(first: date, last: date) -> str:
    """``14–16 May 2027`` in the page's language."""
    if first == last:
        return format_date(first, "long", locale=choose_locale())
    return format_interval(first, last, skeleton="yMMMd", locale=choose_locale())


def weekday_text(day: date) -> str:
    """``Friday`` in the page's language; a moment is read on the clock that it carries."""
    return format_date(day, "EEEE", locale=choose_locale())


def day_text(day: date) -> str:
    """``14 May`` in the page's language."""
    return format_skeleton("MMMMd", datetime.combine(day, time(12), UTC), locale=choose_locale())


def local(moment: datetime, zone_name: str | None = None) -> datetime:
    """Filter: the instant on the edition's clock, or on the clock of ``zone_name``."""
    edition = g.get("edition")
    name = zone_name or (edition.time_zone if edition else "UTC")
    return moment.astimezone(ZoneInfo(name)) if name != "UTC" else moment.astimezone(UTC)


def number_text(number: int) -> str:
    """Filter: the number with the digits and the separators of the page's language."""
    return format_decimal(number, locale=choose_locale())


FILTERS: Mapping[str, Callable[..., Any]] = {
    "local": local,
    "number": number_text,
    "one_line": clean_line,
}
