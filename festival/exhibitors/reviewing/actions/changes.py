"""The applicant agrees to the organizers' changes, or does not."""

from __future__ import annotations

from datetime import datetime

from festival.exhibitors.models import Application
from festival.exhibitors.moving import check_move, lock, mail_applicant, move
from festival.exhibitors.states import ApplicationState, Mover
from festival.shared.errors import RuleBroken
from festival.shared.journal import APPLICANT, Actor
from festival.shared.sentences import mark


def agree_to_changes(application: Application, *, now: datetime, actor: Actor = APPLICANT) -> None:
    """Accepted with changes becomes accepted; a second press changes nothing."""
    _answer(application, to=ApplicationState.ACCEPTED, now=now, actor=actor)


def refuse_changes(application: Application, *, now: datetime, actor: Actor = APPLICANT) -> None:
    """Who does not agree is withdrawn; the place is free for the next."""
    _answer(application, to=ApplicationState.WITHDRAWN, now=now, actor=actor)


def _answer(application: Application, *, to: ApplicationState, now: datetime, actor: Actor) -> None:
    lock(application)
    if application.state == to:
        return
    if application.state != ApplicationState.ACCEPTED_WITH_CHANGES:
        raise RuleBroken(mark("There are no changes to agree to any more."))
    check_move(application, to=to, by=Mover.APPLICANT)
    move(application, to=to, actor=actor, now=now)
    if to is ApplicationState.ACCEPTED:
        mail_applicant("application_accepted", application, now=now)
