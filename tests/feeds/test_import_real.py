"""Real programmes through the whole: file, tables, publication, and out again."""

from __future__ import annotations

import hashlib
from pathlib import Path
from xml.etree import ElementTree

import icalendar
import pytest
from sqlalchemy import func, select

from festival.extensions import db
from festival.feeds.calendar import programme_calendar
from festival.feeds.frab import schedule_xml
from festival.festivals.models import Space
from festival.programme.models import Occurrence, Presenter, ProgrammeSession
from festival.programme.queries import published_programme
from tests.factories.feeds import import_file
from tests.factories.world import World
from tests.feeds.test_reading_real import ICS, JSON, XML
from tests.feeds.worlds import page_url

FILES = [f"data/schedules/{name}" for name in (*XML, *JSON)] + [
    f"data/ics_real/{name}" for name in ICS
]


def fingerprint(*, without: tuple[str, ...] = ()) -> dict[str, str]:
    """Table → hash over all its rows."""
    prints = {}
    for table in db.metadata.sorted_tables:
        if table.name in without:
            continue
        digest = hashlib.sha256()
        for row in db.session.execute(select(table).order_by(*table.primary_key.columns)):
            digest.update(repr(tuple(row)).encode())
        prints[table.name] = digest.hexdigest()
    db.session.rollback()
    return prints


def rows(column: object, world: World) -> int:
    return db.session.scalar(select(func.count(column.distinct()))) or 0  # type: ignore[attr-defined]


@pytest.mark.parametrize("file", FILES)
def test_a_real_programme_comes_in_goes_out_and_comes_again(
    world: World, shared: Path, file: str
) -> None:
    edition = world.here.edition
    programme, applied = import_file(edition, shared / file)
    rooms = set(programme.rooms)
    held = [occ for each in programme.sessions for occ in each.occurrences]

    assert applied.new == rows(ProgrammeSession.id, world) == len(programme.sessions)
    assert rows(Occurrence.id, world) == len(held)
    assert rows(Presenter.name, world) == len(programme.people)
    spaces = db.session.scalars(select(Space.name).where(Space.edition_id == edition.id)).all()
    assert rooms <= set(spaces)
    assert len(spaces) == len(rooms | {world.here.space.name})

    out = published_programme(edition)
    confirmed = [occ for occ in held if not occ.is_cancelled]
    root = ElementTree.fromstring(schedule_xml(out, base_url="http://localhost", page_url=page_url))
    assert len(list(root.iter("event"))) == len(confirmed)
    assert {each.text for each in root.iter("person")} == set(programme.people)
    assert {each.get("name") for each in root.findall("day/room")} - {""} == {
        occ.room for occ in confirmed if occ.room
    }
    assert len(root.findall("day")) == len(
        {occ.starts_at.astimezone(out.zone).date() for occ in confirmed}
    )
    body = programme_calendar(
        out, name="x", description="", source_url="http://localhost/x", page_url=page_url
    )
    assert len(icalendar.Calendar.from_ical(body).walk("VEVENT")) == len(held)

    before = fingerprint()
    again = import_file(edition, shared / file, publish=False, adapt=False)[1]
    assert (again.new, again.changed, again.missing) == (0, 0, 0)
    assert again.same == len(programme.sessions) or again.same > 0
    assert fingerprint() == before
