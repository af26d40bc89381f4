"""Sample facts of the mails to households, for their preview."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from festival.mail.occasions import SAMPLE_TOKEN, Facts, occasion
from festival.shared.sentences import mark
from festival.visitors.news.samples import sample_items

SAMPLE_BADGE = "LF1:AAAAAAAAAAAAAAAAAAAAAA"
"""Opens no door: no badge has this code."""
HOUSEHOLDS = mark("Households and groups")


@occasion("registration_confirmed", name=mark("Registered"), audience=HOUSEHOLDS)
def registration_confirmed(edition: Any) -> Facts:
    registration = SimpleNamespace(name="Nour Haddad", people=4, code="abcd2345")
    return {
        "edition": edition,
        "registration": registration,
        "token": SAMPLE_TOKEN,
        "badge_code": SAMPLE_BADGE,
    }


@occasion("registration_cancelled", name=mark("Registration cancelled"), audience=HOUSEHOLDS)
def registration_cancelled(edition: Any) -> Facts:
    return {
        "edition": edition,
        "registration": SimpleNamespace(name="Nour Haddad", people=4, code="abcd2345"),
    }


def _booking(edition: Any) -> dict[str, Any]:
    """Places in the edition's own first session, or in an invented one."""
    item = sample_items(edition, count=1)[0]
    return {
        "edition": edition,
        "registration": SimpleNamespace(name="Nour Haddad", people=4, code="abcd2345"),
        "booking": SimpleNamespace(people=3),
        "occurrence": SimpleNamespace(starts_at=item.starts_at),
        "title": item.title,
        "place": item.place,
        "token": SAMPLE_TOKEN,
    }


@occasion("booking_confirmed", name=mark("Places kept"), audience=HOUSEHOLDS)
def booking_confirmed(edition: Any) -> Facts:
    return _booking(edition)


@occasion("booking_changed", name=mark("Places changed"), audience=HOUSEHOLDS)
def booking_changed(edition: Any) -> Facts:
    return _booking(edition) | {"before": 2}


@occasion("booking_cancelled", name=mark("Places given back"), audience=HOUSEHOLDS)
def booking_cancelled(edition: Any) -> Facts:
    return _booking(edition)


@occasion("places_released", name=mark("Places released"), audience=HOUSEHOLDS)
def places_released(edition: Any) -> Facts:
    return _booking(edition)
