"""Writes reminders into the outbox: one to an address for a day, and one for a start."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from festival.feeds.calendar import programme_calendar
from festival.feeds.reminders.rules import AHEAD, Pair, on_day, starting_at
from festival.festivals.models import Edition
from festival.mail.actions import Attachment, Letter, queue_letters
from festival.programme.published import PublishedProgramme
from festival.programme.queries import published_programme
from festival.visitors.news.queries import readers_of
from festival.visitors.news.rules import Reader, address_mark, share_facts

CALENDAR_FILE = "festival.ics"
CALENDAR_TYPE = "text/calendar; charset=utf-8; method=PUBLISH"


def remind_of_day(edition: Edition, day: date, *, public_url: str, now: datetime) -> int:
    """One mail to each address with all that it booked or holds on a day and that is still to
    come; answers how many are new."""
    desk = _Desk(edition, published_programme(edition), public_url)
    letters = [
        desk.letter(f"remind:day:{edition.id}:{day}", reader, mine, extra={"on": day})
        for reader, mine in _readers(edition, on_day(desk.programme, day, after=now))
    ]
    return queue_letters("reminder_day", letters, edition_id=edition.id, now=now)


def remind_of_start(
    edition: Edition, starts_at: datetime, *, public_url: str, now: datetime
) -> int:
    """One mail to each address with all that it booked or holds and that begins at an instant.

    Answers how many are new; none once it has begun.  Who booked within the hour has just been
    told and gets none.
    """
    if starts_at <= now:
        return 0
    desk = _Desk(edition, published_programme(edition), public_url)
    pairs = starting_at(desk.programme, starts_at)
    key = f"remind:hour:{edition.id}:{starts_at:%Y%m%dT%H%M%SZ}"
    letters = [
        desk.letter(key, reader, mine)
        for reader, mine in _readers(edition, pairs, booked_before=starts_at - AHEAD)
    ]
    return queue_letters("reminder_hour", letters, edition_id=edition.id, now=now)


def _readers(
    edition: Edition, pairs: Sequence[Pair], *, booked_before: datetime | None = None
) -> list[tuple[Reader, list[Pair]]]:
    """Everybody who booked or holds something of it, with their part of it by start."""
    held: dict[str, list[int]] = defaultdict(list)
    for session, occurrence in pairs:
        held[session.code].append(occurrence.id)
    booked = {occurrence.id for _session, occurrence in pairs}
    readers = readers_of(edition, booked=booked, held=held, booked_before=booked_before)
    return [(each, [pair for pair in pairs if pair[1].id in each.shares]) for each in readers]


@dataclass
class _Desk:
    """Writes letters about one programme; equal calendar files are made once."""

    edition: Edition
    programme: PublishedProgramme
    public_url: str
    _files: dict[tuple[str, tuple[int, ...]], bytes] = field(default_factory=dict)

    def letter(
        self, key: str, reader: Reader, pairs: Sequence[Pair], *, extra: Mapping[str, Any] = {}
    ) -> Letter:
        zone = self.programme.zone
        items = [share_facts(session, occ, reader, zone=zone) for session, occ in pairs]
        common = {"name": reader.name, "zone": self.programme.time_zone, "items": items}
        return Letter(
            key=f"{key}:{address_mark(reader.email)}",
            recipient=reader.email,
            recipient_name=reader.name,
            locale=reader.locale,
            facts={**common, **extra},
            attachments=(Attachment(CALENDAR_FILE, CALENDAR_TYPE, self._file(reader, pairs)),),
            until=max(occurrence.starts_at for _session, occurrence in pairs),
        )

    def _file(self, reader: Reader, pairs: Sequence[Pair]) -> bytes:
        wanted = (reader.locale, tuple(occurrence.id for _session, occurrence in pairs))
        if wanted not in self._files:
            self._files[wanted] = self._calendar(pairs, locale=reader.locale)
        return self._files[wanted]

    def _calendar(self, pairs: Sequence[Pair], *, locale: str) -> bytes:
        """As in the feeds, with the same UID and SEQUENCE; it names no address to ask again, for
        that would bring the whole programme into the reader's calendar."""
        slugs = f"{self.edition.festival.slug}/{self.edition.slug}"
        home = f"{self.public_url}/{locale}/{slugs}"
        return programme_calendar(
            self.programme,
            name=self.programme.title,
            description="",
            source_url=f"urn:festival:{slugs}:reminder",
            page_url=lambda session: f"{home}/programme/{session.code}",
            locale=locale,
            home_url=home,
            pairs=pairs,
        )
