"""Pages and addresses of the room: imports, public feeds, personal calendars."""

from __future__ import annotations

from festival.feeds.views import calendars as calendars
from festival.feeds.views import imports as imports
from festival.feeds.views import personal as personal
from festival.feeds.views import provision as provision
from festival.feeds.views import schedules as schedules
from festival.feeds.views import subscribing as subscribing
from festival.feeds.views.room import (
    addresses,
    blueprint,
    event_json_ld,
    organization_json_ld,
    personal_feeds,
)

__all__ = [
    "addresses",
    "blueprint",
    "calendars",
    "event_json_ld",
    "imports",
    "organization_json_ld",
    "personal",
    "personal_feeds",
    "provision",
    "schedules",
    "subscribing",
]
