"""What is kept for how long: a table of rules, applied every night in small units of work.

Each rule answers the ids of what is old enough and puts a handful of them away; a unit of work
holds the handful and its line in the journal, so whoever is killed in the middle has lost nothing
and counted nothing twice.  Numbers stay: who came, how many mails of which kind, which scans.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Executable, Select, delete, exists, select, update
from sqlalchemy.exc import IntegrityError

from festival.badges.models import Badge
from festival.checkin.models import DoorLink, Scan
from festival.exhibitors.calls.models import CallLink
from festival.exhibitors.models import Application, ResumeLink
from festival.exhibitors.states import ApplicationState
from festival.extensions import db
from festival.festivals.models import Edition
from festival.mail.models import MailRecipient, MailRefusal, OutboxMessage
from festival.mail.states import MessageState
from festival.portal.leads.actions import remove_lapsed
from festival.portal.leads.queries import leads_due
from festival.portal.passes.models import TeamPass
from festival.portal.slots.models import SlotBooking
from festival.programme.models import Presenter
from festival.shared.journal import SYSTEM, write_journal
from festival.shared.tasks import Task, TaskState
from festival.shared.work import work
from festival.site.private_files import delete_files, delete_papers, files_due, papers_due

logger = logging.getLogger(__name__)

KEPT_AFTER_END = timedelta(days=30)
"""After an edition's last day, after a mail without an edition, after the end of a task."""
HANDFUL = 200
"""Rows in one unit of work: SQLite's write lock is held for some milliseconds."""
FORGOTTEN = "–"
"""Stands where a helper's name was."""
ENDED_MAIL = (
    MessageState.SENT,
    MessageState.BOUNCED,
    MessageState.DEAD,
    MessageState.CANCELLED,
)
ENDED_TASKS = (TaskState.DONE, TaskState.FAILED, TaskState.CANCELLED)


@dataclass(frozen=True, slots=True)
class RetentionRule:
    """``due`` selects ids in rising order; ``put_away`` answers how many of them it dealt with."""

    name: str
    due: Callable[[datetime], Select[Any]]
    put_away: Callable[[Sequence[int]], int]


def put_away(*, now: datetime, rules: Sequence[RetentionRule] | None = None) -> dict[str, int]:
    """Apply every rule; how many rows each has dealt with.  Doing it twice is doing it once."""
    return {each.name: _apply(each, now=now) for each in (RULES if rules is None else rules)}


def _apply(rule: RetentionRule, *, now: datetime) -> int:
    count, last = 0, 0
    while True:
        with work():
            due = rule.due(now).subquery()
            query = select(due.c.id).where(due.c.id > last).order_by(due.c.id).limit(HANDFUL)
            ids = list(db.session.scalars(query))
            if not ids:
                return count
            done = rule.put_away(ids)
            if done:
                write_journal(
                    "put_away",
                    actor=SYSTEM,
                    entity="retention",
                    key=rule.name,
                    now=now,
                    after={"count": done},
                )
        count, last = count + done, ids[-1]


def _over(now: datetime) -> ColumnElement[bool]:
    """The edition's last day is ``KEPT_AFTER_END`` ago in every zone."""
    return Edition.ends_on < (now - KEPT_AFTER_END - timedelta(days=1)).date()


def _mail_due(now: datetime) -> Select[Any]:
    old = select(OutboxMessage.id).outerjoin(Edition, Edition.id == OutboxMessage.edition_id)
    return old.where(
        OutboxMessage.state.in_(ENDED_MAIL),
        OutboxMessage.recipient != "",
        OutboxMessage.created_at < now - KEPT_AFTER_END,
        OutboxMessage.edition_id.is_(None) | _over(now),
    )


def _empty_mail(ids: Sequence[int]) -> int:
    """Words and addresses go; key, kind, language, state and instants stay for the figures."""
    db.session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.id.in_(ids))
        .values(
            recipient="", recipient_name="", reply_to="", subject="", body_text="", body_html="",
            facts=None, attachments=[], error="",
        )
    )  # fmt: skip
    return len(ids)


def _recipients_due(now: datetime) -> Select[Any]:
    return (
        select(MailRecipient.id)
        .join(Edition, Edition.id == MailRecipient.edition_id)
        .where(_over(now), ~exists().where(MailRefusal.recipient_id == MailRecipient.id))
    )


def _delete_recipients(ids: Sequence[int]) -> int:
    """Who refused something stays known, so that nobody writes to them again after all."""
    db.session.execute(delete(MailRecipient).where(MailRecipient.id.in_(ids)))
    return len(ids)


def _presenters_due(now: datetime) -> Select[Any]:
    return (
        select(Presenter.id)
        .join(Edition, Edition.id == Presenter.edition_id)
        .where(Presenter.email != "", _over(now))
    )


