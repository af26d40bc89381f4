"""What a slot is for, and the states of a slot and of a booking."""

from __future__ import annotations

from enum import StrEnum

from festival.shared.sentences import mark


class SlotKind(StrEnum):
    SET_UP = "set_up"
    DISMANTLING = "dismantling"


KIND_NAMES = {
    SlotKind.SET_UP: mark("Set-up"),
    SlotKind.DISMANTLING: mark("Dismantling"),
}

KIND_ACCENTS = {SlotKind.SET_UP: "mint", SlotKind.DISMANTLING: "sky"}


class SlotState(StrEnum):
    OPEN = "open"
    CLOSED = "closed"


MOVES = {
    SlotState.OPEN: {SlotState.CLOSED},
    SlotState.CLOSED: {SlotState.OPEN},
}

STATE_NAMES = {
    SlotState.OPEN: mark("Open"),
    SlotState.CLOSED: mark("Closed"),
}

STATE_SENTENCES = {
    SlotState.OPEN: mark("Exhibitors can book it while there is room."),
    SlotState.CLOSED: mark("Nobody else can book it; who has booked keeps it."),
}

MOVE_NAMES = {
    SlotState.OPEN: mark("Open it again"),
    SlotState.CLOSED: mark("Close it"),
}


class BookingState(StrEnum):
    BOOKED = "booked"
    CANCELLED = "cancelled"
