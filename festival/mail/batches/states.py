"""States of a batch, the permitted moves and a sentence for each; where a batch comes from."""

from __future__ import annotations

from enum import StrEnum

from festival.shared.sentences import mark


class BatchState(StrEnum):
    DRAFT = "draft"
    HELD = "held"
    RELEASED = "released"
    STOPPED = "stopped"
    DISCARDED = "discarded"


MOVES = {
    BatchState.DRAFT: {BatchState.HELD, BatchState.RELEASED, BatchState.DISCARDED},
    BatchState.HELD: {BatchState.DRAFT, BatchState.RELEASED, BatchState.DISCARDED},
    BatchState.RELEASED: {BatchState.STOPPED},
    BatchState.STOPPED: {BatchState.STOPPED, BatchState.RELEASED, BatchState.DISCARDED},
    BatchState.DISCARDED: set(),
}

STATE_NAMES = {
    BatchState.DRAFT: mark("Draft"),
    BatchState.HELD: mark("Held"),
    BatchState.RELEASED: mark("Released"),
    BatchState.STOPPED: mark("Stopped"),
    BatchState.DISCARDED: mark("Discarded"),
}

SENTENCES = {
    BatchState.DRAFT: mark("Being written. Nobody receives it."),
    BatchState.HELD: mark("Ready, and waiting for somebody to release it. Nobody receives it."),
    BatchState.RELEASED: mark("On its way to the people it is meant for."),
    BatchState.STOPPED: mark("Stopped. What had not left yet waits here."),
    BatchState.DISCARDED: mark("Thrown away. Nobody receives it any more."),
}

LOOKS = {
    BatchState.DRAFT: ("", "edit"),
    BatchState.HELD: ("amber", "clock"),
    BatchState.RELEASED: ("mint", "mail"),
    BatchState.STOPPED: ("coral", "warning"),
    BatchState.DISCARDED: ("", "trash"),
}
"""Accent and icon of the label."""


class Origin(StrEnum):
    """Who wrote the letters of a batch."""

    ORGANIZER = "organizer"
    PROGRAMME = "programme"
    DECISIONS = "decisions"


ORIGIN_NAMES = {
    Origin.ORGANIZER: mark("Written by an organizer"),
    Origin.PROGRAMME: mark("News of the programme"),
    Origin.DECISIONS: mark("Decisions on applications"),
}
