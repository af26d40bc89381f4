"""Verdicts at the door."""

from __future__ import annotations

from enum import StrEnum

from festival.shared.sentences import mark


class Verdict(StrEnum):
    ADMITTED = "admitted"
    ALREADY_IN = "already_in"
    REVOKED = "revoked"
    WRONG_EDITION = "wrong_edition"
    UNKNOWN = "unknown"
    RELEASED = "released"


SENTENCES = {
    Verdict.ADMITTED: mark("Let in and counted."),
    Verdict.ALREADY_IN: mark("Was let in before; not counted again."),
    Verdict.REVOKED: mark("The badge was revoked."),
    Verdict.WRONG_EDITION: mark("The badge is for another festival or year."),
    Verdict.UNKNOWN: mark("This is not a badge of ours."),
    Verdict.RELEASED: mark("Came after the places had gone to others; not counted."),
}

UNDONE = "undone"
"""Stands in place of a verdict, on the page and in answers, when a scan was taken back."""

WORDS: dict[str, str] = {
    Verdict.ADMITTED: mark("Welcome!"),
    Verdict.ALREADY_IN: mark("Already in"),
    Verdict.REVOKED: mark("Revoked"),
    Verdict.WRONG_EDITION: mark("Another festival"),
    Verdict.UNKNOWN: mark("Unknown"),
    Verdict.RELEASED: mark("Too late"),
    UNDONE: mark("Undone"),
}
"""The big word, read in half a second."""

LOG_WORDS = WORDS | {Verdict.ADMITTED: mark("Let in")}
"""The same for the organizers' log."""
