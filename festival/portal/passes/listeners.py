"""News from the rooms below that concern team passes."""

from __future__ import annotations

from festival.badges.events import BadgeReplaced, badge_replaced
from festival.exhibitors.events import ApplicationLeft, application_left
from festival.portal.passes.actions import end_passes_of, follow_badge


def connect() -> None:
    """Listen; called once at the start."""
    application_left.connect(_end)
    badge_replaced.connect(_follow)


def _end(_sender: object, *, event: ApplicationLeft) -> None:
    end_passes_of(event.application_id, actor=event.actor, now=event.now)


def _follow(_sender: object, *, event: BadgeReplaced) -> None:
    follow_badge(event.old_id, new_id=event.new_id)
