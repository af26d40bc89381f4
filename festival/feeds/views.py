"""Addresses of the feeds, stable for ever and without a language; pages of imports."""

from __future__ import annotations

from flask import Blueprint

from festival.shared.addresses import edition_blueprint

blueprint = edition_blueprint("feeds", __name__)
addresses = Blueprint(
    "feed_addresses", __name__, url_prefix="/feeds/<festival_slug>/<edition_slug>"
)
