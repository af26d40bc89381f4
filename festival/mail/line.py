"""How the mail server does, in one row, so that no worker calls a dead server again and again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from festival.extensions import db
from festival.mail.models import MailLine
from festival.mail.rules import line_pause
from festival.shared.once import insert_once
from festival.shared.work import work

ONLY = 1


def may_call(*, now: datetime) -> bool:
    """Whether the pause after the last vain call is over."""
    until = db.session.scalar(select(MailLine.next_try_at).where(MailLine.failures > 0))
    return until is None or until <= now


def write_down(reason: str, *, now: datetime) -> None:
    """The server did not answer; the next call comes after a growing pause."""
    with work():
        insert_once(
            MailLine, unique="id", id=ONLY, failures=0, reason="", since=now, next_try_at=now
        )
        line = db.session.get_one(MailLine, ONLY, populate_existing=True)
        line.since = line.since if line.failures else now
        line.failures += 1
        line.reason = reason
        line.next_try_at = now + line_pause(line.failures)


def write_up(*, now: datetime) -> None:
    """The server answers; written only when that is news."""
    known: Any = db.session.scalar(select(MailLine.failures).where(MailLine.id == ONLY))
    if known == 0:
        return
    with work():
        insert_once(
            MailLine, unique="id", id=ONLY, failures=0, reason="", since=now, next_try_at=now
        )
        db.session.execute(
            update(MailLine)
            .where(MailLine.failures > 0)
            .values(failures=0, reason="", since=now, next_try_at=now)
        )
