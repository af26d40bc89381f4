"""Addresses that lead out of the programme: its feeds, and other people's calendars.

Feeds stand outside the languages, at fixed addresses that never change; the feeds room serves
them, this module only writes them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal
from urllib.parse import urlencode

from festival.programme.published import PublishedOccurrence, PublishedProgramme
from festival.programme.rules.versions import place_text

FeedKind = Literal["programme", "strand", "place", "session", "xml", "json", "csv"]
ENDINGS: dict[FeedKind, str] = {
    "programme": "programme.ics",
    "strand": "strand/{}.ics",
    "place": "place/{}.ics",
    "session": "session/{}.ics",
    "xml": "schedule.xml",
    "json": "schedule.json",
    "csv": "programme.csv",
}


def feed_path(programme: PublishedProgramme, kind: FeedKind, *, name: str = "") -> str:
    """Path of a feed; ``name`` is the slug of a strand or venue, or the code of a session."""
    ending = ENDINGS[kind].format(name)
    return f"/feeds/{programme.festival_slug}/{programme.edition_slug}/{ending}"


def subscription(public_url: str, path: str) -> str:
    """The ``webcal:`` address by which a calendar keeps itself up to date."""
    return "webcal://" + public_url.split("://", 1)[-1].rstrip("/") + path


@dataclass(frozen=True, slots=True)
class CalendarLinks:
    """Links that put one occurrence into somebody's calendar on the web."""

    google: str
    outlook: str


def calendar_links(occurrence: PublishedOccurrence, *, title: str, page_url: str) -> CalendarLinks:
    """Plain links: nothing is sent to anybody before a person follows one."""
    place = place_text(occurrence.space)
    if occurrence.space and occurrence.space.venue.address:
        place += f", {occurrence.space.venue.address}"
    google = urlencode(
        {
            "action": "TEMPLATE",
            "text": title,
            "dates": f"{_basic(occurrence.starts_at)}/{_basic(occurrence.ends_at)}",
            "location": place,
            "details": page_url,
        }
    )
    outlook = urlencode(
        {
            "path": "/calendar/action/compose",
            "rru": "addevent",
            "subject": title,
            "startdt": occurrence.starts_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "enddt": occurrence.ends_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "location": place,
            "body": page_url,
        }
    )
    return CalendarLinks(
        google=f"https://calendar.google.com/calendar/render?{google}",
        outlook=f"https://outlook.live.com/calendar/0/deeplink/compose?{outlook}",
    )


def _basic(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
