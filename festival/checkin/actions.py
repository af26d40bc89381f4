"""What happens at the door: scans, admissions, taking back; door links and gates."""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from festival.badges.codes import code_hash, normalise
from festival.badges.models import Badge
from festival.badges.states import BadgeState
from festival.checkin import queries, rules
from festival.checkin.models import Admission, DoorLink, Gate, Scan
from festival.checkin.states import Verdict
from festival.extensions import Model, db
from festival.festivals.models import Edition
from festival.shared.clock import day_bounds
from festival.shared.errors import FieldRefused, NotFound, RuleBroken
from festival.shared.journal import Actor, write_journal
from festival.shared.sentences import mark
from festival.shared.tokens import make_token, token_hash


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

    The same ``key``, made by the phone, is the same scan and gets the same answer; two scans of
    one badge at once make one admission, held by a unique constraint.  Raises ``ScanRefused``
    for a malformed key and ``DoorClosed``.
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
    if verdict == Verdict.ADMITTED and not _admit(
        known, door, scan_id, scope=scope, day=day, at=happened_at
    ):
        verdict = Verdict.ALREADY_IN
        ours = queries.find_known_badge(digest, scope=scope)
        db.session.execute(update(Scan).where(Scan.id == scan_id).values(verdict=verdict))
    return _as_check_in(key, verdict, ours, received_at=now)


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
    write_journal(
        "undone",
        actor=actor,
        entity="scan",
        key=scan.id,
        now=now,
        edition_id=scan.edition_id,
        before={"verdict": scan.verdict.value, "people": scan.people},
    )


def make_door_link(
    edition: Edition,
    *,
    label: str,
    gate_id: int | None = None,
    occurrence_id: int | None = None,
    last_day: date,
    actor: Actor,
    now: datetime,
) -> tuple[DoorLink, str]:
    """A link for one gate or one occurrence, ending with a local day; and its secret, told once.

    Raises ``FieldRefused`` (last_day).
    """
    zone = ZoneInfo(edition.time_zone)
    expires_at = day_bounds(last_day, zone=zone)[1]
    ends_at = day_bounds(edition.ends_on, zone=zone)[1]
    refusal = rules.refusal_for_expiry(expires_at, edition_ends_at=ends_at, now=now)
    if refusal:
        raise FieldRefused("last_day", refusal)
    token = make_token()
    link = DoorLink(
        edition_id=edition.id,
        token_hash=token_hash(token),
        label=label,
        gate_id=gate_id,
        occurrence_id=occurrence_id,
        expires_at=expires_at,
        created_by_id=actor.person_id,
        created_at=now,
    )
    db.session.add(link)
    db.session.flush()
    _tell("opened", link, actor=actor, now=now)
    return link, token


def revoke_door_link(link: DoorLink, *, actor: Actor, now: datetime) -> None:
    """A phone was lost, or its holder goes home: the link ends at once.  Twice is once."""
    if link.revoked_at is None:
        link.revoked_at = now
        _tell("revoked", link, actor=actor, now=now)


def add_gate(edition: Edition, *, name: str, actor: Actor, now: datetime) -> Gate:
    """An entrance that is counted.  Raises ``FieldRefused`` (name)."""
    if not name:
        raise FieldRefused("name", mark("Give the gate a name."))
    taken = db.session.scalar(
        select(Gate.id).where(Gate.edition_id == edition.id, Gate.name == name)
    )
    if taken:
        raise FieldRefused("name", mark("There is a gate with this name already."))
    gate = Gate(edition_id=edition.id, name=name)
    db.session.add(gate)
    db.session.flush()
    write_journal(
        "added", actor=actor, entity="gate", key=gate.id, now=now,
        edition_id=edition.id, after={"name": name},
    )  # fmt: skip
    return gate


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
    key: str, verdict: Verdict, known: queries.KnownBadge | None, *, received_at: datetime
) -> CheckIn:
    before = known if known and verdict == Verdict.ALREADY_IN else None
    return CheckIn(
        key,
        verdict,
        known.badge if known else None,
        received_at,
        admitted_at=before.admitted_at if before else None,
        admitted_door=before.door if before else "",
    )


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


def _tell(what: str, link: DoorLink, *, actor: Actor, now: datetime) -> None:
    write_journal(
        what,
        actor=actor,
        entity="door_link",
        key=link.id,
        now=now,
        edition_id=link.edition_id,
        after={"label": link.label, "until": link.expires_at.isoformat()},
    )
