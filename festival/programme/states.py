"""States of sessions and occurrences."""

from __future__ import annotations

from enum import StrEnum


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


TAGS = (
    "relaxed",
    "quiet",
    "women_only",
    "childcare",
    "easy_read",
    "step_free",
    "sign_language",
    "hearing_loop",
    "captions",
)
