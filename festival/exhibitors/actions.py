"""What changes organizations and their applications."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from festival.exhibitors import rules
from festival.exhibitors.models import ActivityOffer, Application, Exhibit, Organization
from festival.exhibitors.moving import CallClosed as CallClosed
from festival.exhibitors.moving import (
    check_call,
    check_move,
    decide,
    lock,
    mail_applicant,
    move,
    write_line,
)
from festival.exhibitors.states import ApplicationState, Step
from festival.exhibitors.values import (
    EXHIBIT_FIELDS,
    OFFER_FIELDS,
    facts_of,
    put_values,
    saved_values,
)
from festival.extensions import db
from festival.festivals.models import Edition
from festival.shared.errors import FieldRefused, RuleBroken, StaleVersion
from festival.shared.forms import is_email, normalised_email
from festival.shared.journal import APPLICANT, Actor, write_journal
from festival.shared.once import insert_once
from festival.shared.pictures import StoredPicture
from festival.shared.sentences import mark
from festival.shared.tokens import is_token, make_code, token_hash

PERSONAL = frozenset({"contact_name", "contact_email", "contact_phone"})
"""Not written into the journal, which cannot be erased."""


class Incomplete(RuleBroken):
    """Something is missing; ``missing`` names the pages."""

    def __init__(self, missing: list[rules.Missing]) -> None:
        super().__init__(
            mark("The application is not complete yet."),
            kept=mark("Everything that you saved is kept."),
            next_step=mark("Open the page that is named and tell what is missing."),
        )
        self.missing = missing


def start_application(
    edition: Edition,
    *,
    organization_name: str,
    email: str,
    language: str,
    key: str,
    now: datetime,
    actor: Actor = APPLICANT,
) -> Application:
    """Begin a draft for an organization that is new here, and mail the link to come back.

    ``key`` is the secret of that link, made by the form: the same key is the same draft.
    Raises ``CallClosed`` and ``FieldRefused`` (organization_name, email, key).
    """
    email = normalised_email(email)
    if not organization_name:
        raise FieldRefused("organization_name", mark("Give the name of your organization."))
    if not is_email(email):
        raise FieldRefused("email", mark("Give exactly one e-mail address."))
    _check_key(key)
    known = find_by_key(edition, key=key)
    if known is not None:
        return known
    check_call(edition, now=now)
    _check_not_too_many(edition, email=email, now=now)
    organization = Organization(
        festival_id=edition.festival_id, code=make_code(), name=organization_name,
        contact_email=email, languages=[language], created_at=now,
    )  # fmt: skip
    db.session.add(organization)
    db.session.flush()
    application = _insert(edition, organization, language=language, key=key, now=now)
    if application.organization_id != organization.id:
        db.session.delete(organization)  # the same form was sent twice at the same instant
        return application
    write_line("application_started", application, actor=actor, now=now)
    mail_applicant("application_resume", application, now=now, token=key)
    return application


def start_again(
    edition: Edition,
    organization: Organization,
    *,
    language: str,
    key: str,
    now: datetime,
    actor: Actor,
) -> Application:
    """A known organization applies in another edition: its last application is copied.

    Answers the application that it has here already, if there is one.
    """
    _check_key(key)
    query = select(Application).where(Application.organization_id == organization.id)
    known = db.session.scalar(query.where(Application.edition_id == edition.id))
    if known is not None:
        return known
    check_call(edition, now=now)
    last = db.session.scalar(query.order_by(Application.created_at.desc()).limit(1))
    application = _insert(edition, organization, language=language, key=key, now=now)
    if last is not None:
        application.needs, application.remarks = dict(last.needs), last.remarks
        for each in last.exhibits:
            copied = {name: getattr(each, name) for name in EXHIBIT_FIELDS}
            application.exhibits.append(Exhibit(position=each.position, **copied))
        for offer in last.offers:
            copied = {name: getattr(offer, name) for name in OFFER_FIELDS}
            application.offers.append(ActivityOffer(position=offer.position, **copied))
    db.session.flush()
    write_line("application_started", application, actor=actor, now=now)
    return application


def save_step(
    application: Application,
    *,
    step: Step,
    values: Mapping[str, Any],
    version: int,
    now: datetime,
    actor: Actor = APPLICANT,
    logo: StoredPicture | None = None,
) -> None:
    """Save one page of a draft.

    ``version`` is the application's version when the page was opened.  When somebody else has
    saved since then and the page says something else now, ``StaleVersion`` is raised and nothing is
    overwritten.  Raises ``RuleBroken`` unless it is a draft, and ``FieldRefused``.
    """
    lock(application)
    if not rules.may_edit(application.state):
        raise RuleBroken(
            mark("What was handed in cannot be changed."),
            next_step=mark("Take the application back first; then you can change it."),
        )
    _check_values(values)
    saved = saved_values(application, step=step)
    changed = rules.differences(saved, typed=values)
    if not changed and logo is None and not _first_answer(application, step=step):
        return
    if version != application.version:
        raise StaleVersion(
            mark("Somebody else has changed this page since you opened it."),
            kept=mark("Nothing was overwritten, and what you typed is still here."),
        )
    put_values(application, step=step, values=values)
    if logo is not None:
        application.organization.logo = logo
    application.version += 1
    application.changed_at = now
    _write_saved(application, changed=changed, actor=actor, now=now)


def submit(
    application: Application,
    *,
    version: int,
    now: datetime,
    token: str = "",
    actor: Actor = APPLICANT,
) -> None:
    """Hand in a draft; a second press changes nothing.

    Raises ``Incomplete``, ``CallClosed``, ``StaleVersion`` and ``RuleBroken``.
    """
    lock(application)
    if application.state == ApplicationState.SUBMITTED:
        return
    check_move(application, to=ApplicationState.SUBMITTED)
    check_call(application.edition, now=now)
    if version != application.version:
        raise StaleVersion(
            mark("Somebody else has changed this application since you opened it."),
            kept=mark("Nothing was handed in."),
            next_step=mark("Look at it again, then hand it in."),
        )
    missing = rules.refusal_for_submission(facts_of(application))
    if missing:
        raise Incomplete(missing)
    application.submitted_at = now
    move(application, to=ApplicationState.SUBMITTED, actor=actor, now=now)
    mail_applicant("application_received", application, now=now, token=token)


def take_back(application: Application, *, now: datetime, actor: Actor = APPLICANT) -> None:
    """Make a draft of what was handed in, while the call is open, so that it can be changed."""
    lock(application)
    if application.state == ApplicationState.DRAFT:
        return
    check_move(application, to=ApplicationState.DRAFT)
    check_call(application.edition, now=now)
    application.submitted_at = None
    move(application, to=ApplicationState.DRAFT, actor=actor, now=now)


def withdraw(application: Application, *, now: datetime, actor: Actor = APPLICANT) -> None:
    """The organization does not take part after all; a second press changes nothing."""
    lock(application)
    if application.state == ApplicationState.WITHDRAWN:
        return
    check_move(application, to=ApplicationState.WITHDRAWN)
    move(application, to=ApplicationState.WITHDRAWN, actor=actor, now=now)


def accept_application(
    application: Application, *, text: str = "", now: datetime, actor: Actor
) -> None:
    """Accept; ``text`` is a word to the applicant, who is told by mail."""
    decide(application, to=ApplicationState.ACCEPTED, text=text, now=now, actor=actor)


def decline_application(
    application: Application, *, text: str, now: datetime, actor: Actor
) -> None:
    """Decline with a reason that the applicant reads; raises ``FieldRefused`` without one."""
    decide(application, to=ApplicationState.DECLINED, text=text, now=now, actor=actor)


def find_by_key(edition: Edition, *, key: str) -> Application | None:
    """The application whose link holds this secret."""
    return db.session.scalar(
        select(Application).where(
            Application.resume_hash == token_hash(key), Application.edition_id == edition.id
        )
    )


def _insert(
    edition: Edition, organization: Organization, *, language: str, key: str, now: datetime
) -> Application:
    insert_once(
        Application,
        unique="resume_hash",
        edition_id=edition.id,
        organization_id=organization.id,
        code=make_code(),
        resume_hash=token_hash(key),
        state=ApplicationState.DRAFT,
        language=language,
        created_at=now,
        changed_at=now,
    )
    return db.session.scalars(
        select(Application).where(Application.resume_hash == token_hash(key))
    ).one()


def _first_answer(application: Application, *, step: Step) -> bool:
    """Who needs nothing says so by saving the page of needs as it stands."""
    return step is Step.NEEDS and not application.needs


def _write_saved(
    application: Application, *, changed: list[rules.Difference], actor: Actor, now: datetime
) -> None:
    write_journal(
        "application_saved",
        actor=actor,
        entity="application",
        key=application.code,
        now=now,
        edition_id=application.edition_id,
        before={each.field: each.saved for each in changed if each.field not in PERSONAL},
        after={each.field: each.typed for each in changed if each.field not in PERSONAL},
    )


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


def _check_values(values: Mapping[str, Any]) -> None:
    if "contact_email" in values and not is_email(values["contact_email"]):
        raise FieldRefused("contact_email", mark("Give exactly one e-mail address."))
    if len(values.get("exhibits", ())) > rules.MOST_EXHIBITS:
        raise FieldRefused("exhibits", mark("Name the twenty that matter most."))
    offers = values.get("offers", ())
    if len(offers) > rules.MOST_OFFERS:
        raise FieldRefused("offers", mark("Name the ten that matter most."))
    for each in offers:
        refusal = rules.refusal_for_ages(each["age_min"], age_max=each["age_max"])
        if refusal is not None:
            raise FieldRefused("offers", refusal)
