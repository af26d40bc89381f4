"""Publishing freezes the draft; the document goes to JSON and back unchanged."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from festival.extensions import db
from festival.festivals.models import Edition
from festival.programme.actions import publish_changes_of, publish_programme
from festival.programme.document import from_document, to_document
from festival.programme.events import ProgrammePublished, programme_published
from festival.programme.queries import find_told, places_left, published_programme, versions_of
from festival.programme.rules.news import What
from festival.programme.states import OccurrenceState, SessionState, Telling
from festival.shared.errors import FieldRefused
from festival.shared.journal import SYSTEM, JournalEntry, write_journal
from festival.shared.translations import translate
from festival.shared.work import work
from tests.factories.programme import (
    TEN_O_CLOCK,
    make_occurrence,
    make_presenter,
    make_programme,
    make_session,
    make_strand,
)
from tests.factories.world import NOW, World
from tests.queries import count_queries

LATER = NOW + timedelta(days=1)


def test_nothing_is_published_at_first(world: World) -> None:
    make_session(world.here.edition)

    programme = published_programme(world.here.edition)

    assert (programme.version, programme.sessions, programme.published_at) == (0, (), None)
    assert programme.city_name == "Luminara"


@pytest.mark.both_databases
def test_only_sessions_that_are_ready_go_out(world: World) -> None:
    here = world.here
    make_session(here.edition, title="Ready", space=here.space)
    make_session(here.edition, title="Draft", state=SessionState.DRAFT)
    make_session(here.edition, title="Withdrawn", state=SessionState.WITHDRAWN)
    make_session(world.there.edition, title="Neighbour")

    version = publish_programme(here.edition, actor=SYSTEM, now=NOW, note="First")
    db.session.commit()

    programme = published_programme(here.edition)
    assert [each.title for each in programme.sessions] == ["Ready"]
    assert (version.number, programme.version, here.edition.programme_version) == (1, 1, 1)
    assert programme.published_at == NOW
    assert world.there.edition.programme_version == 0
    entry = db.session.query(JournalEntry).filter_by(action="published").one()
    assert entry.after == {
        "sessions": 1, "changes": 1, "note": "First", "telling": "now", "mails": 0,
    }  # fmt: skip


def test_the_document_is_equal_after_json(world: World) -> None:
    here = world.here
    session = make_session(
        here.edition, title="الخط العربي", space=here.space, organization=here.organization,
        twin_city=here.city, strand=make_strand(here.edition),
        presenters=(make_presenter(here.edition),),
        languages=["ar", "en"], tags=["relaxed"], age_min=8, age_max=12, cost="2 €", bring="A pen",
        links=[{"url": "https://example.org/a", "title": "More"}], subtitle="Sub", abstract="A",
        occurrence={"is_bookable": True, "capacity": 12},
    )  # fmt: skip
    make_session(here.edition, title="No time yet", starts_at=None)
    translate("programme_session", session.id, field="title", locale="en", text="Calligraphy")
    publish_programme(here.edition, actor=SYSTEM, now=NOW)

    programme = published_programme(here.edition)
    again = from_document(json.loads(json.dumps(to_document(programme))))

    assert again == programme
    assert again.sessions[0].text("title", "en") == "Calligraphy"
    assert again.sessions[0].city is not None and again.sessions[0].city.time_zone == "Asia/Seoul"
    assert again.sessions[1].occurrences == ()


def test_the_same_version_is_read_once(world: World) -> None:
    make_session(world.here.edition)
    publish_programme(world.here.edition, actor=SYSTEM, now=NOW)

    assert published_programme(world.here.edition) is published_programme(world.here.edition)


def test_a_publication_that_was_rolled_back_is_not_remembered(world: World) -> None:
    edition = world.here.edition
    make_session(edition, title="Kept")
    db.session.commit()
    make_session(edition, title="Lost")
    publish_programme(edition, actor=SYSTEM, now=NOW)
    assert len(published_programme(edition).sessions) == 2
    db.session.rollback()

    publish_programme(edition, actor=SYSTEM, now=NOW)

    assert [each.title for each in published_programme(edition).sessions] == ["Kept"]


def test_sequence_rises_with_time_place_and_status_and_with_nothing_else(world: World) -> None:
    here = world.here
    session = make_session(here.edition, space=here.space)
    publish_programme(here.edition, actor=SYSTEM, now=NOW)
    facts = []
    for number, change in enumerate(
        [
            lambda occ: setattr(session, "title", "Other title"),
            lambda occ: setattr(occ, "starts_at", TEN_O_CLOCK + timedelta(hours=1)),
            lambda occ: setattr(occ, "minutes", 90),
            lambda occ: setattr(occ, "space", None),
            lambda occ: setattr(occ, "state", OccurrenceState.CANCELLED),
            lambda occ: setattr(occ, "state", OccurrenceState.CONFIRMED),
        ],
        start=1,
    ):
        change(session.occurrences[0])
        publish_programme(here.edition, actor=SYSTEM, now=NOW + timedelta(days=number))
        found = published_programme(here.edition).sessions[0].occurrences[0]
        facts.append((found.sequence, (found.changed_at - NOW).days, found.previous_starts_at))

    assert facts == [
        (0, 0, None), (1, 2, TEN_O_CLOCK), (2, 3, TEN_O_CLOCK), (3, 4, TEN_O_CLOCK),
        (4, 5, TEN_O_CLOCK), (5, 6, TEN_O_CLOCK),
    ]  # fmt: skip


def test_an_occurrence_that_comes_back_goes_on_counting(world: World) -> None:
    edition = world.here.edition
    session = make_session(edition)
    publish_programme(edition, actor=SYSTEM, now=NOW)
    session.state = SessionState.WITHDRAWN
    publish_programme(edition, actor=SYSTEM, now=NOW)
    assert published_programme(edition).retired == ((session.occurrences[0].uid, 0),)
    publish_programme(edition, actor=SYSTEM, now=NOW)
    session.state = SessionState.READY

    publish_programme(edition, actor=SYSTEM, now=NOW)

    programme = published_programme(edition)
    assert programme.sessions[0].occurrences[0].sequence == 1
    assert programme.retired == ()


def test_cancelled_stays_but_only_if_somebody_has_seen_it(world: World) -> None:
    edition = world.here.edition
    session = make_session(edition, title="Seen")
    publish_programme(edition, actor=SYSTEM, now=NOW)
    session.occurrences[0].state = OccurrenceState.CANCELLED
    make_session(edition, title="Unseen", occurrence={"state": OccurrenceState.CANCELLED})

    publish_programme(edition, actor=SYSTEM, now=LATER)

    seen, unseen = published_programme(edition).sessions
    assert [occ.status for occ in seen.occurrences] == ["cancelled"]
    assert unseen.occurrences == ()


def test_the_difference_is_kept_with_the_version(world: World) -> None:
    here = world.here
    moved = make_session(here.edition, title="Moved", space=here.space)
    gone = make_session(here.edition, title="Gone", starts_at=TEN_O_CLOCK + timedelta(hours=2))
    publish_programme(here.edition, actor=SYSTEM, now=NOW)
    moved.occurrences[0].starts_at = TEN_O_CLOCK + timedelta(hours=1)
    gone.state = SessionState.WITHDRAWN
    new = make_session(here.edition, title="New", starts_at=TEN_O_CLOCK + timedelta(hours=3))

    version = publish_programme(here.edition, actor=SYSTEM, now=LATER)

    uid = moved.occurrences[0].uid
    nothing = {"before": "", "after": "", "uid": ""}
    assert version.changes == [
        {"code": moved.code, "title": "Moved", "what": "time", "uid": uid,
         "before": "2027-05-14T08:00:00+00:00", "after": "2027-05-14T09:00:00+00:00"},
        {"code": new.code, "title": "New", "what": "session_added"} | nothing,
        {"code": gone.code, "title": "Gone", "what": "session_removed"} | nothing,
    ]  # fmt: skip


@pytest.fixture
def heard() -> Iterator[list[ProgrammePublished]]:
    events: list[ProgrammePublished] = []

    def hear(_sender: object, *, event: ProgrammePublished) -> int:
        events.append(event)
        return 7

    with programme_published.connected_to(hear):
        yield events


def test_rooms_above_hear_once_of_everything_that_a_publication_changes(
    world: World, heard: list[ProgrammePublished]
) -> None:
    here = world.here
    moved = make_session(here.edition, title="Moved", space=here.space)
    cancelled = make_session(here.edition, title="Cancelled")
    withdrawn = make_session(here.edition, title="Withdrawn")
    make_session(here.edition, title="Untouched")
    publish_programme(here.edition, actor=SYSTEM, now=NOW)
    assert [(each.version_before, {one.what for one in each.news}) for each in heard] == [
        (0, {What.ANNOUNCED})
    ]
    moved.occurrences[0].starts_at += timedelta(hours=1)
    moved.occurrences[0].space = None
    cancelled.occurrences[0].state = OccurrenceState.CANCELLED
    withdrawn.state = SessionState.WITHDRAWN

    publish_programme(here.edition, actor=SYSTEM, now=LATER, telling=Telling.HELD)

    event = heard[1]
    assert (event.version, event.version_before, event.telling) == (2, 1, Telling.HELD)
    assert [(each.what, each.session.title) for each in event.news] == [
        (What.CANCELLED, "Cancelled"),
        (What.CANCELLED, "Withdrawn"),
        (What.MOVED, "Moved"),
    ]
    move = event.news[2]
    assert move.before is not None and move.before.space is not None and move.after.space is None
    assert move.after.starts_at - move.before.starts_at == timedelta(hours=1)
    assert [each.after.sequence for each in event.news] == [1, 1, 1]
    publish_programme(here.edition, actor=SYSTEM, now=LATER)
    assert heard[2].news == ()


def test_moved_and_moved_back_between_two_publications_is_no_news(
    world: World, heard: list[ProgrammePublished]
) -> None:
    session = make_session(world.here.edition)
    publish_programme(world.here.edition, actor=SYSTEM, now=NOW)
    session.occurrences[0].starts_at += timedelta(hours=3)
    db.session.flush()
    session.occurrences[0].starts_at -= timedelta(hours=3)

    publish_programme(world.here.edition, actor=SYSTEM, now=LATER)

    assert heard[1].news == ()


def test_telling_nobody_needs_a_reason_and_is_written_down(world: World) -> None:
    make_session(world.here.edition)
    with pytest.raises(FieldRefused) as refused:
        publish_programme(
            world.here.edition, actor=SYSTEM, now=NOW, telling=Telling.NOBODY, reason="  "
        )
    assert refused.value.field == "reason"
    assert world.here.edition.programme_version == 0

    publish_programme(
        world.here.edition, actor=SYSTEM, now=NOW, telling=Telling.NOBODY, reason="A typo."
    )

    told = find_told(world.here.edition, number=1)
    assert told is not None
    assert (told.telling, told.mails, told.reason) == (Telling.NOBODY, 0, "A typo.")
    assert find_told(world.there.edition, number=1) is None


def test_the_journal_says_how_many_were_told(world: World, heard: list[ProgrammePublished]) -> None:
    make_session(world.here.edition)
    publish_programme(world.here.edition, actor=SYSTEM, now=NOW)
    told = find_told(world.here.edition, number=1)
    assert told is not None and (told.telling, told.mails) == (Telling.NOW, 7)


def test_versions_of_before_say_nothing_about_who_was_told(world: World) -> None:
    """The journal of a version published by an earlier release has no such words."""
    write_journal(
        "published", actor=SYSTEM, entity="programme_version", key=3, now=NOW,
        edition_id=world.here.edition.id, after={"sessions": 1, "changes": 1, "note": ""},
    )  # fmt: skip
    db.session.flush()
    assert find_told(world.here.edition, number=3) is None


@pytest.mark.both_databases
def test_one_change_can_be_published_alone(world: World) -> None:
    here = world.here
    session = make_session(here.edition, title="Open", space=here.space)
    twice = make_occurrence(session, starts_at=TEN_O_CLOCK + timedelta(days=1))
    publish_programme(here.edition, actor=SYSTEM, now=NOW)
    session.title = "Not ready for the public"
    session.occurrences[0].space = None
    twice.starts_at = TEN_O_CLOCK - timedelta(hours=1)
    twice.space = here.space

    version = publish_changes_of(here.edition, occurrences=[twice], actor=SYSTEM, now=LATER)

    assert version is not None and [each["what"] for each in version.changes] == ["time", "place"]
    (found,) = published_programme(here.edition).sessions
    assert found.title == "Open"
    assert [(occ.sequence, occ.uid == twice.uid) for occ in found.occurrences] == [
        (1, True),
        (0, False),
    ]
    again = publish_changes_of(here.edition, occurrences=[twice], actor=SYSTEM, now=LATER)
    assert again is None and here.edition.programme_version == 2


def test_places_left(world: World) -> None:
    edition = world.here.edition
    counted = make_session(edition, occurrence={"capacity": 12, "places_taken": 5})
    open_end = make_session(edition)
    ids = [counted.occurrences[0].id, open_end.occurrences[0].id]

    assert places_left([*ids, 999]) == {ids[0]: 7, ids[1]: None}
    assert places_left([]) == {}


def test_publishing_many_sessions_costs_as_many_queries_as_publishing_one(world: World) -> None:
    counts = []
    for corner, size in ((world.here, 3), (world.there, 40)):
        make_programme(corner.edition, venue=corner.venue, sessions=size)
        db.session.commit()
        with count_queries() as seen:
            publish_programme(corner.edition, actor=SYSTEM, now=NOW)
        counts.append(seen.count)
    assert counts[0] == counts[1] < 22


@pytest.mark.both_databases
def test_two_publications_at_once_come_one_after_the_other(world: World) -> None:
    edition_id = world.here.edition.id
    make_programme(world.here.edition, venue=world.here.venue, sessions=20)
    db.session.commit()
    ready = threading.Barrier(2)

    def publish_once(minutes: int) -> int:
        with world.app.app_context():
            ready.wait(timeout=20)
            with work():
                edition = db.session.get_one(Edition, edition_id)
                now = NOW + timedelta(minutes=minutes)
                return publish_programme(edition, actor=SYSTEM, now=now).number

    with ThreadPoolExecutor(2) as pool:
        numbers = sorted(pool.map(publish_once, (1, 2)))

    assert numbers == [1, 2]
    db.session.expire_all()
    assert published_programme(world.here.edition).version == 2
    assert [len(each.changes) for each, _who in versions_of(world.here.edition)] == [0, 20]
