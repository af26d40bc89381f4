"""Delivers what is due.  Any number of workers may do it at once: a message is claimed first.

The claim is committed before the server hears of the message and "sent" as soon as it has said
yes, each by itself: a worker that is killed repeats at most the one message it was speaking of,
under the same Message-ID.  See docs/decisions/0012.
"""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from jinja2 import TemplateError
from sqlalchemy import func, select, update

from festival.config import Settings
from festival.extensions import db
from festival.mail import line
from festival.mail.delivery import LineDown, NotDelivered, Postman
from festival.mail.models import OutboxMessage
from festival.mail.queries import choice_of
from festival.mail.rendering import choice_address, render_message
from festival.mail.rules import pause_after, stuck_after
from festival.mail.states import MessageState
from festival.shared.clock import utc_now
from festival.shared.sentences import mark
from festival.shared.tasks import STOPPING, every
from festival.shared.tokens import make_code
from festival.shared.work import work

logger = logging.getLogger(__name__)

WORTH_A_LINE = 10
"""So many waiting messages are worth one more connection."""
MOST_CUTS = 3
"""After so many broken dialogues one after the other a worker leaves the server alone."""
TOO_LATE = mark("It came too late to be of use, so it was not sent.")
NOT_WANTED = mark("The recipient does not want mail of this kind any more.")


@every(seconds=5)
def deliver() -> None:
    """Timed, and woken by every commit that wrote mail: send everything that is due."""
    settings: Settings = current_app.config["SETTINGS"]
    if settings.smtp_host:
        deliver_due(settings, now=utc_now())


