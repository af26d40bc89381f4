"""Kinds and states of badges."""

from __future__ import annotations

from enum import StrEnum

from festival.shared.sentences import mark


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
    BadgeState.ACTIVE: mark("Opens the door."),
    BadgeState.REVOKED: mark("No longer opens the door."),
}

STATE_NAMES = {BadgeState.ACTIVE: mark("Active"), BadgeState.REVOKED: mark("Revoked")}

KIND_NAMES = {
    BadgeKind.VISITOR: mark("Visitor"),
    BadgeKind.EXHIBITOR: mark("Exhibitor"),
    BadgeKind.SPEAKER: mark("Speaker"),
    BadgeKind.CREW: mark("Crew"),
    BadgeKind.PRESS: mark("Press"),
}

ACCENTS = {
    BadgeKind.VISITOR: "sun",
    BadgeKind.EXHIBITOR: "mint",
    BadgeKind.SPEAKER: "sky",
    BadgeKind.CREW: "coral",
    BadgeKind.PRESS: "violet",
}
"""The same on paper (typst/badges.typ) and on the page; the word stands beside it."""

CONTRIBUTORS = frozenset({BadgeKind.EXHIBITOR, BadgeKind.SPEAKER, BadgeKind.CREW, BadgeKind.PRESS})
"""Never counted as audience."""
