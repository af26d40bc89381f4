"""Write, hold, release, stop and throw away; one letter per address whatever happens."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from festival.extensions import db
from festival.mail.actions import Letter, queue_letters
from festival.mail.batches import actions, letters, queries, rules
from festival.mail.batches.jobs import write_letters
from festival.mail.batches.models import MailBatch
from festival.mail.batches.states import BatchState, Origin
from festival.mail.models import MailRecipient, MailRefusal, OutboxMessage
from festival.mail.rendering import render_message
from festival.mail.states import MessageState, Topic
from festival.shared.errors import FieldRefused, RuleBroken, StaleVersion
from festival.shared.journal import JournalEntry
from festival.shared.running import run_task
from festival.shared.tasks import Task, TaskRun, TaskState
from festival.visitors.actions import book
from tests.factories.batches import OLGA, WORDS, make_batch, make_households, make_pile
from tests.factories.visitors import make_bookable, make_household, publish
from tests.factories.world import NOW, World

LATER = NOW + timedelta(hours=1)


def saved(batch: MailBatch, world: World, **changes: Any) -> None:
    values: dict[str, Any] = {
        "title": batch.title, "segment": batch.segment, "choice": batch.choice,
        "texts": batch.texts, "version": batch.version,
    } | changes  # fmt: skip
    actions.save_batch(batch, edition=world.here.edition, actor=OLGA, now=LATER, **values)
    db.session.commit()


def released(batch: MailBatch, world: World) -> None:
    actions.release(batch, edition=world.here.edition, version=batch.version, actor=OLGA, now=LATER)
    db.session.commit()


def letters_of(batch: MailBatch) -> list[OutboxMessage]:
    db.session.expire_all()
    return list(
        db.session.scalars(
            db.select(OutboxMessage)
            .where(OutboxMessage.batch_id == batch.id)
            .order_by(OutboxMessage.id)
        )
    )


def run_tasks() -> list[Task]:
    """What a worker does with everything that waits."""
    codes = db.session.scalars(
        db.select(Task.code).where(Task.state == TaskState.WAITING).order_by(Task.id)
    ).all()
    for code in codes:
        assert run_task(code)
    db.session.expire_all()
    return list(db.session.scalars(db.select(Task).where(Task.code.in_(codes))))


def journal() -> list[str]:
    return list(db.session.scalars(db.select(JournalEntry.action).order_by(JournalEntry.id)))


def test_a_draft_is_to_a_group_that_there_is(world: World) -> None:
    for segment, choice in (("nobody", ""), ("registered", "x"), ("twin_city", "paris"), ("", "")):
        with pytest.raises(FieldRefused) as refused:
            actions.begin_batch(
                world.here.edition, segment=segment, choice=choice, actor=OLGA, now=NOW
            )
        assert refused.value.field == "to"
    made = actions.begin_batch(
        world.here.edition, segment="twin_city", choice="korea", actor=OLGA, now=NOW
    )
    assert (made.state, made.written_by, made.heading) == (BatchState.DRAFT, "Olga Organizer", "")
    assert "mail_batch_begun" in journal()


def test_texts_are_kept_complete_or_not_and_unknown_placeholders_are_refused(world: World) -> None:
    batch = make_batch(world.here)
    saved(batch, world, texts=WORDS | {"fr": {"subject": "", "body": ""}, "ar": {"body": "x"}})
    assert set(batch.texts) == {"en", "ar"}
    assert batch.heading == "Doors, {name}"
    with pytest.raises(FieldRefused) as refused:
        saved(batch, world, texts={"fr": {"subject": "ok", "body": "{organization}"}})
    assert refused.value.field == "body_fr"
    assert "{name}, {festival}, {page}, {link}" in refused.value.spoken()


@pytest.mark.both_databases
def test_of_two_who_save_the_second_is_told(world: World) -> None:
    batch = make_batch(world.here)
    seen = batch.version
    saved(batch, world, title="first")
    with pytest.raises(StaleVersion):
        saved(batch, world, title="second", version=seen)
    db.session.rollback()
    assert batch.title == "first"


@pytest.mark.both_databases
def test_release_writes_one_letter_to_each_address_and_pressing_twice_nothing(
    world: World,
) -> None:
    make_households(world.here, 3)
    make_households(world.here, 1, first=7, email="H0@luminara.example")
    make_households(world.here, 1, first=8, email="")
    make_households(world.there, 2)
    batch = make_batch(world.here)
    released(batch, world)
    assert letters_of(batch) == []
    with pytest.raises(RuleBroken, match="released already"):
        released(batch, world)
    db.session.rollback()
    tasks = run_tasks()
    assert [each.state for each in tasks] == [TaskState.DONE]
    written = letters_of(batch)
    assert [each.recipient for each in written] == [f"h{n}@luminara.example" for n in range(3)]
    assert {each.state for each in written} == {MessageState.QUEUED}
    assert {each.reply_to for each in written} == {"hello@luminara.example"}
    assert (batch.addressed, batch.left_out, batch.without_address) == (3, 0, 1)
    assert batch.released_by == "Olga Organizer"
    # the worker dies after the commit and the task is run again, by hand even
    for _again in range(2):
        run = TaskRun("x", actions.TASK, batch.edition_id, None, {"batch": batch.code})
        assert write_letters(run) == {"letters": 0}
    assert len(letters_of(batch)) == 3


def test_a_crash_between_taking_and_writing_is_made_good(world: World) -> None:
    """Whatever of the letters is in the outbox already is not written a second time."""
    make_households(world.here, 2)
    batch = make_batch(world.here)
    released(batch, world)
    run_tasks()
    first = [each.key for each in letters_of(batch)]
    batch.queued_at = None  # as if the commit of the mark had been lost
    db.session.commit()
    make_households(world.here, 1, first=5)
    assert letters.queue_batch(batch, now=LATER) == 1
    db.session.commit()
    assert [each.key for each in letters_of(batch)][:2] == first


def test_each_letter_is_in_the_readers_language_or_the_default(world: World) -> None:
    make_households(world.here, 1, first=0, locale="ar", name="Nour")
    make_households(world.here, 1, first=1, locale="ru", name="")
    batch = make_batch(
        world.here, texts=WORDS | {"ar": {"subject": "مرحبا", "body": "{name} أهلا"}}
    )
    released(batch, world)
    run_tasks()
    arabic, default = letters_of(batch)
    assert (arabic.locale, default.locale) == ("ar", "en")
    made = render_message(arabic)
    assert made.subject == "مرحبا"
    assert 'dir="rtl"' in made.html
    assert "Nour أهلا" in made.text
    assert render_message(default).text.startswith("Hello,\n\nthe doors open")


def test_what_is_filled_in_speaks_the_language_of_the_text_not_of_the_reader(world: World) -> None:
    occurrence = make_bookable(world.here)
    publish(world.here)
    row, token = make_household(world.here, name="Nour", email="n@home.example", locale="ar")
    book(row, occurrence_id=occurrence.id, people=2, now=NOW, token=token)
    db.session.commit()
    texts = {"en": {"subject": "On {when}", "body": "{link}"}}
    batch = make_batch(world.here, segment="bookers", choice=str(occurrence.id), texts=texts)
    found = queries.addressees(batch, world.here.edition, now=NOW).recipients[0]
    facts = letters.letter_facts(batch, found)
    assert found.locale == "ar"
    assert facts["subject"] == "On Wed, May 14, 11:00"
    assert "/en/luminara/2027/programme/" in rules.as_text(facts["paragraphs"])


def test_who_refuses_such_messages_is_left_out_and_counted(world: World) -> None:
    make_households(world.here, 2)
    row = MailRecipient(edition_id=world.here.edition.id, email="h1@luminara.example")
    db.session.add(row)
    db.session.flush()
    db.session.add(MailRefusal(recipient_id=row.id, topic=Topic.ORGANIZERS, refused_at=NOW))
    batch = make_batch(world.here)
    found = queries.addressees(batch, world.here.edition, now=NOW)
    assert (len(found.recipients), found.left_out) == (1, 1)
    released(batch, world)
    run_tasks()
    assert [each.recipient for each in letters_of(batch)] == ["h0@luminara.example"]
    assert batch.left_out == 1


def test_nothing_is_released_without_a_text_or_a_reader(world: World) -> None:
    batch = make_batch(world.here)
    with pytest.raises(RuleBroken, match="Nobody would receive"):
        released(batch, world)
    make_households(world.here, 1)
    saved(batch, world, texts={"fr": {"subject": "s", "body": "b"}})
    with pytest.raises(RuleBroken, match="first language"):
        released(batch, world)
    with pytest.raises(RuleBroken, match="first language"):
        actions.hold(batch, edition=world.here.edition, actor=OLGA, now=NOW)
    assert batch.state == BatchState.DRAFT


@pytest.mark.both_databases
def test_what_a_colleague_changed_meanwhile_is_looked_at_before_it_goes(world: World) -> None:
    make_households(world.here, 1)
    batch = make_batch(world.here)
    seen = batch.version
    saved(batch, world, title="Doors")
    with pytest.raises(StaleVersion) as stale:
        actions.release(batch, edition=world.here.edition, version=seen, actor=OLGA, now=NOW)
    assert stale.value.kept == "Nobody was sent anything."
    db.session.rollback()
    assert batch.state == BatchState.DRAFT
    released(batch, world)


def test_held_it_can_be_edited_and_taken_back_and_released(world: World) -> None:
    make_households(world.here, 1)
    batch = make_batch(world.here)
    actions.hold(batch, edition=world.here.edition, actor=OLGA, now=NOW)
    assert queries.held_batches(world.here.edition.id) == [batch]
    assert queries.held_batches(world.there.edition.id) == []
    saved(batch, world, title="Doors")
    with pytest.raises(RuleBroken, match="Only a draft"):
        actions.hold(batch, edition=world.here.edition, actor=OLGA, now=NOW)
    actions.take_back(batch, actor=OLGA, now=NOW)
    with pytest.raises(RuleBroken, match="Only a held"):
        actions.take_back(batch, actor=OLGA, now=NOW)
    released(batch, world)
    with pytest.raises(RuleBroken, match="no longer be changed"):
        saved(batch, world, title="too late")
    with pytest.raises(RuleBroken, match="Stop it first"):
        actions.discard(batch, actor=OLGA, now=NOW)


@pytest.mark.both_databases
def test_stopped_letters_wait_and_the_rest_can_go_or_be_thrown_away(world: World) -> None:
    make_households(world.here, 3)
    batch = make_batch(world.here)
    released(batch, world)
    run_tasks()
    sent = letters_of(batch)[0]
    sent.state = MessageState.SENT
    db.session.commit()
    assert actions.stop(batch, actor=OLGA, now=LATER) == 2
    db.session.commit()
    assert [each.state for each in letters_of(batch)] == ["sent", "held", "held"]
    released(batch, world)
    assert [each.state for each in letters_of(batch)] == ["sent", "queued", "queued"]
    assert db.session.scalars(db.select(Task).where(Task.state == TaskState.WAITING)).all() == []
    actions.stop(batch, actor=OLGA, now=LATER)
    assert actions.stop(batch, actor=OLGA, now=LATER) == 0
    actions.discard(batch, actor=OLGA, now=LATER)
    db.session.commit()
    assert [each.state for each in letters_of(batch)] == ["sent", "cancelled", "cancelled"]
    assert batch.state == BatchState.DISCARDED
    with pytest.raises(RuleBroken):
        released(batch, world)


def test_stopped_before_the_worker_came_nothing_is_written_until_released_again(
    world: World,
) -> None:
    make_households(world.here, 1)
    batch = make_batch(world.here)
    released(batch, world)
    actions.stop(batch, actor=OLGA, now=LATER)
    db.session.commit()
    run_tasks()
    assert letters_of(batch) == []
    released(batch, world)
    run_tasks()
    assert len(letters_of(batch)) == 1


def test_a_discarded_draft_reaches_nobody_and_a_copy_is_a_new_draft(world: World) -> None:
    make_households(world.here, 1)
    batch = make_batch(world.here, title="Doors")
    actions.discard(batch, actor=OLGA, now=NOW)
    made = actions.copy_batch(batch, edition=world.here.edition, actor=OLGA, now=LATER)
    assert made.code != batch.code
    assert (made.texts, made.segment, made.state) == (WORDS, "registered", BatchState.DRAFT)
    with pytest.raises(RuleBroken):
        released(batch, world)


def pile_with_letters(world: World) -> MailBatch:
    batch = make_pile(world.here)
    facts = {"subject": "It moved", "paragraphs": [[{"text": "To ten o’clock."}]]}
    queue_letters(
        letters.KIND,
        [
            Letter(f"news:{locale}", recipient=f"{locale}@city.example", locale=locale, facts=facts)
            for locale in ("en", "fr")
        ],
        edition_id=world.here.edition.id,
        batch_id=batch.id,
        held=True,
        now=NOW,
    )  # fmt: skip
    db.session.commit()
    return batch


def test_a_pile_of_another_room_gets_an_introduction_and_is_released_at_once(world: World) -> None:
    batch = pile_with_letters(world)
    assert (batch.is_ours, batch.state, batch.heading) == (False, "held", "News of version 3")
    actions.write_note(
        batch, note={"en": "Dear all,\n\nwe are sorry.", "fr": "", "ar": ""},
        version=batch.version, actor=OLGA, now=NOW,
    )  # fmt: skip
    db.session.commit()
    english, french = letters_of(batch)
    made = render_message(english)
    assert made.text.startswith("Dear all,\n\nwe are sorry.\n\nTo ten")
    assert made.html.index("we are sorry.") < made.html.index("To ten o’clock.")
    assert made.subject == "It moved"
    assert "we are sorry" in render_message(french).text
    with pytest.raises(StaleVersion):
        actions.write_note(batch, note={}, version=1, actor=OLGA, now=NOW)
    released(batch, world)
    assert {each.state for each in letters_of(batch)} == {MessageState.QUEUED}
    assert batch.addressed == 2
    with pytest.raises(RuleBroken, match="Only held letters"):
        actions.write_note(batch, note={}, version=batch.version, actor=OLGA, now=NOW)


def test_a_pile_is_not_edited_copied_or_made_a_draft(world: World) -> None:
    batch = pile_with_letters(world)
    for refused in (
        lambda: actions.take_back(batch, actor=OLGA, now=NOW),
        lambda: actions.copy_batch(batch, edition=world.here.edition, actor=OLGA, now=NOW),
        lambda: saved(batch, world),
    ):
        with pytest.raises(RuleBroken):
            refused()
    with pytest.raises(RuleBroken, match="Only held"):
        actions.write_note(make_batch(world.here), note={}, version=2, actor=OLGA, now=NOW)
    actions.discard(batch, actor=OLGA, now=NOW)
    assert {each.state for each in letters_of(batch)} == {MessageState.CANCELLED}
    assert queries.addressees(batch, world.here.edition, now=NOW).recipients == ()


def test_a_test_goes_to_the_writer_alone_in_every_language_written(world: World) -> None:
    make_households(world.here, 2)
    batch = make_batch(world.here, texts=WORDS | {"fr": {"subject": "Portes", "body": "{name} !"}})
    count = letters.send_test(
        batch, to="olga@city.example", name="Olga", subject_mark="Test", number=2, now=NOW
    )
    db.session.commit()
    assert count == 2
    rows = list(db.session.scalars(db.select(OutboxMessage).order_by(OutboxMessage.id)))
    assert {each.recipient for each in rows} == {"olga@city.example"}
    assert {each.batch_id for each in rows} == {None}
    assert render_message(rows[0]).subject == "Test: Doors, Household 1"
    assert batch.state == BatchState.DRAFT


def test_a_test_needs_words_and_somebody_who_wants_it(world: World) -> None:
    batch = make_batch(world.here)
    arguments: dict[str, Any] = {
        "to": "olga@city.example", "name": "Olga", "subject_mark": "Test", "number": 1, "now": NOW,
    }  # fmt: skip
    assert letters.send_test(batch, **arguments) == 1  # nobody in the group: the writer's own name
    batch.texts = {"en": {"subject": "x", "body": ""}}
    with pytest.raises(RuleBroken, match="Write a subject"):
        letters.send_test(batch, **arguments)
    batch.texts = WORDS
    row = db.session.scalars(db.select(MailRecipient)).one()
    db.session.add(MailRefusal(recipient_id=row.id, topic=Topic.ORGANIZERS, refused_at=NOW))
    db.session.commit()
    with pytest.raises(RuleBroken, match="own address"):
        letters.send_test(batch, **arguments | {"now": LATER})


def test_a_task_without_its_batch_does_nothing(world: World) -> None:
    run = TaskRun("x", actions.TASK, world.here.edition.id, None, {"batch": "gone"})
    assert write_letters(run) == {"letters": 0}
    batch = make_batch(world.here)
    run = TaskRun("x", actions.TASK, world.there.edition.id, None, {"batch": batch.code})
    assert write_letters(run) == {"letters": 0}


def test_a_subject_of_nothing_but_an_empty_name_is_the_festivals_title(world: World) -> None:
    make_households(world.here, 1, name="")
    batch = make_batch(world.here, texts={"en": {"subject": "{name}", "body": "x"}})
    found = queries.addressees(batch, world.here.edition, now=NOW).recipients[0]
    assert letters.letter_facts(batch, found)["subject"] == world.here.edition.title


def test_origins_are_what_other_rooms_may_say(world: World) -> None:
    assert make_pile(world.here).origin in set(Origin)
