"""News from lower rooms that badges act on."""

from __future__ import annotations


def connect() -> None:
    """Listen; called once at the start."""
