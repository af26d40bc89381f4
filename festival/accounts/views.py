"""Pages of the room."""

from __future__ import annotations

from festival.shared.addresses import edition_blueprint, plain_blueprint

blueprint = plain_blueprint("accounts", __name__)
team = edition_blueprint("team", __name__)
