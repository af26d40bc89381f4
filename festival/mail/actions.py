"""Writes mail into the outbox, in the transaction of what causes it."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from festival.extensions import Model, db
from festival.mail.facts import packed
from festival.mail.models import MailRecipient, MailRefusal, OutboxMessage
from festival.mail.occasions import topic_of
from festival.mail.queries import who_refuse
from festival.mail.rendering import one_line, render_mail
from festival.mail.states import MAY_BE_TRIED_AGAIN, MessageState, Topic
from festival.shared.errors import FieldRefused, NotFound, RuleBroken
from festival.shared.forms import is_email, normalised_email
from festival.shared.journal import SYSTEM, Actor, write_journal
from festival.shared.once import insert_once
from festival.shared.sentences import mark
from festival.shared.tasks import wake_after_commit

LARGEST_ATTACHMENTS = 256 * 1024
MOST_A_DAY = 40
"""Mails to one address that strangers can cause in a day; they may have typed in anybody's."""
HELD_BACK = mark("Held back: strangers have caused too many mails to this address within a day.")
NO_ADDRESS = mark("This is not exactly one e-mail address.")
STOPPED = mark("An organizer stopped it before it was sent.")
DELIVERY = "festival.mail.jobs.deliver"
UNRENDERED = {"subject": "", "body_text": "", "body_html": ""}
FRESH: dict[str, Any] = {"state": MessageState.QUEUED, "attempts": 0, "claim": "", "error": ""}
FLOODED: dict[str, Any] = {"state": MessageState.DEAD, "error": HELD_BACK}
HAS_WORDS = OutboxMessage.recipient != ""
"""What was emptied, because its reason or its time was over, never leaves again."""
UNUSABLE: dict[str, Any] = {"state": MessageState.DEAD, "error": NO_ADDRESS}


@dataclass(frozen=True, slots=True)
class Attachment:
    """A small file that goes with a mail, such as one calendar entry."""

    name: str
    content_type: str
    """For example ``text/calendar``."""
    body: bytes


@dataclass(frozen=True, slots=True)
class Letter:
    """One of many mails of the same kind, not rendered yet."""

    key: str
    """As for ``queue_mail``."""
    recipient: str
    locale: str
    facts: Mapping[str, Any]
    """Text, numbers, truth, moments, days, lists and objects of these; see ``mail.facts``."""
    recipient_name: str = ""
    attachments: tuple[Attachment, ...] = ()
    until: datetime | None = None
    """Not sent later than this, such as a reminder after the session has begun."""


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
    For mail that answers what the recipient did; what they can do without goes by
    ``queue_letters``.  Raises ``FieldRefused("email", …)`` for anything but one address.
    """
    if not is_email(recipient):
        raise FieldRefused("email", mark("Give exactly one e-mail address."))
    flooded = FLOODED if by_stranger and _is_flooded(recipient, now=now) else {}
    mail = render_mail(kind, locale=locale, context=context)
    insert_once(
        OutboxMessage,
        unique="key",
        kind=kind,
        edition_id=edition_id,
        reply_to=reply_to if is_email(reply_to) else "",
        **_row(key, recipient, recipient_name, locale, attachments, now=now),
        **FRESH | flooded,
        subject=mail.subject,
        body_text=mail.text,
        body_html=mail.html,
    )
    wake_after_commit(DELIVERY)
    return db.session.scalars(select(OutboxMessage).where(OutboxMessage.key == key)).one()


def queue_letters(
    kind: str,
    letters: Sequence[Letter],
    *,
    edition_id: int | None,
    now: datetime,
    batch_id: int | None = None,
    held: bool = False,
    reply_to: str = "",
) -> int:
    """Put many letters of one kind into the outbox with one statement; answers how many are new.

    They are rendered when they are sent or looked at.  Who refuses the kind's topic gets none;
    something that is not one address is written down as given up, so that it is seen.  ``held``
    letters wait for ``release_batch``.  Raises ``ValueError`` for facts that are not plain.
    """
    topic = topic_of(kind)
    unwilling = who_refuse(topic, edition_id=edition_id) if topic and edition_id else frozenset()
    common = {
        "kind": kind,
        "topic": topic,
        "edition_id": edition_id,
        "batch_id": batch_id,
        "reply_to": reply_to if is_email(reply_to) else "",
        **UNRENDERED,
        **FRESH,
        "state": MessageState.HELD if held else MessageState.QUEUED,
    }
    rows = [
        common | _letter_row(each, now=now)
        for each in letters
        if normalised_email(each.recipient) not in unwilling
    ]
    if topic and edition_id:
        addresses = dict.fromkeys(normalised_email(row["recipient"]) for row in rows)
        people = [{"edition_id": edition_id, "email": email} for email in addresses]
        _insert_new(MailRecipient, people, unique=("edition_id", "email"))
    if not held:
        wake_after_commit(DELIVERY)
    return _insert_new(OutboxMessage, rows, unique=("key",))


def _letter_row(letter: Letter, *, now: datetime) -> dict[str, Any]:
    row = _row(
        letter.key, letter.recipient, letter.recipient_name, letter.locale, letter.attachments,
        now=now,
    )  # fmt: skip
    row |= {"recipient": one_line(letter.recipient)[:254]}
    row |= {"facts": packed(letter.facts), "until": letter.until}
    return row if is_email(letter.recipient) else row | UNUSABLE


def _row(
    key: str, recipient: str, name: str, locale: str, attachments: Iterable[Attachment],
    *, now: datetime,
) -> dict[str, Any]:  # fmt: skip
    return {
        "key": key,
        "recipient": recipient,
        "recipient_name": one_line(name)[:200],
        "locale": locale,
        "attachments": _packed(attachments),
        "next_attempt_at": now,
        "created_at": now,
    }


def _insert_new(
    model: type[Model], rows: Sequence[Mapping[str, Any]], *, unique: Sequence[str]
) -> int:
    """Insert what is not there yet; answers how many were inserted."""
    if not rows:
        return 0
    db.session.flush()  # what the rows refer to
    name = db.session.get_bind().dialect.name
    insert = (postgresql if name == "postgresql" else sqlite).insert
    statement: Any = insert(model.__table__).on_conflict_do_nothing(index_elements=unique)
    statement = statement.returning(model.__table__.c.id)  # psycopg does not count many otherwise
    return len(db.session.connection().execute(statement, rows).all())


def _is_flooded(recipient: str, *, now: datetime) -> bool:
    queued = db.session.scalar(
        select(func.count(OutboxMessage.id)).where(
            OutboxMessage.recipient == recipient,
            OutboxMessage.created_at > now - timedelta(days=1),
        )
    )
    return (queued or 0) >= MOST_A_DAY


def try_again(message_id: int, *, edition_id: int | None, actor: Actor, now: datetime) -> None:
    """Put a message that was given up or came back into the queue, with all its attempts anew."""
    done = db.session.execute(
        update(OutboxMessage)
        .where(
            OutboxMessage.id == message_id,
            OutboxMessage.edition_id == edition_id,
            OutboxMessage.state.in_(MAY_BE_TRIED_AGAIN),
            HAS_WORDS,
        )
        .values(**_anew(now))
        .returning(OutboxMessage.key)
    ).all()
    if not done:
        known = select(OutboxMessage.id).where(
            OutboxMessage.id == message_id, OutboxMessage.edition_id == edition_id
        )
        if db.session.scalar(known) is None:
            raise NotFound(mark("There is no such message."))
        raise RuleBroken(mark("Only a message that was given up can be tried again."))
    wake_after_commit(DELIVERY)
    _note("mail_tried_again", done[0].key, edition_id=edition_id, actor=actor, now=now)


def try_all_again(
    *, edition_id: int | None, actor: Actor, now: datetime, batch_id: int | None = None
) -> int:
    """Put everything that was given up into the queue again; answers how many messages.

    Of an edition, or of the whole installation for None; of one batch if it is given.  What came
    back stays: its address is wrong, so it is tried again one by one after a look.
    """
    wanted = update(OutboxMessage).where(OutboxMessage.state == MessageState.DEAD, HAS_WORDS)
    if edition_id is not None:
        wanted = wanted.where(OutboxMessage.edition_id == edition_id)
    if batch_id is not None:
        wanted = wanted.where(OutboxMessage.batch_id == batch_id)
    count = _change(wanted.values(**_anew(now)))
    if count:
        wake_after_commit(DELIVERY)
        _note("all_mail_tried_again", count, edition_id=edition_id, actor=actor, now=now)
    return count


def release_batch(batch_id: int, *, now: datetime) -> int:
    """Let a batch's held letters go; answers how many."""
    count = _change(
        update(OutboxMessage)
        .where(OutboxMessage.batch_id == batch_id, OutboxMessage.state == MessageState.HELD)
        .values(state=MessageState.QUEUED, next_attempt_at=now)
    )
    wake_after_commit(DELIVERY)
    return count


