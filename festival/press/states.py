"""States of releases, consents of pictures, and the papers that a picture must have."""

from __future__ import annotations

from enum import StrEnum

from festival.shared.sentences import mark


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
    ReleaseState.DRAFT: mark("Seen by the press office only."),
    ReleaseState.APPROVED: mark("Public, or public when its embargo ends."),
    ReleaseState.WITHDRAWN: mark("Taken back; nobody outside the press office sees it."),
}


class Consent(StrEnum):
    NOT_NEEDED = "not_needed"
    GIVEN = "given"
    MISSING = "missing"


CONSENT_SENTENCES = {
    Consent.NOT_NEEDED: mark("Nobody can be recognised, or it was taken in a public crowd."),
    Consent.GIVEN: mark("Everybody who can be recognised has agreed; for children, a parent has."),
    Consent.MISSING: mark("Not asked yet, or refused."),
}


class Paper(StrEnum):
    """What must be known about a picture before it leaves the house."""

    CAPTION = "caption"
    ALT_TEXT = "alt_text"
    CREATOR = "creator"
    CREDIT = "credit"
    LICENCE = "licence"
    CONSENT = "consent"


PAPER_NAMES = {
    Paper.CAPTION: mark("caption"),
    Paper.ALT_TEXT: mark("text for those who cannot see it"),
    Paper.CREATOR: mark("creator"),
    Paper.CREDIT: mark("credit line"),
    Paper.LICENCE: mark("licence"),
    Paper.CONSENT: mark("consent"),
}
