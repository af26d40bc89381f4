"""How an application moves from state to state: locked, written down, told by mail.

Every move of every door goes through ``move``; an organizer's decision through ``decide``.
"""

from __future__ import annotations

from datetime import datetime

from festival.exhibitors import rules
from festival.exhibitors.calls.models import Call
from festival.exhibitors.calls.queries import windows_of
from festival.exhibitors.calls.rules import is_open
from festival.exhibitors.events import ApplicationLeft, application_left
from festival.exhibitors.models import Application
from festival.exhibitors.states import PROMISED, ApplicationState, Mover
from festival.extensions import db
from festival.festivals.actions import touch_edition
from festival.mail.actions import queue_mail
from festival.mail.models import OutboxMessage
from festival.shared.errors import FieldRefused, RuleBroken
from festival.shared.journal import Actor, write_journal
from festival.shared.sentences import mark

BY_STRANGER = frozenset(
    {
        "application_resume",
        "application_received",
        "application_taken_back",
        "application_withdrawn",
    }
)
"""Mails that somebody causes who has not proven that the address is theirs."""


class CallClosed(RuleBroken):
    """Applications cannot be begun or handed in now."""


def lock(application: Application) -> None:
    """Take the application's row for this unit of work and read it anew."""
    db.session.flush()
    db.session.refresh(application, with_for_update={"of": Application})
    db.session.refresh(application.organization)


def check_move(application: Application, *, to: ApplicationState, by: Mover | None = None) -> None:
    """Raise ``RuleBroken`` unless the table of moves has it, by ``by`` where that is given."""
    if not rules.may_move(application.state, to=to, by=by):
        raise RuleBroken(
            mark("This application cannot be moved on in this way."),
            next_step=mark("Open it again: somebody may have been quicker."),
        )


def check_call(call: Call | None, *, now: datetime, late_until: datetime | None = None) -> None:
    """Raise ``CallClosed`` unless the call is open, or this one may still apply."""
    if not is_open(now, windows_of(call), late_until=late_until):
        raise CallClosed(
            mark("The call is not open now."),
            kept=mark("Everything that you saved is kept."),
            next_step=mark(
                "Write to the organizers if you think that you should be able to apply."
            ),
        )


def move(application: Application, *, to: ApplicationState, actor: Actor, now: datetime) -> None:
    """Change the state, which raises the version; the catalogue follows.

    Who loses a promised place is told to the listeners of ``events.application_left``.
    """
    _change(application, to=to, action=f"application_{to.value}", actor=actor, now=now)


def decide(
    application: Application,
    *,
    to: ApplicationState,
    text: str,
    conditions: str = "",
    now: datetime,
    actor: Actor,
    token: str = "",
) -> OutboxMessage | None:
    """Decide as an organizer and tell the applicant by mail.

    ``token`` is a secret that opens the application, for the link in the mail.  Answers the mail,
    or None where the application is already what was decided.  Raises
    ``FieldRefused`` (text, conditions) and ``RuleBroken``.
    """
    refusal = rules.refusal_for_decision(to, reason=text, conditions=conditions)
    if refusal is not None:
        raise FieldRefused(*refusal)
    lock(application)
    if application.state == to:
        return None
    check_move(application, to=to, by=Mover.ORGANIZER)
    application.decided_at, application.decided_by_id = now, actor.person_id
    application.decision_text = text
    move(application, to=to, actor=actor, now=now)
    return mail_applicant(
        f"application_{to.value}", application, now=now, token=token, conditions=conditions
    )


def restore(application: Application, *, to: ApplicationState, actor: Actor, now: datetime) -> None:
    """Undo a decision that nobody was told of: the state before, whatever the table says."""
    _change(application, to=to, action="application_decision_undone", actor=actor, now=now)


def _change(
    application: Application, *, to: ApplicationState, action: str, actor: Actor, now: datetime
) -> None:
    before = application.state
    application.state, application.changed_at = to, now
    application.version += 1
    write_line(action, application, actor=actor, now=now, before=before)
    if ApplicationState.ACCEPTED in (before, to):
        touch_edition(application.edition_id)
    if before in PROMISED and to not in PROMISED:
        application_left.send(
            move,
            event=ApplicationLeft(
                application_id=application.id,
                edition_id=application.edition_id,
                organization_id=application.organization_id,
                code=application.code,
                before=before,
                state=to,
                actor=actor,
                now=now,
            ),
        )


def write_line(
    action: str,
    application: Application,
    *,
    actor: Actor,
    now: datetime,
    before: ApplicationState | None = None,
) -> None:
    """The journal's line with the state before and after."""
    write_journal(
        action,
        actor=actor,
        entity="application",
        key=application.code,
        now=now,
        edition_id=application.edition_id,
        before={"state": before.value} if before else None,
        after={"state": application.state.value, "text": application.decision_text},
    )


def mail_applicant(
    kind: str,
    application: Application,
    *,
    now: datetime,
    token: str = "",
    occasion: object = "",
    **facts: object,
) -> OutboxMessage:
    """One mail per occasion, in the applicant's language; ``facts`` are for its template.

    ``occasion`` tells apart what happens more than once to one version of the application.
    """
    organization = application.organization
    return queue_mail(
        kind,
        key=f"{kind}:{application.code}:{occasion or application.version}",
        recipient=organization.contact_email,
        recipient_name=organization.contact_name,
        locale=application.language,
        edition_id=application.edition_id,
        context={
            "edition": application.edition,
            "application": application,
            "organization": organization,
            "token": token,
            **facts,
        },
        now=now,
        reply_to=application.edition.contact_email,
        by_stranger=kind in BY_STRANGER,
    )
