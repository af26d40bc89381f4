"""Kinds and states of badges."""

from __future__ import annotations

from enum import StrEnum


class BadgeKind(StrEnum):
    VISITOR = "visitor"
    EXHIBITOR = "exhibitor"
    SPEAKER = "speaker"
    CREW = "crew"
    PRESS = "press"


class BadgeState(StrEnum):
    ACTIVE = "active"
    REVOKED = "revoked"


MOVES = {BadgeState.ACTIVE: {BadgeState.REVOKED}, BadgeState.REVOKED: set()}

SENTENCES = {
    BadgeState.ACTIVE: "Opens the door.",
    BadgeState.REVOKED: "No longer opens the door.",
}

CONTRIBUTORS = frozenset({BadgeKind.EXHIBITOR, BadgeKind.SPEAKER, BadgeKind.CREW, BadgeKind.PRESS})
"""Never counted as audience."""
