"""Addresses: language, festival and edition stand first and are filled in by themselves.

A view of an edition's blueprint never takes the three as arguments, and a link to a page of the
same edition and language never gives them.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Flask, g, request
from werkzeug.routing import IntegerConverter, Map

from festival.shared.languages import DEFAULT, IN_PATH


def edition_blueprint(name: str, import_name: str) -> Blueprint:
    """Pages under ``/<lang>/<festival>/<edition>``; the edition is found in ``g.edition``."""
    return Blueprint(name, import_name, url_prefix=f"/{IN_PATH}/<festival_slug>/<edition_slug>")


def plain_blueprint(name: str, import_name: str) -> Blueprint:
    """Pages under ``/<lang>`` that belong to no edition."""
    return Blueprint(name, import_name, url_prefix=f"/{IN_PATH}")


class RowNumber(IntegerConverter):
    """``<int:…>``: numbers that a column can hold; others are not found."""

    def __init__(self, map: Map) -> None:
        super().__init__(map, max=2**31 - 1)


LAST_PAGE = 10_000


def page_asked_for() -> int:
    """``?page=`` of a list, from 1; one that is beyond every list is held at its end."""
    return max(1, min(request.args.get("page", 1, type=int), LAST_PAGE))


_arguments: dict[str, frozenset[str]] = {}


def read_language(endpoint: str | None, values: dict[str, Any] | None) -> None:
    """``url_value_preprocessor``: take the language out of the address into ``g.locale``."""
    if values:
        g.locale = values.pop("lang", None) or g.get("locale") or DEFAULT


def complete_address(endpoint: str, values: dict[str, Any]) -> None:
    """``url_defaults``: the present language and edition, where the link does not say others."""
    wanted = _arguments.get(endpoint, frozenset())
    if "lang" in wanted:
        values.setdefault("lang", g.get("locale") or DEFAULT)
    edition = g.get("edition")
    if edition is not None and "edition_slug" in wanted and "edition_slug" not in values:
        values["festival_slug"] = edition.festival.slug
        values["edition_slug"] = edition.slug


def learn_routes(app: Flask) -> None:
    """Remember which arguments each endpoint takes; called once, when all rooms are in."""
    for rule in app.url_map.iter_rules():
        known = _arguments.get(rule.endpoint, frozenset())
        _arguments[rule.endpoint] = known | rule.arguments
