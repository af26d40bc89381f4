"""Sessions for the preview of mails: the edition's own where there are some, else invented ones."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from festival.festivals.models import Edition
from festival.mail.occasions import SAMPLE_MOMENT
from festival.programme.queries import published_programme
from festival.programme.rules.versions import place_text

INVENTED = (
    ("Bookbinding for beginners", "Reading Hall, Library"),
    ("Inside a beehive, behind glass", "Botanical Garden"),
    ("Solar ovens", "Old Market"),
    ("Two cities, one classroom", "Council Chamber, Town Hall"),
)


@dataclass(frozen=True, slots=True)
class SampleItem:
    """What a sample mail tells of one session."""

    title: str
    code: str
    starts_at: datetime
    minutes: int
    place: str

    def facts(self, *, city: bool = False) -> dict[str, Any]:
        """As ``news.rules.held_facts``; with ``city`` on the clock of a partner city as well."""
        partner = {"name": "Saebit", "zone": "Asia/Seoul", "shift": 0}
        return {
            "starts_at": self.starts_at,
            "minutes": self.minutes,
            "place": self.place,
            "city": partner if city else None,
        }


def sample_items(edition: Any, *, count: int) -> list[SampleItem]:
    """``count`` of them; ``edition`` may be the built-in sample edition of the mail room."""
    held = published_programme(edition).held if isinstance(edition, Edition) else ()
    own = [
        SampleItem(
            session.title,
            session.code,
            occurrence.starts_at,
            occurrence.minutes,
            place_text(occurrence.space),
        )
        for session, occurrence in held[:count]
        if not occurrence.is_cancelled
    ]
    invented = [
        SampleItem(title, "abc234", SAMPLE_MOMENT + timedelta(hours=number), 60, place)
        for number, (title, place) in enumerate(INVENTED)
    ]
    return [*own, *invented][:count]
