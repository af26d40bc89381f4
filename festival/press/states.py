"""States of releases and consents of pictures."""

from __future__ import annotations

from enum import StrEnum


class ReleaseState(StrEnum):
    DRAFT = "draft"
    APPROVED = "approved"
    WITHDRAWN = "withdrawn"


MOVES = {
    ReleaseState.DRAFT: {ReleaseState.APPROVED, ReleaseState.WITHDRAWN},
    ReleaseState.APPROVED: {ReleaseState.DRAFT, ReleaseState.WITHDRAWN},
    ReleaseState.WITHDRAWN: {ReleaseState.DRAFT},
}

SENTENCES = {
    ReleaseState.DRAFT: "Seen by the press office only.",
    ReleaseState.APPROVED: "Public, or public when its embargo ends.",
    ReleaseState.WITHDRAWN: "Taken back.",
}


class Consent(StrEnum):
    NOT_NEEDED = "not_needed"
    GIVEN = "given"
    MISSING = "missing"
