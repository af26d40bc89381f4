"""Personal links into a call: one organization may still apply, or is invited again.  Actions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from festival.exhibitors.calls.models import Call, CallLink
from festival.exhibitors.calls.queries import windows_of
from festival.exhibitors.calls.rules import closing
from festival.exhibitors.calls.states import LinkPurpose
from festival.exhibitors.models import Application, Organization
from festival.exhibitors.starting import add_resume_link, start_again, start_application
from festival.exhibitors.states import ApplicationState
from festival.extensions import db
from festival.festivals.models import Edition
from festival.mail.actions import queue_mail
from festival.shared.clock import local_instant
from festival.shared.errors import FieldRefused, NotFound, RuleBroken
from festival.shared.forms import is_email, normalised_email
from festival.shared.journal import Actor, write_journal
from festival.shared.sentences import mark
from festival.shared.tokens import make_code, make_token, token_hash


def make_late_link(
    call: Call,
    *,
    organization: Organization | None,
    email: str,
    language: str,
    expires_at: datetime | None,
    now: datetime,
    actor: Actor,
) -> CallLink:
    """Mail a link by which one organization can apply, or hand its draft in, until then.

    Raises ``FieldRefused`` (email, until).
    """
    email = normalised_email(email or (organization.contact_email if organization else ""))
    if not is_email(email):
        raise FieldRefused("email", mark("Give exactly one e-mail address."))
    if expires_at is None or expires_at <= now:
        raise FieldRefused("until", mark("Give a time that is still to come."))
    return _make(
        call, purpose=LinkPurpose.LATE, organization=organization, email=email,
        language=language, expires_at=expires_at, now=now, actor=actor,
    )  # fmt: skip


def invite_again(
    call: Call, organizations: Iterable[Organization], *, now: datetime, actor: Actor
) -> list[CallLink]:
    """Invite exhibitors of earlier editions, each by a link of its own.

    Nothing of them is copied here: that is done by their own click.  Whoever has applied already,
    was invited to this call, or has no address is left out.
    """
    expires_at = closing(now, windows_of(call)) or _end_of(call.edition)
    if expires_at <= now:
        raise RuleBroken(
            mark("The call is closed, so nobody can be invited to it."),
            next_step=mark("Give the call a later end, or a second window, first."),
        )
    invited = set(
        db.session.scalars(
            select(CallLink.organization_id).where(
                CallLink.call_id == call.id, CallLink.purpose == LinkPurpose.INVITED
            )
        )
    )
    applied = set(
        db.session.scalars(
            select(Application.organization_id).where(Application.edition_id == call.edition_id)
        )
    )
    made = []
    for each in organizations:
        if each.id in invited | applied or not is_email(each.contact_email):
            continue
        made.append(
            _make(
                call, purpose=LinkPurpose.INVITED, organization=each, email=each.contact_email,
                language=_language_of(each, call.edition), expires_at=expires_at, now=now,
                actor=actor,
            )
        )  # fmt: skip
    return made


def revoke_link(link: CallLink, *, now: datetime, actor: Actor) -> None:
    """The link opens nothing any more; an application that it began stays."""
    if link.revoked_at is None:
        link.revoked_at = now
        _write("call_link_revoked", link, now=now, actor=actor)


def open_link(
    link: CallLink,
    *,
    token: str,
    organization_name: str = "",
    language: str,
    now: datetime,
    actor: Actor,
) -> Application:
    """Begin with a personal link, or come back to what it began: one link, one application.

    The secret of the link is the secret of the application from then on.  Raises ``NotFound`` for
    a link that is over, ``FieldRefused`` (organization_name).
    """
    refuse_if_over(link, now=now)
    late_until = link.expires_at if link.purpose is LinkPurpose.LATE else None
    edition = link.call.edition
    organization = _final(link.organization_id)
    if organization is None:
        application = start_application(
            edition, organization_name=organization_name, email=link.email, language=language,
            key=token, now=now, actor=actor, kind=link.call.kind, late_until=late_until,
        )  # fmt: skip
    else:
        application = start_again(
            edition, organization, language=language, key=token, now=now, actor=actor,
            kind=link.call.kind, late_until=late_until,
        )  # fmt: skip
        if application.resume_hash != token_hash(token):
            add_resume_link(application, now=now, token=token)
    if late_until is not None and application.state is ApplicationState.DRAFT:
        application.late_until = max(late_until, application.late_until or late_until)
    if link.used_at is None:
        link.used_at, link.application_id = now, application.id
        _write("call_link_used", link, now=now, actor=actor)
    return application


def refuse_if_over(link: CallLink, *, now: datetime) -> None:
    """Raise ``NotFound`` where the link was taken back, ``RuleBroken`` where its time is over."""
    if link.revoked_at is not None:
        raise NotFound(mark("This link was taken back by the organizers."))
    if link.used_at is None and link.expires_at <= now:
        raise RuleBroken(
            mark("The time of this link is over."),
            next_step=mark("Write to the organizers if you still would like to take part."),
        )


def _make(
    call: Call,
    *,
    purpose: LinkPurpose,
    organization: Organization | None,
    email: str,
    language: str,
    expires_at: datetime,
    now: datetime,
    actor: Actor,
) -> CallLink:
    token = make_token()
    link = CallLink(
        call=call, code=make_code(), purpose=purpose, email=email, language=language,
        organization_id=organization.id if organization else None,
        token_hash=token_hash(token), expires_at=expires_at, made_at=now,
        made_by_id=actor.person_id,
    )  # fmt: skip
    db.session.add(link)
    db.session.flush()
    _write(f"call_link_{purpose.value}", link, now=now, actor=actor)
    queue_mail(
        f"call_{purpose.value}",
        key=f"call_{purpose.value}:{link.code}",
        recipient=email,
        recipient_name=organization.contact_name if organization else "",
        locale=language,
        edition_id=call.edition_id,
        context={
            "edition": call.edition,
            "organization_name": organization.name if organization else "",
            "token": token,
            "expires_at": expires_at,
        },
        now=now,
        reply_to=call.edition.contact_email,
    )
    return link


def _end_of(edition: Edition) -> datetime:
    """Midnight after the last day, on the edition's clock."""
    zone = ZoneInfo(edition.time_zone)
    return local_instant(edition.ends_on + timedelta(days=1), time(0), zone=zone)


def _language_of(organization: Organization, edition: Edition) -> str:
    """That of its last application, else the first of the edition."""
    last = db.session.scalar(
        select(Application.language)
        .where(Application.organization_id == organization.id)
        .order_by(Application.created_at.desc())
        .limit(1)
    )
    first: Sequence[str] = edition.languages or ["en"]
    return last or first[0]


def _final(organization_id: int | None) -> Organization | None:
    """The organization, or the one into which it was merged since."""
    row = db.session.get(Organization, organization_id) if organization_id else None
    while row is not None and row.merged_into_id is not None:
        row = db.session.get(Organization, row.merged_into_id)
    return row


def _write(action: str, link: CallLink, *, now: datetime, actor: Actor) -> None:
    """Without the address: the journal cannot be erased."""
    write_journal(
        action, actor=actor, entity="call_link", key=link.code, now=now,
        edition_id=link.call.edition_id,
        after={"organization": link.organization_id, "until": link.expires_at.isoformat()},
    )  # fmt: skip