def _forget_addresses(ids: Sequence[int]) -> int:
    """Names stand in the programme and stay."""
    db.session.execute(update(Presenter).where(Presenter.id.in_(ids)).values(email=""))
    return len(ids)


def _tasks_due(now: datetime) -> Select[Any]:
    return select(Task.id).where(
        Task.state.in_(ENDED_TASKS), Task.finished_at < now - KEPT_AFTER_END
    )


def _delete_tasks(ids: Sequence[int]) -> int:
    db.session.execute(delete(Task).where(Task.id.in_(ids)))
    return len(ids)


def _links_due(now: datetime) -> Select[Any]:
    return select(DoorLink.id).where(
        DoorLink.expires_at < now - KEPT_AFTER_END, DoorLink.label != FORGOTTEN
    )


def _forget_links(ids: Sequence[int]) -> int:
    """A link that nobody used goes; of one with scans the helper's name goes, the scans stay."""
    used = exists().where(Scan.door_link_id == DoorLink.id)
    db.session.execute(delete(DoorLink).where(DoorLink.id.in_(ids), ~used))
    db.session.execute(update(DoorLink).where(DoorLink.id.in_(ids)).values(label=FORGOTTEN))
    return len(ids)


def _drafts_due(now: datetime) -> Select[Any]:
    return (
        select(Application.id)
        .join(Edition, Edition.id == Application.edition_id)
        .where(Application.state == ApplicationState.DRAFT, _over(now))
    )


def _delete_drafts(ids: Sequence[int]) -> int:
    """What was never handed in, and an organization of which nothing else is known."""
    return sum(_delete_draft(each) for each in ids)


def _delete_draft(application_id: int) -> bool:
    application = db.session.get_one(Application, application_id)
    organization = application.organization
    own = (
        delete(ResumeLink).where(ResumeLink.application_id == application_id),
        update(CallLink)
        .where(CallLink.application_id == application_id)
        .values(application_id=None),
    )
    if not _is_deleted(application, first=own):
        return False
    _is_deleted(organization)
    return True


def _is_deleted(row: Any, *, first: Sequence[Executable] = ()) -> bool:
    """Delete a row unless others refer to it; then the database keeps it and what is its own."""
    try:
        with db.session.begin_nested():
            for statement in first:
                db.session.execute(statement)
            db.session.delete(row)
            db.session.flush()
    except IntegrityError:
        return False
    return True


def _vehicles_due(now: datetime) -> Select[Any]:
    return (
        select(SlotBooking.id)
        .join(Edition, Edition.id == SlotBooking.edition_id)
        .where(SlotBooking.vehicle != "", _over(now))
    )


def _forget_vehicles(ids: Sequence[int]) -> int:
    """Number plates go; who came when with how long a vehicle stays, to plan the next gates."""
    db.session.execute(update(SlotBooking).where(SlotBooking.id.in_(ids)).values(vehicle=""))
    return len(ids)


def _passes_due(now: datetime) -> Select[Any]:
    return (
        select(TeamPass.id)
        .join(Edition, Edition.id == TeamPass.edition_id)
        .where((TeamPass.name != FORGOTTEN) | (TeamPass.email != ""), _over(now))
    )


def _forget_teams(ids: Sequence[int]) -> int:
    """Names and addresses go, from the badges too; how many of each team came stays."""
    held = select(Badge.id, Badge.replaces_id).join(TeamPass, TeamPass.badge_id == Badge.id)
    chain = held.where(TeamPass.id.in_(ids)).cte("chain", recursive=True)
    earlier = select(Badge.id, Badge.replaces_id).join(chain, chain.c.replaces_id == Badge.id)
    badges = list(db.session.scalars(select(chain.union(earlier).c.id)))
    db.session.execute(update(Badge).where(Badge.id.in_(badges)).values(holder_name=FORGOTTEN))
    db.session.execute(
        update(TeamPass).where(TeamPass.id.in_(ids)).values(name=FORGOTTEN, email="")
    )
    return len(ids)


RULES = (
    RetentionRule("mail", _mail_due, _empty_mail),
    RetentionRule("mail_recipients", _recipients_due, _delete_recipients),
    RetentionRule("presenters", _presenters_due, _forget_addresses),
    RetentionRule("tasks", _tasks_due, _delete_tasks),
    RetentionRule("door_links", _links_due, _forget_links),
    RetentionRule("drafts", _drafts_due, _delete_drafts),
    RetentionRule("leads", leads_due, remove_lapsed),
    RetentionRule("vehicles", _vehicles_due, _forget_vehicles),
    RetentionRule("team_passes", _passes_due, _forget_teams),
    RetentionRule("papers", lambda now: papers_due(_over(now)), delete_papers),
    RetentionRule("private_files", files_due, delete_files),
)
