"""Write, hold, release, stop and throw away batches."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from festival.extensions import db
from festival.mail import actions as outbox
from festival.mail.batches import queries, rules
from festival.mail.batches.models import MailBatch
from festival.mail.batches.segments import SEGMENTS
from festival.mail.batches.states import BatchState, Origin
from festival.mail.models import OutboxMessage
from festival.mail.states import MessageState
from festival.shared.errors import FieldRefused, RuleBroken, StaleVersion
from festival.shared.journal import Actor, write_journal
from festival.shared.sentences import mark
from festival.shared.tasks import enqueue
from festival.shared.tokens import make_code

TASK = "mail_batch"
Texts = Mapping[str, Mapping[str, str]]


def open_batch(
    edition: Any, *, origin: Origin, title: str, actor: Actor, now: datetime
) -> MailBatch:
    """A held pile for letters that another room writes; ``batch.id`` is known at once.

    The caller queues them with ``queue_letters(…, batch_id=batch.id, held=True)`` in the same unit
    of work; organizers look at each, put words above all of them, and release or discard them.
    """
    batch = _new(edition, origin=origin, title=title, state=BatchState.HELD, actor=actor, now=now)
    _tell("mail_batch_opened", batch, actor=actor, now=now, after={"title": batch.title})
    return batch


def begin_batch(
    edition: Any, *, segment: str, choice: str, actor: Actor, now: datetime
) -> MailBatch:
    """An empty draft to a segment.  Raises ``FieldRefused("to", …)`` for a group unknown here."""
    _refuse_unknown_group(edition, segment=segment, choice=choice)
    batch = _new(edition, origin=Origin.ORGANIZER, title="", actor=actor, now=now)
    batch.segment, batch.choice = segment, choice
    _tell("mail_batch_begun", batch, actor=actor, now=now, after=_group(batch))
    return batch


def save_batch(
    batch: MailBatch,
    *,
    edition: Any,
    title: str,
    segment: str,
    choice: str,
    texts: Texts,
    version: int,
    actor: Actor,
    now: datetime,
) -> None:
    """Write down title, group and texts of a draft or held batch, complete or not.

    ``texts``: language → {"subject", "body"}; empty languages are dropped.  Raises
    ``FieldRefused`` for ``to``, ``subject_<language>`` and ``body_<language>`` (unknown
    placeholders), ``StaleVersion`` when somebody saved meanwhile.
    """
    _refuse_unless_editable(batch)
    _refuse_unknown_group(edition, segment=segment, choice=choice)
    kept = {
        locale: {"subject": text.get("subject", ""), "body": text.get("body", "")}
        for locale, text in texts.items()
        if text.get("subject") or text.get("body")
    }
    for locale, text in kept.items():
        for part, words in text.items():
            rules.refuse_unknown_placeholders(
                words, allowed=SEGMENTS[segment].placeholders, field=f"{part}_{locale}"
            )
    _raise_version(batch, version=version, now=now)
    batch.title, batch.segment, batch.choice, batch.texts = title[:200], segment, choice, kept
    _tell("mail_batch_saved", batch, actor=actor, now=now, after=_group(batch))


def write_note(
    batch: MailBatch, *, note: Mapping[str, str], version: int, actor: Actor, now: datetime
) -> None:
    """Words of the organizers above every letter of a pile that another room wrote.

    ``note``: language → plain text.  Raises ``RuleBroken`` unless it is held, ``StaleVersion``
    when somebody saved meanwhile.
    """
    if batch.is_ours or batch.state != BatchState.HELD:
        raise RuleBroken(mark("Only held letters can be given an introduction."))
    _raise_version(batch, version=version, now=now)
    batch.note = {locale: text for locale, text in note.items() if text}
    _tell("mail_batch_introduced", batch, actor=actor, now=now, after={"note": batch.note})


def hold(batch: MailBatch, *, edition: Any, actor: Actor, now: datetime) -> None:
    """Ready: it waits for somebody to release it, and can still be edited."""
    rules.refuse_unready(batch.texts, default=queries.languages_of(edition)[0])
    _move(batch, BatchState.HELD, actor=actor, now=now)


def take_back(batch: MailBatch, *, actor: Actor, now: datetime) -> None:
    """A held message becomes a draft again."""
    if not batch.is_ours:
        raise RuleBroken(mark("These letters are finished. Release or discard them."))
    _move(batch, BatchState.DRAFT, actor=actor, now=now)


def release(batch: MailBatch, *, edition: Any, version: int, actor: Actor, now: datetime) -> None:
    """Let it go: held letters at once; a message to a segment by a task that writes the letters.

    ``version`` is the one that was looked at: raises ``StaleVersion`` when a colleague changed it
    since, ``RuleBroken`` while a text is missing or nobody would receive it.
    """
    if batch.is_ours and batch.queued_at is None:
        rules.refuse_unready(batch.texts, default=queries.languages_of(edition)[0])
        if not queries.addressees(batch, edition, now=now).recipients:
            raise RuleBroken(
                mark("Nobody would receive this message."),
                kept=mark("Everything you wrote is kept."),
                next_step=mark("Choose another group, or wait until somebody belongs to it."),
            )
    _move(batch, BatchState.RELEASED, version=version, actor=actor, now=now)
    batch.released_at, batch.released_by = batch.released_at or now, actor.label[:200]
    if batch.is_ours and batch.queued_at is None:
        enqueue(
            TASK,
            key=f"mail_batch:{batch.code}:{batch.version}",
            title=mark("A message to many people"),
            payload={"batch": batch.code},
            edition_id=batch.edition_id,
            person_id=actor.person_id,
            now=now,
        )
    else:
        batch.addressed = batch.addressed or _letters_in_outbox(batch)
        outbox.release_batch(batch.id, now=now)


def stop(batch: MailBatch, *, actor: Actor, now: datetime) -> int:
    """Whatever has not left yet stays; answers how many letters that are."""
    _move(batch, BatchState.STOPPED, actor=actor, now=now)
    waiting = update(OutboxMessage).where(
        OutboxMessage.batch_id == batch.id, OutboxMessage.state == MessageState.QUEUED
    )
    done: Any = db.session.execute(
        waiting.values(state=MessageState.HELD).execution_options(synchronize_session=False)
    )
    return int(done.rowcount)


def stop_what_failed_meanwhile() -> int:
    """A letter that was being sent when its batch was stopped, and failed, does not try again.

    Answers how many there were.  Safe for several at once.
    """
    count = 0
    for batch_state, letter_state in (
        (BatchState.STOPPED, MessageState.HELD),
        (BatchState.DISCARDED, MessageState.CANCELLED),
    ):
        ended = select(MailBatch.id).where(MailBatch.state == batch_state)
        done: Any = db.session.execute(
            update(OutboxMessage)
            .where(OutboxMessage.state == MessageState.QUEUED, OutboxMessage.batch_id.in_(ended))
            .values(state=letter_state)
            .execution_options(synchronize_session=False)
        )
        count += done.rowcount
    return count


def discard(batch: MailBatch, *, actor: Actor, now: datetime) -> None:
    """Throw it away, with every letter of it that has not left."""
    _move(batch, BatchState.DISCARDED, actor=actor, now=now)
    outbox.cancel_batch(batch.id)


def copy_batch(batch: MailBatch, *, edition: Any, actor: Actor, now: datetime) -> MailBatch:
    """A new draft with the same group and words."""
    if not batch.is_ours:
        raise RuleBroken(mark("These letters were not written by hand, so they cannot be copied."))
    made = _new(edition, origin=Origin.ORGANIZER, title=batch.title, actor=actor, now=now)
    made.segment, made.choice, made.texts = batch.segment, batch.choice, dict(batch.texts)
    _tell("mail_batch_begun", made, actor=actor, now=now, after=_group(made))
    return made


def _letters_in_outbox(batch: MailBatch) -> int:
    return sum(queries.letter_counts([batch.id])[batch.id].values())


def _new(
    edition: Any, *, origin: Origin, title: str, state: BatchState = BatchState.DRAFT,
    actor: Actor, now: datetime,
) -> MailBatch:  # fmt: skip
    batch = MailBatch(
        code=make_code(),
        edition_id=edition.id,
        origin=origin,
        title=title[:200],
        texts={},
        note={},
        state=state,
        version=1,
        written_by=actor.label[:200],
        created_at=now,
        changed_at=now,
    )
    db.session.add(batch)
    db.session.flush()
    return batch


def _refuse_unless_editable(batch: MailBatch) -> None:
    if not batch.is_ours or batch.state not in (BatchState.DRAFT, BatchState.HELD):
        raise RuleBroken(
            mark("This message can no longer be changed."),
            next_step=mark("Copy it into a new one."),
        )


def _refuse_unknown_group(edition: Any, *, segment: str, choice: str) -> None:
    found = SEGMENTS.get(segment)
    offered = found.choices(edition) if found and found.choices else [("", "")]
    if found is None or choice not in {value for value, _label in offered}:
        raise FieldRefused("to", mark("Choose who gets the message."))


def _raise_version(batch: MailBatch, *, version: int, now: datetime) -> None:
    """Two who save at once: the second one is told, whatever the timing."""
    mine = db.session.scalar(
        update(MailBatch)
        .where(MailBatch.id == batch.id, MailBatch.version == version)
        .values(version=version + 1, changed_at=now)
        .returning(MailBatch.id)
    )
    if mine is None:
        raise StaleVersion(
            CHANGED,
            kept=mark("Nothing was overwritten; your words are still in the form."),
            next_step=mark("Copy what you wrote, open the message again and put it in."),
        )


CHANGED = mark("Somebody else changed this message meanwhile.")
REFUSALS = {
    BatchState.DRAFT: mark("Only a held message can become a draft again."),
    BatchState.HELD: mark("Only a draft can be held."),
    BatchState.RELEASED: mark("This message is released already, or was thrown away."),
    BatchState.STOPPED: mark("Only a released message can be stopped."),
    BatchState.DISCARDED: mark("A released message cannot be thrown away. Stop it first."),
}


def _move(
    batch: MailBatch,
    wanted: BatchState,
    *,
    actor: Actor,
    now: datetime,
    version: int | None = None,
) -> None:
    """One conditional UPDATE, so that of two who press at once one is told.

    ``version``: the move is made only from the words that somebody looked at.
    """
    before, allowed = batch.state, rules.states_before(wanted)
    move = update(MailBatch).where(MailBatch.id == batch.id, MailBatch.state.in_(allowed))
    if version is not None:
        move = move.where(MailBatch.version == version)
    values = {"state": wanted, "version": MailBatch.version + 1, "changed_at": now}
    mine = db.session.scalar(move.values(values).returning(MailBatch.id))
    db.session.refresh(batch)
    if mine is None and batch.state in allowed:
        raise StaleVersion(
            CHANGED,
            kept=mark("Nobody was sent anything."),
            next_step=mark("Look at the message again, then release it."),
        )
    if mine is None:
        raise RuleBroken(REFUSALS[wanted])
    _tell(f"mail_batch_{wanted.value}", batch, actor=actor, now=now, before={"state": before.value})


def _group(batch: MailBatch) -> dict[str, Any]:
    return {"segment": batch.segment, "choice": batch.choice}


def _tell(
    action: str,
    batch: MailBatch,
    *,
    actor: Actor,
    now: datetime,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    write_journal(
        action,
        actor=actor,
        entity="mail_batch",
        key=batch.code,
        now=now,
        edition_id=batch.edition_id,
        before=before,
        after=after,
    )
