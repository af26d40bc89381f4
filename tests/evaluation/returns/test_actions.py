"""Filing a return once, changing it, and what cannot be taken."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from festival.evaluation.returns.actions import file_return, set_days
from festival.evaluation.returns.models import HostReturn
from festival.evaluation.returns.queries import days_of, find_hosted_time, lines_of
from festival.evaluation.returns.states import CountMethod, FiledBy, Standing
from festival.extensions import db
from festival.programme.actions import cancel_occurrence
from festival.programme.models import Occurrence
from festival.shared.errors import FieldRefused, RuleBroken, StaleVersion
from festival.shared.journal import SYSTEM, JournalEntry
from tests.factories.evaluation import let_in, make_badge
from tests.factories.returns import AFTERWARDS, ENDED, hold, make_return, time_of, told
from tests.factories.world import Corner, World


def file(
    corner: Corner, occurrence: Occurrence, *, version: int = 0, now: Any = AFTERWARDS,
    by: FiledBy = FiledBy.HOST, **values: Any,
) -> HostReturn:  # fmt: skip
    return file_return(
        corner.edition, time_of(corner, occurrence), told(**values), version=version, by=by,
        actor=SYSTEM, now=now,
    )  # fmt: skip


def count() -> int:
    return db.session.scalar(select(func.count(HostReturn.id))) or 0


@pytest.mark.both_databases
def test_a_return_is_filed_and_changed_with_a_line_in_the_journal(world: World) -> None:
    occurrence = hold(world.here)

    row = file(world.here, occurrence, total=None, children=7, adults=5, went_well="The bees!")
    assert (row.total, row.version, row.filed_by) == (12, 1, FiledBy.HOST)
    changed = file(
        world.here, occurrence, version=1, method=CountMethod.ESTIMATE, total=20, by=FiledBy.LINK,
    )  # fmt: skip

    assert changed.id == row.id
    assert (changed.total, changed.children, changed.version) == (20, None, 2)
    assert changed.filed_by == FiledBy.LINK
    entries = db.session.scalars(
        select(JournalEntry).where(JournalEntry.entity == "host_return").order_by(JournalEntry.id)
    ).all()
    assert [each.action for each in entries] == ["return_filed", "return_changed"]
    assert entries[1].before == {
        "children": 7, "adults": 5, "total": 12, "method": "tally", "times_held": 1,
    }  # fmt: skip
    assert "bees" not in str(entries[0].after)


@pytest.mark.both_databases
def test_the_same_form_twice_is_one_return(world: World) -> None:
    occurrence = hold(world.here)

    first = file(world.here, occurrence)
    second = file(world.here, occurrence)

    assert second.id == first.id
    assert second.version == 1
    assert count() == 1


def test_who_saw_an_older_version_overwrites_nothing(world: World) -> None:
    occurrence = hold(world.here)
    file(world.here, occurrence, total=12)
    file(world.here, occurrence, total=13, version=1)

    with pytest.raises(StaleVersion):
        file(world.here, occurrence, total=99, version=1)
    with pytest.raises(StaleVersion):
        file(world.here, occurrence, total=99, version=0)

    db.session.rollback()
    assert db.session.scalars(select(HostReturn.total)).all() in ([], [13])


def test_nothing_is_told_before_the_end_or_after_the_deadline(world: World) -> None:
    occurrence = hold(world.here)
    deadline = time_of(world.here, occurrence).deadline

    with pytest.raises(RuleBroken, match="has not ended"):
        file(world.here, occurrence, now=ENDED - timedelta(seconds=1))
    with pytest.raises(RuleBroken, match="is over"):
        file(world.here, occurrence, now=deadline)
    with pytest.raises(RuleBroken, match="has not ended"):
        file(world.here, occurrence, now=ENDED - timedelta(seconds=1), by=FiledBy.ORGANIZER)
    assert count() == 0
    file(world.here, occurrence, now=ENDED)
    file(world.here, occurrence, now=deadline - timedelta(seconds=1), version=1, total=13)
    assert file(world.here, occurrence, now=deadline, version=2, by=FiledBy.ORGANIZER, total=14)


def test_what_does_not_add_up_changes_nothing(world: World) -> None:
    with pytest.raises(FieldRefused) as refused:
        file(world.here, hold(world.here), total=None)

    assert refused.value.field == "total"
    assert count() == 0


def test_the_edition_says_how_long_it_waits(world: World) -> None:
    occurrence = hold(world.here)
    before = time_of(world.here, occurrence).deadline

    set_days(world.here.edition, 3, actor=SYSTEM, now=AFTERWARDS)
    set_days(world.here.edition, 5, actor=SYSTEM, now=AFTERWARDS)
    set_days(world.here.edition, 5, actor=SYSTEM, now=AFTERWARDS)

    assert days_of(world.here.edition) == 5
    assert days_of(world.there.edition) == 14
    assert time_of(world.here, occurrence).deadline == before - timedelta(days=9)
    written = db.session.scalars(
        select(JournalEntry.after).where(JournalEntry.action == "return_days_changed")
    ).all()
    assert written == [{"days": 3}, {"days": 5}]


@pytest.mark.parametrize("days", [0, -1, 181])
def test_a_deadline_that_nobody_could_mean_is_refused(world: World, days: int) -> None:
    with pytest.raises(FieldRefused):
        set_days(world.here.edition, days, actor=SYSTEM, now=AFTERWARDS)

    assert days_of(world.here.edition) == 14


def test_only_published_times_of_an_organization_are_asked_about(world: World) -> None:
    held = hold(world.here)
    cancelled = hold(world.here, title="Cancelled")
    cancel_occurrence(cancelled, actor=SYSTEM, now=AFTERWARDS)
    hold(world.here, title="Still a draft", publish=False)
    hold(world.there, title="The neighbour's")

    assert [each.time.occurrence.id for each in lines_of(world.here.edition, now=AFTERWARDS)] == [
        held.id
    ]
    assert find_hosted_time(world.there.edition, uid=held.uid) is None


def test_a_line_holds_the_three_sources_side_by_side(world: World) -> None:
    occurrence = hold(world.here, is_bookable=True, capacity=12)
    let_in(make_badge(world.here, people=4), occurrence=occurrence)
    let_in(make_badge(world.here, people=4), occurrence=occurrence, undone=True)
    occurrence.places_taken = 6
    make_return(world.here, occurrence, total=90)

    (line,) = lines_of(world.here.edition, now=AFTERWARDS)

    assert line.standing == Standing.FILED
    assert (line.time.booked, line.scanned) == (6, 4)
    assert line.filed is not None
    assert line.filed.total == 90
    assert [limit for _doubt, limit in line.doubts] == [80, 4]
