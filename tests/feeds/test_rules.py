"""Matching an import with what is there: no duplicates, nothing changed that did not change."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from festival.feeds.imported import ImportedOccurrence, ImportedPresenter, ImportedSession
from festival.feeds.rules import (
    ImportPlan,
    KnownOccurrence,
    KnownSession,
    pair_occurrences,
    plan_import,
)
from tests.feeds.worlds import known_from, read

TEN = datetime(2026, 9, 1, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)


def held(
    hours: int = 0, room: str = "Hall", uid: str = "", minutes: int = 60
) -> ImportedOccurrence:
    return ImportedOccurrence(TEN + hours * HOUR, minutes, room, uid)


def theirs(title: str = "Knots", *times: ImportedOccurrence, **changes: object) -> ImportedSession:
    made = ImportedSession(title=title, occurrences=times or (held(),))
    return replace(made, **changes)  # type: ignore[arg-type]


def plan(ours: list[ImportedSession], *imported: ImportedSession) -> ImportPlan:
    return plan_import(imported, known=known_from(tuple(ours)))


def summary(made: ImportPlan) -> tuple[int, list[list[str]], int, int]:
    fields = [[change.field for change in each.changes] for each in made.changed]
    return len(made.new), fields, len(made.same), len(made.missing)


@pytest.mark.parametrize(
    "name",
    [
        "ics_real/moca_2024.ics",
        "ics_real/emf_2018.ics",
        "schedules/fosdem_2007.xml",
        "schedules/fosdem_2020.xml",
        "schedules/emf_2024.frab.xml",
        "schedules/voc_pretalx-rc3.json",
    ],
)
def test_the_same_file_again_changes_nothing(shared: Path, name: str) -> None:
    sessions = read((shared / "data" / name).read_bytes()).sessions
    made = plan_import(sessions, known=known_from(sessions))
    assert made.is_empty
    assert (len(made.same), made.missing) == (len(sessions), ())


def test_a_rebuilt_calendar_with_new_uids_makes_no_duplicates(shared: Path) -> None:
    """PyCon UK made every UID anew at every build: none of 162 in common."""
    first, second = (
        read((shared / "data/ics_real" / f"pyconuk_2015_build_{each}.ics").read_bytes()).sessions
        for each in "ab"
    )
    assert not {each.guid for each in first} & {each.guid for each in second}
    made = plan_import(second, known=known_from(first))
    assert summary(made) == (0, [], 162, 0)


def test_control_by_identifier_alone_everything_would_be_doubled(shared: Path) -> None:
    """The broken variant: what an import that trusts UIDs only would do."""
    first, second = (
        read((shared / "data/ics_real" / f"pyconuk_2015_build_{each}.ics").read_bytes()).sessions
        for each in "ab"
    )
    uids = {each.guid for each in first}
    assert len([each for each in second if each.guid not in uids]) == 162


def test_a_calendar_after_the_richer_schedule_wipes_nothing_out(shared: Path) -> None:
    """EMF's calendar has no people, kinds and tracks, and other identifiers."""
    rich = read((shared / "data/schedules/emf_2024.frab.xml").read_bytes()).sessions
    plain = read((shared / "data/ics_real/emf_2024.ics").read_bytes()).sessions
    made = plan_import(plain, known=known_from(rich))
    assert (made.new, made.missing) == ((), ())
    fields = {change.field for each in made.changed for change in each.changes}
    assert fields == {"description"}  # which the schedule leaves empty


def test_another_years_programme_is_new(shared: Path) -> None:
    """FOSDEM 2020 and 2024 share titles and rooms and nothing else."""
    old = read((shared / "data/schedules/fosdem_2020.xml").read_bytes()).sessions
    new = read((shared / "data/schedules/fosdem_2024.xml").read_bytes()).sessions
    made = plan_import(new, known=known_from(old))
    assert (len(made.new), len(made.changed), len(made.missing)) == (674, 0, 872)


def test_a_guid_is_trusted_whatever_else_changed() -> None:
    made = plan([theirs(guid="g")], theirs("Splices", held(30, "Attic"), guid="g"))
    assert summary(made) == (0, [["title", "occurrences"]], 0, 0)
    change = made.changed[0].changes[0]
    assert (change.before, change.after) == ("Knots", "Splices")


def test_a_uid_of_one_of_its_times_is_trusted_too() -> None:
    ours = theirs("Knots", held(0, uid="a"), held(5, uid="b"))
    first, second = theirs("Other", held(1, uid="a")), theirs("Other", held(6, uid="b"))
    made = plan([ours], first, second)
    assert summary(made) == (0, [["title", "occurrences"]], 0, 0)
    moved = [(pair.known, pair.imported) for pair in made.changed[0].occurrences]
    assert [(a.starts_at, b.starts_at) for a, b in moved if a and b] == [
        (TEN, TEN + HOUR),
        (TEN + 5 * HOUR, TEN + 6 * HOUR),
    ]


