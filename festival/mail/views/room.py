"""The two doors of the room: an edition's mail and everybody's."""

from __future__ import annotations

from festival.shared.addresses import edition_blueprint, plain_blueprint

blueprint = edition_blueprint("mail", __name__)
everything = plain_blueprint("all_mail", __name__)
