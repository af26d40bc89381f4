"""A newer build of a programme: links, further times, people who get a number."""

from __future__ import annotations

from sqlalchemy import func, select

from festival.extensions import db
from festival.programme.models import Presenter
from tests.factories.feeds import SMALL_XML
from tests.factories.world import World
from tests.feeds.test_import_actions import one, take

CALENDAR = """BEGIN:VCALENDAR\r
VERSION:2.0\r
PRODID:-//small fair//EN\r
BEGIN:VEVENT\r
UID:knots\r
DTSTART:20270514T080000Z\r
DTEND:20270514T090000Z\r
SUMMARY:Knots for sailors\r
LOCATION:Great Hall\r
{more}END:VEVENT\r
END:VCALENDAR\r
"""
DAILY = "RRULE:FREQ=DAILY;COUNT=2\r\n"


def test_a_link_that_is_new_in_the_file_is_taken_over(world: World) -> None:
    take(world, SMALL_XML)
    linked = SMALL_XML.replace(
        b"</persons></event>",
        b'</persons><links><link href="https://knots.example/">Knots</link></links></event>',
        1,
    )

    applied = take(world, linked)

    assert applied.changed == 1
    assert one(world, "Knots for sailors").links == [
        {"url": "https://knots.example/", "title": "Knots"}
    ]


def test_a_further_time_joins_the_session_and_its_first_time_stays(world: World) -> None:
    take(world, CALENDAR.format(more="").encode())
    first = one(world, "Knots for sailors").occurrences[0].uid

    take(world, CALENDAR.format(more=DAILY).encode())

    db.session.expire_all()
    times = one(world, "Knots for sailors").occurrences
    assert len(times) == 2
    assert times[0].uid == first


def people_named(name: str) -> int:
    return db.session.scalar(select(func.count(Presenter.id)).where(Presenter.name == name)) or 0


def test_a_person_without_a_number_is_known_again_when_the_file_gives_one(world: World) -> None:
    take(world, SMALL_XML.replace(b'<person id="7">', b"<person>"))

    take(world, SMALL_XML)

    assert people_named("Ada Byrne") == 1


def test_another_number_is_another_person_of_the_same_name(world: World) -> None:
    take(world, SMALL_XML)

    take(world, SMALL_XML.replace(b'<person id="7">', b'<person id="70">'))

    assert people_named("Ada Byrne") == 2
