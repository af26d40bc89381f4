"""Before a call closes drafts are reminded, at its close the organizers get the numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from festival.accounts.queries import team_of
from festival.exhibitors.calls.models import Call
from festival.exhibitors.calls.queries import windows_of
from festival.exhibitors.calls.rules import Windows, closing
from festival.exhibitors.calls.states import CALL_NAMES
from festival.exhibitors.models import Application
from festival.exhibitors.moving import lock, mail_applicant
from festival.exhibitors.rules import refusal_for_submission
from festival.exhibitors.starting import add_resume_link
from festival.exhibitors.states import ApplicationState
from festival.exhibitors.values import facts_of
from festival.extensions import db
from festival.festivals.models import Edition
from festival.mail.actions import queue_mail
from festival.mail.models import OutboxMessage
from festival.shared.access import Role
from festival.shared.clock import local_instant
from festival.shared.journal import SYSTEM, write_journal

REMINDED_BEFORE = (3, 1)
"""Days before the close."""
MORNING = time(9, 0)
"""On the edition's clock: a call that closes at midnight reminds nobody at midnight."""
JUST_BEGUN = timedelta(hours=6)
"""Who has begun so shortly before has the mail with the link still on top."""


@dataclass(frozen=True, slots=True)
class Reminder:
    """Drafts of a call are reminded at ``at``; later than ``until`` it is of no use."""

    call_id: int
    edition_id: int
    closes_at: datetime
    days: int
    at: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Close:
    """A call closes, for the first or for the second time."""

    call_id: int
    edition_id: int
    closes_at: datetime


@dataclass(frozen=True, slots=True)
class CallNumbers:
    """What stands there when a call closes."""

    handed_in: int
    drafts: int
    withdrawn: int


def closes_between(begin: datetime, end: datetime) -> list[tuple[Call, Edition, datetime]]:
    """(call, edition, instant) of every close of a call from ``begin`` to ``end``."""
    rows = db.session.execute(
        select(Call, Edition)
        .join(Edition, Edition.id == Call.edition_id)
        .where(or_(Call.closes_at.between(begin, end), Call.recloses_at.between(begin, end)))
        .order_by(Call.id)
    ).all()
    return [
        (call, edition, instant)
        for call, edition in rows
        for instant in (call.closes_at, call.recloses_at)
        if instant is not None and begin <= instant <= end
    ]


def reminders_between(begin: datetime, end: datetime) -> list[Reminder]:
    """Reminders that are due from ``begin`` to ``end``."""
    margin = timedelta(days=max(REMINDED_BEFORE) + 1)
    found = [
        reminder
        for call, edition, instant in closes_between(begin, end + margin)
        for reminder in _reminders(call, edition, closes_at=instant)
    ]
    return [each for each in found if begin <= each.at <= end]


def _reminders(call: Call, edition: Edition, *, closes_at: datetime) -> Iterator[Reminder]:
    zone = ZoneInfo(edition.time_zone)
    day = closes_at.astimezone(zone).date()
    instants = [
        (days, local_instant(day - timedelta(days=days), MORNING, zone=zone))
        for days in REMINDED_BEFORE
    ]
    latest = [at for _days, at in instants[1:]] + [closes_at]
    for (days, at), until in zip(instants, latest, strict=True):
        opened = _opening_before(windows_of(call), closes_at)
        if opened is None or at > opened:
            yield Reminder(call.id, edition.id, closes_at, days, at, until)


def _opening_before(windows: Windows, closes_at: datetime) -> datetime | None:
    return windows.reopens_at if closes_at == windows.recloses_at else windows.opens_at


def drafts_to_remind(call_id: int, *, closes_at: datetime, now: datetime) -> list[int]:
    """Ids of drafts that were not begun just now and have no later date of their own.

    Empty when the call closes at another instant by now.
    """
    call = db.session.get(Call, call_id)
    if call is None or closing(now, windows_of(call)) != closes_at or now >= closes_at:
        return []
    return list(
        db.session.scalars(
            select(Application.id)
            .where(
                Application.call_id == call_id,
                Application.state == ApplicationState.DRAFT,
                Application.created_at < now - JUST_BEGUN,
                or_(Application.late_until.is_(None), Application.late_until <= closes_at),
            )
            .order_by(Application.id)
        )
    )


def remind_of_close(application_id: int, *, closes_at: datetime, days: int, now: datetime) -> bool:
    """Mail one draft what is missing and a new link to come back; the earlier links stay valid.

    Only hashes of secrets are kept, so no earlier link can be sent again.  False when it is a
    draft no more, or was reminded before.
    """
    application = db.session.get(Application, application_id)
    if application is None:
        return False
    lock(application)
    occasion = f"{days}d:{closes_at:%Y%m%dT%H%M}"
    known = select(OutboxMessage.id).where(
        OutboxMessage.key == f"call_closing:{application.code}:{occasion}"
    )
    if application.state != ApplicationState.DRAFT or db.session.scalar(known) is not None:
        return False
    mail_applicant(
        "call_closing",
        application,
        now=now,
        token=add_resume_link(application, now=now),
        occasion=occasion,
        closes_at=closes_at,
        missing=[each.sentence for each in refusal_for_submission(facts_of(application))],
    )
    return True


def numbers_of(call_id: int) -> CallNumbers:
    """How many applications of the call were handed in, are drafts, were withdrawn."""
    states = Counter(
        db.session.scalars(select(Application.state).where(Application.call_id == call_id))
    )
    drafts, withdrawn = states[ApplicationState.DRAFT], states[ApplicationState.WITHDRAWN]
    return CallNumbers(states.total() - drafts - withdrawn, drafts, withdrawn)


def sum_up(call_id: int, *, closes_at: datetime, now: datetime) -> CallNumbers | None:
    """Tell the edition's organizers how a call ended; None where it ends at another instant."""
    call = db.session.scalar(
        select(Call).where(Call.id == call_id).options(joinedload(Call.edition))
    )
    if call is None or now < closes_at or closes_at not in (call.closes_at, call.recloses_at):
        return None
    edition, numbers = call.edition, numbers_of(call_id)
    stamp = f"{closes_at:%Y%m%dT%H%M}"
    for person in team_of(edition.id):
        roles = {grant.role for grant in person.grants if grant.edition_id == edition.id}
        if Role.ORGANIZER in roles and person.is_active:
            queue_mail(
                "call_closed",
                key=f"call_closed:{call_id}:{stamp}:{person.id}",
                recipient=person.email,
                recipient_name=person.name,
                locale=person.locale,
                edition_id=edition.id,
                context={
                    "edition": edition,
                    "call_name": CALL_NAMES[call.kind],
                    "closes_at": closes_at,
                    "handed_in": numbers.handed_in,
                    "drafts": numbers.drafts,
                    "withdrawn": numbers.withdrawn,
                    "reopens_at": _opens_again(call, closes_at=closes_at),
                },
                now=now,
            )
    write_journal(
        "call_closed", actor=SYSTEM, entity="call", key=f"{call.kind.value}@{stamp}", now=now,
        edition_id=edition.id, after={"handed_in": numbers.handed_in, "drafts": numbers.drafts},
    )  # fmt: skip
    return numbers


def _opens_again(call: Call, *, closes_at: datetime) -> datetime | None:
    return call.reopens_at if closes_at == call.closes_at else None
