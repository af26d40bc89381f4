"""Reads of the door."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import contains_eager, joinedload

from festival.badges.models import Badge
from festival.checkin.models import Admission, DoorLink, Gate, Scan
from festival.checkin.states import Verdict
from festival.extensions import db
from festival.programme.models import Occurrence, ProgrammeSession
from festival.programme.states import OccurrenceState, SessionState
from festival.shared.tokens import token_hash
from festival.visitors.models import Registration
from festival.visitors.states import RegistrationState

PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class KnownBadge:
    """A badge and, when it was let in before in the scope asked for, when and where."""

    badge: Badge
    admitted_at: datetime | None = None
    door: str = ""


@dataclass(frozen=True, slots=True)
class Tally:
    inside: int
    """People let in: today at all gates, or to the occurrence."""
    expected: int | None
    """People registered, or places taken; None where nobody counts."""


# A phone asks these two for every scan, so they are built once.
_DOOR = (
    select(DoorLink)
    .where(DoorLink.token_hash == bindparam("token_hash"))
    .options(
        joinedload(DoorLink.edition),
        joinedload(DoorLink.gate),
        joinedload(DoorLink.occurrence).joinedload(Occurrence.session),
    )
)
_KNOWN_BADGE = (
    select(Badge, Admission.admitted_at, DoorLink.label)
    .outerjoin(
        Admission, (Admission.badge_id == Badge.id) & (Admission.scope == bindparam("scope"))
    )
    .outerjoin(Scan, Scan.id == Admission.scan_id)
    .outerjoin(DoorLink, DoorLink.id == Scan.door_link_id)
    .where(Badge.code_hash == bindparam("code_hash"))
)


def find_door(token: str) -> DoorLink | None:
    """The door link with this secret, with its edition, gate and occurrence."""
    return db.session.scalar(_DOOR, {"token_hash": token_hash(token)})


def find_known_badge(code_hash: str, *, scope: str) -> KnownBadge | None:
    """The badge of any edition with this code, and its admission in the scope."""
    row = db.session.execute(_KNOWN_BADGE, {"code_hash": code_hash, "scope": scope}).first()
    return KnownBadge(row[0], row[1], row[2] or "") if row else None


def find_scan(client_key: str) -> Scan | None:
    return db.session.scalar(
        select(Scan).where(Scan.client_key == client_key).options(joinedload(Scan.badge))
    )


def find_scan_of_edition(edition_id: int, client_key: str) -> Scan | None:
    return db.session.scalar(
        select(Scan).where(Scan.client_key == client_key, Scan.edition_id == edition_id)
    )


def count_inside(door: DoorLink, *, day: date) -> int:
    """People let in: on the local day at all gates of the edition, or to the door's occurrence."""
    query = select(func.sum(Admission.people))
    if door.occurrence_id is not None:
        query = query.where(Admission.occurrence_id == door.occurrence_id)
    else:
        query = query.where(
            Admission.edition_id == door.edition_id,
            Admission.day == day,
            Admission.occurrence_id.is_(None),
        )
    return db.session.scalar(query) or 0


def tally_of(door: DoorLink, *, day: date) -> Tally:
    if door.occurrence is not None:
        expected = door.occurrence.places_taken if door.occurrence.is_bookable else None
    else:
        expected = db.session.scalar(
            select(func.sum(Registration.people)).where(
                Registration.edition_id == door.edition_id,
                Registration.state == RegistrationState.ACTIVE,
            )
        )
    return Tally(inside=count_inside(door, day=day), expected=expected)


def door_links_of(edition_id: int) -> Sequence[DoorLink]:
    """All links of an edition, newest first."""
    return db.session.scalars(
        select(DoorLink)
        .where(DoorLink.edition_id == edition_id)
        .options(
            joinedload(DoorLink.gate),
            joinedload(DoorLink.occurrence).joinedload(Occurrence.session),
        )
        .order_by(DoorLink.id.desc())
    ).all()


def find_door_link(edition_id: int, reference: str) -> DoorLink | None:
    """By the hash of its secret, which opens nothing."""
    return db.session.scalar(
        select(DoorLink).where(DoorLink.token_hash == reference, DoorLink.edition_id == edition_id)
    )


def gates_of(edition_id: int) -> Sequence[Gate]:
    return db.session.scalars(
        select(Gate).where(Gate.edition_id == edition_id).order_by(Gate.name)
    ).all()


def occurrences_with_doors(edition_id: int, *, after: datetime) -> Sequence[Occurrence]:
    """Confirmed occurrences of sessions that are ready and begin after the moment, in order."""
    return db.session.scalars(
        select(Occurrence)
        .join(Occurrence.session)
        .where(
            Occurrence.edition_id == edition_id,
            Occurrence.state == OccurrenceState.CONFIRMED,
            ProgrammeSession.state == SessionState.READY,
            Occurrence.starts_at > after,
        )
        .options(contains_eager(Occurrence.session))
        .order_by(Occurrence.starts_at, Occurrence.id)
    ).all()


def scans_of(
    edition_id: int, *, verdict: Verdict | None, door_reference: str, page: int
) -> Sequence[Scan]:
    """One page of 50 scans, latest first; page 1 is the first."""
    query = (
        select(Scan)
        .where(Scan.edition_id == edition_id)
        .options(joinedload(Scan.badge), joinedload(Scan.door_link))
        .order_by(Scan.received_at.desc(), Scan.id.desc())
        .limit(PER_PAGE + 1)
        .offset((page - 1) * PER_PAGE)
    )
    if verdict:
        query = query.where(Scan.verdict == verdict)
    if door_reference:
        query = query.join(Scan.door_link).where(DoorLink.token_hash == door_reference)
    return db.session.scalars(query).all()
