"""Places that nobody claimed go to others: at their minute, once, and never from who is inside."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from festival.accounts.states import Role
from festival.badges.models import Badge
from festival.badges.queries import badge_of
from festival.checkin import actions, jobs, releasing
from festival.checkin.models import Admission, DoorLink, Scan
from festival.checkin.states import Verdict
from festival.extensions import db
from festival.mail.models import OutboxMessage
from festival.programme.states import OccurrenceState
from festival.shared.appointments import Appointment
from festival.shared.errors import FieldRefused
from festival.shared.journal import SYSTEM, JournalEntry
from festival.shared.tasks import TaskRun
from festival.shared.work import work
from festival.visitors import events
from festival.visitors import releasing as visitors_releasing
from festival.visitors.actions import book, cancel_booking
from festival.visitors.models import Booking, Registration
from festival.visitors.releasing import release_booking
from festival.visitors.states import BookingState, Claim
from tests.factories.checkin import make_door, scan
from tests.factories.visitors import make_bookable, make_household, publish
from tests.factories.world import NOW, Corner, World
from tests.forms import submit

START = datetime(2027, 5, 14, 8, 0, tzinfo=UTC)
"""10:00 in Madrid."""
SOON = timedelta(minutes=10)
RELEASE = START + SOON
HORIZON = timedelta(hours=1)


class Stage:
    """A session at 10:00 with a door, whose unclaimed places are released at 10:10."""

    def __init__(self, corner: Corner, *, capacity: int = 4, minutes: int | None = 10) -> None:
        self.corner = corner
        self.occurrence = make_bookable(corner, starts_at=START, capacity=capacity)
        publish(corner)
        self.door, self.token = make_door(corner, occurrence_id=self.occurrence.id)
        corner.edition.places_released_after = minutes
        db.session.commit()

    def household(self, *, people: int = 2, email: str = "") -> tuple[Registration, Badge, str]:
        row, token = make_household(self.corner, people=people, email=email)
        book(row, occurrence_id=self.occurrence.id, people=people, now=NOW)
        db.session.commit()
        badge = badge_of(row.id)
        assert badge is not None
        return row, badge, token

    def planned(self, now: datetime) -> list[Appointment]:
        return list(jobs.releases_of_places(now=now, horizon=HORIZON))

    def release(self, at: datetime) -> str:
        """What the worker does, at an instant."""
        with time_machine.travel(at, tick=False):
            run = TaskRun("code", "release_places", 1, None, {"occurrence": self.occurrence.id})
            result = jobs.release_places(run)
        assert result is not None
        return str(result["text"])

    @property
    def taken(self) -> int:
        db.session.rollback()
        db.session.refresh(self.occurrence)
        return self.occurrence.places_taken

    def states(self) -> list[BookingState]:
        db.session.rollback()
        return list(db.session.scalars(select(Booking.state).order_by(Booking.id)))


def test_by_default_nothing_is_ever_released(world: World) -> None:
    stage = Stage(world.here, minutes=None)
    stage.household()
    assert stage.planned(START) == []
    stage.release(RELEASE + SOON)
    assert stage.states() == [BookingState.BOOKED]


@pytest.mark.parametrize(("minutes", "at"), [(10, RELEASE), (0, START), (-5, START - SOON / 2)])
def test_the_clock_knows_the_minute(world: World, minutes: int, at: datetime) -> None:
    stage = Stage(world.here, minutes=minutes)
    planned = stage.planned(START - HORIZON / 2)
    assert [(each.at, each.kind) for each in planned] == [(at, "release_places")]
    assert planned[0].until == START + timedelta(minutes=60)
    assert planned[0].edition_id == world.here.edition.id
    assert stage.planned(at - HORIZON - timedelta(seconds=1)) == []


def test_a_session_without_a_door_keeps_its_places(world: World) -> None:
    """Nobody could claim a place there: everybody would lose it while sitting inside."""
    stage = Stage(world.here)
    stage.household()
    actions.revoke_door_link(stage.door, actor=SYSTEM, now=NOW)
    db.session.commit()
    assert stage.planned(START) == []
    stage.release(RELEASE)
    assert stage.states() == [BookingState.BOOKED]


def test_a_cancelled_session_releases_nothing(world: World) -> None:
    stage = Stage(world.here)
    stage.household()
    stage.occurrence.state = OccurrenceState.CANCELLED
    db.session.commit()
    publish(world.here)
    assert stage.planned(START) == []
    stage.release(RELEASE)
    assert stage.states() == [BookingState.BOOKED]


def test_a_household_that_books_again_at_the_same_instant_keeps_its_places(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between looking and locking, its other phone has taken the places."""
    stage = Stage(world.here)
    row, _badge, _token = stage.household()
    stage.release(RELEASE)

    def other_phone(registration: Registration) -> None:
        found = select(Booking).where(Booking.registration_id == registration.id)
        db.session.scalars(found).one().state = BookingState.BOOKED
        db.session.flush()

    monkeypatch.setattr(visitors_releasing, "lock_row", other_phone)
    claimed = visitors_releasing.claim_places(
        row.id, occurrence_id=stage.occurrence.id, now=RELEASE
    )
    assert claimed.claim == Claim.KEPT


