"""Words of the review: conflicts, rounds of decisions, dimensions of the balance."""

from __future__ import annotations

from enum import StrEnum

from festival.shared.sentences import mark

BEST = 5
"""Scores go from 0 to this."""

SCORE_WORDS = {
    0: mark("not at all"),
    1: mark("hardly"),
    2: mark("partly"),
    3: mark("well"),
    4: mark("very well"),
    5: mark("outstanding"),
}


class ConflictKind(StrEnum):
    """Why somebody stays away from an application."""

    DECLARED = "declared"
    """They said so."""
    MEMBER = "member"
    """They can sign in for the organization; certain, and nobody has to say so."""
    DOMAIN = "domain"
    """Their address has the organization's domain; they are asked before they see anything."""
    NONE = "none"
    """They were asked and said that there is no conflict."""


CONFLICT_SENTENCES = {
    ConflictKind.DECLARED: mark("They said that they are not impartial."),
    ConflictKind.MEMBER: mark("They can sign in for the organization."),
    ConflictKind.DOMAIN: mark("Their e-mail address has the organization's domain."),
    ConflictKind.NONE: mark("They were asked and said that there is no conflict."),
}


class Audience(StrEnum):
    """Who reads a message about an application."""

    TEAM = "team"
    APPLICANT = "applicant"


class RoundState(StrEnum):
    """A round of decisions and its mails."""

    HELD = "held"
    RELEASED = "released"
    UNDONE = "undone"


ROUND_MOVES = {
    RoundState.HELD: {RoundState.RELEASED, RoundState.UNDONE},
    RoundState.RELEASED: set(),
    RoundState.UNDONE: set(),
}

ROUND_NAMES = {
    RoundState.HELD: mark("Mails are held"),
    RoundState.RELEASED: mark("Mails have left"),
    RoundState.UNDONE: mark("Undone"),
}


class Dimension(StrEnum):
    """Along what the balance of the festival is looked at."""

    SECTOR = "sector"
    STRAND = "strand"
    DISTRICT = "district"
    AGE = "age"
    LANGUAGE = "language"
    ACCESS = "access"
    HISTORY = "history"


DIMENSION_NAMES = {
    Dimension.SECTOR: mark("Kind of organization"),
    Dimension.STRAND: mark("Strand"),
    Dimension.DISTRICT: mark("District"),
    Dimension.AGE: mark("Age group"),
    Dimension.LANGUAGE: mark("Language"),
    Dimension.ACCESS: mark("Accessibility"),
    Dimension.HISTORY: mark("New or returning"),
}


class AgeGroup(StrEnum):
    """Whom hands-on activities are for."""

    CHILDREN = "children"
    TEENAGERS = "teenagers"
    ADULTS = "adults"
    OLDER = "older"
    EVERYBODY = "everybody"


AGE_NAMES = {
    AgeGroup.CHILDREN: mark("Children up to 12"),
    AgeGroup.TEENAGERS: mark("Teenagers from 13 to 17"),
    AgeGroup.ADULTS: mark("Adults from 18"),
    AgeGroup.OLDER: mark("Older adults from 60"),
    AgeGroup.EVERYBODY: mark("All ages"),
}

AGE_SPANS = {
    AgeGroup.CHILDREN: (0, 12),
    AgeGroup.TEENAGERS: (13, 17),
    AgeGroup.ADULTS: (18, 59),
    AgeGroup.OLDER: (60, 120),
}
"""Years, both ends included."""


class History(StrEnum):
    """Whether the organization took part in an earlier edition."""

    NEW = "new"
    RETURNING = "returning"


HISTORY_NAMES = {History.NEW: mark("New here"), History.RETURNING: mark("Has taken part before")}
