"""Questions to the applicant, their answers, and words among the team."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import CursorResult, func, select, update

from festival.exhibitors.models import Application, ResumeLink
from festival.exhibitors.moving import lock, mail_applicant
from festival.exhibitors.reviewing.models import ReviewMessage
from festival.exhibitors.reviewing.states import Audience
from festival.exhibitors.states import ApplicationState
from festival.extensions import db
from festival.shared.errors import FieldRefused, RuleBroken
from festival.shared.journal import APPLICANT, Actor, write_journal
from festival.shared.sentences import mark
from festival.shared.tokens import make_token, token_hash

LONGEST = 4000
MOST_ANSWERS_A_DAY = 50


def new_key(application: Application, *, now: datetime) -> str:
    """One more secret that opens the application, for a link in a mail; the others stay valid."""
    token = make_token()
    db.session.add(
        ResumeLink(application_id=application.id, token_hash=token_hash(token), made_at=now)
    )
    db.session.flush()
    return token


def ask_applicant(
    application: Application, *, text: str, now: datetime, actor: Actor
) -> ReviewMessage:
    """Ask the applicant, who gets a mail with a link to answer; reads their answers so far.

    The same question asked twice within a minute is one.  Raises ``FieldRefused`` (text) and
    ``RuleBroken`` for a draft.
    """
    _check(text)
    lock(application)
    if application.state == ApplicationState.DRAFT:
        raise RuleBroken(mark("Only who has handed in an application is asked about it."))
    known = _just_written(application, Audience.APPLICANT, text, now=now, actor=actor)
    if known is not None:
        return known
    mark_read(application, by_team=True, now=now)
    message = _add(application, Audience.APPLICANT, text, now=now, actor=actor)
    _note("applicant_asked", application, now=now, actor=actor)
    mail_applicant(
        "application_question",
        application,
        occasion=f"question-{message.id}",
        now=now,
        token=new_key(application, now=now),
        question=text,
    )
    return message


def answer_question(
    application: Application, *, text: str, now: datetime, author: str, actor: Actor = APPLICANT
) -> ReviewMessage:
    """The applicant answers, or writes again; the questions count as read.

    Raises ``FieldRefused`` (text), also for more than fifty a day.
    """
    _check(text)
    lock(application)
    known = _just_written(
        application, Audience.APPLICANT, text, now=now, actor=actor, is_from_applicant=True
    )
    if known is not None:
        return known
    _check_not_too_many(application, now=now)
    mark_read(application, by_team=False, now=now)
    message = _add(
        application, Audience.APPLICANT, text, now=now,
        actor=Actor(author, actor.person_id), is_from_applicant=True,
    )  # fmt: skip
    _note("applicant_answered", application, now=now, actor=actor)
    return message


def tell_team(application: Application, *, text: str, now: datetime, actor: Actor) -> ReviewMessage:
    """A word to the colleagues; the applicant never sees it.  Raises ``FieldRefused`` (text)."""
    _check(text)
    lock(application)
    known = _just_written(application, Audience.TEAM, text, now=now, actor=actor)
    return known or _add(application, Audience.TEAM, text, now=now, actor=actor)


def mark_read(application: Application, *, by_team: bool, now: datetime) -> int:
    """What the other side wrote counts as read; answers how many messages that are."""
    done = db.session.execute(
        update(ReviewMessage)
        .where(
            ReviewMessage.application_id == application.id,
            ReviewMessage.audience == Audience.APPLICANT,
            ReviewMessage.is_from_applicant.is_(by_team),
            ReviewMessage.read_at.is_(None),
        )
        .values(read_at=now)
    )
    return done.rowcount if isinstance(done, CursorResult) else 0


def _add(
    application: Application,
    audience: Audience,
    text: str,
    *,
    now: datetime,
    actor: Actor,
    is_from_applicant: bool = False,
) -> ReviewMessage:
    message = ReviewMessage(
        application_id=application.id, audience=audience, person_id=actor.person_id,
        is_from_applicant=is_from_applicant, author=actor.label[:200], text=text, at=now,
    )  # fmt: skip
    db.session.add(message)
    db.session.flush()
    return message


def _just_written(
    application: Application,
    audience: Audience,
    text: str,
    *,
    now: datetime,
    actor: Actor,
    is_from_applicant: bool = False,
) -> ReviewMessage | None:
    """A double press: the same words of the same person within a minute."""
    return db.session.scalar(
        select(ReviewMessage)
        .where(
            ReviewMessage.application_id == application.id,
            ReviewMessage.audience == audience,
            ReviewMessage.is_from_applicant.is_(is_from_applicant),
            ReviewMessage.person_id.is_not_distinct_from(actor.person_id),
            ReviewMessage.text == text,
            ReviewMessage.at > now - timedelta(minutes=1),
        )
        .limit(1)
    )


def _check(text: str) -> None:
    if not text.strip():
        raise FieldRefused("text", mark("Write something first."))
    if len(text) > LONGEST:
        raise FieldRefused("text", mark("Keep it below 4,000 characters."))


def _check_not_too_many(application: Application, *, now: datetime) -> None:
    written = db.session.scalar(
        select(func.count(ReviewMessage.id)).where(
            ReviewMessage.application_id == application.id,
            ReviewMessage.is_from_applicant.is_(True),
            ReviewMessage.at > now - timedelta(days=1),
        )
    )
    if (written or 0) >= MOST_ANSWERS_A_DAY:
        raise FieldRefused("text", mark("That is enough for a day. Write to the organizers."))


def _note(action: str, application: Application, *, now: datetime, actor: Actor) -> None:
    write_journal(
        action,
        actor=actor,
        entity="application",
        key=application.code,
        now=now,
        edition_id=application.edition_id,
    )
