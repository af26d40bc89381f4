"""Timed work of the room: what is no longer needed is forgotten."""

from __future__ import annotations

from festival.accounts.actions import forget_what_is_over
from festival.shared.clock import utc_now
from festival.shared.tasks import every
from festival.shared.work import work


@every(seconds=3600)
def forget() -> None:
    """Once an hour: old tries, ended sign-ins, spent links."""
    with work():
        forget_what_is_over(now=utc_now())
