"""Kinds of papers, and what the organizers say of them."""

from __future__ import annotations

from enum import StrEnum

from festival.shared.sentences import mark


class PaperKind(StrEnum):
    INSURANCE = "insurance"
    RISK_ASSESSMENT = "risk_assessment"
    SAFEGUARDING = "safeguarding"
    OTHER = "other"
    ANSWER = "answer"
    """The file that answers a question of the call."""


PAPER_NAMES = {
    PaperKind.INSURANCE: mark("Insurance"),
    PaperKind.RISK_ASSESSMENT: mark("Risk assessment"),
    PaperKind.SAFEGUARDING: mark("Safeguarding of children and adults at risk"),
    PaperKind.OTHER: mark("Another paper"),
    PaperKind.ANSWER: mark("Answer to a question"),
}


class PaperState(StrEnum):
    RECEIVED = "received"
    CHECKED = "checked"
    REFUSED = "refused"


MOVES = {
    PaperState.RECEIVED: {PaperState.CHECKED, PaperState.REFUSED},
    PaperState.CHECKED: {PaperState.REFUSED},
    PaperState.REFUSED: {PaperState.CHECKED},
}

PAPER_STATE_NAMES = {
    PaperState.RECEIVED: mark("Not looked at yet"),
    PaperState.CHECKED: mark("Checked"),
    PaperState.REFUSED: mark("Not accepted"),
}

PAPER_STATE_ACCENTS = {
    PaperState.RECEIVED: "sky",
    PaperState.CHECKED: "mint",
    PaperState.REFUSED: "coral",
}
