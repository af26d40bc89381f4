"""What the room puts into the press kit: the programme as table, calendar and schedule.xml."""

from __future__ import annotations

from festival.feeds.calendar import programme_calendar
from festival.feeds.frab import schedule_xml
from festival.feeds.table import programme_csv
from festival.press.kit import KitRequest, contribute
from festival.programme.links import feed_path
from festival.programme.published import PublishedSession


def connect() -> None:
    """Bring the files; called once at the start."""
    contribute("programme/programme.csv", _table)
    contribute("programme/programme.ics", _calendar)
    contribute("programme/schedule.xml", _schedule)


def _home(asked: KitRequest) -> str:
    edition = asked.edition
    return f"{asked.public_url}/{asked.locale}/{edition.festival.slug}/{edition.slug}"


def _page(asked: KitRequest, session: PublishedSession) -> str:
    return f"{_home(asked)}/programme/{session.code}"


def _table(asked: KitRequest) -> bytes:
    return programme_csv(
        asked.programme, page_url=lambda each: _page(asked, each), locale=asked.locale
    )


def _calendar(asked: KitRequest) -> bytes:
    return programme_calendar(
        asked.programme,
        name=asked.programme.title or asked.edition.title,
        description="",
        source_url=asked.public_url + feed_path(asked.programme, "programme"),
        page_url=lambda each: _page(asked, each),
        locale=asked.locale,
        home_url=_home(asked),
    )


def _schedule(asked: KitRequest) -> bytes:
    return schedule_xml(
        asked.programme,
        base_url=asked.public_url,
        page_url=lambda each: _page(asked, each),
        locale=asked.locale,
    )
