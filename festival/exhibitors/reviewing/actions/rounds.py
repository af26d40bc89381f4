"""Deciding on many at once, with mails that wait, so that it can be undone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, update

from festival.exhibitors.models import Application
from festival.exhibitors.moving import decide, lock, restore
from festival.exhibitors.reviewing import rules
from festival.exhibitors.reviewing.actions.messages import new_key
from festival.exhibitors.reviewing.actions.waiting import put_last
from festival.exhibitors.reviewing.models import (
    Decision,
    DecisionRound,
    DecisionText,
    Trial,
    WaitingPlace,
)
from festival.exhibitors.reviewing.queries import is_barred, texts_of
from festival.exhibitors.reviewing.states import RoundState
from festival.exhibitors.states import DECISIONS, ApplicationState
from festival.extensions import db
from festival.festivals.models import Edition
from festival.mail.batches.rules import refuse_unknown_placeholders
from festival.mail.models import OutboxMessage
from festival.mail.states import MessageState
from festival.shared.errors import FieldRefused, NotAllowed, RuleBroken, StaleVersion
from festival.shared.journal import Actor, write_journal
from festival.shared.once import insert_once
from festival.shared.sentences import mark
from festival.shared.tasks import wake_after_commit
from festival.shared.tokens import is_token, make_code, token_hash

LONGEST_TEXT = 8000
UNDONE = mark("The decision was undone before the mail left.")
DELIVERY = "festival.mail.jobs.deliver"


@dataclass(frozen=True, slots=True)
class Choice:
    """One decision of a round, its text filled in."""

    application: Application
    to: ApplicationState
    text: str
    conditions: str = ""
    seen: ApplicationState | None = None
    """The state that the page showed; None where it does not matter."""


def decide_together(
    edition: Edition,
    choices: Sequence[Choice],
    *,
    key: str,
    hold: timedelta | None,
    now: datetime,
    actor: Actor,
) -> DecisionRound:
    """Decide all of it or nothing; the mails leave after ``hold``, or when released (None).

    ``key`` is the secret of the form: the same form is the same round.  Raises ``StaleVersion``
    when somebody has decided meanwhile, ``NotAllowed`` for what the actor stays away from, and
    ``FieldRefused`` (text-<code>, conditions-<code>, key, applications).
    """
    if not is_token(key):
        raise FieldRefused("key", mark("The form had become incomplete. Please send it again."))
    if not choices:
        raise FieldRefused("applications", mark("Choose at least one application."))
    if not _open_round(edition, key=key, hold=hold, now=now, actor=actor):
        return _round_of(key)
    found = _round_of(key)
    for choice in sorted(choices, key=lambda each: each.application.id):
        found.decisions.append(_decide_one(choice, now=now, actor=actor))
    numbers = [choice.application.id for choice in choices]
    db.session.execute(delete(Trial).where(Trial.application_id.in_(numbers)))
    db.session.flush()
    _hold_mails(found)
    _note("decisions_made", found, number=len(choices), now=now, actor=actor)
    return found


def undo_round(found: DecisionRound, *, now: datetime, actor: Actor) -> tuple[int, int]:
    """Take back what nobody was told of: (how many decisions, how many had to stay).

    A decision stays when its mail has left, or when something else has happened since.
    Raises ``RuleBroken`` when the round is not held any more.
    """
    _lock_round(found)
    if not rules.may_end(found.state):
        raise RuleBroken(mark("The mails of these decisions have left or were undone already."))
    undone = 0
    for decision in found.decisions:
        lock(decision.application)
        if not _still_stands(decision, found) or not _stop_mail(decision):
            continue
        _put_back(decision, now=now, actor=actor)
        undone += 1
    stayed = len(found.decisions) - undone
    found.state = RoundState.RELEASED if stayed else RoundState.UNDONE
    found.ended_at = now
    db.session.flush()
    _note("decisions_undone", found, number=undone, now=now, actor=actor)
    return undone, stayed


def release_round(found: DecisionRound, *, now: datetime, actor: Actor) -> int:
    """Let the mails go now; answers how many.  A second press changes nothing."""
    _lock_round(found)
    if not rules.may_end(found.state):
        return 0
    count = _change_mails(
        found,
        (MessageState.HELD, MessageState.QUEUED),
        state=MessageState.QUEUED,
        next_attempt_at=now,
    )
    found.state, found.ended_at = RoundState.RELEASED, now
    wake_after_commit(DELIVERY)
    _note("decisions_released", found, number=count, now=now, actor=actor)
    return count


def save_texts(
    edition: Edition,
    texts: Mapping[tuple[ApplicationState, str], str],
    *,
    now: datetime,
    actor: Actor,
) -> None:
    """The organizers' own texts of decisions; an empty one goes back to the built-in.

    Raises ``FieldRefused`` (<decision>-<language>) for an unknown placeholder.
    """
    for (state, locale), text in texts.items():
        check_text(text, field=f"{state.value}-{locale}")
    db.session.refresh(edition, with_for_update={"of": Edition})
    before = texts_of(edition)
    after = {key: text for key, text in texts.items() if text}
    if after == before:
        return
    db.session.execute(delete(DecisionText).where(DecisionText.edition_id == edition.id))
    for (state, locale), text in after.items():
        db.session.add(DecisionText(edition_id=edition.id, state=state, locale=locale, text=text))
    db.session.flush()
    write_journal(
        "decision_texts_saved",
        actor=actor,
        entity="edition",
        key=edition.slug,
        now=now,
        edition_id=edition.id,
        before={f"{state.value}-{locale}": text for (state, locale), text in before.items()},
        after={f"{state.value}-{locale}": text for (state, locale), text in after.items()},
    )


def check_text(text: str, *, field: str) -> None:
    """Raise ``FieldRefused`` for a text that is too long or holds an unknown placeholder."""
    if len(text) > LONGEST_TEXT:
        raise FieldRefused(field, mark("Keep it below 8,000 characters."))
    refuse_unknown_placeholders(text, allowed=rules.PLACEHOLDERS, field=field)


def _open_round(
    edition: Edition, *, key: str, hold: timedelta | None, now: datetime, actor: Actor
) -> bool:
    return insert_once(
        DecisionRound,
        unique="key_hash",
        edition_id=edition.id,
        code=make_code(),
        key_hash=token_hash(key),
        state=RoundState.HELD,
        decided_at=now,
        decided_by=actor.label[:200],
        leaves_at=now + hold if hold is not None else None,
    )


def _round_of(key: str) -> DecisionRound:
    return db.session.scalars(
        select(DecisionRound).where(DecisionRound.key_hash == token_hash(key))
    ).one()


def _decide_one(choice: Choice, *, now: datetime, actor: Actor) -> Decision:
    row = choice.application
    lock(row)
    if is_barred(row, person_id=actor.person_id):
        raise NotAllowed(mark("You may not be impartial here, so others decide."))
    if choice.to not in DECISIONS or choice.seen not in (None, row.state) or row.state == choice.to:
        raise StaleVersion(
            mark("Somebody else has decided on %(name)s meanwhile."),
            kept=mark("Nothing was decided and no mail was written."),
            next_step=mark("Look at the list again."),
            name=row.organization.name,
        )
    before, facts = row.state, _facts(row)
    try:
        message = decide(
            row, to=choice.to, text=choice.text, conditions=choice.conditions, now=now,
            actor=actor, token=_key_for(choice, now=now),
        )  # fmt: skip
    except FieldRefused as refusal:
        refusal.field = f"{refusal.field}-{row.code}"
        raise
    if choice.to is ApplicationState.WAITLISTED:
        put_last(row)
    return Decision(
        application_id=row.id, state=choice.to, text=choice.text, conditions=choice.conditions,
        before=before, before_facts=facts, message_id=message.id if message else None,
    )  # fmt: skip


def _key_for(choice: Choice, *, now: datetime) -> str:
    """Whoever is accepted with changes gets a link to say yes or no."""
    if choice.to is not ApplicationState.ACCEPTED_WITH_CHANGES or not choice.conditions:
        return ""
    return new_key(choice.application, now=now)


def _facts(row: Application) -> dict[str, Any]:
    place = db.session.scalar(
        select(WaitingPlace.position).where(WaitingPlace.application_id == row.id)
    )
    return {
        "decided_at": row.decided_at.isoformat() if row.decided_at else None,
        "decided_by_id": row.decided_by_id,
        "decision_text": row.decision_text,
        "place": place,
    }


def _put_back(decision: Decision, *, now: datetime, actor: Actor) -> None:
    row, facts = decision.application, decision.before_facts
    at = facts["decided_at"]
    row.decided_at = datetime.fromisoformat(at) if at else None
    row.decided_by_id, row.decision_text = facts["decided_by_id"], facts["decision_text"]
    restore(row, to=decision.before, actor=actor, now=now)
    decision.is_undone = True
    db.session.execute(delete(WaitingPlace).where(WaitingPlace.application_id == row.id))
    if facts["place"] is not None:
        db.session.add(
            WaitingPlace(edition_id=row.edition_id, application_id=row.id, position=facts["place"])
        )


def _still_stands(decision: Decision, found: DecisionRound) -> bool:
    row = decision.application
    return row.state == decision.state and row.decided_at == found.decided_at


def _hold_mails(found: DecisionRound) -> None:
    if found.leaves_at is None:
        _change_mails(found, (MessageState.QUEUED,), state=MessageState.HELD)
    else:
        _change_mails(found, (MessageState.QUEUED,), next_attempt_at=found.leaves_at)


def _change_mails(found: DecisionRound, states: tuple[MessageState, ...], **values: object) -> int:
    """Change the round's mails that are still here; answers how many."""
    numbers = [each.message_id for each in found.decisions if each.message_id]
    return len(
        db.session.scalars(
            update(OutboxMessage)
            .where(OutboxMessage.id.in_(numbers), OutboxMessage.state.in_(states))
            .values(**values)
            .returning(OutboxMessage.id)
        ).all()
    )


def _stop_mail(decision: Decision) -> bool:
    """Cancel the mail unless a worker has it; a decision without a mail needs none stopped."""
    if decision.message_id is None:
        return True
    stopped = db.session.scalar(
        update(OutboxMessage)
        .where(
            OutboxMessage.id == decision.message_id,
            OutboxMessage.state.in_((MessageState.HELD, MessageState.QUEUED)),
        )
        .values(state=MessageState.CANCELLED, error=UNDONE)
        .returning(OutboxMessage.id)
    )
    return stopped is not None


def _lock_round(found: DecisionRound) -> None:
    db.session.flush()
    db.session.refresh(found, with_for_update={"of": DecisionRound})


def _note(action: str, found: DecisionRound, *, number: int, now: datetime, actor: Actor) -> None:
    write_journal(
        action,
        actor=actor,
        entity="decision_round",
        key=found.code,
        now=now,
        edition_id=found.edition_id,
        after={"decisions": number},
    )
