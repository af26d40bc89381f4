"""States of a stand and of a proposal, the permitted moves and a sentence for each."""

from __future__ import annotations

from enum import StrEnum

from festival.shared.sentences import mark


class StandState(StrEnum):
    FREE = "free"
    RESERVED = "reserved"
    ASSIGNED = "assigned"
    BLOCKED = "blocked"


MOVES = {
    StandState.FREE: {StandState.RESERVED, StandState.ASSIGNED, StandState.BLOCKED},
    StandState.RESERVED: {StandState.FREE, StandState.ASSIGNED, StandState.BLOCKED},
    StandState.ASSIGNED: {StandState.FREE},
    StandState.BLOCKED: {StandState.FREE, StandState.RESERVED},
}

NAMES = {
    StandState.FREE: mark("Free"),
    StandState.RESERVED: mark("Reserved"),
    StandState.ASSIGNED: mark("Assigned"),
    StandState.BLOCKED: mark("Blocked"),
}

SENTENCES = {
    StandState.FREE: mark("Anybody can be given it."),
    StandState.RESERVED: mark("Kept back: a proposal leaves it empty, by hand it can be given."),
    StandState.ASSIGNED: mark("An exhibitor has it."),
    StandState.BLOCKED: mark("Nobody can be given it, for example because a door is behind it."),
}

MOVE_NAMES = {
    StandState.FREE: mark("Open it to everybody"),
    StandState.RESERVED: mark("Reserve it"),
    StandState.BLOCKED: mark("Block it"),
}
"""Words of the buttons; a stand becomes assigned by giving it to somebody."""

ACCENTS = {
    StandState.FREE: "",
    StandState.RESERVED: "sky",
    StandState.ASSIGNED: "mint",
    StandState.BLOCKED: "coral",
}

SIGNS = {
    StandState.FREE: "",
    StandState.RESERVED: "◔",
    StandState.ASSIGNED: "●",
    StandState.BLOCKED: "✕",
}
"""Stands in the drawing beside the number, so that no state is told by colour alone."""


class NoiseZone(StrEnum):
    QUIET = "quiet"
    NORMAL = "normal"
    LOUD = "loud"


ZONE_NAMES = {
    NoiseZone.QUIET: mark("Quiet: nobody loud"),
    NoiseZone.NORMAL: mark("Ordinary"),
    NoiseZone.LOUD: mark("Loud: nobody who needs quiet"),
}


class WishKind(StrEnum):
    NEAR = "near"
    APART = "apart"


WISH_NAMES = {
    WishKind.NEAR: mark("near each other"),
    WishKind.APART: mark("far from each other"),
}


class ProposalState(StrEnum):
    COMPUTING = "computing"
    READY = "ready"
    ACCEPTED = "accepted"
    UNDONE = "undone"
    DISCARDED = "discarded"


PROPOSAL_MOVES = {
    ProposalState.COMPUTING: {ProposalState.READY, ProposalState.DISCARDED},
    ProposalState.READY: {ProposalState.ACCEPTED, ProposalState.DISCARDED},
    ProposalState.ACCEPTED: {ProposalState.UNDONE},
    ProposalState.UNDONE: set(),
    ProposalState.DISCARDED: set(),
}

PROPOSAL_NAMES = {
    ProposalState.COMPUTING: mark("Being worked out"),
    ProposalState.READY: mark("Waits for you"),
    ProposalState.ACCEPTED: mark("Accepted"),
    ProposalState.UNDONE: mark("Undone"),
    ProposalState.DISCARDED: mark("Put aside"),
}
