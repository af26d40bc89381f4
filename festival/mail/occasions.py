"""Every occasion on which the festival writes: what the mail is called, who gets it, what it tells.

A room declares its occasions in its ``occasions.py``, which is imported at the start::

    @occasion("booking_confirmed", name=mark("Places kept"), audience=mark("Households"))
    def booking_confirmed(edition: Any) -> Facts:
        return {"edition": edition, "title": "Build a bee hotel", …}

The function answers sample facts for the preview: the edition's own sessions and organizations
where there are some, invented people always, and nothing is written.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

from festival.mail.states import Topic

Facts = Mapping[str, Any]
Sample = Callable[[Any], Facts]


@dataclass(frozen=True, slots=True)
class Occasion:
    """One kind of mail."""

    kind: str
    name: str
    """Message id."""
    audience: str
    """Message id: who gets it."""
    topic: Topic | None
    sample: Sample


OCCASIONS: dict[str, Occasion] = {}


def occasion(
    kind: str,
    *,
    name: str,
    audience: str,
    topic: Topic | None = None,
) -> Callable[[Sample], Sample]:
    """Declare a kind of mail by the function that answers sample facts for an edition."""

    def register(sample: Sample) -> Sample:
        OCCASIONS[kind] = Occasion(kind, name, audience, topic, sample)
        return sample

    return register


def topic_of(kind: str) -> str:
    """The topic's code, or empty for mail that nobody can do without."""
    found = OCCASIONS.get(kind)
    return found.topic.value if found and found.topic else ""


SAMPLE_MOMENT = datetime(2027, 5, 14, 8, 30, tzinfo=UTC)
SAMPLE_EDITION = SimpleNamespace(
    id=None,
    slug="2027",
    title="Luminara Learns 2027",
    time_zone="Europe/Madrid",
    languages=["en"],
    contact_email="hello@luminara.example",
    starts_on=date(2027, 5, 14),
    ends_on=date(2027, 5, 16),
    exhibitor_call_closes_at=datetime(2027, 3, 31, 21, 59, tzinfo=UTC),
    festival=SimpleNamespace(slug="luminara", name="Luminara Learning Festival"),
)
"""Where there is no edition to show, as on the administrator's preview."""
SAMPLE_TOKEN = "example-link-that-opens-nothing"  # noqa: S105  it is no secret
"""Where a mail holds a secret link; nobody holds this one."""
