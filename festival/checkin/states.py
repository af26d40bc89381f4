"""Verdicts at the door."""

from __future__ import annotations

from enum import StrEnum


class Verdict(StrEnum):
    ADMITTED = "admitted"
    ALREADY_IN = "already_in"
    REVOKED = "revoked"
    WRONG_EDITION = "wrong_edition"
    UNKNOWN = "unknown"


SENTENCES = {
    Verdict.ADMITTED: "Let in and counted.",
    Verdict.ALREADY_IN: "Was let in before; not counted again.",
    Verdict.REVOKED: "The badge was revoked.",
    Verdict.WRONG_EDITION: "The badge is for another festival or year.",
    Verdict.UNKNOWN: "This is not a badge of ours.",
}
