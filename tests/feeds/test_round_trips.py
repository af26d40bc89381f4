"""Out and in again: what we write, we and others can read, and it is the same programme."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from festival.feeds.calendar import programme_calendar
from festival.feeds.frab import schedule_json, schedule_xml
from festival.feeds.imported import ImportedProgramme
from festival.feeds.rules import plan_import
from festival.programme.published import PublishedProgramme
from tests.feeds.worlds import HOME, known_from, page_url, published_from, read

REAL = (
    ("schedules/emf_2024.frab.xml", "Europe/London"),
    ("schedules/emf_2018.frab.xml", "Europe/London"),
    ("schedules/fosdem_2007.xml", "Europe/Brussels"),
    ("schedules/fosdem_2020.xml", "Europe/Brussels"),
    ("schedules/31c3_2014.xml", "Europe/Berlin"),
    ("schedules/voc_frab-camp2019.json", "Europe/Berlin"),
    ("schedules/voc_pretalx-rc3.json", "Europe/Berlin"),
    ("ics_real/pyconuk_2015.ics", "Europe/London"),
    ("ics_real/moca_2024.ics", "Europe/Rome"),
)


def xml(made: PublishedProgramme) -> bytes:
    return schedule_xml(made, base_url=HOME, page_url=page_url)


def json(made: PublishedProgramme) -> bytes:
    return schedule_json(made, base_url=HOME, page_url=page_url)


def ical(made: PublishedProgramme) -> bytes:
    return programme_calendar(
        made, name=made.title, description="", source_url=f"{HOME}p.ics", page_url=page_url
    )


def facts(programme: ImportedProgramme) -> list[tuple[object, ...]]:
    """Every time with what all three formats can say of it."""
    return sorted(
        (each.title, occ.starts_at, occ.minutes, occ.room, each.strand)
        for each in programme.sessions
        for occ in each.occurrences
    )


@pytest.mark.parametrize("write", [xml, json, ical])
@pytest.mark.parametrize(("name", "zone"), REAL)
def test_a_real_programme_comes_back_the_same(
    shared: Path, name: str, zone: str, write: Callable[[PublishedProgramme], bytes]
) -> None:
    first = read((shared / "data" / name).read_bytes(), zone=zone)
    published = published_from(first, zone=zone)
    second = read(write(published), zone="Pacific/Auckland")
    assert facts(second) == facts(first)
    assert second.title == published.title
    assert second.time_zone == zone
    assert second.days == published.days
    used = {occ.room for each in first.sessions for occ in each.occurrences}
    assert {occ.room for each in second.sessions for occ in each.occurrences} == used
    if write is not ical:  # a calendar has no place for people
        assert second.people == first.people
        assert [each.language for each in by_title(second)] == [
            each.language for each in by_title(first)
        ]


def by_title(programme: ImportedProgramme) -> list[object]:
    return sorted(programme.sessions, key=lambda each: (each.title, each.occurrences[0].starts_at))


@pytest.mark.parametrize("write", [xml, json, ical])
def test_a_session_held_twice_comes_back_as_one_session(
    shared: Path, write: Callable[[PublishedProgramme], bytes]
) -> None:
    first = read((shared / "data/schedules/voc_pretalx-democon.json").read_bytes(), zone="UTC")
    published = published_from(first, zone="UTC")
    one, two, *rest = published.sessions
    joined = replace(one, occurrences=(*one.occurrences, *two.occurrences))
    again = read(write(replace(published, sessions=(joined, *rest))))
    assert len(again.sessions) == len(first.sessions) - 1
    assert again.occurrence_count == first.occurrence_count


@pytest.mark.parametrize("write", [xml, json, ical])
@pytest.mark.parametrize(("name", "zone"), REAL)
def test_importing_what_we_wrote_twice_changes_nothing(
    shared: Path, name: str, zone: str, write: Callable[[PublishedProgramme], bytes]
) -> None:
    first = read((shared / "data" / name).read_bytes(), zone=zone)
    second = read(write(published_from(first, zone=zone)), zone=zone)
    plan = plan_import(second.sessions, known=known_from(second.sessions))
    assert plan.is_empty
    assert len(plan.same) == len(second.sessions)
