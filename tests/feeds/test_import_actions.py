"""Taking a programme in: what is new, what changes, what stays, and that it is all or nothing."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from festival.extensions import db
from festival.feeds import actions
from festival.feeds.actions.imports import read_file
from festival.feeds.intake import kind_of, stored_key
from festival.feeds.models import ImportState, ProgrammeImport
from festival.festivals.models import Space, Venue
from festival.programme.models import Occurrence, Presenter, ProgrammeSession, Strand
from festival.programme.queries import published_programme
from festival.programme.states import Kind, OccurrenceState, SessionState
from festival.shared.errors import NotFound, RuleBroken, StaleVersion
from festival.shared.journal import SYSTEM, JournalEntry
from festival.shared.running import run_task
from festival.shared.tasks import Task, TaskState
from tests.factories.feeds import SMALL_XML, import_file
from tests.factories.programme import make_occurrence, make_session
from tests.factories.world import NOW, World
from tests.feeds.test_import_real import fingerprint

LATER = NOW + timedelta(days=2)


def take(world: World, content: bytes, **values: object) -> actions.Applied:
    edition = world.here.edition
    programme = read_file(edition, content, file_name="small.xml")
    applied = actions.apply_import(edition, programme, actor=SYSTEM, now=LATER, **values)  # type: ignore[arg-type]
    db.session.commit()
    return applied


def one(world: World, title: str) -> ProgrammeSession:
    return db.session.scalars(
        select(ProgrammeSession).where(
            ProgrammeSession.edition_id == world.here.edition.id, ProgrammeSession.title == title
        )
    ).one()


@pytest.mark.parametrize(
    ("label", "kind"),
    [
        ("workshop", Kind.ACTIVITY),
        ("youthworkshop", Kind.ACTIVITY),
        ("Talk", Kind.CONFERENCE),
        ("lightningtalk", Kind.CONFERENCE),
        ("Lecture", Kind.CONFERENCE),
        ("devroom", Kind.CONFERENCE),
        ("performance", Kind.ACTIVITY),
        ("", Kind.ACTIVITY),
    ],
)
def test_the_sources_word_says_the_kind(label: str, kind: Kind) -> None:
    assert kind_of(label) == kind


def test_a_long_identifier_is_kept_as_its_hash() -> None:
    assert stored_key("a" * 200) == "a" * 200
    assert len(stored_key("a" * 201)) < 100
    assert stored_key("a" * 201) != stored_key("a" * 202)


@pytest.mark.both_databases
def test_a_new_programme_brings_its_places_strands_and_people(world: World) -> None:
    applied = take(world, SMALL_XML)
    assert (applied.new, applied.changed, applied.same, applied.missing) == (2, 0, 0, 0)
    knots, rivers = one(world, "Knots for sailors"), one(world, "How rivers move")
    assert (knots.kind, rivers.kind) == (Kind.ACTIVITY, Kind.CONFERENCE)
    assert knots.state == SessionState.READY
    assert knots.source_key == "5d6f0001-0000-4000-8000-000000000001"
    assert (knots.language, knots.languages) == ("en", ["en"])
    held = knots.occurrences[0]
    assert held.space is not None
    assert (held.space.name, held.space.venue.name) == ("Great Hall", "Small Fair")
    assert held.minutes == 60
    assert held.starts_at.isoformat() == "2027-05-14T08:00:00+00:00"
    assert held.uid != held.source_uid
    assert knots.presenter_links[0].presenter.name == "Ada Byrne"
    strands = db.session.scalars(select(Strand).order_by(Strand.position)).all()
    assert [each.name for each in strands] == ["Making", "Nature"]
    assert len({each.accent for each in strands}) == 2
    entry = db.session.scalars(
        select(JournalEntry).where(JournalEntry.action == "programme imported")
    ).one()
    assert entry.after is not None
    assert entry.after["new"] == 2


@pytest.mark.both_databases
def test_the_same_file_again_changes_no_row(world: World) -> None:
    take(world, SMALL_XML)
    before = fingerprint()
    assert take(world, SMALL_XML).same == 2
    assert fingerprint() == before


def test_a_newer_file_changes_only_what_differs(world: World) -> None:
    take(world, SMALL_XML, publish=True)
    knots = one(world, "Knots for sailors")
    code, uid = knots.code, knots.occurrences[0].uid
    rivers = one(world, "How rivers move").version
    newer = (
        SMALL_XML.replace(b"Knots for sailors", b"Knots for everybody")
        .replace(b"T10:00:00+02:00", b"T15:00:00+02:00")
        .replace(b"<start>10:00", b"<start>15:00")
        .replace(b"Ada Byrne", b"Ada Byrne-Lovell")
        .replace(b"<track>Making</track>", b"<track>Sea</track>")
        .replace(b'name="Great Hall"', b'name="Quay"')
        .replace(b"<language>en</language>", b"<language>fr</language>", 1)
    )
    applied = take(world, newer, publish=True)
    assert (applied.new, applied.changed, applied.same) == (0, 2, 0)  # both moved to the quay
    changed = one(world, "Knots for everybody")
    held = changed.occurrences[0]
    assert (changed.code, held.uid, changed.version) == (code, uid, 2)
    assert held.starts_at.hour == 13
    assert held.space is not None
    assert held.space.name == "Quay"
    assert changed.strand is not None
    assert changed.strand.name == "Sea"
    assert changed.languages == ["fr", "en"]
    assert [each.presenter.name for each in changed.presenter_links] == ["Ada Byrne-Lovell"]
    assert one(world, "How rivers move").version == rivers + 1
    sent = {occ.uid: occ.sequence for _, occ in published_programme(world.here.edition).held}
    assert sent[uid] == 1


def test_what_an_organizer_added_is_left_alone(world: World) -> None:
    take(world, SMALL_XML)
    knots = one(world, "Knots for sailors")
    extra = make_occurrence(knots, starts_at=LATER + timedelta(days=70))
    own = make_session(world.here.edition, title="Our own opening")
    db.session.commit()
    ids = extra.id, own.id
    applied = take(world, SMALL_XML)
    assert (applied.changed, applied.missing) == (0, 0)
    assert db.session.get_one(Occurrence, ids[0]).state == OccurrenceState.CONFIRMED
    assert db.session.get_one(ProgrammeSession, ids[1]).state == SessionState.READY


def test_a_session_entered_here_is_recognised_and_keeps_its_row(world: World) -> None:
    own = make_session(world.here.edition, title="Knots for sailors", space=world.here.space)
    db.session.commit()
    number = own.id
    applied = take(world, SMALL_XML)
    assert (applied.new, applied.changed) == (1, 1)
    assert one(world, "Knots for sailors").id == number
    assert take(world, SMALL_XML).same == 2


def test_what_is_missing_is_listed_and_withdrawn_only_when_asked(world: World) -> None:
    take(world, SMALL_XML)
    start = SMALL_XML.index(b'<event guid="5d6f0001-0000-4000-8000-000000000002"')
    less = SMALL_XML[:start] + b"</room></day></schedule>"
    assert take(world, less).missing == 1
    assert one(world, "How rivers move").state == SessionState.READY
    assert take(world, less, withdraw_missing=True).withdrawn == 1
    assert one(world, "How rivers move").state == SessionState.WITHDRAWN
    before = fingerprint()
    assert take(world, less, withdraw_missing=True).missing == 0
    assert fingerprint() == before
    assert take(world, SMALL_XML).same == 2  # and it stays withdrawn until somebody decides
    assert one(world, "How rivers move").state == SessionState.WITHDRAWN


CALENDAR = """BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r
BEGIN:VEVENT\r\nUID:a@x\r\nSUMMARY:Choir\r
DTSTART:20270514T080000Z\r\n{more}END:VEVENT\r\nEND:VCALENDAR\r\n"""


def test_a_time_without_an_end_is_held_for_an_hour_and_then_keeps_its_length(world: World) -> None:
    body = CALENDAR.format(more="").encode()
    take(world, body)
    held = one(world, "Choir").occurrences[0]
    assert held.minutes == 60
    held.minutes = 90
    db.session.commit()
    assert take(world, body).same == 1
    assert one(world, "Choir").occurrences[0].minutes == 90


def test_a_time_that_left_the_file_is_cancelled_once_and_can_come_back(world: World) -> None:
    twice = CALENDAR.format(more="RRULE:FREQ=DAILY;COUNT=2\r\n")
    once = twice.replace("COUNT=2", "COUNT=1")
    take(world, twice.encode())
    assert take(world, once.encode()).changed == 1
    states = [each.state for each in one(world, "Choir").occurrences]
    assert states == [OccurrenceState.CONFIRMED, OccurrenceState.CANCELLED]
    before = fingerprint()
    assert take(world, once.encode()).changed == 0
    assert fingerprint() == before
    assert take(world, twice.encode()).changed == 1
    assert {each.state for each in one(world, "Choir").occurrences} == {OccurrenceState.CONFIRMED}


def test_a_newer_build_with_other_uids_finds_its_sessions(world: World, shared: Path) -> None:
    folder = shared / "data/ics_real"
    first, _ = import_file(world.here.edition, folder / "pyconuk_2015_build_a.ics")
    count = select(func.count(ProgrammeSession.id))
    assert db.session.scalar(count) == len(first.sessions)
    _second, applied = import_file(
        world.here.edition, folder / "pyconuk_2015_build_b.ics", adapt=False
    )
    assert (
        applied.new + applied.changed + applied.same == db.session.scalar(count) - applied.missing
    )
    assert applied.same > applied.new + applied.changed
    before = fingerprint()
    again = import_file(
        world.here.edition, folder / "pyconuk_2015_build_b.ics", publish=False, adapt=False
    )[1]
    assert (again.new, again.changed) == (0, 0)
    assert fingerprint() == before


def test_a_plan_that_nobody_saw_is_not_applied(world: World) -> None:
    before = fingerprint()
    with pytest.raises(StaleVersion):
        take(world, SMALL_XML, expected="another")
    db.session.rollback()
    assert fingerprint() == before


def kept(world: World) -> ProgrammeImport:
    row = actions.keep_import(
        world.here.edition, SMALL_XML, file_name="small.xml", actor=SYSTEM, now=LATER
    )
    db.session.commit()
    return row


def start(row: ProgrammeImport, **values: object) -> Task:
    task = actions.start_applying(
        row,
        **{  # type: ignore[arg-type]
            "digest": row.report["digest"], "withdraw_missing": False, "publish": True,
            "locale": "en", "next_href": "/x", "actor": SYSTEM, "now": LATER,
        } | values,
    )  # fmt: skip
    db.session.commit()
    return task


def test_a_kept_import_is_applied_once_by_the_worker(world: World) -> None:
    row = kept(world)
    task = start(row)
    assert start(row).code == task.code
    assert row.state == ImportState.APPLYING
    with pytest.raises(RuleBroken):
        actions.check_again(row, edition=world.here.edition)
    assert run_task(task.code)
    db.session.expire_all()
    assert row.state == ImportState.APPLIED
    assert row.content == b""
    assert task.result is not None
    assert "2 sessions" in task.result["text"]
    assert published_programme(world.here.edition).version == 1
    with pytest.raises(RuleBroken):
        start(row)
    again = actions.apply_kept(
        row.code, edition_id=row.edition_id, digest="", withdraw_missing=False, publish=True,
        actor=SYSTEM, now=LATER,
    )  # fmt: skip
    assert again is None
    assert published_programme(world.here.edition).version == 1


def test_a_failed_import_leaves_nothing_and_can_be_checked_again(world: World) -> None:
    row = kept(world)
    make_session(world.here.edition, title="Knots for sailors", space=world.here.space)
    db.session.commit()
    task = start(row)
    run_task(task.code)
    db.session.expire_all()
    assert (row.state, task.state) == (ImportState.FAILED, TaskState.FAILED)
    assert "has changed" in task.error
    assert db.session.scalar(select(func.count(ProgrammeSession.id))) == 1
    assert start(row).state == TaskState.WAITING  # the same plan is tried again
    actions.give_up(row.code, edition_id=row.edition_id, now=LATER)
    actions.check_again(row, edition=world.here.edition)
    db.session.commit()
    newer = start(row)
    assert newer.code != task.code
    run_task(newer.code)
    db.session.expire_all()
    assert row.state == ImportState.APPLIED


def test_a_neighbours_import_is_not_found(world: World) -> None:
    row = kept(world)
    with pytest.raises(NotFound):
        actions.apply_kept(
            row.code, edition_id=world.there.edition.id, digest="", withdraw_missing=False,
            publish=False, actor=SYSTEM, now=LATER,
        )  # fmt: skip
    actions.give_up(row.code, edition_id=world.there.edition.id, now=LATER)
    assert row.state == ImportState.CHECKED


def test_a_file_that_can_no_longer_be_read_is_refused(world: World) -> None:
    row = kept(world)
    row.content = b"damaged"
    with pytest.raises(RuleBroken, match="no longer be read"):
        actions.apply_kept(
            row.code, edition_id=row.edition_id, digest="", withdraw_missing=False,
            publish=False, actor=SYSTEM, now=LATER,
        )  # fmt: skip


def test_rooms_go_into_a_venue_of_their_own_once(world: World) -> None:
    take(world, SMALL_XML)
    more = SMALL_XML.replace(b'name="Great Hall"', b'name="Small Hall"')
    take(world, more)
    venues = db.session.scalars(select(Venue.name).where(Venue.edition_id == world.here.edition.id))
    assert sorted(venues) == ["Luminara Library", "Small Fair"]
    spaces = db.session.scalars(select(Space.name).where(Space.edition_id == world.here.edition.id))
    assert sorted(spaces) == ["Great Hall", "Reading Hall", "Small Hall"]
    take(world, more.replace(b'name="Small Hall"', b'name="SMALL hall"'))
    assert db.session.scalar(select(func.count(Space.id)).where(Space.name == "SMALL hall")) == 0


def test_people_of_one_name_are_told_apart_by_the_sources_number(world: World) -> None:
    same = SMALL_XML.replace(b"Omar Haddad", b"Ada Byrne")
    take(world, same)
    assert db.session.scalar(select(func.count(Presenter.id))) == 2
    doubtful = SMALL_XML.replace(b'id="8"', b'id="7"')  # one number, two names: it names nobody
    take(world, doubtful)
    links = one(world, "How rivers move").presenter_links
    assert [each.presenter.name for each in links] == ["Omar Haddad"]
