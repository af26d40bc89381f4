"""Sample facts of the mails that ask hosts how it went, for their preview."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from festival.mail.occasions import SAMPLE_TOKEN, Facts, occasion
from festival.mail.states import Topic
from festival.shared.sentences import mark
from festival.visitors.news.samples import sample_items

HOSTS = mark("Organizations that hold something in the programme")


@occasion(
    "return_wanted",
    name=mark("How did it go?"),
    audience=HOSTS,
    topic=Topic.REMINDERS,
)
def return_wanted(edition: Any) -> Facts:
    return _facts(edition, count=1)


@occasion(
    "return_missing",
    name=mark("A return is missing"),
    audience=HOSTS,
    topic=Topic.REMINDERS,
)
def return_missing(edition: Any) -> Facts:
    return _facts(edition, count=2)


def _facts(edition: Any, *, count: int) -> dict[str, Any]:
    items = [
        {
            "title": each.title,
            "starts_at": each.starts_at,
            "minutes": each.minutes,
            "place": each.place,
            "last_day": (each.starts_at + timedelta(days=14)).date(),
            "token": SAMPLE_TOKEN,
        }
        for each in sample_items(edition, count=count)
    ]
    return {"edition": edition, "name": "Nour Haddad", "zone": edition.time_zone, "items": items}
