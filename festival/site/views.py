"""Home pages, the organizer's desk, health."""

from __future__ import annotations

from flask import Blueprint

from festival.shared.addresses import plain_blueprint

blueprint = plain_blueprint("site", __name__)
machine = Blueprint("machine", __name__)
