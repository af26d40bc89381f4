"""What happens at the door: scans, admissions, taking back; door links and gates: doors.py."""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import delete, update
from sqlalchemy.dialects import postgresql, sqlite

from festival.badges.codes import code_hash, normalise
from festival.badges.models import Badge
from festival.badges.states import BadgeState
from festival.checkin import queries, rules
from festival.checkin.doors import add_gate as add_gate
from festival.checkin.doors import mail_door_link as mail_door_link
from festival.checkin.doors import make_door_link as make_door_link
from festival.checkin.doors import revoke_door_link as revoke_door_link
from festival.checkin.models import Admission, DoorLink, Scan
from festival.checkin.states import Verdict
from festival.extensions import Model, db
from festival.festivals.models import Edition
from festival.shared.errors import NotFound, RuleBroken
from festival.shared.journal import Actor, write_journal
from festival.shared.sentences import mark
from festival.visitors.releasing import claim_places, unclaim_places
from festival.visitors.rules import Claimed
from festival.visitors.states import Claim


class DoorClosed(RuleBroken):
    """The link was revoked or has ended; whoever holds the phone is told to ask for a new one."""

    status = 410

    def __init__(self) -> None:
        super().__init__(
            mark("This door link has ended."),
            kept=mark("Scans that this phone has not sent yet stay on it."),
            next_step=mark("Ask an organizer for a new link and open it on this phone."),
        )


class ScanRefused(RuleBroken):
    """The message of a phone cannot be a scan."""

    status = 400


@dataclass(frozen=True, slots=True)
class CheckIn:
    """What became of a scan."""

    key: str
    verdict: Verdict
    badge: Badge | None
    """Of this edition only; None for a code that is unknown here."""
    received_at: datetime
    is_undone: bool = False
    admitted_at: datetime | None = None
    """When the badge was let in before."""
    admitted_door: str = ""
    released_at: datetime | None = None
    """When the household's places had gone to others, if they had."""


def check_in(
    door: DoorLink,
    *,
    key: str,
    code: str,
    scanned_at: datetime | None = None,
    sent_at: datetime | None = None,
    now: datetime,
) -> CheckIn:
    """Store one scan with its verdict and let the badge in when the verdict says so.

    The same ``key``, made by the phone, is the same scan and gets the same answer; two scans at
    once make one admission.  Raises ``ScanRefused`` for a malformed key and ``DoorClosed``.
    """
    _refuse_closed(door, now=now)
    if not rules.is_client_key(key):
        raise ScanRefused(mark("The scan has no proper key."))
    happened_at = rules.moment_of_scan(scanned_at, sent_at=sent_at, now=now)
    day, scope = _day_and_scope(door, moment=happened_at)
    digest = code_hash(normalise(code))
    known = queries.find_known_badge(digest, scope=scope)
    verdict = _verdict(known, door=door)
    ours = known if known and known.badge.edition_id == door.edition_id else None
    scan_id = _insert_once(
        Scan,
        ("client_key",),
        **_scan_values(door, verdict, ours, key=key, digest=digest, now=now),
        scanned_at=scanned_at or now,
        is_offline=rules.was_offline(happened_at, now=now),
    )
    if scan_id is None:
        return _answer_again(door, key=key, scope=scope)
    released_at = None
    if verdict == Verdict.ADMITTED:
        verdict, released_at = _let_in(
            known, door, scan_id, scope=scope, day=day, at=happened_at, now=now
        )
        if verdict == Verdict.ALREADY_IN:
            ours = queries.find_known_badge(digest, scope=scope)
    return _as_check_in(key, verdict, ours, received_at=now, released_at=released_at)


def undo_scan(door: DoorLink, *, key: str, now: datetime) -> CheckIn:
    """Take back a scan made at this door a moment ago.  Doing it twice is doing it once.

    Raises ``NotFound`` for a key of another door, ``RuleBroken`` and ``DoorClosed``.
    """
    _refuse_closed(door, now=now)
    scan = queries.find_scan(key)
    if scan is None or scan.door_link_id != door.id:
        raise NotFound(mark("There is no such scan at this door."))
    refusal = rules.refusal_for_undo(
        scan.verdict, undone_at=scan.undone_at, received_at=scan.received_at, now=now
    )
    if refusal:
        raise RuleBroken(refusal)
    take_back(scan, actor=Actor(label=f"door: {door.label}"), now=now)
    return CheckIn(key, scan.verdict, scan.badge, scan.received_at, is_undone=True)


def take_back(scan: Scan, *, actor: Actor, now: datetime) -> None:
    """The badge counts as not let in; the scan stays in the log.  Raises ``RuleBroken``."""
    if scan.verdict != Verdict.ADMITTED:
        raise RuleBroken(mark("Only a badge that was let in can be taken back."))
    if scan.undone_at is not None:
        return
    scan.undone_at = now
    db.session.execute(delete(Admission).where(Admission.scan_id == scan.id))
    registration_id = scan.badge.registration_id if scan.badge else None
    if registration_id is not None and scan.door_link.occurrence_id is not None:
        unclaim_places(registration_id, occurrence_id=scan.door_link.occurrence_id)
    write_journal(
        "undone",
        actor=actor,
        entity="scan",
        key=scan.id,
        now=now,
        edition_id=scan.edition_id,
        before={"verdict": scan.verdict.value, "people": scan.people},
    )


