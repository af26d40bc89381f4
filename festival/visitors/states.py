"""States of registrations and bookings, and the age bands."""

from __future__ import annotations

from enum import StrEnum


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


class AgeBand(StrEnum):
    UNDER_6 = "under_6"
    FROM_6 = "6_to_12"
    FROM_13 = "13_to_17"
    FROM_18 = "18_to_29"
    FROM_30 = "30_to_64"
    FROM_65 = "65_and_over"
    UNKNOWN = "unknown"


MOVES = {
    BookingState.BOOKED: {BookingState.CANCELLED},
    BookingState.CANCELLED: {BookingState.BOOKED},
}

SENTENCES = {
    BookingState.BOOKED: "The places are kept.",
    BookingState.CANCELLED: "The places went back.",
}
