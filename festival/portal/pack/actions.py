"""What changes packs and the organizers' words in them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete

from festival.exhibitors.models import Application
from festival.extensions import db
from festival.festivals.models import Edition
from festival.portal.pack.models import ExhibitorPack, PackText
from festival.portal.pack.queries import texts_of
from festival.shared.journal import Actor, write_journal
from festival.shared.once import insert_once
from festival.shared.sentences import mark
from festival.shared.tasks import CAN_START_AGAIN, Task, TaskState, enqueue, start_again

KIND = "exhibitor_pack"
ALL = "all_packs"
TITLE = mark("The pack of an exhibitor")
ALL_TITLE = mark("The packs of all exhibitors")


def order_pack(
    application: Application, *, href: str, person_id: int | None, now: datetime
) -> Task:
    """Have the pack made, or made anew; who asks twice gets the work that is going on.

    ``href`` is where the pack can be had, for the page of the task.
    """
    open_packs([application])
    row = db.session.get_one(
        ExhibitorPack, application.id, populate_existing=True, with_for_update=True
    )
    task = _work_of(row, application, href=href, person_id=person_id, now=now)
    while task.state == TaskState.DONE:  # several, where the exhibitor had left meanwhile
        row.turn += 1
        task = _work_of(row, application, href=href, person_id=person_id, now=now)
    if task.state in CAN_START_AGAIN:
        start_again(task.code, edition_id=application.edition_id)
    row.task_code = task.code
    return task


def open_packs(applications: Iterable[Application]) -> None:
    """A row for each that has none."""
    for each in applications:
        insert_once(
            ExhibitorPack,
            unique="application_id",
            application_id=each.id,
            edition_id=each.edition_id,
            turn=1,
            task_code="",
            digest="",
            byte_count=0,
        )


def _work_of(
    row: ExhibitorPack,
    application: Application,
    *,
    href: str,
    person_id: int | None,
    now: datetime,
) -> Task:
    return enqueue(
        KIND,
        key=f"{KIND}:{application.id}:{row.turn}",
        title=TITLE,
        payload={"application": application.code, "href": href},
        edition_id=application.edition_id,
        person_id=person_id,
        now=now,
    )


def order_all(edition: Edition, *, locale: str, actor: Actor, now: datetime) -> Task:
    """One ZIP with everybody's pack; a second click within the minute is the same work."""
    return enqueue(
        ALL,
        key=f"{ALL}:{edition.id}:{now:%Y%m%dT%H%M}",
        title=ALL_TITLE,
        payload={"locale": locale},
        edition_id=edition.id,
        person_id=actor.person_id,
        now=now,
    )


def keep_pack(
    application_id: int, *, digest: str, byte_count: int, now: datetime
) -> ExhibitorPack | None:
    """Note which pack was made; None where the exhibitor has left meanwhile."""
    row = db.session.get(ExhibitorPack, application_id, populate_existing=True)
    if row is not None:
        row.digest, row.byte_count, row.made_at = digest, byte_count, now
    return row


def forget_pack(application_id: int) -> None:
    """The exhibitor has left: nobody gets the pack; its file is swept away."""
    db.session.execute(delete(ExhibitorPack).where(ExhibitorPack.application_id == application_id))


def write_text(
    edition: Edition, *, language: str, rules: str, contacts: str, actor: Actor, now: datetime
) -> PackText:
    """The organizers' words in one language; empty ones mean the usual ones."""
    row = texts_of(edition.id).get(language)
    if row is None:
        row = PackText(edition_id=edition.id, language=language)
        db.session.add(row)
    row.rules, row.contacts, row.changed_at = rules, contacts, now
    db.session.flush()
    write_journal(
        "pack_text_written", actor=actor, entity="edition", key=f"{edition.slug}/{language}",
        now=now, edition_id=edition.id,
    )  # fmt: skip
    return row
