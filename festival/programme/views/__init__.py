"""Pages of the programme: public ones, and those on which the organizer makes it."""

from __future__ import annotations

from festival.programme.views import making, occurrences, public, publication, sessions
from festival.programme.views.door import blueprint

__all__ = ["blueprint", "making", "occurrences", "public", "publication", "sessions"]
