"""Pages of the room."""

from __future__ import annotations

from flask import Blueprint

from festival.shared.addresses import edition_blueprint

blueprint = edition_blueprint("checkin", __name__)

door = Blueprint("door", __name__, url_prefix="/door")
