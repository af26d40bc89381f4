"""Pages of the room: the public ones, the newsroom's and the press office's."""

from __future__ import annotations

from festival.press.views import (
    kit,
    library,
    newsroom,
    office,
    public,
)
from festival.press.views.doors import blueprint as blueprint

PAGES = (public, kit, newsroom, office, library)
"""Modules that hang their doors into the blueprint when they are imported."""
