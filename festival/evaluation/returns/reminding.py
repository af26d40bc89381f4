"""Hosts are asked for their returns: when each time ended, three days later, and by organizers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from festival.evaluation.returns.links import return_token
from festival.evaluation.returns.queries import HostedTime, hosted_times, returns_about
from festival.evaluation.returns.rules import ASK_AGAIN, last_day_before
from festival.extensions import db
from festival.festivals.models import Edition
from festival.festivals.states import EditionState
from festival.mail.actions import Letter, queue_letters
from festival.programme.rules.versions import place_text
from festival.shared.journal import Actor, write_journal
from festival.visitors.news.queries import readers_of
from festival.visitors.news.rules import Reader, address_mark

MARGIN = timedelta(days=60)
"""How far outside the days of its edition something may be held."""
ASKING_STATES = (EditionState.PUBLIC, EditionState.ARCHIVED)
"""An edition may be closed the day after; its hosts are still asked."""


class Asking(StrEnum):
    """When hosts are asked: at the end, and once more."""

    ENDED = "return_wanted"
    MISSING = "return_missing"


WAIT = {Asking.ENDED: timedelta(0), Asking.MISSING: ASK_AGAIN}


@dataclass(frozen=True, slots=True)
class Due:
    """The mails about all times that end at one instant."""

    edition_id: int
    asking: Asking
    ends_at: datetime
    at: datetime
    until: datetime


def due_between(begin: datetime, end: datetime) -> list[Due]:
    """What hosts are asked from ``begin`` to ``end``; a time that moves takes its mails along."""
    found: dict[tuple[int, Asking, datetime], Due] = {}
    for edition in _editions_around(begin, end):
        for each in hosted_times(edition):
            for asking, wait in WAIT.items():
                ends_at = each.occurrence.ends_at
                if begin <= ends_at + wait <= end:
                    due = Due(edition.id, asking, ends_at, ends_at + wait, each.deadline)
                    found[edition.id, asking, ends_at] = due
    return list(found.values())


def _editions_around(begin: datetime, end: datetime) -> list[Edition]:
    return list(
        db.session.scalars(
            select(Edition)
            .where(
                Edition.state.in_(ASKING_STATES),
                Edition.programme_version > 0,
                Edition.starts_on <= (end + MARGIN).date(),
                Edition.ends_on >= (begin - MARGIN).date(),
            )
            .order_by(Edition.id)
        )
    )


def find_asking_edition(edition_id: int) -> Edition | None:
    """The edition, if everybody may read its pages."""
    return db.session.scalar(
        select(Edition).where(Edition.id == edition_id, Edition.state.in_(ASKING_STATES))
    )


def ask_hosts(
    edition: Edition, asking: Asking, ends_at: datetime, *, secret: str, now: datetime
) -> int:
    """One mail to each address of a host for all that ended then and is missing.

    Answers how many are new.
    """
    ended = [each for each in hosted_times(edition) if each.occurrence.ends_at == ends_at]
    key = f"{asking.value}:{edition.id}:{ends_at:%Y%m%dT%H%M%SZ}"
    return _ask(edition, ended, kind=asking.value, key=key, secret=secret, now=now)


def ask_all(edition: Edition, *, secret: str, now: datetime, actor: Actor) -> int:
    """Ask every host for everything that is missing and can still be filed.

    Twice within an hour is once.  Answers how many mails are new.
    """
    ended = [each for each in hosted_times(edition) if each.occurrence.ends_at <= now]
    key = f"return_asked:{edition.id}:{now:%Y%m%dT%H}"
    count = _ask(
        edition, ended, kind=Asking.MISSING.value, key=key, secret=secret, now=now
    )  # fmt: skip
    if count:
        write_journal(
            "returns_asked_for", actor=actor, entity="edition", key=edition.slug, now=now,
            edition_id=edition.id, after={"mails": count},
        )  # fmt: skip
    return count


def _ask(
    edition: Edition,
    times: Sequence[HostedTime],
    *,
    kind: str,
    key: str,
    secret: str,
    now: datetime,
) -> int:
    filed = returns_about([each.occurrence.id for each in times])
    missing = {
        each.occurrence.id: each
        for each in times
        if each.occurrence.id not in filed and now < each.deadline
    }
    held: dict[str, list[int]] = {}
    for number, each in missing.items():
        held.setdefault(each.session.code, []).append(number)
    # the link speaks for the organization, so it goes to nobody else who has to do with the session
    readers = readers_of(edition, booked=(), held=held, presenters=False) if held else []
    letters = [
        _letter(edition, reader, mine, key=key, secret=secret)
        for reader in readers
        if (mine := [each for number, each in missing.items() if _is_host(reader, number)])
    ]
    return queue_letters(
        kind, letters, edition_id=edition.id, now=now, reply_to=edition.contact_email
    )


def _is_host(reader: Reader, occurrence_id: int) -> bool:
    """A partner city that takes part in holding it is not asked for the host's figures."""
    share = reader.shares.get(occurrence_id)
    return share is not None and not share.is_city


def _letter(
    edition: Edition, reader: Reader, times: Sequence[HostedTime], *, key: str, secret: str
) -> Letter:
    return Letter(
        key=f"{key}:{address_mark(reader.email)}",
        recipient=reader.email,
        recipient_name=reader.name,
        locale=reader.locale,
        facts={
            "name": reader.name,
            "zone": edition.time_zone,
            "items": [
                _facts(each, edition=edition, locale=reader.locale, secret=secret) for each in times
            ],
        },
        until=max(each.deadline for each in times),
    )


def _facts(time: HostedTime, *, edition: Edition, locale: str, secret: str) -> dict[str, Any]:
    return {
        "title": time.session.text("title", locale),
        "starts_at": time.occurrence.starts_at,
        "minutes": time.occurrence.minutes,
        "place": place_text(time.occurrence.space),
        "last_day": last_day_before(time.deadline, zone=ZoneInfo(edition.time_zone)),
        "token": return_token(
            time.occurrence.id, organization_id=time.organization_id, secret=secret
        ),
    }
