"""What a publication tells about each occurrence: no database."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from festival.programme.published import (
    PublishedOccurrence,
    PublishedProgramme,
    PublishedSession,
    PublishedSpace,
    PublishedVenue,
)
from festival.programme.rules.news import What, cancellation_of, news_between

TEN = datetime(2027, 5, 14, 8, 0, tzinfo=UTC)
LIBRARY = PublishedVenue(slug="library", name="Library")
HALL = PublishedSpace(slug="hall", name="Hall", venue=LIBRARY)


def occurrence(**changes: Any) -> PublishedOccurrence:
    facts: dict[str, Any] = {
        "id": 1, "uid": "u1", "sequence": 4, "changed_at": TEN, "starts_at": TEN, "minutes": 60,
        "space": HALL,
    }  # fmt: skip
    return PublishedOccurrence(**facts | changes)


def programme(*held: PublishedOccurrence) -> PublishedProgramme:
    session = PublishedSession(
        code="abc", guid="g", kind="activity", title="Ovens", language="en", occurrences=held
    )
    return PublishedProgramme(
        festival_slug="luminara", edition_slug="2027", title="Luminara", city_name="Luminara",
        time_zone="Europe/Madrid", languages=("en",), starts_on=date(2027, 5, 14),
        ends_on=date(2027, 5, 16), version=1, published_at=TEN, sessions=(session,),
    )  # fmt: skip


OLD = occurrence()
GONE = occurrence(status="cancelled")


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ([OLD], [OLD], []),
        ([OLD], [replace(OLD, starts_at=TEN + timedelta(hours=1))], [What.MOVED]),
        ([OLD], [replace(OLD, minutes=90)], [What.MOVED]),
        ([OLD], [replace(OLD, starts_at=TEN + timedelta(hours=1), space=None)], [What.MOVED]),
        ([OLD], [replace(OLD, space=None)], [What.PLACE]),
        ([OLD], [replace(OLD, space=replace(HALL, name="Great Hall"))], []),
        ([OLD], [replace(OLD, bookable=True, capacity=3)], []),
        ([OLD], [GONE], [What.CANCELLED]),
        ([OLD], [], [What.CANCELLED]),
        ([GONE], [], []),
        ([GONE], [replace(GONE, starts_at=TEN + timedelta(hours=1))], []),
        ([GONE], [OLD], [What.RESTORED]),
        ([], [OLD], [What.ANNOUNCED]),
        ([], [GONE], []),
    ],
)
def test_what_is_news(
    before: list[PublishedOccurrence], after: list[PublishedOccurrence], expected: list[What]
) -> None:
    news = news_between(programme(*before), programme(*after))
    assert [each.what for each in news] == expected


def test_what_left_the_programme_is_told_as_cancelled_with_the_next_sequence() -> None:
    (news,) = news_between(programme(OLD), programme())
    assert news.after.is_cancelled
    assert (news.after.sequence, news.before) == (5, OLD)


def test_what_a_cancellation_would_tell() -> None:
    (news,) = cancellation_of(programme(OLD, occurrence(uid="u2", id=2)), uid="u1")
    assert (news.what, news.after.id, news.after.is_cancelled) == (What.CANCELLED, 1, True)
    assert cancellation_of(programme(GONE), uid="u1") == ()
    assert cancellation_of(programme(OLD), uid="unknown") == ()
