"""What is said at the door, and what may be taken back.  Pure: facts in, decision out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from festival.checkin.states import Verdict
from festival.shared.sentences import mark
from festival.visitors.rules import Claimed
from festival.visitors.states import Claim

UNDO_OFFERED = timedelta(seconds=10)
"""How long the button stands on the door's page."""
UNDO_TAKEN = timedelta(seconds=60)
"""How long the server takes it: a slow network must not lose the press of a button."""
OFFLINE_AFTER = timedelta(seconds=60)
LONGEST_WAIT = timedelta(hours=48)
"""A scan that waited longer on a phone is counted as if it had waited so long."""
LONGEST_AFTER_END = timedelta(hours=24)
RELEASE_CHOICES = (-10, -5, 0, 5, 10, 15, 20, 30)
"""Minutes after a session's start at which unclaimed places may be released."""
CLIENT_KEY = re.compile(r"[0-9A-Za-z][0-9A-Za-z-]{15,63}")


@dataclass(frozen=True, slots=True)
class BadgeFacts:
    """What a verdict needs to know of a badge."""

    edition_id: int
    is_revoked: bool


def verdict_for(badge: BadgeFacts | None, *, edition_id: int, admitted_before: bool) -> Verdict:
    """The verdict of a door of ``edition_id``; ``admitted_before`` in the same scope.

    A badge of another edition is told apart first, so that a door says nothing about what became
    of it there.
    """
    if badge is None:
        return Verdict.UNKNOWN
    if badge.edition_id != edition_id:
        return Verdict.WRONG_EDITION
    if badge.is_revoked:
        return Verdict.REVOKED
    return Verdict.ALREADY_IN if admitted_before else Verdict.ADMITTED


def lets_in(claimed: Claimed, *, happened_at: datetime) -> bool:
    """Whether a household comes in whose places were released and are gone.

    A scan that a phone made without network before the release is of people who are inside.
    """
    gone_at = claimed.released_at if claimed.claim is Claim.GONE else None
    return gone_at is None or happened_at < gone_at


def scope_of(*, occurrence_id: int | None, day: date) -> str:
    """Within which a badge is let in once: a local day at the gates, or one occurrence."""
    return f"entry:{day.isoformat()}" if occurrence_id is None else f"occurrence:{occurrence_id}"


def moment_of_scan(
    scanned_at: datetime | None, *, sent_at: datetime | None, now: datetime
) -> datetime:
    """When the scan happened, by our clock.

    The phone tells when it scanned and when it sent; only the difference is believed, because
    phones are hours off and agree with themselves.
    """
    if scanned_at is None:
        return now
    waited = (sent_at or now) - scanned_at
    return now - min(max(waited, timedelta(0)), LONGEST_WAIT)


def was_offline(happened_at: datetime, *, now: datetime) -> bool:
    return now - happened_at > OFFLINE_AFTER


def is_client_key(text: str) -> bool:
    """Whether the text can be the key that a phone made for a scan: 16 to 64 letters and digits."""
    return CLIENT_KEY.fullmatch(text) is not None


def is_open(*, expires_at: datetime, revoked_at: datetime | None, now: datetime) -> bool:
    """Whether a door link still opens the scanner."""
    return revoked_at is None and now < expires_at


def refusal_for_undo(
    verdict: Verdict, *, undone_at: datetime | None, received_at: datetime, now: datetime
) -> str | None:
    """Why the door may not take a scan back, or None; an organizer is not bound by the time."""
    if verdict != Verdict.ADMITTED:
        return mark("Only a badge that was let in can be taken back.")
    if undone_at is None and now - received_at > UNDO_TAKEN:
        return mark("It is too late to undo this scan here. An organizer can still do it.")
    return None


def refusal_for_expiry(
    expires_at: datetime, *, edition_ends_at: datetime, now: datetime
) -> str | None:
    """Why a door link cannot end then, or None."""
    if expires_at <= now:
        return mark("This day is over. Choose one that is still to come.")
    if expires_at > edition_ends_at + LONGEST_AFTER_END:
        return mark("A door link ends with the festival at the latest.")
    return None
