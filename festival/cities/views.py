"""Pages of the room."""

from __future__ import annotations

from festival.shared.addresses import edition_blueprint

blueprint = edition_blueprint("cities", __name__)
