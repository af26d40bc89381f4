"""Gates, door links and a morning of scans with everything that happens at a door."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from festival.badges.actions import issue_badge, issue_badges, reissue_badge
from festival.badges.codes import make_badge_code
from festival.badges.models import Badge
from festival.badges.queries import badge_of
from festival.badges.states import BadgeKind
from festival.checkin.actions import add_gate, check_in, make_door_link
from festival.checkin.models import DoorLink
from festival.checkin.releasing import set_release, unclaimed_bookings
from festival.extensions import db
from festival.programme.models import Occurrence
from festival.shared.errors import RuleBroken
from festival.site.demo.stage import Stage
from festival.site.demo.visitors import Household
from festival.visitors.actions import book
from festival.visitors.models import Booking
from festival.visitors.releasing import release_booking
from festival.visitors.states import RegistrationState

GATES = ("City Library", "Old Town Hall", "Covered Market", "Mill Yard", "North Gardens")
TEAMS = ("Opening team", "Yellow jackets", "Information desk")


@dataclass(frozen=True, slots=True)
class Doors:
    gates: list[DoorLink]
    sessions: list[DoorLink]


def open_doors(stage: Stage, occurrences: Sequence[Occurrence], *, now: datetime) -> Doors:
    """A link per gate for all days, and one for each of some activities of the first morning.

    Places that nobody claims at a session's door go to others five minutes before its start.
    """
    set_release(stage.edition, minutes=-5, actor=stage.actor, now=now)
    gates = []
    for name in GATES:
        gate = add_gate(stage.edition, name=name, actor=stage.actor, now=now)
        link, _token = make_door_link(
            stage.edition, label=name, gate_id=gate.id, last_day=stage.edition.ends_on,
            actor=stage.actor, now=now,
        )  # fmt: skip
        gates.append(link)
    sessions = []
    for occurrence in occurrences:
        link, _token = make_door_link(
            stage.edition, label=occurrence.session.title[:60], occurrence_id=occurrence.id,
            last_day=stage.edition.starts_on, actor=stage.actor, now=now,
        )  # fmt: skip
        sessions.append(link)
    return Doors(gates, sessions)


def make_crew_badges(stage: Stage, *, speakers: Sequence[str], now: datetime) -> list[Badge]:
    """Badges of those who are never counted as audience, and spare ones; answers the crew's."""
    for name in speakers:
        issue_badge(stage.edition.id, kind=BadgeKind.SPEAKER, name=name, actor=stage.actor, now=now)
    issue_badges(stage.edition.id, count=20, kind=BadgeKind.VISITOR, actor=stage.actor, now=now)
    return [
        badge
        for team in TEAMS
        for badge in issue_badges(
            stage.edition.id, count=6, kind=BadgeKind.CREW, name=team, actor=stage.actor, now=now
        )
    ]


class Morning:
    """The first morning at the doors."""

    def __init__(self, stage: Stage, doors: Doors, households: Sequence[Household]) -> None:
        self.stage = stage
        self.doors = doors
        self.households = [
            each.registration
            for each in households
            if each.registration.state == RegistrationState.ACTIVE
        ]
        self.badges = [badge for row in self.households if (badge := badge_of(row.id)) is not None]
        stage.rng.shuffle(self.badges)
        self._scans = 0

    def scan_all(self, *, stranger: Badge | None, crew: Sequence[Badge] = ()) -> int:
        """Some seven hundred scans; answers their number."""
        for badge in crew:
            self._scan(self.doors.gates[0], badge.code, at=self.stage.at(0, 8, 20))
        came = self.badges[: len(self.badges) * 9 // 10]
        for badge in came:
            self._scan(self.stage.rng.choice(self.doors.gates), badge.code, offline_share=0.06)
        for badge in came[: len(came) // 8]:  # a second entrance, or the same one after a coffee
            self._scan(self.stage.rng.choice(self.doors.gates), badge.code)
        for badge in came[100:108]:
            self._lose(badge)
        for _ in range(9):
            self._scan(self.doors.gates[0], make_badge_code())
        if stranger is not None:
            self._scan(self.doors.gates[1], stranger.code)
        self._fill_sessions(came[120:420])
        self._come_too_late()
        return self._scans

    def _fill_sessions(self, badges: Sequence[Badge]) -> None:
        """As many come to an activity as it has places, and one in ten more."""
        room = {
            link.id: (link.occurrence.capacity or 30) * 11 // 10
            for link in self.doors.sessions
            if link.occurrence is not None
        }
        for badge in badges:
            link = max(self.doors.sessions, key=lambda each: room[each.id], default=None)
            if link is not None and badge.people <= room[link.id]:
                room[link.id] -= badge.people
                self._scan(link, badge.code)

    def _come_too_late(self) -> None:
        """One household is not there in time; others book its places, and then it comes."""
        for link in self.doors.sessions:
            occurrence = link.occurrence
            for booking_id in unclaimed_bookings(occurrence.id) if occurrence else ():
                if occurrence is not None and self._released(link, occurrence, booking_id):
                    return

    def _released(self, link: DoorLink, occurrence: Occurrence, booking_id: int) -> bool:
        booking = db.session.get_one(Booking, booking_id)
        badge = badge_of(booking.registration_id)
        if occurrence.capacity is None or badge is None:
            return False
        start = occurrence.starts_at
        release_booking(booking_id, now=start - timedelta(minutes=5))
        others = [each for each in self.households if each.id != booking.registration_id]
        for row in others:
            left = occurrence.capacity - occurrence.places_taken
            if left < booking.people:
                break
            with suppress(RuleBroken):
                book(
                    row, occurrence_id=occurrence.id, people=min(left, row.people),
                    now=start - timedelta(minutes=4),
                )  # fmt: skip
        self._scan(link, badge.code, at=start + timedelta(minutes=7))
        return True

    def _lose(self, badge: Badge) -> None:
        """A lost badge is replaced at the desk; somebody tries the old one later."""
        now = self.stage.at(0, 11, 45)
        reissue_badge(badge, actor=self.stage.actor, now=now)
        self._scan(self.doors.gates[0], badge.code, at=now + timedelta(minutes=20))

    def _scan(
        self, door: DoorLink, code: str, *, at: datetime | None = None, offline_share: float = 0
    ) -> None:
        self._scans += 1
        seconds = min(12600, int(self.stage.rng.gammavariate(2.2, 2100)))
        now = at or self.stage.at(0, 8, 45) + timedelta(seconds=seconds)
        waited = timedelta(minutes=8 if self.stage.rng.random() < offline_share else 0)
        check_in(
            door, key=f"demo{self.stage.edition.id}n{self._scans:020}", code=code,
            scanned_at=now - waited, sent_at=now, now=now,
        )  # fmt: skip