def test_who_has_not_come_loses_the_places_and_who_came_keeps_them(world: World) -> None:
    stage = Stage(world.here)
    stage.household(email="late@example.org")
    _row, badge, _token = stage.household()
    assert scan(stage.door, badge, at=START).verdict == Verdict.ADMITTED
    heard: list[events.PlacesFreed] = []

    def hear(_sender: object, *, event: events.PlacesFreed) -> None:
        heard.append(event)

    with events.places_freed.connected_to(hear):
        stage.release(RELEASE)

    assert stage.states() == [BookingState.RELEASED, BookingState.BOOKED]
    assert stage.taken == 2
    assert [(each.people, each.at) for each in heard] == [(2, RELEASE)]
    mail = db.session.scalars(
        select(OutboxMessage).where(OutboxMessage.kind == "places_released")
    ).one()
    assert mail.recipient == "late@example.org"
    assert "Bookbinding for beginners" in mail.subject
    line = db.session.scalars(
        select(JournalEntry).where(JournalEntry.action == "places_released")
    ).one()
    assert (line.before, line.after) == (
        {"people": 2},
        {"people": 0, "occurrence": stage.occurrence.id},
    )


def test_doing_it_twice_is_doing_it_once(world: World) -> None:
    stage = Stage(world.here)
    stage.household(email="late@example.org")
    booking_id = db.session.scalars(select(Booking.id)).one()
    stage.release(RELEASE)
    stage.release(RELEASE)
    with work():
        assert release_booking(booking_id, now=RELEASE) is False
        assert release_booking(999_999, now=RELEASE) is False
    assert stage.taken == 0
    kinds = db.session.scalars(
        select(func.count()).where(OutboxMessage.kind == "places_released")
    ).one()
    assert kinds == 1


def test_a_session_that_moved_is_released_at_its_new_time(world: World) -> None:
    stage = Stage(world.here)
    stage.household()
    before = stage.planned(START)[0].key
    stage.occurrence.starts_at = START + HORIZON
    db.session.commit()
    assert stage.planned(START)[0].key == before, "people come when it was published"
    publish(world.here)

    stage.release(RELEASE)

    assert stage.states() == [BookingState.BOOKED]
    after = stage.planned(START + HORIZON)[0]
    assert (after.at, after.key != before) == (RELEASE + HORIZON, True)


def test_it_is_not_done_after_the_end(world: World) -> None:
    stage = Stage(world.here)
    stage.household()
    stage.release(START + 2 * HORIZON)
    assert stage.states() == [BookingState.BOOKED]


def test_who_comes_after_the_release_has_the_places_again_while_there_is_room(
    world: World,
) -> None:
    stage = Stage(world.here)
    _row, badge, _token = stage.household()
    stage.release(RELEASE)

    result = scan(stage.door, badge, at=RELEASE + SOON)

    assert (result.verdict, result.released_at) == (Verdict.ADMITTED, RELEASE)
    assert (stage.states(), stage.taken) == ([BookingState.BOOKED], 2)
    stage.release(RELEASE + SOON)
    assert stage.states() == [BookingState.BOOKED], "a second round takes nothing from them"


def test_who_comes_after_the_release_and_finds_it_full_is_not_counted(world: World) -> None:
    stage = Stage(world.here, capacity=2)
    _row, badge, _token = stage.household()
    stage.release(RELEASE)
    stage.occurrence.places_taken = 2  # the door gave them to others
    db.session.commit()
    browser = world.browser()
    path = f"/door/{stage.token}/scans"

    with time_machine.travel(RELEASE + SOON, tick=False):
        sent = {"key": str(uuid4()), "code": badge.code}
        answer = browser.post(path, json=sent).get_json()
        again = browser.post(path, json=sent).get_json()

    assert answer["verdict"] == again["verdict"] == "released"
    assert "10:10" in answer["detail"]
    assert answer["count"] == {"inside": 0}
    assert db.session.scalars(select(Scan.verdict)).one() == Verdict.RELEASED
    assert db.session.scalar(select(func.count(Admission.id))) == 0
    stage.occurrence.places_taken = 0  # somebody left
    db.session.commit()
    assert scan(stage.door, badge, at=RELEASE + SOON).verdict == Verdict.ADMITTED


