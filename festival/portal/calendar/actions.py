"""Calendar addresses: made, made anew, revoked."""

from __future__ import annotations

import base64
import hmac
from datetime import datetime

from festival.exhibitors.models import Application
from festival.exhibitors.moving import lock
from festival.extensions import db
from festival.portal.calendar import queries
from festival.portal.calendar.models import ExhibitorFeed
from festival.shared.journal import Actor, write_journal
from festival.shared.once import insert_once
from festival.shared.tokens import token_hash


def feed_token(application_id: int, *, revoked: int, secret: str) -> str:
    """The secret of a calendar: 192 bits that the installation's secret leads to, so that it can
    be shown again though only its hash is stored.  ``revoked``: how many there were before."""
    told = f"exhibitor feed {application_id} {revoked}"
    digest = hmac.digest(secret.encode(), told.encode(), "sha256")
    return base64.urlsafe_b64encode(digest[:24]).decode()


def shown_token(application: Application, *, secret: str) -> str:
    """The secret of the address that works; empty where there is none, or where it was made with
    another secret of the installation and can only be made anew."""
    live = queries.live_feed_of(application.id)
    if live is None:
        return ""
    revoked = queries.count_revoked(application.id)
    token = feed_token(application.id, revoked=revoked, secret=secret)
    return token if hmac.compare_digest(token_hash(token), live.token_hash) else ""


def make_feed(application: Application, *, secret: str, actor: Actor, now: datetime) -> str:
    """A new address; the one before opens nothing any more.  Answers its secret."""
    revoke_feed(application, actor=actor, now=now)
    revoked = queries.count_revoked(application.id)
    token = feed_token(application.id, revoked=revoked, secret=secret)
    insert_once(
        ExhibitorFeed,
        unique="token_hash",
        application_id=application.id,
        token_hash=token_hash(token),
        created_at=now,
    )
    _note("exhibitor_calendar_made", application, actor=actor, now=now)
    return token


def revoke_feed(application: Application, *, actor: Actor, now: datetime) -> None:
    """The present address opens nothing any more; without one nothing happens."""
    lock(application)
    live = queries.live_feed_of(application.id)
    if live is not None:
        live.revoked_at = now
        db.session.flush()
        _note("exhibitor_calendar_revoked", application, actor=actor, now=now)


def _note(action: str, application: Application, *, actor: Actor, now: datetime) -> None:
    write_journal(
        action, actor=actor, entity="application", key=application.code, now=now,
        edition_id=application.edition_id,
    )  # fmt: skip
