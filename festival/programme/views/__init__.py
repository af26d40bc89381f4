"""Pages of the programme: public ones, and those on which the organizer makes it."""

from __future__ import annotations

from festival.programme.views import public
from festival.programme.views.door import blueprint

__all__ = ["blueprint", "public"]
