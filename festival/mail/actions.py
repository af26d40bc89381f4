"""Writes mail into the outbox, in the transaction of what causes it."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select, update

from festival.extensions import db
from festival.mail.models import OutboxMessage
from festival.mail.rendering import one_line, render_mail
from festival.mail.states import MessageState
from festival.shared.errors import FieldRefused, NotFound, RuleBroken
from festival.shared.forms import is_email
from festival.shared.journal import Actor, write_journal
from festival.shared.once import insert_once
from festival.shared.sentences import mark

LARGEST_ATTACHMENTS = 256 * 1024
MOST_A_DAY = 40
"""Mails to one address that strangers can cause in a day; they may have typed in anybody's."""
HELD_BACK = "Held back: strangers have caused too many mails to this address within a day."
FRESH: dict[str, Any] = {"state": MessageState.QUEUED, "attempts": 0, "claim": "", "error": ""}
HELD: dict[str, Any] = {"state": MessageState.DEAD, "error": HELD_BACK}


@dataclass(frozen=True, slots=True)
class Attachment:
    """A small file that goes with a mail, such as one calendar entry."""

    name: str
    content_type: str
    """For example ``text/calendar``."""
    body: bytes


def queue_mail(
    kind: str,
    *,
    key: str, recipient: str, recipient_name: str = "", locale: str,
    edition_id: int | None = None, context: Mapping[str, Any], now: datetime,
    attachments: Iterable[Attachment] = (), reply_to: str = "", by_stranger: bool = False,
) -> OutboxMessage:  # fmt: skip
    """Render one mail and put it into the outbox; it leaves after the commit.

    ``key`` names the occasion and the recipient, in at most 200 characters: the same key is the
    same message, however often it is queued.  ``context`` holds ``edition`` where there is one,
    for links and the frame.  ``by_stranger``: nobody who is signed in vouches for the address, so
    beyond ``MOST_A_DAY`` the mail is written down as given up; an organizer can let it go.
    Raises ``FieldRefused("email", …)`` for anything but one address.
    """
    _refuse_all_but_one_address(recipient)
    held = HELD if by_stranger and _is_flooded(recipient, now=now) else {}
    mail = render_mail(kind, locale=locale, context=context)
    insert_once(
        OutboxMessage,
        unique="key",
        key=key,
        kind=kind,
        edition_id=edition_id,
        recipient=recipient,
        recipient_name=one_line(recipient_name)[:200],
        reply_to=reply_to if is_email(reply_to) else "",
        locale=locale,
        subject=mail.subject,
        body_text=mail.text,
        body_html=mail.html,
        attachments=_packed(attachments),
        **FRESH | held,
        next_attempt_at=now,
        created_at=now,
    )
    return db.session.scalars(select(OutboxMessage).where(OutboxMessage.key == key)).one()


def _refuse_all_but_one_address(recipient: str) -> None:
    if not is_email(recipient):
        raise FieldRefused("email", mark("Give exactly one e-mail address."))


def _is_flooded(recipient: str, *, now: datetime) -> bool:
    queued = db.session.scalar(
        select(func.count(OutboxMessage.id)).where(
            OutboxMessage.recipient == recipient,
            OutboxMessage.created_at > now - timedelta(days=1),
        )
    )
    return (queued or 0) >= MOST_A_DAY


def try_again(message_id: int, *, edition_id: int | None, actor: Actor, now: datetime) -> None:
    """Put a message that was given up back into the queue, with all its attempts anew."""
    done = db.session.execute(
        update(OutboxMessage)
        .where(
            OutboxMessage.id == message_id,
            OutboxMessage.edition_id == edition_id,
            OutboxMessage.state == MessageState.DEAD,
        )
        .values(state=MessageState.QUEUED, attempts=0, next_attempt_at=now)
        .returning(OutboxMessage.key)
    ).all()
    if not done:
        known = select(OutboxMessage.id).where(
            OutboxMessage.id == message_id, OutboxMessage.edition_id == edition_id
        )
        if db.session.scalar(known) is None:
            raise NotFound(mark("There is no such message."))
        raise RuleBroken(mark("Only a message that was given up can be tried again."))
    write_journal(
        "mail_tried_again",
        actor=actor,
        entity="outbox_message",
        key=done[0].key,
        now=now,
        edition_id=edition_id,
    )


def _packed(attachments: Iterable[Attachment]) -> list[dict[str, str]]:
    attached = list(attachments)
    if sum(len(each.body) for each in attached) > LARGEST_ATTACHMENTS:
        raise ValueError("attachments of a mail stay small; link to larger things")
    return [
        {
            "name": one_line(each.name),
            "type": one_line(each.content_type),
            "base64": base64.b64encode(each.body).decode(),
        }
        for each in attached
    ]
