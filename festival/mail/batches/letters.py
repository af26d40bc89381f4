"""Makes the letters of a message: an organizer's words with the facts of each recipient."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import update

from festival.extensions import db
from festival.mail.actions import Letter, queue_letters
from festival.mail.batches import queries, rules
from festival.mail.batches.models import MailBatch
from festival.mail.batches.segments import Recipient
from festival.mail.batches.states import BatchState
from festival.mail.rendering import Rendered, link_maker, one_line, render_mail
from festival.shared.errors import RuleBroken
from festival.shared.sentences import mark

KIND = "organizer_message"


def queue_batch(batch: MailBatch, *, now: datetime) -> int:
    """Write the letters of a released message into the outbox, in one transaction.

    Once and only while it is released: run again, it does nothing.  The key of each letter names
    batch and address, so that nobody is written to twice.  Answers how many letters are new.
    """
    mine = db.session.scalar(
        update(MailBatch)
        .where(
            MailBatch.id == batch.id,
            MailBatch.state == BatchState.RELEASED,
            MailBatch.queued_at.is_(None),
        )
        .values(queued_at=now)
        .returning(MailBatch.id)
    )
    if mine is None:
        return 0
    found = queries.addressees(batch, batch.edition, now=now)
    letters = [
        _letter(batch, each, key=f"batch:{batch.code}:{_address_mark(each.email)}")
        for each in found.recipients
    ]
    count = _queue(letters, batch.edition, batch_id=batch.id, now=now)
    batch.addressed, batch.left_out = count, found.left_out
    batch.without_address = found.without_address
    return count


def send_test(
    batch: MailBatch, *, to: str, name: str, subject_mark: str, number: int, now: datetime
) -> int:
    """Every language of it to one address, as the recipient ``number`` (from 1) would read it.

    ``subject_mark`` stands before the subject, such as "Test".  Raises ``RuleBroken`` while
    nothing is written, or when the address wants no such mail.
    """
    found = queries.addressees(batch, batch.edition, now=now).recipients
    sample = found[(number - 1) % len(found)] if found else Recipient(to, name, "", {})
    written = [locale for locale, text in batch.texts.items() if rules.is_written(text)]
    if not written:
        raise RuleBroken(mark("Write a subject and a text first."))
    once = f"{_address_mark(to)}:{now.timestamp()}"
    letters = []
    for locale in written:
        reader = Recipient(to, sample.name, locale, sample.facts)
        letter = _letter(batch, reader, key=f"batch-test:{batch.code}:{locale}:{once}")
        subject = f"{subject_mark}: {letter.facts['subject']}"
        letters.append(replace(letter, facts={**letter.facts, "subject": subject}))
    if not _queue(letters, batch.edition, batch_id=None, now=now):
        raise RuleBroken(mark("Your own address wants no messages from the organizers."))
    return len(letters)


def letter_facts(batch: MailBatch, recipient: Recipient) -> dict[str, Any]:
    """What the template ``organizer_message`` shows this recipient."""
    edition = batch.edition
    languages = queries.languages_of(edition)
    locale = rules.text_for(batch.texts, recipient.locale, default=languages[0])
    text = batch.texts.get(locale, {})
    facts = _blank_facts(batch) | dict(recipient.facts_in(locale))
    facts |= {
        "name": recipient.name,
        "festival": edition.title,
        "page": link_maker(locale=locale, edition=edition)("site.edition_home"),
    }
    return {
        "text_language": locale,
        "subject": one_line(rules.filled(text.get("subject", ""), facts)) or edition.title,
        "paragraphs": rules.paragraphs(text.get("body", ""), facts),
    }


def rendered_for(batch: MailBatch, recipient: Recipient) -> tuple[Rendered, dict[str, Any]]:
    """(the mail as this recipient would get it now, the facts it was made of); writes nothing."""
    facts = letter_facts(batch, recipient)
    context = {"edition": batch.edition, "unsubscribe": "", **facts}
    return render_mail(KIND, locale=facts["text_language"], context=context), facts


def _blank_facts(batch: MailBatch) -> dict[str, str]:
    """Whatever a row of the segment does not tell is empty, never left in braces."""
    found = queries.segment_of(batch)
    return dict.fromkeys(found.placeholders, "") if found else {}


def _letter(batch: MailBatch, recipient: Recipient, *, key: str) -> Letter:
    facts = letter_facts(batch, recipient)
    return Letter(
        key=key,
        recipient=recipient.email,
        recipient_name=recipient.name,
        locale=facts["text_language"],
        facts=facts,
    )


def _queue(letters: Sequence[Letter], edition: Any, *, batch_id: int | None, now: datetime) -> int:
    return queue_letters(
        KIND,
        letters,
        edition_id=edition.id,
        batch_id=batch_id,
        reply_to=edition.contact_email,
        now=now,
    )


def _address_mark(address: str) -> str:
    """The address in a key: nobody can read it back, and it is always short."""
    return hashlib.sha256(address.encode()).hexdigest()[:32]
