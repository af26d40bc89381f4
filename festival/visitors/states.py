"""States of registrations and bookings, and the age bands."""

from __future__ import annotations

from enum import StrEnum

from festival.shared.sentences import mark


class RegistrationState(StrEnum):
    ACTIVE = "active"
    CANCELLED = "cancelled"


class RegistrationSource(StrEnum):
    WEB = "web"
    WALK_IN = "walk_in"
    IMPORT = "import"


class BookingState(StrEnum):
    BOOKED = "booked"
    CANCELLED = "cancelled"
    RELEASED = "released"


class Claim(StrEnum):
    """What a household that comes through a session's door finds."""

    NONE = "none"
    """It has booked nothing there."""
    KEPT = "kept"
    TAKEN_AGAIN = "taken_again"
    """Its places had been released, and there was still room."""
    GONE = "gone"
    """Its places had been released, and others have them."""


class AgeBand(StrEnum):
    UNDER_6 = "under_6"
    FROM_6 = "6_to_12"
    FROM_13 = "13_to_17"
    FROM_18 = "18_to_29"
    FROM_30 = "30_to_64"
    FROM_65 = "65_and_over"
    UNKNOWN = "unknown"


BAND_NAMES = {
    AgeBand.UNDER_6: mark("Under 6"),
    AgeBand.FROM_6: mark("6 to 12"),
    AgeBand.FROM_13: mark("13 to 17"),
    AgeBand.FROM_18: mark("18 to 29"),
    AgeBand.FROM_30: mark("30 to 64"),
    AgeBand.FROM_65: mark("65 and over"),
    AgeBand.UNKNOWN: mark("Age not told"),
}

SOURCE_NAMES = {
    RegistrationSource.WEB: mark("On the web"),
    RegistrationSource.WALK_IN: mark("At the desk"),
    RegistrationSource.IMPORT: mark("Imported"),
}

MOVES = {
    BookingState.BOOKED: {BookingState.CANCELLED, BookingState.RELEASED},
    BookingState.CANCELLED: {BookingState.BOOKED},
    BookingState.RELEASED: {BookingState.BOOKED},
}

SENTENCES = {
    BookingState.BOOKED: mark("The places are kept."),
    BookingState.CANCELLED: mark("The places went back."),
    BookingState.RELEASED: mark("Nobody came in time; the places went to others."),
}