def test_a_scan_made_without_network_before_the_release_counts(world: World) -> None:
    stage = Stage(world.here, capacity=2)
    _row, badge, _token = stage.household()
    stage.release(RELEASE)
    stage.occurrence.places_taken = 2
    db.session.commit()
    sent_at = RELEASE + SOON

    result = actions.check_in(
        stage.door,
        key=str(uuid4()),
        code=badge.code,
        scanned_at=START,
        sent_at=sent_at,
        now=sent_at,
    )

    assert (result.verdict, result.released_at) == (Verdict.ADMITTED, None)
    assert stage.taken == 2


def test_a_scan_that_was_taken_back_claims_nothing(world: World) -> None:
    stage = Stage(world.here)
    _row, badge, _token = stage.household()
    key = str(uuid4())
    scan(stage.door, badge, at=START, key=key)
    actions.undo_scan(stage.door, key=key, now=START)
    db.session.commit()
    stage.release(RELEASE)
    assert stage.states() == [BookingState.RELEASED]


def test_who_was_let_in_before_booking_keeps_the_places(world: World) -> None:
    stage = Stage(world.here)
    row, _token = make_household(world.here)
    badge = badge_of(row.id)
    assert badge is not None
    scan(stage.door, badge, at=START - SOON)
    book(row, occurrence_id=stage.occurrence.id, people=2, now=NOW)
    db.session.commit()
    stage.release(RELEASE)
    assert stage.states() == [BookingState.BOOKED]


def test_a_household_may_book_again_or_let_it_be(world: World) -> None:
    stage = Stage(world.here)
    row, _badge, _token = stage.household()
    stage.release(RELEASE)
    cancel_booking(row, occurrence_id=stage.occurrence.id, now=RELEASE)
    assert stage.taken == 0, "what was released is not given back a second time"
    book(row, occurrence_id=stage.occurrence.id, people=1, now=NOW)
    db.session.commit()
    assert (stage.states(), stage.taken) == ([BookingState.BOOKED], 1)


@pytest.mark.both_databases
@pytest.mark.parametrize("order", [("door", "clock"), ("clock", "door"), ("together",)])
def test_the_door_and_the_clock_in_the_same_second(
    app: Flask, world: World, order: tuple[str, ...]
) -> None:
    """Whoever is let in has the places, whether the door or the clock was first.

    The clock works with the list that it read before anybody came.
    """
    stage = Stage(world.here, capacity=20)
    codes = [stage.household(people=1)[1].code for _ in range(8)]
    bookings = list(db.session.scalars(select(Booking.id).order_by(Booking.id)))
    door_id = stage.door.id
    db.session.rollback()

    def come(number: int) -> None:
        door = db.session.get_one(DoorLink, door_id)
        actions.check_in(door, key=str(uuid4()), code=codes[number], now=RELEASE)

    def release(number: int) -> None:
        release_booking(bookings[number], now=RELEASE)

    everybody = range(len(codes))
    steps = {"door": [(come, each) for each in everybody],
             "clock": [(release, each) for each in everybody]}  # fmt: skip
    steps["together"] = [each for pair in zip(*steps.values(), strict=True) for each in pair]
    for name in order:
        at_once(app, steps[name])

    assert db.session.scalar(select(func.count(Admission.id))) == len(codes)
    assert stage.states() == [BookingState.BOOKED] * len(codes), "there was room for all"
    assert stage.taken == len(codes)
    if order[0] != "together":
        released = select(func.count()).where(Booking.released_at.is_not(None))
        assert db.session.scalar(released) == (0 if order[0] == "door" else len(codes))


def at_once(app: Flask, steps: list[tuple[Callable[[int], None], int]]) -> None:
    """Each step in a thread and a unit of work of its own, all let go together."""
    barrier = threading.Barrier(len(steps))

    def run(step: tuple[Callable[[int], None], int]) -> None:
        with app.app_context():
            barrier.wait(timeout=30)
            try:
                with work():
                    step[0](step[1])
            finally:
                db.session.remove()

    with ThreadPoolExecutor(len(steps)) as pool:
        list(pool.map(run, steps))


