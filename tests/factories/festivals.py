"""Facts of editions and places, without surprises."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from festival.extensions import db
from festival.festivals.models import OpeningHours, Venue
from festival.festivals.rules import EditionFacts
from festival.shared.journal import Actor

ANA = Actor("Ana Organizer")


def edition_facts(**changes: Any) -> EditionFacts:
    """Right facts of an edition, with ``changes``."""
    facts: dict[str, Any] = {
        "title": "Luminara Learns 2028",
        "starts_on": date(2028, 5, 12),
        "ends_on": date(2028, 5, 14),
        "time_zone": "Europe/Madrid",
        "languages": ("en", "fr"),
        "inhabitants": 92_000,
        "inhabitants_year": 2026,
    }
    return EditionFacts(**facts | changes)


def wall(text: str) -> datetime:
    """A wall-clock time without a zone, as a form gives it."""
    return datetime.fromisoformat(text)


def open_venue(venue: Venue, day: date, *hours: tuple[int, int]) -> None:
    """Opening hours of one day as pairs of full hours."""
    for opens, closes in hours:
        row = OpeningHours(venue_id=venue.id, day=day, opens_at=time(opens), closes_at=time(closes))
        db.session.add(row)
    db.session.flush()
