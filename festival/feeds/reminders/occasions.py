"""Sample facts of the reminders, for their preview."""

from __future__ import annotations

from typing import Any

from festival.mail.occasions import Facts, occasion
from festival.mail.states import Topic
from festival.shared.sentences import mark
from festival.visitors.news.occasions import HOUSEHOLDS_AND_HOLDERS
from festival.visitors.news.samples import sample_items


@occasion(
    "reminder_day",
    name=mark("Reminder of the evening before"),
    audience=HOUSEHOLDS_AND_HOLDERS,
    topic=Topic.REMINDERS,
)
def reminder_day(edition: Any) -> Facts:
    return _facts(edition, count=2) | {"on": edition.starts_on}


@occasion(
    "reminder_hour",
    name=mark("Reminder of the hour before"),
    audience=HOUSEHOLDS_AND_HOLDERS,
    topic=Topic.REMINDERS,
)
def reminder_hour(edition: Any) -> Facts:
    return _facts(edition, count=1)


def _facts(edition: Any, *, count: int) -> dict[str, Any]:
    items = [
        {
            "title": each.title,
            "code": each.code,
            "places": 2 if number == 0 else 0,
            "holds": number > 0,
            "before": None,
            "now": each.facts(city=number > 0),
        }
        for number, each in enumerate(sample_items(edition, count=count))
    ]
    return {"edition": edition, "name": "Nour Haddad", "zone": edition.time_zone, "items": items}