@pytest.mark.both_databases
def test_two_workers_release_once(app: Flask, world: World) -> None:
    stage = Stage(world.here, capacity=20)
    for _ in range(6):
        stage.household(people=2, email="family@example.org")
    barrier = threading.Barrier(2)

    def run(_number: int) -> None:
        with app.app_context():
            barrier.wait(timeout=30)
            run = TaskRun("code", "release_places", 1, None, {"occurrence": occurrence_id})
            jobs.release_places(run)
            db.session.remove()

    occurrence_id = stage.occurrence.id
    db.session.rollback()
    with time_machine.travel(RELEASE, tick=False), ThreadPoolExecutor(2) as pool:
        list(pool.map(run, range(2)))

    assert stage.taken == 0
    assert set(stage.states()) == {BookingState.RELEASED}
    mails = select(func.count()).where(OutboxMessage.kind == "places_released")
    assert db.session.scalar(mails) == 6
    lines = select(func.count()).where(JournalEntry.action == "places_released")
    assert db.session.scalar(lines) == 6


def test_only_times_of_the_list_are_taken(world: World) -> None:
    with pytest.raises(FieldRefused):
        releasing.set_release(world.here.edition, minutes=7, actor=SYSTEM, now=NOW)
    for _ in range(2):
        releasing.set_release(world.here.edition, minutes=10, actor=SYSTEM, now=NOW)
    db.session.commit()
    lines = select(func.count()).where(JournalEntry.action == "release_set")
    assert db.session.scalar(lines) == 1


def test_an_organizer_sets_the_time_and_everybody_concerned_sees_it(world: World) -> None:
    stage = Stage(world.here, minutes=None)
    _row, _badge, token = stage.household()
    page = f"{world.here.path}/organize/doors"
    browser = world.browser_as(Role.ORGANIZER)

    answer = submit(browser, page, {"minutes": "10"}, form="release-form")
    assert answer.status_code == 303
    assert submit(browser, page, {"minutes": "3"}, form="release-form").status_code == 422

    with time_machine.travel(START - HORIZON, tick=False):
        scanner = world.browser().get(f"/door/{stage.token}").text
        mine = world.browser().get(f"{world.here.path}/r/{token}").text
        doors = releasing.releases_of(world.here.edition)
    assert "Unclaimed places go to others at 10:10; 2 places are not claimed yet." in scanner
    assert "Be at the door by 10:10" in mine
    assert [each.at for each in doors] == [RELEASE]
    with time_machine.travel(RELEASE + SOON, tick=False):
        scanner = world.browser().get(f"/door/{stage.token}").text
        mine = world.browser().get(f"{world.here.path}/r/{token}").text
    assert "Unclaimed places were released at 10:10." in scanner
    assert "Be at the door by" not in mine


def test_the_neighbour_and_the_door_lead_set_nothing(world: World) -> None:
    path = f"{world.here.path}/organize/doors"
    lead = world.browser_as(Role.DOOR_LEAD)
    page = lead.get(path).text
    assert "Never: places wait to the end" in page
    assert 'id="release-form"' not in page
    neighbour = world.browser_as(Role.ORGANIZER, at=world.there)
    assert neighbour.get(path).status_code in (403, 404)
    Stage(world.there)
    assert [each.edition_id for each in releasing.releases_of(world.there.edition)] == [
        world.there.edition.id
    ]
    assert releasing.releases_of(world.here.edition) == []


def test_a_door_link_goes_by_mail_to_who_will_scan(world: World) -> None:
    stage = Stage(world.here)
    page = f"{world.here.path}/organize/doors"
    wanted = {
        "door": f"occurrence-{stage.occurrence.id}",
        "label": "Sam",
        "last_day": "2027-05-16",
        "email": "Sam@Example.org",
    }
    with time_machine.travel(NOW + timedelta(days=1), tick=False):
        browser = world.browser_as(Role.ORGANIZER)
        refused = submit(browser, page, wanted | {"email": "a@b.org, c@d.org"}, form="new-link")
        assert refused.status_code == 422
        answer = submit(browser, page, wanted, form="new-link")
    assert answer.status_code == 201
    assert "The link is sent to Sam@Example.org." in answer.text
    mail = db.session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "door_link")).one()
    assert mail.recipient == "sam@example.org"
    address = next(line for line in mail.body_text.splitlines() if "/door/" in line)
    assert world.browser().get(address.strip().removeprefix("http://localhost")).status_code in (
        200,
        410,
    )
    assert db.session.scalar(select(func.count(DoorLink.id))) == 2
