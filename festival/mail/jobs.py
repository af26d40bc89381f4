"""Delivers what is due.  Any number of workers may do it at once: a message is claimed first."""

from __future__ import annotations

import logging
from datetime import datetime

from flask import current_app
from sqlalchemy import select, update

from festival.config import Settings
from festival.extensions import db
from festival.mail.delivery import NotDelivered, Postman
from festival.mail.models import OutboxMessage
from festival.mail.rendering import render_message
from festival.mail.rules import STUCK_AFTER, pause_after
from festival.mail.states import MessageState
from festival.shared.clock import utc_now
from festival.shared.tasks import every
from festival.shared.tokens import make_code
from festival.shared.work import work

logger = logging.getLogger(__name__)

BATCH = 50


@every(seconds=5)
def deliver() -> None:
    """Timed: send everything that is due, in one loop."""
    settings: Settings = current_app.config["SETTINGS"]
    if settings.smtp_host:
        deliver_due(settings, now=utc_now())


def deliver_due(settings: Settings, *, now: datetime) -> int:
    """Send what is due at ``now``; answers how many messages the server took."""
    take_back_stuck(now=now)
    sent = 0
    with Postman(settings) as postman:
        while due := _due(now):
            for number in due:
                try:
                    sent += _deliver_one(number, postman=postman, now=now)
                except NotDelivered:
                    return sent
    return sent


def take_back_stuck(*, now: datetime) -> None:
    """What a dead worker left half sent waits again; a repeat bears the same Message-ID."""
    stuck = (
        OutboxMessage.state == MessageState.SENDING,
        OutboxMessage.claimed_at < now - STUCK_AFTER,
    )
    if db.session.scalar(select(OutboxMessage.id).where(*stuck).limit(1)) is None:
        return
    with work():
        db.session.execute(
            update(OutboxMessage)
            .where(*stuck)
            .values(state=MessageState.QUEUED, claim="", next_attempt_at=now)
        )


def claim(number: int, *, now: datetime) -> str | None:
    """Claim one message; the mark of the claim, or None when somebody else has it."""
    mark = make_code(20)
    with work():
        mine = db.session.scalar(
            update(OutboxMessage)
            .where(
                OutboxMessage.id == number,
                OutboxMessage.state == MessageState.QUEUED,
                OutboxMessage.next_attempt_at <= now,
            )
            .values(
                state=MessageState.SENDING,
                claim=mark,
                claimed_at=now,
                attempts=OutboxMessage.attempts + 1,
            )
            .returning(OutboxMessage.id)
        )
    return mark if mine is not None else None


def _due(now: datetime) -> list[int]:
    db.session.rollback()  # a fresh view of the table each time round
    return list(
        db.session.scalars(
            select(OutboxMessage.id)
            .where(
                OutboxMessage.state == MessageState.QUEUED,
                OutboxMessage.next_attempt_at <= now,
            )
            .order_by(OutboxMessage.next_attempt_at, OutboxMessage.id)
            .limit(BATCH)
        )
    )


def _deliver_one(number: int, *, postman: Postman, now: datetime) -> bool:
    """Claim, send, write down how it ended; raises only when the line itself is down."""
    mark = claim(number, now=now)
    if mark is None:
        return False
    message = db.session.get_one(OutboxMessage, number, populate_existing=True)
    attempts = message.attempts
    rendered = render_message(message)
    db.session.expunge(message)
    message.subject, message.body_text = rendered.subject, rendered.text
    message.body_html, message.facts = rendered.html, None
    db.session.rollback()  # no transaction is open while the mail server thinks
    try:
        postman.deliver(message)
    except NotDelivered as fault:
        logger.warning("mail %s not delivered (try %s): %s", number, attempts, fault.reason)
        _write_fault(number, mark, fault=fault, attempts=attempts, now=now)
        if fault.is_line_down:
            raise
        return False
    _end(
        number, mark, state=MessageState.SENT, error="", sent_at=utc_now(), facts=None,
        subject=message.subject, body_text=message.body_text, body_html=message.body_html,
    )  # fmt: skip
    return True


def _write_fault(
    number: int, mark: str, *, fault: NotDelivered, attempts: int, now: datetime
) -> None:
    pause = None if fault.is_final else pause_after(attempts)
    if pause is None:
        _end(number, mark, state=MessageState.DEAD, error=fault.reason)
    else:
        _end(
            number,
            mark,
            state=MessageState.QUEUED,
            error=fault.reason,
            next_attempt_at=now + pause,
        )


def _end(number: int, mark: str, **values: object) -> None:
    """Write how it ended, unless the claim was taken from us meanwhile."""
    with work():
        db.session.execute(
            update(OutboxMessage)
            .where(OutboxMessage.id == number, OutboxMessage.claim == mark)
            .values(claim="", **values)
        )
