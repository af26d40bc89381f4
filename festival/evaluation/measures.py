"""The measures of attendance: what each one counts, and how it was obtained.

Four numbers are easily taken for one another (registrations, visits, unique visitors and
participations), so each carries its definition wherever it is shown, and none is ever added
to another.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from festival.shared.sentences import mark


class Measure(StrEnum):
    REGISTRATIONS = "registrations"
    REGISTERED_PEOPLE = "registered_people"
    BOOKED_PLACES = "booked_places"
    VISITS = "visits"
    UNIQUE_VISITORS = "unique_visitors"
    PARTICIPATIONS = "participations"
    HOSTS_COUNTED = "hosts_counted"
    HOSTS_TALLIED = "hosts_tallied"
    HOSTS_ESTIMATED = "hosts_estimated"
    CONTRIBUTORS = "contributors"
    ONLINE = "online"
    SHARE = "share_of_inhabitants"


class Method(StrEnum):
    """How a figure was obtained; figures of different methods are never added up."""

    REGISTRATION = "registration"
    SCAN = "scan"
    HOST_COUNT = "host_count"
    HOST_TALLY = "host_tally"
    HOST_ESTIMATE = "host_estimate"
    DIVISION = "division"
    NOT_COLLECTED = "not_collected"


NAMES = {
    Measure.REGISTRATIONS: mark("Registrations"),
    Measure.REGISTERED_PEOPLE: mark("People registered"),
    Measure.BOOKED_PLACES: mark("Places booked"),
    Measure.VISITS: mark("Visits"),
    Measure.UNIQUE_VISITORS: mark("Unique visitors"),
    Measure.PARTICIPATIONS: mark("Participations"),
    Measure.HOSTS_COUNTED: mark("Participants counted by hosts"),
    Measure.HOSTS_TALLIED: mark("Participants tallied by hosts"),
    Measure.HOSTS_ESTIMATED: mark("Participants estimated by hosts"),
    Measure.CONTRIBUTORS: mark("Contributors"),
    Measure.ONLINE: mark("Online views"),
    Measure.SHARE: mark("Share of inhabitants"),
}

DEFINITIONS = {
    Measure.REGISTRATIONS: mark(
        "Households and groups that registered and did not cancel. Not attendance."
    ),
    Measure.REGISTERED_PEOPLE: mark(
        "People in those households and groups, as they said themselves. Not attendance."
    ),
    Measure.BOOKED_PLACES: mark(
        "Places booked in activities and sessions and not cancelled. Not attendance."
    ),
    Measure.VISITS: mark(
        "People let in at an entrance, counted once for each day on which they came. "
        "Somebody who comes on two days makes two visits."
    ),
    Measure.UNIQUE_VISITORS: mark(
        "Different people over all days: for each visitor badge that was let in at an entrance "
        "or an activity, the largest number of people it let in at once."
    ),
    Measure.PARTICIPATIONS: mark(
        "One person taking part in one activity or session. "
        "Somebody who takes part in five workshops makes five participations."
    ),
    Measure.HOSTS_COUNTED: mark(
        "People whom hosts counted one by one in the activities and sessions that they held."
    ),
    Measure.HOSTS_TALLIED: mark(
        "People of whom hosts kept a tally in the activities and sessions that they held."
    ),
    Measure.HOSTS_ESTIMATED: mark(
        "People whom hosts estimated in the activities and sessions that they held."
    ),
    Measure.CONTRIBUTORS: mark(
        "Exhibitors, speakers, crew and press who were let in. Never counted as audience."
    ),
    Measure.ONLINE: mark("Live viewers, views on demand and sign-ups online."),
    Measure.SHARE: mark("Unique visitors divided by the inhabitants of the city."),
}

METHODS = {
    Method.REGISTRATION: mark("Counted from registrations and bookings"),
    Method.SCAN: mark("Counted by scanning badges at the doors"),
    Method.HOST_COUNT: mark("Host return: counted one by one by whoever held it"),
    Method.HOST_TALLY: mark("Host return: tallied by whoever held it"),
    Method.HOST_ESTIMATE: mark("Host return: estimated by whoever held it"),
    Method.DIVISION: mark("Calculated from two figures"),
    Method.NOT_COLLECTED: mark("Not counted"),
}

LOWER_BOUND = mark(
    "Whoever came in without being scanned is missing, so the true number is this or more."
)
SAME_PEOPLE = mark(
    "Many of them were scanned or had booked as well, so it is never added to those figures."
)
ROUGH = mark(
    "An estimate may be far off, and nobody knows how far. "
    "Many of these people were scanned or had booked as well."
)
NO_RETURNS = mark("No host has told such a number yet.")
GROUP_SIZES = mark("The size of a group is what it said itself.")
ELSEWHERE = mark("Visitors from elsewhere are in it, because nobody is asked where they live.")
NOBODY_COUNTS = mark("Nobody counts this, so there is no number, not a zero.")
NO_INHABITANTS = mark("Give the number of inhabitants and its year in the edition's settings.")


@dataclass(frozen=True, slots=True)
class Figure:
    """One number that can be quoted.

    ``value`` is a count of people or places (for SHARE a fraction, 0.25 for a quarter), or
    None where nothing was counted.  Sentences are English message ids.
    """

    measure: Measure
    value: float | None
    method: Method
    as_of: datetime
    """Instant of counting, aware."""
    note: str = ""
    """Known error or limit of the figure."""
    base: int | None = None
    """For SHARE: the inhabitants."""
    base_year: int | None = None

    @property
    def name(self) -> str:
        return NAMES[self.measure]

    @property
    def definition(self) -> str:
        return DEFINITIONS[self.measure]

    @property
    def method_sentence(self) -> str:
        return METHODS[self.method]
