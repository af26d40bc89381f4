"""Sample facts of the mails about the programme, for their preview."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from festival.mail.occasions import Facts, occasion
from festival.mail.states import Topic
from festival.shared.sentences import mark
from festival.visitors.news.samples import SampleItem, sample_items

HOUSEHOLDS_AND_HOLDERS = mark("Whoever booked it, exhibitors and partner cities who hold it")
LATER = timedelta(hours=2)


@occasion(
    "programme_changed",
    name=mark("What changed for you"),
    audience=HOUSEHOLDS_AND_HOLDERS,
    topic=Topic.PROGRAMME_CHANGES,
)
def programme_changed(edition: Any) -> Facts:
    """One of each: cancelled, moved, another place, and one more time for who holds it."""
    first, second, third, fourth = sample_items(edition, count=4)
    items = [
        _item("cancelled", first, places=2),
        _item("moved", second, places=3, moved_by=LATER, city=True),
        _item("place", third, places=1, place="Garden Tent, Old Market"),
        _item("announced", fourth, holds=True),
    ]
    return {"edition": edition, "name": "Nour Haddad", "zone": edition.time_zone, "items": items}


@occasion(
    "programme_published",
    name=mark("Programme published: your sessions"),
    audience=mark("Exhibitors and partner cities with sessions in the programme"),
    topic=Topic.PROGRAMME_CHANGES,
)
def programme_published(edition: Any) -> Facts:
    first, second = sample_items(edition, count=2)
    items = [_item("announced", first, holds=True), _item("announced", second, holds=True)]
    return {"edition": edition, "name": "Paper Workshop", "zone": edition.time_zone, "items": items}


def _item(
    what: str,
    sample: SampleItem,
    *,
    places: int = 0,
    holds: bool = False,
    moved_by: timedelta = timedelta(),
    place: str = "",
    city: bool = False,
) -> Mapping[str, Any]:
    now = sample.facts(city=city)
    now |= {"starts_at": now["starts_at"] + moved_by, "place": place or now["place"]}
    tells_before = what in ("moved", "place")
    return {
        "what": what,
        "title": sample.title,
        "code": sample.code,
        "places": places,
        "holds": holds,
        "before": sample.facts(city=city) if tells_before else None,
        "now": now,
    }
