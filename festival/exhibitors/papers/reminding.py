"""Whose paper lapses before the festival ends is told by mail, in time.  Queries and an action."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import cast
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from festival.exhibitors.models import Application, Paper
from festival.exhibitors.moving import lock, mail_applicant
from festival.exhibitors.papers.actions import OVER
from festival.exhibitors.papers.rules import DAYS_BEFORE, PaperFacts, is_covered
from festival.exhibitors.papers.states import PAPER_NAMES, PaperState
from festival.exhibitors.starting import add_resume_link
from festival.exhibitors.states import ApplicationState
from festival.extensions import db
from festival.festivals.models import Edition
from festival.mail.models import OutboxMessage
from festival.shared.clock import local_instant

MORNING = time(9, 0)
"""On the edition's clock."""
TOLD_NOTHING = OVER | {ApplicationState.DRAFT}


@dataclass(frozen=True, slots=True)
class PaperReminder:
    """One paper's organization is reminded at ``at``; after ``until`` it has lapsed."""

    paper_id: int
    edition_id: int
    expires_on: date
    days: int
    at: datetime
    until: datetime


def reminders_between(begin: datetime, end: datetime) -> list[PaperReminder]:
    """Reminders of papers that lapse before their festival ends, due from ``begin`` to ``end``."""
    margin = timedelta(days=max(DAYS_BEFORE) + 2)
    rows = db.session.execute(
        select(Paper.id, Paper.expires_on, Edition.id, Edition.time_zone)
        .join(Paper.application)
        .join(Application.edition)
        .where(
            Paper.expires_on.between(begin.date() - timedelta(days=2), (end + margin).date()),
            Paper.expires_on < Edition.ends_on,
            Paper.state != PaperState.REFUSED,
            Application.state.not_in(TOLD_NOTHING),
        )
        .order_by(Paper.id)
    ).all()
    found = []
    for paper_id, lapses_on, edition_id, zone_name in rows:
        expires_on = cast(date, lapses_on)
        zone = ZoneInfo(zone_name)
        until = local_instant(expires_on + timedelta(days=1), time(0), zone=zone)
        for days in DAYS_BEFORE:
            at = local_instant(expires_on - timedelta(days=days), MORNING, zone=zone)
            if begin <= at <= end:
                found.append(PaperReminder(paper_id, edition_id, expires_on, days, at, until))
    return found


def remind_of_paper(paper_id: int, *, expires_on: date, days: int, now: datetime) -> bool:
    """Tell an organization that a paper lapses; False where there is nothing to tell any more.

    Nothing is told once another paper of the kind holds until the end, the date was changed, or
    the application is over; and each reminder is told once.
    """
    paper = db.session.scalar(
        select(Paper).where(Paper.id == paper_id).options(joinedload(Paper.application))
    )
    if paper is None or paper.expires_on != expires_on:
        return False
    application = paper.application
    lock(application)
    facts = [PaperFacts(each.kind, each.state, each.expires_on) for each in application.papers]
    covered = is_covered(paper.kind, facts, last_day=application.edition.ends_on)
    occasion = f"{paper.file.code}:{days}d:{expires_on:%Y%m%d}"
    key = f"paper_lapses:{application.code}:{occasion}"
    known = db.session.scalar(select(OutboxMessage.id).where(OutboxMessage.key == key))
    if covered or application.state in TOLD_NOTHING or known is not None:
        return False
    mail_applicant(
        "paper_lapses", application, now=now, token=add_resume_link(application, now=now),
        occasion=occasion, paper_name=PAPER_NAMES[paper.kind], expires_on=expires_on,
    )  # fmt: skip
    return True
