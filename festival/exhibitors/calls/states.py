"""Kinds of calls, of questions and of personal links; where a call stands at an instant."""

from __future__ import annotations

from enum import StrEnum

from festival.shared.sentences import mark


class CallKind(StrEnum):
    EXHIBITORS = "exhibitors"
    ACTIVITIES = "activities"


CALL_NAMES = {
    CallKind.EXHIBITORS: mark("Call for exhibitors"),
    CallKind.ACTIVITIES: mark("Call for activities"),
}

CALL_SENTENCES = {
    CallKind.EXHIBITORS: mark("For those who want a stand; they can offer activities as well."),
    CallKind.ACTIVITIES: mark("For those who do something with people and need no stand."),
}


class CallState(StrEnum):
    """Where a call stands at an instant."""

    NOT_ANNOUNCED = "not_announced"
    LATER = "later"
    OPEN = "open"
    CLOSED = "closed"


CALL_STATE_NAMES = {
    CallState.NOT_ANNOUNCED: mark("Not announced"),
    CallState.LATER: mark("Opens later"),
    CallState.OPEN: mark("Open"),
    CallState.CLOSED: mark("Closed"),
}

CALL_STATE_ACCENTS = {
    CallState.NOT_ANNOUNCED: "",
    CallState.LATER: "sky",
    CallState.OPEN: "mint",
    CallState.CLOSED: "amber",
}


class QuestionKind(StrEnum):
    TEXT = "text"
    LONG_TEXT = "long_text"
    NUMBER = "number"
    CHOICE = "choice"
    SEVERAL = "several"
    FILE = "file"
    DATE = "date"
    CONSENT = "consent"


QUESTION_NAMES = {
    QuestionKind.TEXT: mark("A line of text"),
    QuestionKind.LONG_TEXT: mark("Several lines of text"),
    QuestionKind.NUMBER: mark("A whole number"),
    QuestionKind.CHOICE: mark("One of several answers"),
    QuestionKind.SEVERAL: mark("Any of several answers"),
    QuestionKind.FILE: mark("A file (PDF or picture)"),
    QuestionKind.DATE: mark("A date"),
    QuestionKind.CONSENT: mark("A box to agree with"),
}

WITH_OPTIONS = frozenset({QuestionKind.CHOICE, QuestionKind.SEVERAL})


class LinkPurpose(StrEnum):
    LATE = "late"
    INVITED = "invited"


PURPOSE_NAMES = {
    LinkPurpose.LATE: mark("May still apply"),
    LinkPurpose.INVITED: mark("Invited again"),
}
