"""News from lower rooms that badges act on, in the same unit of work as the news."""

from __future__ import annotations

from festival.badges import actions
from festival.badges.qr import qr_png
from festival.badges.queries import badge_of
from festival.badges.states import BadgeKind
from festival.shared.journal import SYSTEM
from festival.visitors import events


def connect() -> None:
    """Listen; called once at the start."""
    events.registered.connect(_issue)
    events.registration_changed.connect(_follow)
    events.registration_cancelled.connect(_revoke)
    events.badge_asked.connect(_answer)
    events.badge_picture_asked.connect(_draw)


def _issue(_sender: object, *, event: events.Registered) -> None:
    actions.issue_badge(
        event.edition_id,
        kind=BadgeKind.VISITOR,
        name=event.name,
        people=event.people,
        registration_id=event.registration_id,
        actor=SYSTEM,
        now=event.at,
    )


def _follow(_sender: object, *, event: events.RegistrationChanged) -> None:
    actions.follow_registration(
        event.registration_id, name=event.name, people=event.people, actor=SYSTEM, now=event.at
    )


def _revoke(_sender: object, *, event: events.RegistrationCancelled) -> None:
    actions.revoke_of_registration(event.registration_id, actor=SYSTEM, now=event.at)


def _draw(_sender: object, *, event: events.BadgeAsked) -> bytes | None:
    badge = badge_of(event.registration_id)
    return qr_png(badge.code) if badge else None


def _answer(_sender: object, *, event: events.BadgeAsked) -> str | None:
    badge = badge_of(event.registration_id)
    return badge.code if badge else None
