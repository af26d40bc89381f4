"""Venues, spaces and opening hours of Luminara."""

from __future__ import annotations

from datetime import datetime

from festival.festivals.places import (
    SpaceFacts,
    VenueFacts,
    add_space,
    add_venue,
    set_opening_hours,
)
from festival.festivals.queries import venues_with_spaces
from festival.site.demo import texts
from festival.site.demo.stage import Hall, Stage


def build_places(stage: Stage, *, now: datetime) -> None:
    """Write all venues into the edition."""
    for text in texts.venues():
        facts = VenueFacts(
            name=text.name, address=text.address, district=text.district, latitude=text.latitude,
            longitude=text.longitude, access_facts=text.access, access_note=text.note,
        )  # fmt: skip
        venue = add_venue(stage.edition, facts, actor=stage.actor, now=now)
        for each in text.spaces:
            space_facts = SpaceFacts(each.name, each.floor, each.capacity, each.features)
            add_space(venue, space_facts, actor=stage.actor, now=now)
        hours = {day: [(text.opens, text.closes)] for day in stage.days}
        set_opening_hours(venue, hours, actor=stage.actor, now=now)


def find_halls(stage: Stage) -> list[Hall]:
    """The edition's spaces with the kind that the texts give them."""
    kinds = {
        (venue.name, space.name): (space.kind, venue)
        for venue in texts.venues()
        for space in venue.spaces
    }
    halls = []
    for venue in venues_with_spaces(stage.edition.id):
        for space in venue.spaces:
            kind, text = kinds[venue.name, space.name]
            halls.append(Hall(space, kind, venue.district, text.opens, text.closes))
    return halls
