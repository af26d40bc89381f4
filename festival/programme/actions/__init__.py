"""What changes the programme."""

from __future__ import annotations

from festival.programme.actions.publishing import publish_changes_of, publish_programme

__all__ = ["publish_changes_of", "publish_programme"]
