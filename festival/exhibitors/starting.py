"""Beginning an application: by a newcomer, by an organization that comes again, with a link."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select

from festival.exhibitors import rules
from festival.exhibitors.calls.models import Call
from festival.exhibitors.calls.queries import find_call, windows_of
from festival.exhibitors.calls.rules import closing, is_full
from festival.exhibitors.calls.states import CallKind
from festival.exhibitors.models import (
    ActivityOffer,
    Application,
    Exhibit,
    Organization,
    ResumeLink,
)
from festival.exhibitors.moving import CallClosed, check_call, mail_applicant, write_line
from festival.exhibitors.states import ApplicationState, Bringing, SpaceWish
from festival.exhibitors.values import EXHIBIT_FIELDS, OFFER_FIELDS
from festival.extensions import db
from festival.festivals.models import Edition
from festival.shared.errors import FieldRefused
from festival.shared.forms import is_email, normalised_email
from festival.shared.journal import APPLICANT, Actor
from festival.shared.once import insert_once
from festival.shared.sentences import mark
from festival.shared.tokens import is_token, make_code, make_token, token_hash


def start_application(
    edition: Edition,
    *,
    organization_name: str,
    email: str,
    language: str,
    key: str,
    now: datetime,
    actor: Actor = APPLICANT,
    kind: CallKind = CallKind.EXHIBITORS,
    late_until: datetime | None = None,
) -> Application:
    """Begin a draft for an organization that is new here, and mail the link to come back.

    ``key`` is the secret of that link, made by the form: the same key is the same draft.
    ``late_until``: a personal link lets this one in.  Raises ``CallClosed`` and ``FieldRefused``
    (organization_name, email, key).
    """
    email = normalised_email(email)
    _check_start(organization_name, email=email, key=key)
    if (known := find_by_key(edition, key=key)) is not None:
        return known
    call = find_call(edition, kind=kind)
    _check_open(call, now=now, late_until=late_until)
    if late_until is None:
        _check_not_too_many(edition, email=email, now=now)
    organization = _add_organization(
        edition, name=organization_name, email=email, language=language, now=now
    )
    application = _insert(edition, organization, call=call, language=language, key=key, now=now)
    if application.organization_id != organization.id:
        db.session.delete(organization)  # the same form was sent twice at the same instant
        return application
    application.late_until = late_until
    write_line("application_started", application, actor=actor, now=now)
    mail_applicant(
        "application_resume", application, now=now, token=key,
        closes_at=late_until or closing(now, windows_of(call)),
    )  # fmt: skip
    return application


def start_again(
    edition: Edition,
    organization: Organization,
    *,
    language: str,
    key: str,
    now: datetime,
    actor: Actor,
    kind: CallKind = CallKind.EXHIBITORS,
    late_until: datetime | None = None,
) -> Application:
    """A known organization applies in another edition: its last application is copied.

    Only what this organization told itself is copied, and only by its own click.  Answers the
    application that it has here already, if there is one.
    """
    _check_key(key)
    query = select(Application).where(Application.organization_id == organization.id)
    known = db.session.scalar(query.where(Application.edition_id == edition.id))
    if known is not None:
        return known
    call = find_call(edition, kind=kind)
    _check_open(call, now=now, late_until=late_until)
    last = db.session.scalar(
        query.where(Application.state != ApplicationState.DRAFT)
        .order_by(Application.created_at.desc())
        .limit(1)
    )
    application = _insert(edition, organization, call=call, language=language, key=key, now=now)
    application.late_until = late_until
    if last is not None:
        _copy(last, into=application)
    db.session.flush()
    write_line("application_started", application, actor=actor, now=now)
    return application


def _copy(last: Application, *, into: Application) -> None:
    """Needs, exhibits and offers; papers lapse and answers belong to their own questions."""
    into.needs, into.remarks = dict(last.needs), last.remarks
    into.brings = list(last.brings)
    into.team_passes_wanted = last.team_passes_wanted
    for each in last.exhibits:
        copied = {name: getattr(each, name) for name in EXHIBIT_FIELDS}
        into.exhibits.append(Exhibit(position=each.position, **copied))
    for offer in last.offers:
        copied = {name: getattr(offer, name) for name in OFFER_FIELDS}
        into.offers.append(ActivityOffer(position=offer.position, **copied))


def find_by_key(edition: Edition, *, key: str) -> Application | None:
    """The application that this secret opens: that of its first link, or of a later one."""
    hashed = token_hash(key)
    found = db.session.scalar(
        select(Application).where(
            Application.resume_hash == hashed, Application.edition_id == edition.id
        )
    )
    return found or db.session.scalar(
        select(Application)
        .join(ResumeLink, ResumeLink.application_id == Application.id)
        .where(ResumeLink.token_hash == hashed, Application.edition_id == edition.id)
    )


def add_resume_link(application: Application, *, now: datetime, token: str = "") -> str:
    """One more secret that opens the application, for a mail; the earlier ones stay valid.

    Only hashes are kept, so the secret of an earlier mail cannot be sent again.
    """
    token = token or make_token()
    insert_once(
        ResumeLink,
        unique="token_hash",
        application_id=application.id,
        token_hash=token_hash(token),
        made_at=now,
    )
    return token


def check_room(call: Call | None) -> None:
    """Raise ``CallClosed`` where the call has as many applications as it takes."""
    if call is None or call.most_applications is None:
        return
    handed_in = db.session.scalar(
        select(func.count())
        .select_from(Application)
        .where(
            Application.call_id == call.id,
            Application.state.not_in((ApplicationState.DRAFT, ApplicationState.WITHDRAWN)),
        )
    )
    if is_full(handed_in or 0, most=call.most_applications):
        raise CallClosed(
            mark("The call has as many applications as can be read."),
            kept=mark("Everything that you saved is kept."),
            next_step=mark("Write to the organizers: perhaps a place becomes free."),
        )


def _insert(
    edition: Edition,
    organization: Organization,
    *,
    call: Call | None,
    language: str,
    key: str,
    now: datetime,
) -> Application:
    for_activities = call is not None and call.kind is CallKind.ACTIVITIES
    insert_once(
        Application,
        unique="resume_hash",
        edition_id=edition.id,
        organization_id=organization.id,
        call_id=call.id if call else None,
        code=make_code(),
        resume_hash=token_hash(key),
        state=ApplicationState.DRAFT,
        language=language,
        brings=[Bringing.ACTIVITIES.value] if for_activities else [],
        needs={"space": SpaceWish.NONE.value} if for_activities else {},
        created_at=now,
        changed_at=now,
    )
    return db.session.scalars(
        select(Application).where(Application.resume_hash == token_hash(key))
    ).one()


def _add_organization(
    edition: Edition, *, name: str, email: str, language: str, now: datetime
) -> Organization:
    row = Organization(
        festival_id=edition.festival_id, code=make_code(), name=name, contact_email=email,
        languages=[language], created_at=now,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    return row


def _check_open(call: Call | None, *, now: datetime, late_until: datetime | None) -> None:
    """Raise ``CallClosed`` unless the call is open and has room, or a link lets this one in."""
    check_call(call, now=now, late_until=late_until)
    if late_until is None:
        check_room(call)


def _check_start(organization_name: str, *, email: str, key: str) -> None:
    if not organization_name:
        raise FieldRefused("organization_name", mark("Give the name of your organization."))
    if not is_email(email):
        raise FieldRefused("email", mark("Give exactly one e-mail address."))
    _check_key(key)


def _check_key(key: str) -> None:
    if not is_token(key):
        raise FieldRefused("key", mark("The form had become incomplete. Please send it again."))


def _check_not_too_many(edition: Edition, *, email: str, now: datetime) -> None:
    begun = db.session.scalar(
        select(func.count())
        .select_from(Application)
        .join(Application.organization)
        .where(
            Application.edition_id == edition.id,
            Application.created_at > now - timedelta(days=1),
            Organization.contact_email == email,
        )
    )
    if (begun or 0) >= rules.MOST_DRAFTS_A_DAY:
        raise FieldRefused(
            "email",
            mark("This address has begun several applications today. Use one of the mailed links."),
        )
