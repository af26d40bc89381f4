"""Pages of the room."""

from __future__ import annotations

from festival.portal.views.room import blueprint as blueprint