def test_one_title_at_one_time_in_two_rooms_is_two_sessions() -> None:
    ours = [theirs("Lunch", held(0, "Hall")), theirs("Lunch", held(0, "Yard"))]
    made = plan(ours, theirs("Lunch", held(0, "Yard")), theirs("Lunch", held(0, "Hall")))
    assert summary(made) == (0, [], 2, 0)


def test_two_that_nothing_tells_apart_are_taken_in_order() -> None:
    twins = [theirs("Lunch"), theirs("Lunch")]
    assert summary(plan(twins, *twins)) == (0, [], 2, 0)
    assert summary(plan(twins, *twins, theirs("Lunch"))) == (1, [], 2, 0)


def test_a_second_group_at_the_same_time_is_new_and_no_second_time_of_the_first() -> None:
    first, second = theirs("Knots", held(uid="a")), theirs("Knots", held(0, "Attic", uid="b"))
    made = plan([first], first, second)
    assert summary(made) == (1, [], 1, 0)


def test_moved_to_another_hour_in_the_same_room() -> None:
    made = plan([theirs(), theirs("Other", held(3))], theirs("Knots", held(2)))
    assert summary(made) == (0, [["occurrences"]], 0, 1)


def test_moved_to_another_hour_and_room_while_its_title_is_the_only_one() -> None:
    made = plan([theirs()], theirs("knots!", held(26, "Attic")))
    assert summary(made) == (0, [["title", "occurrences"]], 0, 0)


def test_a_title_that_stands_twice_is_not_guessed_at() -> None:
    ours = [theirs("Knots", held(0)), theirs("Knots", held(2))]
    made = plan(ours, theirs("Knots", held(5)))
    assert summary(made) == (1, [], 0, 2)


def test_a_corrected_title_at_the_same_time_in_the_same_room() -> None:
    made = plan([theirs("Opneing of the festival")], theirs("Opening of the festival"))
    assert summary(made) == (0, [["title"]], 0, 0)


def test_something_else_at_the_same_time_in_the_same_room_is_something_else() -> None:
    made = plan([theirs("Opening of the festival")], theirs("Pottery"))
    assert summary(made) == (1, [], 0, 1)


def test_without_a_room_a_likeness_is_not_enough() -> None:
    made = plan([theirs("Opneing", held(room=""))], theirs("Opening", held(room="")))
    assert summary(made) == (1, [], 0, 1)


def test_nothing_is_matched_by_a_title_without_letters() -> None:
    made = plan([theirs("???", held(0, "A"))], theirs("!!!", held(9, "B")))
    assert summary(made) == (1, [], 0, 1)


def test_what_was_entered_here_is_never_missing() -> None:
    known = [replace(each, is_imported=False) for each in known_from((theirs(),))]
    assert plan_import([], known=known).missing == ()


def test_a_source_that_says_nothing_changes_nothing() -> None:
    rich = theirs(
        guid="g",
        abstract="a",
        strand="s",
        language="ga",
        age_min=6,
        links=(("https://a.example", ""),),
        presenters=(ImportedPresenter("Ada"),),
    )
    bare = theirs("Knots", held(minutes=0, room=""), guid="g")
    assert summary(plan([rich], bare)) == (0, [], 1, 0)


def test_every_field_that_differs_is_named_with_before_and_after() -> None:
    before = theirs(guid="g", abstract="old", presenters=(ImportedPresenter("Ada"),))
    after = theirs(
        guid="g", abstract="new", strand="Craft", age_min=6, presenters=(ImportedPresenter("Eve"),)
    )
    changes = plan([before], after).changed[0].changes
    assert [(each.field, each.before, each.after) for each in changes] == [
        ("abstract", "old", "new"),
        ("strand", "", "Craft"),
        ("age_min", None, 6),
        ("presenters", ("Ada",), ("Eve",)),
    ]


def test_cancelled_by_the_source() -> None:
    gone = theirs("Knots", replace(held(uid="a"), state="cancelled"))
    made = plan([theirs("Knots", held(uid="a"))], gone)
    assert summary(made) == (0, [["occurrences"]], 0, 0)
    assert made.changed[0].occurrences[0].is_change


def test_a_session_without_times_can_still_be_found_by_its_title() -> None:
    known = KnownSession(code="S", guids=(), title="Knots", occurrences=())
    made = plan_import([theirs()], known=[known])
    assert [pair.known for pair in made.changed[0].occurrences] == [None]


def test_times_are_paired_so_that_bookings_stay_where_they_are() -> None:
    def ours(hours: int, room: str, uid: str = "") -> KnownOccurrence:
        return KnownOccurrence((uid,), TEN + hours * HOUR, 60, room)

    known = [ours(0, "A", "u"), ours(1, "B"), ours(2, "C"), ours(3, "D"), ours(9, "E")]
    imported = [held(7, "Z", uid="u"), held(1, "B"), held(2, "Y"), held(5, "D")]
    pairs = pair_occurrences(known, imported)
    found = {
        pair.known.room: pair.imported.room if pair.imported else None
        for pair in pairs
        if pair.known
    }
    assert found == {"A": "Z", "B": "B", "C": "Y", "D": "D", "E": None}
