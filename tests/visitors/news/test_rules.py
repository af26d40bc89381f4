"""Readers from rows, and what one reader is told: no database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from festival.programme.published import PublishedCity, PublishedOccurrence, PublishedSession
from festival.programme.rules.news import OccurrenceNews, What
from festival.visitors.news.rules import (
    Concern,
    NewsRoom,
    Reader,
    Share,
    Source,
    address_mark,
    readers_from,
    share_facts,
)

MADRID = ZoneInfo("Europe/Madrid")
LATE = datetime(2027, 5, 14, 18, 0, tzinfo=UTC)
"""20:00 in Madrid, 03:00 of the next day in Seoul, 14:00 in New York."""
SEOUL = PublishedCity("saebit", "Saebit", "KR", "Asia/Seoul")
HONOLULU = PublishedCity("honolulu", "Honolulu", "US", "Pacific/Honolulu")


def concern(email: str = "a@example.org", **changes: Any) -> Concern:
    facts: dict[str, Any] = {
        "name": "Nur", "locale": "fr", "occurrence_id": 1, "source": Source.HOUSEHOLD,
        "places": 2, "household_id": 7,
    }  # fmt: skip
    return Concern(email, **facts | changes)


def news(
    number: int, what: What, *, city: PublishedCity | None = None, starts_at: datetime = LATE
) -> OccurrenceNews:
    session = PublishedSession(
        code=f"s{number}", guid="g", kind="activity", title=f"Session {number}", language="en",
        city=city, translations={"fr": {"title": f"Séance {number}"}},
    )  # fmt: skip
    after = PublishedOccurrence(
        id=number, uid=f"u{number}", sequence=1, changed_at=LATE, starts_at=starts_at, minutes=60,
        space=None,
    )  # fmt: skip
    before = None if what == What.ANNOUNCED else after
    return OccurrenceNews(what, session, after, before=before)


# Readers


def test_one_address_in_several_roles_is_one_reader() -> None:
    (reader,) = readers_from(
        [
            concern("Nur@example.org"),
            concern("nur@example.org", occurrence_id=2, places=3),
            concern(
                "nur@example.org", name="Paper Workshop", locale="en", occurrence_id=2, places=0,
                household_id=0, source=Source.CONTACT,
            ),
        ]
    )  # fmt: skip

    assert reader.shares == {1: Share(places=2), 2: Share(places=3, holds=True)}
    assert (reader.name, reader.locale) == ("Nur", "fr")
    assert reader.people == 4, "three of the household, and the one who holds it"


def test_two_households_with_one_address_count_both() -> None:
    (reader,) = readers_from([concern(), concern(household_id=8, places=4)])
    assert (reader.people, reader.shares[1].places) == (6, 6)


def test_who_signs_in_has_chosen_the_language() -> None:
    (reader,) = readers_from(
        [
            concern(locale="ar", source=Source.CONTACT, places=0, name="Contact"),
            concern(locale="zh", source=Source.PERSON, places=0, name=""),
        ]
    )
    assert (reader.locale, reader.name) == ("zh", "Contact")
    assert reader.people == 1


def test_without_an_address_nobody_is_told_and_an_unknown_language_is_english() -> None:
    (reader,) = readers_from([concern(""), concern("b@example.org", locale="tlh")])
    assert (reader.email, reader.locale) == ("b@example.org", "en")


def test_the_mark_of_an_address_is_that_of_its_mailbox() -> None:
    assert address_mark("A@Example.org") == address_mark("a@example.org")
    assert address_mark("a@example.org") != address_mark("b@example.org")
    assert len(address_mark("x" * 254)) == 24


# What one reader is told


def test_only_ones_own_items_what_is_lost_first() -> None:
    all_news = {
        1: news(1, What.MOVED), 2: news(2, What.CANCELLED), 3: news(3, What.PLACE),
        4: news(4, What.ANNOUNCED), 5: news(5, What.MOVED, starts_at=LATE - timedelta(hours=1)),
    }  # fmt: skip
    reader = Reader("a@example.org", locale="fr", shares={n: Share(places=1) for n in (1, 2, 4, 5)})

    items = NewsRoom(all_news, MADRID).items_of(reader)

    assert [(each["what"], each["title"]) for each in items] == [
        ("cancelled", "Séance 2"), ("moved", "Séance 5"), ("moved", "Séance 1"),
        ("announced", "Séance 4"),
    ]  # fmt: skip
    assert [each["before"] is not None for each in items] == [False, True, True, False]


def test_a_partner_city_reads_its_own_clock_with_the_shift_of_the_day() -> None:
    all_news = {
        1: news(1, What.MOVED, city=SEOUL),
        2: news(2, What.CANCELLED, city=HONOLULU, starts_at=LATE - timedelta(hours=12)),
    }
    partner = Reader("p@example.org", shares={n: Share(holds=True, is_city=True) for n in (1, 2)})
    visitor = Reader("v@example.org", shares={1: Share(places=2)})

    room = NewsRoom(all_news, MADRID)
    cancelled, moved = room.items_of(partner)
    assert cancelled["now"]["city"] == {
        "name": "Honolulu", "zone": "Pacific/Honolulu", "shift": -1,
    }  # fmt: skip
    assert moved["now"]["city"]["shift"] == moved["before"]["city"]["shift"] == 1
    (plain,) = room.items_of(visitor)
    assert plain["now"]["city"] is None


def test_a_reminder_tells_places_and_part() -> None:
    each = news(1, What.ANNOUNCED, city=SEOUL)
    reader = Reader("p@example.org", shares={1: Share(places=2, holds=True, is_city=True)})
    told = share_facts(each.session, each.after, reader, zone=MADRID)
    assert (told["places"], told["holds"], told["now"]["city"]["name"]) == (2, True, "Saebit")
    assert (told["now"]["starts_at"], told["now"]["minutes"]) == (LATE, 60)
