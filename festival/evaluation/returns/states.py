"""How hosts count, and how a return stands."""

from __future__ import annotations

from enum import StrEnum

from festival.shared.sentences import mark


class CountMethod(StrEnum):
    """How a host obtained the number; numbers of different methods are never added up."""

    ONE_BY_ONE = "one_by_one"
    TALLY = "tally"
    ESTIMATE = "estimate"


METHOD_NAMES = {
    CountMethod.ONE_BY_ONE: mark("Counted one by one"),
    CountMethod.TALLY: mark("Kept a tally"),
    CountMethod.ESTIMATE: mark("Estimated"),
}

METHOD_HINTS = {
    CountMethod.ONE_BY_ONE: mark("A list, a head count, or something handed out to each."),
    CountMethod.TALLY: mark("Strokes on paper or a clicker while people came and went."),
    CountMethod.ESTIMATE: mark("Looked round and guessed. That is fine when it is said."),
}


class Standing(StrEnum):
    """How the return about one time stands."""

    NOT_YET = "not_yet"
    WANTED = "wanted"
    FILED = "filed"
    OVERDUE = "overdue"


STANDING_NAMES = {
    Standing.NOT_YET: mark("Not held yet"),
    Standing.WANTED: mark("Missing"),
    Standing.FILED: mark("Filed"),
    Standing.OVERDUE: mark("Missing, and the deadline is over"),
}

STANDING_ACCENTS = {
    Standing.NOT_YET: "",
    Standing.WANTED: "sun",
    Standing.FILED: "mint",
    Standing.OVERDUE: "coral",
}


class Doubt(StrEnum):
    """Why a number deserves a second look; shown, never corrected."""

    OVER_ROOM = "over_room"
    OVER_PLACES = "over_places"
    FEWER_THAN_SCANNED = "fewer_than_scanned"
    FAR_OVER_SCANNED = "far_over_scanned"


DOUBTS = {
    Doubt.OVER_ROOM: mark("More people than the room holds (%(limit)s)."),
    Doubt.OVER_PLACES: mark("More people than there were places (%(limit)s)."),
    Doubt.FEWER_THAN_SCANNED: mark("Fewer people than were scanned at the door (%(limit)s)."),
    Doubt.FAR_OVER_SCANNED: mark("Many more people than were scanned at the door (%(limit)s)."),
}
"""Each with the number that it is compared with, as ``limit``."""


class FiledBy(StrEnum):
    HOST = "host"
    LINK = "link"
    ORGANIZER = "organizer"


FIELD_NAMES = {
    "children": mark("Children and young people under 18"),
    "adults": mark("Adults"),
    "total": mark("All together"),
    "method": mark("How was that counted?"),
    "times_held": mark("How many times was it held in this time?"),
    "went_well": mark("What went well?"),
    "visitors_said": mark("What did visitors say?"),
    "do_better": mark("What would you do better next time?"),
}
"""Names of the form's fields, as they stand there and in the table of differences."""