def local_day(edition: Edition, *, moment: datetime) -> date:
    """The day on the edition's clock."""
    return moment.astimezone(ZoneInfo(edition.time_zone)).date()


def _refuse_closed(door: DoorLink, *, now: datetime) -> None:
    if not rules.is_open(expires_at=door.expires_at, revoked_at=door.revoked_at, now=now):
        raise DoorClosed


def _day_and_scope(door: DoorLink, *, moment: datetime) -> tuple[date, str]:
    day = local_day(door.edition, moment=moment)
    return day, rules.scope_of(occurrence_id=door.occurrence_id, day=day)


def _verdict(known: queries.KnownBadge | None, *, door: DoorLink) -> Verdict:
    if known is None:
        return rules.verdict_for(None, edition_id=door.edition_id, admitted_before=False)
    badge = rules.BadgeFacts(
        edition_id=known.badge.edition_id, is_revoked=known.badge.state == BadgeState.REVOKED
    )
    return rules.verdict_for(
        badge, edition_id=door.edition_id, admitted_before=known.admitted_at is not None
    )


def _scan_values(
    door: DoorLink,
    verdict: Verdict,
    ours: queries.KnownBadge | None,
    *,
    key: str,
    digest: str,
    now: datetime,
) -> dict[str, Any]:
    return {
        "edition_id": door.edition_id,
        "door_link_id": door.id,
        "client_key": key,
        "badge_id": ours.badge.id if ours else None,
        "code_hash": digest,
        "verdict": verdict,
        "people": ours.badge.people if ours else 0,
        "received_at": now,
    }


def _answer_again(door: DoorLink, *, key: str, scope: str) -> CheckIn:
    """The answer that this key got when it came first."""
    scan = queries.find_scan(key)
    if scan is None or scan.door_link_id != door.id:
        raise ScanRefused(mark("This scan was made at another door."))
    known = queries.find_known_badge(scan.code_hash, scope=scope) if scan.badge_id else None
    again = _as_check_in(key, scan.verdict, known, received_at=scan.received_at)
    return again if scan.undone_at is None else replace(again, is_undone=True)


def _as_check_in(
    key: str,
    verdict: Verdict,
    known: queries.KnownBadge | None,
    *,
    received_at: datetime,
    released_at: datetime | None = None,
) -> CheckIn:
    before = known if known and verdict == Verdict.ALREADY_IN else None
    return CheckIn(
        key,
        verdict,
        known.badge if known else None,
        received_at,
        admitted_at=before.admitted_at if before else None,
        admitted_door=before.door if before else "",
        released_at=released_at,
    )


def _let_in(
    known: queries.KnownBadge | None,
    door: DoorLink,
    scan_id: int,
    *,
    scope: str,
    day: date,
    at: datetime,
    now: datetime,
) -> tuple[Verdict, datetime | None]:
    """Count the badge; the verdict after all, and when its places had been released, if so."""
    claimed = _claim(known, door, now=now)
    verdict = Verdict.ADMITTED
    if not rules.lets_in(claimed, happened_at=at):
        verdict = Verdict.RELEASED
    elif not _admit(known, door, scan_id, scope=scope, day=day, at=at):
        verdict = Verdict.ALREADY_IN
    if verdict != Verdict.ADMITTED:
        db.session.execute(update(Scan).where(Scan.id == scan_id).values(verdict=verdict))
    is_told = verdict == Verdict.RELEASED or claimed.claim == Claim.TAKEN_AGAIN
    return verdict, claimed.released_at if is_told else None


def _claim(known: queries.KnownBadge | None, door: DoorLink, *, now: datetime) -> Claimed:
    """At a session's door a household claims what it booked there."""
    registration_id = known.badge.registration_id if known else None
    if registration_id is None or door.occurrence_id is None:
        return Claimed(Claim.NONE)
    return claim_places(registration_id, occurrence_id=door.occurrence_id, now=now)


def _admit(
    known: queries.KnownBadge | None,
    door: DoorLink,
    scan_id: int,
    *,
    scope: str,
    day: date,
    at: datetime,
) -> bool:
    """Count the badge unless somebody else let it in this very moment."""
    assert known is not None  # only a known badge is admitted
    badge = known.badge
    inserted = _insert_once(
        Admission,
        ("badge_id", "scope"),
        edition_id=door.edition_id,
        badge_id=badge.id,
        scope=scope,
        scan_id=scan_id,
        gate_id=door.gate_id,
        occurrence_id=door.occurrence_id,
        day=day,
        people=badge.people,
        admitted_at=at,
    )
    return inserted is not None


def _insert_once(model: type[Model], unique: tuple[str, ...], **values: Any) -> int | None:
    """Row number of the new row, or None when a row with the same unique columns is there.

    One statement: PostgreSQL waits for another's uncommitted row, SQLite has one writer.
    """
    statement = _guarded_insert(model, unique, db.session.get_bind().dialect.name)
    number: int | None = db.session.execute(statement, values).scalar()
    return number


@functools.cache
def _guarded_insert(model: type[Model], unique: tuple[str, ...], dialect: str) -> Any:
    insert = (postgresql if dialect == "postgresql" else sqlite).insert
    table: Any = model.__table__
    return insert(table).on_conflict_do_nothing(index_elements=unique).returning(table.c.id)
