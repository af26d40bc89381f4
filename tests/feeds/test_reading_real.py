"""Real programmes come in whole.  What is counted is counted a second time, in another way."""

from __future__ import annotations

import json
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from festival.feeds.imported import ImportedProgramme
from festival.feeds.reading.detect import read_programme

XML = (
    "emf_2024.frab.xml", "emf_2018.frab.xml", "emf_2016.frab.xml", "fosdem_2024.xml",
    "fosdem_2020.xml", "fosdem_2007.xml", "31c3_2014.xml",
)  # fmt: skip
JSON = ("voc_frab-camp2019.json", "voc_pretalx-democon.json", "voc_pretalx-rc3.json")
ICS = (
    "emf_2024.ics", "emf_2022.ics", "emf_2018.ics", "emf_2016.ics", "pyconuk_2015.ics",
    "pyconuk_2015_build_a.ics", "pyconuk_2015_build_b.ics", "moca_2024.ics",
    "bristol_data_week.ics",
)  # fmt: skip
# The figures that were published with the collection: events, rooms, people, days.
PUBLISHED = {
    "emf_2024.frab.xml": (482, 44, 306, 4),  # 309 spellings of 306 names: blanks at their ends
    "emf_2018.frab.xml": (214, 8, 191, 3),
    "emf_2016.frab.xml": (138, 5, 121, 3),
    "fosdem_2024.xml": (674, 32, 732, 2),
    "fosdem_2020.xml": (872, 35, 841, 2),
    "31c3_2014.xml": (138, 4, 197, 4),  # 198 persons, two of one name
    "voc_frab-camp2019.json": (79, 2, 90, 5),
    "voc_pretalx-democon.json": (36, 2, 27, 3),
    "voc_pretalx-rc3.json": (48, 5, 56, 4),
}


def imported(path: Path) -> ImportedProgramme:
    return read_programme(
        path.read_bytes(), file_name=path.name, default_time_zone="Europe/Brussels"
    )


def figures(programme: ImportedProgramme) -> tuple[int, int, int, int]:
    return (
        programme.occurrence_count,
        len(programme.rooms),
        len(programme.people),
        len(programme.days),
    )


def squeezed(text: str | None) -> str:
    return " ".join((text or "").split())


@pytest.mark.parametrize("name", XML)
def test_schedule_xml_is_taken_whole(shared: Path, name: str) -> None:
    path = shared / "data/schedules" / name
    root = ElementTree.fromstring(path.read_bytes())
    events = list(root.iter("event"))
    rooms = {squeezed(each.get("name")) for each in root.iter("room") if each.get("name")}
    rooms |= {squeezed(each.findtext("room")) for each in events}
    people = {squeezed(each.text) for each in root.iter("person")} - {""}
    programme = imported(path)
    assert figures(programme) == (len(events), len(rooms), len(people), len(root.findall("day")))
    assert figures(programme) == PUBLISHED.get(name, (215, 18, 204, 2))
    assert [each.title for each in programme.sessions] == [
        squeezed(each.findtext("title")) for each in events
    ]
    assert all(occ.minutes > 0 for each in programme.sessions for occ in each.occurrences)


@pytest.mark.parametrize("name", JSON)
def test_schedule_json_is_taken_whole(shared: Path, name: str) -> None:
    path = shared / "data/schedules" / name
    conference = json.loads(path.read_text())["schedule"]["conference"]
    rooms = [(room, events) for day in conference["days"] for room, events in day["rooms"].items()]
    events = [event for _, held in rooms for event in held]
    people = {squeezed(each["public_name"]) for event in events for each in event["persons"]}
    programme = imported(path)
    assert figures(programme) == (
        len(events),
        len({room for room, _ in rooms}),
        len(people),
        len(conference["days"]),
    )
    assert figures(programme) == PUBLISHED[name]
    assert {each.guid for each in programme.sessions} == {each["guid"] for each in events}


@pytest.mark.parametrize("name", ICS)
def test_a_calendar_is_taken_whole(shared: Path, name: str) -> None:
    path = shared / "data/ics_real" / name
    unfolded = re.sub(r"\r?\n[ \t]", "", path.read_text())
    rooms = {squeezed(each) for each in re.findall(r"^LOCATION:(.*)$", unfolded, re.MULTILINE)}
    programme = imported(path)
    assert programme.occurrence_count == unfolded.count("BEGIN:VEVENT")
    assert len(programme.rooms) == len(rooms - {""})
    starts = re.findall(r"^DTSTART[^:]*:(\d{8}T\d{6})", unfolded, re.MULTILINE)
    assert len(starts) == programme.occurrence_count


def test_an_events_details_arrive(shared: Path) -> None:
    programme = imported(shared / "data/schedules/fosdem_2020.xml")
    kernel = next(each for each in programme.sessions if each.source_id == "10715")
    assert kernel.title == "The Linux Kernel: We have to finish this thing one day ;)"
    assert kernel.subtitle == "Solving big problems in small steps for more than two decades"
    assert kernel.strand == "Keynotes"
    assert kernel.abstract.startswith("Today's Linux kernel and the ones")  # HTML no longer
    assert [occ.starts_at.isoformat() for occ in kernel.occurrences] == [
        "2020-02-01T09:00:00+00:00"  # ten o'clock in Brussels
    ]
    assert kernel.occurrences[0].minutes == 50
    assert kernel.occurrences[0].room == "Janson"


def test_the_longest_event_of_a_camp_lasts_two_days_and_six_hours(shared: Path) -> None:
    """EMF writes days:hours:minutes; its other export says from Friday 13:30 to Sunday 19:30."""
    programme = imported(shared / "data/schedules/emf_2024.frab.xml")
    blanket = next(each for each in programme.sessions if each.source_id == "812")
    assert blanket.occurrences[0].minutes == (2 * 24 + 6) * 60
    assert any(each.field == "duration" for each in programme.warnings)


def test_the_same_event_has_the_same_time_in_both_exports_of_a_camp(shared: Path) -> None:
    """The calendar says Europe/London, the schedule +01:00."""

    def times(name: str) -> set[tuple[str, str, str, int]]:
        return {
            (each.title, occ.starts_at.isoformat(), occ.room, occ.minutes)
            for each in imported(shared / "data" / name).sessions
            for occ in each.occurrences
        }

    assert times("schedules/emf_2024.frab.xml") == times("ics_real/emf_2024.ics")


def test_a_calendar_without_usable_uids_says_so(shared: Path) -> None:
    programme = imported(shared / "data/ics_real/moca_2024.ics")
    assert {each.guid for each in programme.sessions} == {None}
    assert {each.field for each in programme.warnings} == {"UID"}


def test_a_wrong_conference_date_is_noticed(shared: Path) -> None:
    programme = imported(shared / "data/schedules/emf_2018.frab.xml")
    assert "2020-07-24" in programme.warnings[0].reason