def cancel_batch(batch_id: int) -> int:
    """Send nothing more of a batch; answers how many letters it had not yet sent."""
    return _change(
        update(OutboxMessage)
        .where(
            OutboxMessage.batch_id == batch_id,
            OutboxMessage.state.in_((MessageState.HELD, MessageState.QUEUED)),
        )
        .values(state=MessageState.CANCELLED, error=STOPPED)
    )


def choose_topics(recipient: MailRecipient, *, wanted: Set[Topic], now: datetime) -> None:
    """Write down what the recipient wants; what is not wanted is not sent from now on."""
    db.session.execute(
        delete(MailRefusal).where(
            MailRefusal.recipient_id == recipient.id, MailRefusal.topic.in_(wanted)
        )
    )
    for topic in Topic:
        if topic not in wanted:
            refuse_topic(recipient, topic=topic, now=now)


def refuse_topic(recipient: MailRecipient, *, topic: Topic, now: datetime) -> None:
    """Send this recipient no more mail of the topic; saying it twice is saying it once."""
    row = {"recipient_id": recipient.id, "topic": topic, "refused_at": now}
    _insert_new(MailRefusal, [row], unique=("recipient_id", "topic"))


def record_bounce(message_id: int, *, reason: str, now: datetime) -> bool:
    """Write down that a message that was sent came back; False when it was not a sent one."""
    done = db.session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.id == message_id, OutboxMessage.state == MessageState.SENT)
        .values(state=MessageState.BOUNCED, error=one_line(reason)[:400])
        .returning(OutboxMessage.key, OutboxMessage.edition_id)
    ).one_or_none()
    if done is not None:
        _note("mail_came_back", done.key, edition_id=done.edition_id, actor=SYSTEM, now=now)
    return done is not None


def _anew(now: datetime) -> dict[str, Any]:
    return {"state": MessageState.QUEUED, "attempts": 0, "next_attempt_at": now, "until": None}


def _change(statement: Any) -> int:
    result: Any = db.session.execute(statement.execution_options(synchronize_session=False))
    db.session.expire_all()
    return int(result.rowcount)


def _note(action: str, key: object, *, edition_id: int | None, actor: Actor, now: datetime) -> None:
    write_journal(
        action, actor=actor, entity="outbox_message", key=key, now=now, edition_id=edition_id
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
