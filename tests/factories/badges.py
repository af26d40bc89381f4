"""Badges of all kinds."""

from __future__ import annotations

from datetime import datetime

from festival.badges.actions import issue_badge
from festival.badges.models import Badge
from festival.badges.states import BadgeKind
from festival.extensions import db
from festival.shared.journal import SYSTEM
from tests.factories.world import NOW, Corner


def make_badge(
    corner: Corner,
    *,
    kind: BadgeKind = BadgeKind.VISITOR,
    name: str = "Maria Ångström",
    people: int = 1,
    now: datetime = NOW,
) -> Badge:
    """A badge without a registration, such as the desk hands out; committed."""
    badge = issue_badge(
        corner.edition.id, kind=kind, name=name, people=people, actor=SYSTEM, now=now
    )
    db.session.commit()
    return badge
