"""The blueprint on which all pages of the room are hung."""

from __future__ import annotations

from festival.shared.addresses import edition_blueprint

blueprint = edition_blueprint("programme", __name__)
