"""What takes programmes in and opens personal calendars."""

from __future__ import annotations

from festival.feeds.actions.applying import Applied, apply_import
from festival.feeds.actions.imports import (
    apply_kept,
    check_again,
    give_up,
    keep_import,
    start_applying,
)
from festival.feeds.actions.personal import make_personal_feed, personal_token, revoke_personal_feed

__all__ = [
    "Applied",
    "apply_import",
    "apply_kept",
    "check_again",
    "give_up",
    "keep_import",
    "make_personal_feed",
    "personal_token",
    "revoke_personal_feed",
    "start_applying",
]
