"""What a return must say, until when, and what in it is doubtful."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from festival.evaluation.returns.links import read_return_token, return_token
from festival.evaluation.returns.rules import (
    MOST_PEOPLE,
    Told,
    deadline_after,
    doubts_about,
    refusal_for,
    standing_at,
)
from festival.evaluation.returns.states import Doubt, Standing
from tests.factories.returns import told


@pytest.mark.parametrize(
    ("values", "people"),
    [
        ({"total": 12}, 12),
        ({"total": 0}, 0),
        ({"total": None, "children": 7, "adults": 5}, 12),
        ({"total": 12, "children": 7, "adults": 5}, 12),
        ({"total": 0, "times_held": 0}, 0),
        ({"total": MOST_PEOPLE}, MOST_PEOPLE),
    ],
)
def test_both_parts_or_the_total_are_enough(values: dict[str, Any], people: int) -> None:
    assert refusal_for(told(**values)) is None
    assert told(**values).people == people
    assert told(**values).whole()["total"] == people


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"total": None}, "total"),
        ({"total": None, "children": 7}, "adults"),
        ({"total": None, "adults": 7}, "children"),
        ({"total": 13, "children": 7, "adults": 5}, "total"),
        ({"total": -1}, "total"),
        ({"total": None, "children": -1, "adults": 5}, "children"),
        ({"total": MOST_PEOPLE + 1}, "total"),
        ({"times_held": -1}, "times_held"),
        ({"times_held": 101}, "times_held"),
        ({"total": 3, "times_held": 0}, "times_held"),
    ],
)
def test_what_does_not_add_up_is_refused_at_its_field(values: dict[str, Any], field: str) -> None:
    refusal = refusal_for(told(**values))

    assert refusal is not None
    assert refusal[0] == field


def test_the_deadline_is_midnight_on_the_festivals_clock_over_its_change() -> None:
    """It ends on 20 October; the clocks of Madrid go back on the 25th."""
    ends_at = datetime(2026, 10, 20, 21, 30, tzinfo=UTC)  # 23:30 there

    deadline = deadline_after(ends_at, days=14, zone=ZoneInfo("Europe/Madrid"))

    assert deadline == datetime(2026, 11, 3, 23, 0, tzinfo=UTC)


def test_a_return_stands_by_the_clock_until_it_is_filed() -> None:
    ends, deadline = datetime(2027, 5, 14, 9, tzinfo=UTC), datetime(2027, 5, 29, tzinfo=UTC)

    def at(now: datetime, *, is_filed: bool = False) -> Standing:
        return standing_at(now, ends_at=ends, deadline=deadline, is_filed=is_filed)

    assert at(datetime(2027, 5, 14, 8, 59, tzinfo=UTC)) == Standing.NOT_YET
    assert at(ends) == Standing.WANTED
    assert at(deadline) == Standing.OVERDUE
    assert at(deadline, is_filed=True) == Standing.FILED


@pytest.mark.parametrize(
    ("facts", "doubts"),
    [
        ({}, []),
        ({"people": 80, "room": 80}, []),
        ({"people": 81, "room": 80}, [(Doubt.OVER_ROOM, 80)]),
        ({"people": 81, "room": 80, "times_held": 2}, []),
        ({"people": 1, "room": 0, "times_held": 0}, [(Doubt.OVER_ROOM, 0)]),
        ({"people": 13, "room": 80, "places": 12}, [(Doubt.OVER_PLACES, 12)]),
        ({"people": 81, "room": 80, "places": 12}, [(Doubt.OVER_ROOM, 80)]),
        ({"people": 13, "places": 12, "times_held": 2}, []),
        ({"people": 9, "scanned": 10}, [(Doubt.FEWER_THAN_SCANNED, 10)]),
        ({"people": 10, "scanned": 10}, []),
        ({"people": 15, "scanned": 10}, []),
        ({"people": 16, "scanned": 10}, [(Doubt.FAR_OVER_SCANNED, 10)]),
        ({"people": 125, "scanned": 100}, []),
        ({"people": 126, "scanned": 100}, [(Doubt.FAR_OVER_SCANNED, 100)]),
        (
            {"people": 200, "room": 80, "scanned": 10},
            [(Doubt.OVER_ROOM, 80), (Doubt.FAR_OVER_SCANNED, 10)],
        ),
    ],
)
def test_what_does_not_fit_is_named_with_its_limit(
    facts: dict[str, Any], doubts: list[tuple[Doubt, int]]
) -> None:
    given = {"people": 10, "times_held": 1, "room": None, "places": None, "scanned": 0} | facts

    assert doubts_about(Told(**given)) == doubts


def test_a_link_opens_what_it_was_made_for_and_nothing_else() -> None:
    token = return_token(17, organization_id=4, secret="one")

    assert read_return_token(token, secret="one") == (17, 4)
    assert read_return_token(token, secret="another") is None
    assert read_return_token(token.replace("17-4", "18-4"), secret="one") is None
    assert read_return_token(token.replace("17-4", "17-5"), secret="one") is None
    assert read_return_token("nonsense", secret="one") is None
    huge = return_token(4_000_000_000, organization_id=4, secret="one")
    assert read_return_token(huge, secret="one") is None
