"""Pages of the programme: public ones, and those on which the organizer makes it."""

from __future__ import annotations

from festival.programme.views import making, occurrences, public, publication, sessions
from festival.programme.views.door import blueprint
from festival.programme.views.held import sessions_held_by as sessions_held_by

__all__ = [
    "blueprint",
    "making",
    "occurrences",
    "public",
    "publication",
    "sessions",
    "sessions_held_by",
]
