"""Scans, admissions, taking back; door links and gates, with a database."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from festival.badges.actions import revoke_badge
from festival.badges.codes import make_badge_code
from festival.badges.models import Badge
from festival.checkin import actions, queries
from festival.checkin.models import Admission, Scan
from festival.checkin.states import Verdict
from festival.extensions import db
from festival.shared.errors import FieldRefused, NotFound, RuleBroken
from festival.shared.journal import SYSTEM, JournalEntry
from tests.factories.badges import make_badge
from tests.factories.checkin import make_door, make_gate, scan
from tests.factories.visitors import make_bookable, make_household
from tests.factories.world import NOW, World

MORNING = datetime(2027, 5, 14, 8, 42, tzinfo=UTC)
SOON = timedelta(seconds=5)


def admissions() -> int:
    return db.session.scalar(select(func.count(Admission.id))) or 0


def people_inside() -> int:
    return db.session.scalar(select(func.sum(Admission.people))) or 0


def test_a_household_is_let_in_with_one_scan(world: World) -> None:
    make_household(world.here, people=4)
    badge = db.session.scalars(select(Badge)).one()
    door, _ = make_door(world.here)

    result = scan(door, badge, at=MORNING)

    assert result.verdict == Verdict.ADMITTED
    assert result.badge == badge
    assert (admissions(), people_inside()) == (1, 4)
    tally = queries.tally_of(door, day=MORNING.date())
    assert (tally.inside, tally.expected) == (4, 4)


def test_the_second_scan_tells_when_and_where_the_first_was(world: World) -> None:
    badge = make_badge(world.here)
    gate_a, _ = make_door(world.here, label="Gate A")
    gate_b, _ = make_door(world.here, label="Gate B")
    scan(gate_a, badge, at=MORNING)

    result = scan(gate_b, badge, at=MORNING + timedelta(hours=1))

    assert result.verdict == Verdict.ALREADY_IN
    assert (result.admitted_at, result.admitted_door) == (MORNING, "Gate A")
    assert admissions() == 1


def test_the_next_day_counts_anew_by_the_editions_clock(world: World) -> None:
    """23:30 in Madrid on the 14th and 00:30 on the 15th are the same day in UTC."""
    badge = make_badge(world.here)
    door, _ = make_door(world.here)

    late = scan(door, badge, at=datetime(2027, 5, 14, 21, 30, tzinfo=UTC))
    later = scan(door, badge, at=datetime(2027, 5, 14, 22, 30, tzinfo=UTC))

    assert (late.verdict, later.verdict) == (Verdict.ADMITTED, Verdict.ADMITTED)
    days = db.session.scalars(select(Admission.day).order_by(Admission.id)).all()
    assert days == [date(2027, 5, 14), date(2027, 5, 15)]


def test_a_session_counts_apart_from_the_gates(world: World) -> None:
    badge = make_badge(world.here, people=3)
    occurrence = make_bookable(world.here)
    gate, _ = make_door(world.here)
    room, _ = make_door(world.here, occurrence_id=occurrence.id)

    verdicts = [scan(door, badge, at=MORNING).verdict for door in (gate, room, room, gate)]

    assert verdicts == [Verdict.ADMITTED, Verdict.ADMITTED, Verdict.ALREADY_IN, Verdict.ALREADY_IN]
    assert queries.count_inside(room, day=MORNING.date()) == 3
    assert queries.count_inside(gate, day=MORNING.date()) == 3


@pytest.mark.both_databases
def test_the_same_key_is_the_same_scan_and_gets_the_same_answer(world: World) -> None:
    badge = make_badge(world.here)
    door, _ = make_door(world.here)
    key = str(uuid4())

    first = scan(door, badge, at=MORNING, key=key)
    again = scan(door, badge, at=MORNING + timedelta(hours=3), key=key)

    assert (first.verdict, again.verdict) == (Verdict.ADMITTED, Verdict.ADMITTED)
    assert again.received_at == MORNING
    assert (admissions(), db.session.scalar(select(func.count(Scan.id)))) == (1, 1)


def test_a_key_of_another_door_is_refused(world: World) -> None:
    door, _ = make_door(world.here)
    foreign, _ = make_door(world.there)
    badge, key = make_badge(world.here), str(uuid4())
    scan(door, badge, at=MORNING, key=key)

    with pytest.raises(actions.ScanRefused):
        scan(foreign, badge, at=MORNING, key=key)
    db.session.rollback()


def test_a_badge_of_another_edition_is_told_apart_and_stays_unnamed(world: World) -> None:
    badge = make_badge(world.there, name="Canary")
    door, _ = make_door(world.here)

    result = scan(door, badge, at=MORNING)

    assert (result.verdict, result.badge) == (Verdict.WRONG_EDITION, None)
    stored = db.session.scalars(select(Scan)).one()
    assert (stored.badge_id, stored.people, stored.edition_id) == (None, 0, world.here.edition.id)
    assert admissions() == 0


def test_a_revoked_badge_is_refused_and_logged(world: World) -> None:
    badge = make_badge(world.here)
    revoke_badge(badge, reason="lost", actor=SYSTEM, now=NOW)
    door, _ = make_door(world.here)

    assert scan(door, badge, at=MORNING).verdict == Verdict.REVOKED
    assert db.session.scalars(select(Scan.verdict)).all() == [Verdict.REVOKED]
    assert admissions() == 0


def test_mutated_and_made_up_codes_are_unknown(world: World) -> None:
    badge = make_badge(world.here)
    door, _ = make_door(world.here)
    other = "0" if badge.code[-1] != "0" else "1"

    for code in (
        badge.code[:-1] + other,
        badge.code[:-1],
        make_badge_code(),
        "",
        "\x00",
        "é" * 300,
    ):
        assert scan(door, code, at=MORNING).verdict == Verdict.UNKNOWN, code
    assert admissions() == 0


def test_a_typed_code_is_forgiven_its_writing(world: World) -> None:
    badge = make_badge(world.here)
    door, _ = make_door(world.here)
    typed = badge.code.removeprefix("LF1:").lower().replace("0", "o").replace("1", "l")

    assert scan(door, f" {typed[:11]}-{typed[11:]} ", at=MORNING).verdict == Verdict.ADMITTED


def test_taking_back_frees_the_badge_and_keeps_the_scan(world: World) -> None:
    badge = make_badge(world.here)
    door, _ = make_door(world.here)
    key = scan(door, badge, at=MORNING).key

    undone = actions.undo_scan(door, key=key, now=MORNING + SOON)
    twice = actions.undo_scan(door, key=key, now=MORNING + timedelta(hours=1))
    db.session.commit()

    assert undone.is_undone and twice.is_undone
    assert admissions() == 0
    stored = db.session.scalars(select(Scan)).one()
    assert (stored.verdict, stored.undone_at) == (Verdict.ADMITTED, MORNING + SOON)
    assert scan(door, badge, at=MORNING + timedelta(minutes=2)).verdict == Verdict.ADMITTED
    assert admissions() == 1
    told = db.session.scalars(
        select(JournalEntry.actor_label).where(JournalEntry.action == "undone")
    )
    assert told.all() == ["door: Gate A"]


def test_the_replay_of_a_scan_that_was_taken_back_does_not_let_in_again(world: World) -> None:
    badge = make_badge(world.here)
    door, _ = make_door(world.here)
    key = scan(door, badge, at=MORNING).key
    actions.undo_scan(door, key=key, now=MORNING + SOON)

    assert scan(door, badge, at=MORNING + SOON, key=key).is_undone
    assert admissions() == 0


def test_a_door_takes_back_only_its_own_scans_and_not_too_late(world: World) -> None:
    badge = make_badge(world.here)
    door, _ = make_door(world.here)
    other, _ = make_door(world.here)
    key = scan(door, badge, at=MORNING).key

    for wrong_door, wrong_key in ((other, key), (door, str(uuid4()))):
        with pytest.raises(NotFound):
            actions.undo_scan(wrong_door, key=wrong_key, now=MORNING)
    with pytest.raises(RuleBroken):
        actions.undo_scan(door, key=key, now=MORNING + timedelta(minutes=5))
    assert admissions() == 1


def test_an_organizer_takes_back_later_but_only_what_was_let_in(world: World) -> None:
    badge = make_badge(world.here)
    door, _ = make_door(world.here)
    scan(door, badge, at=MORNING)
    scan(door, badge, at=MORNING)
    admitted, refused = db.session.scalars(select(Scan).order_by(Scan.id)).all()

    actions.take_back(admitted, actor=SYSTEM, now=MORNING + timedelta(days=1))
    with pytest.raises(RuleBroken):
        actions.take_back(refused, actor=SYSTEM, now=MORNING)
    assert admissions() == 0


def test_a_scan_sent_late_counts_when_it_was_made(world: World) -> None:
    badge = make_badge(world.here)
    door, _ = make_door(world.here)
    phone = datetime(2020, 1, 1, 12, 0, tzinfo=UTC)  # its clock is years off

    result = actions.check_in(
        door,
        key=str(uuid4()),
        code=badge.code,
        scanned_at=phone,
        sent_at=phone + timedelta(hours=20),
        now=datetime(2027, 5, 15, 9, 0, tzinfo=UTC),
    )
    db.session.commit()

    assert result.verdict == Verdict.ADMITTED
    admission = db.session.scalars(select(Admission)).one()
    assert admission.admitted_at == datetime(2027, 5, 14, 13, 0, tzinfo=UTC)
    assert admission.day == date(2027, 5, 14)
    stored = db.session.scalars(select(Scan)).one()
    assert (stored.scanned_at, stored.is_offline) == (phone, True)


def test_ended_and_revoked_links_scan_nothing(world: World) -> None:
    badge = make_badge(world.here)
    door, token = make_door(world.here, last_day=date(2027, 5, 14))

    with pytest.raises(actions.DoorClosed):
        scan(door, badge, at=datetime(2027, 5, 14, 22, 0, tzinfo=UTC))
    actions.revoke_door_link(door, actor=SYSTEM, now=MORNING)
    actions.revoke_door_link(door, actor=SYSTEM, now=MORNING + SOON)
    for call in (
        lambda: scan(door, badge, at=MORNING),
        lambda: actions.undo_scan(door, key=str(uuid4()), now=MORNING),
    ):
        with pytest.raises(actions.DoorClosed):
            call()
    assert door.revoked_at == MORNING
    assert admissions() == 0
    assert queries.find_door(token) == door


def test_a_link_keeps_only_the_hash_of_its_secret(world: World) -> None:
    door, token = make_door(world.here)

    assert token not in str([getattr(door, column.key) for column in door.__table__.columns])
    assert queries.find_door(token) == door
    assert queries.find_door(door.token_hash) is None


@pytest.mark.parametrize("last_day", [date(2027, 2, 28), date(2027, 5, 18)])
def test_a_link_for_a_past_day_or_beyond_the_festival_is_refused(
    world: World, last_day: date
) -> None:
    with pytest.raises(FieldRefused) as refused:
        make_door(world.here, last_day=last_day)
    assert refused.value.field == "last_day"


def test_gates_have_names_of_their_own(world: World) -> None:
    make_gate(world.here, name="North")
    make_gate(world.there, name="North")

    for name in ("North", ""):
        with pytest.raises(FieldRefused):
            make_gate(world.here, name=name)


def test_an_impossible_key_is_refused(world: World) -> None:
    door, _ = make_door(world.here)

    with pytest.raises(actions.ScanRefused):
        scan(door, make_badge(world.here), at=MORNING, key="x")
