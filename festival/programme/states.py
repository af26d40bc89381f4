"""States of sessions and occurrences."""

from __future__ import annotations

from enum import StrEnum

from festival.festivals.states import SESSION_ACCESS, SESSION_MANNERS


class Kind(StrEnum):
    ACTIVITY = "activity"
    CONFERENCE = "conference"


class SessionState(StrEnum):
    DRAFT = "draft"
    READY = "ready"
    WITHDRAWN = "withdrawn"


MOVES = {
    SessionState.DRAFT: {SessionState.READY, SessionState.WITHDRAWN},
    SessionState.READY: {SessionState.DRAFT, SessionState.WITHDRAWN},
    SessionState.WITHDRAWN: {SessionState.DRAFT},
}

SENTENCES = {
    SessionState.DRAFT: "Not part of the programme yet.",
    SessionState.READY: "Goes out with the next publication.",
    SessionState.WITHDRAWN: "Leaves the programme with the next publication.",
}


class OccurrenceState(StrEnum):
    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"


class AttendanceMode(StrEnum):
    ON_SITE = "on_site"
    REMOTE = "remote"
    MIXED = "mixed"


TAGS = (*SESSION_MANNERS, *SESSION_ACCESS)


class Telling(StrEnum):
    """Whether the people concerned by a publication are told."""

    NOW = "now"
    HELD = "held"
    """The mails wait until an organizer has read and released them."""
    NOBODY = "nobody"
