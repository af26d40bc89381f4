"""Pages of the room."""

from __future__ import annotations

from festival.shared.addresses import edition_blueprint, plain_blueprint

blueprint = edition_blueprint("festivals", __name__)
plain = plain_blueprint("festival_admin", __name__)
