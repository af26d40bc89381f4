"""What the home page of an edition shows; it depends on nothing but the versions."""

from __future__ import annotations

from dataclasses import dataclass

from festival.cities.models import TwinCity
from festival.festivals.models import Edition, Venue
from festival.site import queries


@dataclass(frozen=True)
class EditionFront:
    venues: list[Venue]
    cities: list[TwinCity]


def edition_front(edition: Edition) -> EditionFront:
    return EditionFront(
        venues=queries.venues_of(edition.id), cities=queries.cities_of(edition.festival_id)
    )
