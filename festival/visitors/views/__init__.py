"""Pages of the room: for households (``public``) and for the festival's people (``desk``)."""

from __future__ import annotations

from festival.visitors.views import desk as desk
from festival.visitors.views import public as public
from festival.visitors.views.room import blueprint as blueprint
