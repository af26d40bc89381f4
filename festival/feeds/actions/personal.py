"""Personal calendar addresses: made from the household's secret, revoked by the household."""

from __future__ import annotations

import base64
import hmac
from datetime import datetime

from festival.extensions import db
from festival.feeds.models import PersonalFeed
from festival.feeds.queries import count_revoked_feeds, live_feed_of
from festival.shared.journal import VISITOR, write_journal
from festival.shared.once import insert_once
from festival.shared.tokens import token_hash
from festival.visitors.household import lock_row
from festival.visitors.models import Registration


def personal_token(household_token: str, *, revoked: int) -> str:
    """The secret of a personal calendar: 192 bits that the household's own secret leads to and
    that do not lead back, so it can be shown again though only its hash is stored.

    ``revoked``: how many addresses the household has revoked; each revocation makes a new one.
    """
    digest = hmac.digest(household_token.encode(), f"personal feed {revoked}".encode(), "sha256")
    return base64.urlsafe_b64encode(digest[:24]).decode()


def make_personal_feed(registration: Registration, *, token: str, now: datetime) -> str:
    """The live calendar's secret; ``token`` is the household's own.  Twice is once."""
    lock_row(registration)
    secret = personal_token(token, revoked=count_revoked_feeds(registration))
    made = insert_once(
        PersonalFeed,
        unique="token_hash",
        registration_id=registration.id,
        token_hash=token_hash(secret),
        created_at=now,
    )
    if made:
        _note("personal calendar made", registration, now=now)
    return secret


def revoke_personal_feed(registration: Registration, *, now: datetime) -> None:
    """The present address opens nothing any more."""
    lock_row(registration)
    feed = live_feed_of(registration)
    if feed is not None:
        feed.revoked_at = now
        db.session.flush()
        _note("personal calendar revoked", registration, now=now)


def _note(action: str, registration: Registration, *, now: datetime) -> None:
    write_journal(
        action,
        actor=VISITOR,
        entity="registration",
        key=registration.code,
        now=now,
        edition_id=registration.edition_id,
    )
