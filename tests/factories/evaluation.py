"""Rows as the door writes them: registrations, badges, scans and admissions, made directly."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import count

from festival.badges.models import Badge
from festival.badges.states import BadgeKind
from festival.checkin.models import Admission, DoorLink, Gate, Scan
from festival.checkin.states import Verdict
from festival.extensions import db
from festival.programme.models import Occurrence, ProgrammeSession
from festival.programme.states import Kind
from festival.shared.tokens import token_hash
from festival.visitors.models import PartyBand, Registration
from festival.visitors.states import AgeBand
from tests.factories.world import FIRST_DAY, NOW, Corner

_numbers = count(1)


def make_registration(
    corner: Corner, *, people: int = 1, bands: dict[AgeBand, int] | None = None
) -> Registration:
    number = next(_numbers)
    row = Registration(
        edition_id=corner.edition.id, code=f"r{number}", manage_hash=token_hash(f"r{number}"),
        locale="en", people=people, created_at=NOW,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    for band, size in (bands or {}).items():
        db.session.add(PartyBand(registration_id=row.id, band=band, people=size))
    return row


def make_badge(
    corner: Corner,
    *,
    people: int = 1,
    kind: BadgeKind = BadgeKind.VISITOR,
    replaces: Badge | None = None,
) -> Badge:
    number = next(_numbers)
    row = Badge(
        edition_id=corner.edition.id, kind=kind, code=f"LF1:{number:022}",
        code_hash=token_hash(f"badge {number}"), people=people, issued_at=NOW,
        replaces_id=replaces.id if replaces else None,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    return row


def make_gate(corner: Corner, *, name: str = "Main door", with_venue: bool = True) -> Gate:
    row = Gate(
        edition_id=corner.edition.id, name=name, venue_id=corner.venue.id if with_venue else None
    )
    db.session.add(row)
    db.session.flush()
    return row


def make_occurrence(corner: Corner, *, title: str = "Pottery", **session: object) -> Occurrence:
    """One time that a session is held in the corner's space, on the first day at ten (UTC)."""
    number = next(_numbers)
    row = ProgrammeSession(
        edition_id=corner.edition.id, code=f"s{number}", guid=f"guid-{number}", kind=Kind.ACTIVITY,
        title=title, created_at=NOW, changed_at=NOW, **session,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    occurrence = Occurrence(
        edition_id=corner.edition.id, session_id=row.id, uid=f"uid-{number}@example",
        starts_at=datetime(2027, 5, 14, 10, 0, tzinfo=NOW.tzinfo), minutes=60,
        space_id=corner.space.id,
    )  # fmt: skip
    db.session.add(occurrence)
    db.session.flush()
    return occurrence


def let_in(
    badge: Badge,
    *,
    gate: Gate | None = None,
    occurrence: Occurrence | None = None,
    day: date = FIRST_DAY,
    people: int | None = None,
    undone: bool = False,
) -> Admission:
    """A scan that admitted ``badge`` at a gate or to an occurrence."""
    number = next(_numbers)
    at = datetime.combine(day, datetime.min.time(), tzinfo=NOW.tzinfo) + timedelta(hours=9)
    link = DoorLink(
        edition_id=badge.edition_id, token_hash=token_hash(f"door {number}"), label="Door",
        gate_id=gate.id if gate else None, occurrence_id=occurrence.id if occurrence else None,
        expires_at=at + timedelta(days=9), created_at=NOW,
    )  # fmt: skip
    db.session.add(link)
    db.session.flush()
    size = badge.people if people is None else people
    scan = Scan(
        edition_id=badge.edition_id, door_link_id=link.id, client_key=f"key-{number}",
        badge_id=badge.id, code_hash=badge.code_hash, verdict=Verdict.ADMITTED, people=size,
        scanned_at=at, received_at=at, undone_at=at if undone else None,
    )  # fmt: skip
    db.session.add(scan)
    db.session.flush()
    row = Admission(
        edition_id=badge.edition_id, badge_id=badge.id, scan_id=scan.id, day=day, people=size,
        scope=f"occurrence:{occurrence.id}" if occurrence else f"entry:{day.isoformat()}",
        gate_id=gate.id if gate else None, occurrence_id=occurrence.id if occurrence else None,
        admitted_at=at,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    return row