@dataclass(frozen=True, slots=True)
class Run:
    """One round of delivery: its settings and its clock, which goes on while servers think."""

    settings: Settings
    now: datetime
    started: float = field(default_factory=time.monotonic)

    def moment(self) -> datetime:
        return self.now + timedelta(seconds=time.monotonic() - self.started)


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message that only we may send."""

    number: int
    mark: str


Ending = dict[str, Any]
"""Columns and their values: how it ended."""


def deliver_due(settings: Settings, *, now: datetime) -> int:
    """Send what is due at ``now``; answers how many messages the server took.

    The first connection is opened before anything is claimed: while the server is away messages
    wait without losing a try.  The more waits, the more connections help.
    """
    run = Run(settings, now)
    take_back_stuck(settings, now=now)
    waiting = count_due(now=now)
    if not waiting or not line.may_call(now=now):
        return 0
    with Postman(settings) as postman:
        try:
            postman.open()
        except LineDown as down:
            logger.warning("the mail server does not answer: %s", down.reason)
            line.write_down(down.reason, now=now)
            return 0
        line.write_up(now=now)
        return _all_lines(postman, count=1 + waiting // WORTH_A_LINE, run=run)


def _all_lines(postman: Postman, *, count: int, run: Run) -> int:
    """Empty the outbox over at most ``count`` connections, one of them ours."""
    application: Any = current_app._get_current_object()  # type: ignore[attr-defined]
    sent: list[int] = []

    def one_more() -> None:
        with application.app_context(), Postman(run.settings) as another:
            sent.append(_empty(another, run=run))

    lines = min(run.settings.mail_connections, count)
    helpers = [threading.Thread(target=one_more, daemon=True) for _ in range(lines - 1)]
    for helper in helpers:
        helper.start()
    sent.append(_empty(postman, run=run))
    for helper in helpers:
        helper.join()
    return sum(sent)


def _empty(postman: Postman, *, run: Run) -> int:
    """Send over one connection until nothing is due or the line does not hold.

    How one message ended and the claim of the next are one commit: half the writing to disk.  A
    process that is told to end finishes the message it speaks of and claims no other.
    """
    sent = cuts = 0
    claimed: Claimed | None = None
    while cuts < MOST_CUTS and (claimed is not None or not STOPPING.is_set()):
        if claimed is None:
            try:
                postman.open()
            except LineDown as down:
                line.write_down(down.reason, now=run.moment())
                break
            claimed = claim_next(now=run.moment())
        if claimed is None:
            break
        ending = _deliver_one(claimed, postman=postman, run=run)
        sent += ending["state"] == MessageState.SENT
        cuts = 0 if postman.is_open else cuts + 1
        with work():
            _end(claimed, **ending)
            goes_on = postman.is_open and not STOPPING.is_set()
            claimed = _claim(run.moment()) if goes_on else None
    return sent


def take_back_stuck(settings: Settings, *, now: datetime) -> None:
    """What a dead worker left half sent waits again; a repeat bears the same Message-ID."""
    stuck = (
        OutboxMessage.state == MessageState.SENDING,
        OutboxMessage.claimed_at < now - stuck_after(settings.smtp_timeout),
    )
    if db.session.scalar(select(OutboxMessage.id).where(*stuck).limit(1)) is None:
        return
    with work():
        db.session.execute(
            update(OutboxMessage)
            .where(*stuck)
            .values(state=MessageState.QUEUED, claim="", next_attempt_at=now)
        )


def claim_next(*, now: datetime) -> Claimed | None:
    """Claim the message that is due longest; None when nothing is due.  Committed on return."""
    with work():
        return _claim(now)


def _claim(now: datetime) -> Claimed | None:
    mark_of_ours = make_code(20)
    next_due = (
        select(OutboxMessage.id)
        .where(OutboxMessage.state == MessageState.QUEUED, OutboxMessage.next_attempt_at <= now)
        .order_by(OutboxMessage.next_attempt_at, OutboxMessage.id)
        .limit(1)
        .with_for_update(skip_locked=True)  # SQLite has one writer and needs no such words
        .scalar_subquery()
    )
    number = db.session.scalar(
        update(OutboxMessage)
        .where(OutboxMessage.id == next_due, OutboxMessage.state == MessageState.QUEUED)
        .values(
            state=MessageState.SENDING,
            claim=mark_of_ours,
            claimed_at=now,
            attempts=OutboxMessage.attempts + 1,
        )
        .returning(OutboxMessage.id)
        .execution_options(synchronize_session=False)
    )
    return None if number is None else Claimed(number, mark_of_ours)


def count_due(*, now: datetime) -> int:
    """How many messages could be sent now."""
    db.session.rollback()  # a fresh view of the table
    due = (OutboxMessage.state == MessageState.QUEUED, OutboxMessage.next_attempt_at <= now)
    return db.session.scalar(select(func.count(OutboxMessage.id)).where(*due)) or 0


def _deliver_one(claimed: Claimed, *, postman: Postman, run: Run) -> Ending:
    """Send what is claimed; answers what is to be written down about it."""
    message = db.session.get_one(OutboxMessage, claimed.number, populate_existing=True)
    why_not, unsubscribe = _second_thoughts(message, run=run)
    if why_not:
        return {"state": MessageState.CANCELLED, "error": why_not}
    attempts = message.attempts
    try:
        rendered = render_message(message, unsubscribe=unsubscribe)
        db.session.expunge(message)
        db.session.rollback()  # no transaction is open while the mail server thinks
        message.subject, message.body_text = rendered.subject, rendered.text
        message.body_html = rendered.html
        postman.deliver(message, unsubscribe=unsubscribe)
    except TemplateError as fault:  # of ours; mended by an upgrade, so the message waits for it
        logger.exception("mail %s cannot be rendered", claimed.number)
        told = NotDelivered(f"{type(fault).__name__}: {fault}")
        return _ending_after(told, attempts=attempts, now=run.moment())
    except NotDelivered as fault:
        logger.warning("mail %s not delivered (try %s): %s", claimed.number, attempts, fault.reason)
        return _ending_after(fault, attempts=attempts, now=run.moment())
    return {
        "state": MessageState.SENT,
        "error": "",
        "sent_at": run.moment(),
        "facts": None,
        "subject": rendered.subject,
        "body_text": rendered.text,
        "body_html": rendered.html,
    }


def _second_thoughts(message: OutboxMessage, *, run: Run) -> tuple[str, str]:
    """(why it shall not be sent after all or empty, address of the recipient's choice or empty)."""
    if message.until is not None and run.moment() > message.until:
        return TOO_LATE, ""
    if not message.topic or message.edition_id is None:
        return "", ""
    recipient, refused = choice_of(message.recipient, edition_id=message.edition_id)
    if message.topic in refused:
        return NOT_WANTED, ""
    return "", choice_address(recipient, message=message) if recipient else ""


def _ending_after(fault: NotDelivered, *, attempts: int, now: datetime) -> Ending:
    pause = None if fault.is_final else pause_after(attempts)
    if pause is None:
        return {"state": MessageState.DEAD, "error": fault.reason}
    return {
        "state": MessageState.QUEUED,
        "error": fault.reason,
        "next_attempt_at": now + pause,
    }


def _end(claimed: Claimed, **values: object) -> None:
    """Write how it ended, unless the claim was taken from us meanwhile."""
    db.session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.id == claimed.number, OutboxMessage.claim == claimed.mark)
        .values(claim="", **values)
        .execution_options(synchronize_session=False)
    )
