"""What changes quotas and passes."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import CursorResult, func, update

from festival.badges.actions import issue_badge, reissue_badge, rename_badge, revoke_badge
from festival.badges.qr import qr_png
from festival.badges.states import BadgeKind, BadgeState
from festival.exhibitors.models import Application
from festival.exhibitors.moving import lock
from festival.exhibitors.states import PROMISED
from festival.extensions import db
from festival.festivals.models import Edition
from festival.mail.actions import Attachment, queue_mail
from festival.portal.passes import rules
from festival.portal.passes.models import PassQuota, PassTerms, TeamPass
from festival.portal.passes.queries import passes_of, quota_of, terms_of
from festival.shared.errors import FieldRefused, RuleBroken
from festival.shared.journal import Actor, write_journal
from festival.shared.once import insert_once
from festival.shared.sentences import mark
from festival.shared.tokens import make_code

TAKEN_BACK = mark("The team pass was taken back.")
LEFT = mark("The exhibitor does not take part any more.")


class QuotaUsed(RuleBroken):
    """Every pass that was granted is named."""

    def __init__(self) -> None:
        super().__init__(
            mark("All your team passes are named."),
            kept=mark("Nothing was changed."),
            next_step=mark("Take one back, or ask the organizers for more."),
        )


class PassEnded(RuleBroken):
    """The pass was taken back before."""

    def __init__(self) -> None:
        super().__init__(
            mark("This team pass was taken back already."),
            kept=mark("Nothing was changed."),
            next_step=mark("Open the list of passes again."),
        )


def name_pass(
    application: Application,
    *,
    name: str,
    email: str,
    language: str,
    actor: Actor,
    now: datetime,
) -> TeamPass:
    """Use one pass of the quota for somebody: its badge is made, and mailed where it can be.

    Raises ``FieldRefused`` (name, language), ``QuotaUsed``, and ``RuleBroken`` for an application
    that has no promised place.
    """
    _check_person(application, name=name, language=language)
    lock(application)  # who leaves at this moment waits, and then takes this pass back as well
    if application.state not in PROMISED:
        raise RuleBroken(mark("This application has no place any more, so it has no passes."))
    _take_place(application)
    badge = issue_badge(
        application.edition_id, kind=BadgeKind.EXHIBITOR, name=name,
        organization_id=application.organization_id, actor=actor, now=now,
    )  # fmt: skip
    row = TeamPass(
        edition_id=application.edition_id,
        application_id=application.id,
        code=make_code(),
        badge_id=badge.id,
        name=name,
        email=email,
        language=language,
        named_at=now,
    )
    db.session.add(row)
    db.session.flush()
    _tell("named", row, actor=actor, now=now)
    mail_pass(row, now=now)
    return row


def change_pass(
    row: TeamPass, *, name: str, email: str, language: str, actor: Actor, now: datetime
) -> None:
    """Another spelling, or another address.

    The code stays, unless the badge was mailed to somebody and goes to another address now: what
    lies in the first one's mailbox shall open no door.  Raises ``FieldRefused`` (name, language),
    ``PassEnded`` and ``BadgeRevoked``.
    """
    _check_person(row.application, name=name, language=language)
    _check_named(row)
    had = row.email
    row.name, row.email, row.language = name, email, language
    rename_badge(row.badge, name=name, actor=actor, now=now)
    _tell("changed", row, actor=actor, now=now)
    if had and had != email:
        reissue_badge(row.badge, actor=actor, now=now)
        db.session.refresh(row)
    if email and had != email:
        mail_pass(row, now=now)


def renew_pass(row: TeamPass, *, actor: Actor, now: datetime) -> None:
    """A lost badge gets a new code; the old one opens no door.

    Raises ``PassEnded``, and ``BadgeRevoked`` where the organizers revoked it.
    """
    _check_named(row)
    reissue_badge(row.badge, actor=actor, now=now)
    db.session.refresh(row)
    mail_pass(row, now=now)


def take_pass_back(row: TeamPass, *, actor: Actor, now: datetime) -> None:
    """End the pass and its badge; its place in the quota is free.  Raises ``PassEnded``."""
    if not _end(row, now=now):
        raise PassEnded
    db.session.execute(
        update(PassQuota)
        .where(PassQuota.application_id == row.application_id, PassQuota.used > 0)
        .values(used=PassQuota.used - 1)
    )
    _close_badge(row, reason=TAKEN_BACK, actor=actor, now=now)
    _tell("taken_back", row, actor=actor, now=now)


def end_passes_of(application_id: int, *, actor: Actor, now: datetime) -> int:
    """The exhibitor has left: every pass ends; answers how many."""
    rows = passes_of(application_id)
    for row in rows:
        if _end(row, now=now):
            _close_badge(row, reason=LEFT, actor=actor, now=now)
            _tell("ended", row, actor=actor, now=now)
    db.session.execute(
        update(PassQuota).where(PassQuota.application_id == application_id).values(used=0)
    )
    return len(rows)


def follow_badge(old_id: int, *, new_id: int) -> None:
    """A badge was replaced, here or at the desk: its pass holds the new one."""
    db.session.execute(update(TeamPass).where(TeamPass.badge_id == old_id).values(badge_id=new_id))


def mail_pass(row: TeamPass, *, now: datetime) -> None:
    """Send the badge to the person, if there is an address; once a minute at most."""
    if not row.email or row.badge.state != BadgeState.ACTIVE:
        return
    application = row.application
    queue_mail(
        "team_pass",
        key=f"team_pass:{row.badge.code_hash[:32]}:{row.email[:80]}:{now:%Y%m%dT%H%M}",
        recipient=row.email,
        recipient_name=row.name,
        locale=row.language,
        edition_id=row.edition_id,
        context={
            "edition": application.edition,
            "organization": application.organization.name_in(row.language),
            "badge_code": row.badge.code,
        },
        now=now,
        attachments=[Attachment("badge.png", "image/png", qr_png(row.badge.code))],
        reply_to=application.organization.contact_email,
    )


def grant_passes(
    application: Application, *, granted: int | None, actor: Actor, now: datetime
) -> None:
    """An organizer grants a number; None leaves it to the edition's default again.

    Raises ``FieldRefused`` (granted) below what is named already, also by somebody at this moment.
    """
    before = quota_of(application)
    _open_quota(application.id)
    if granted is not None:
        refusal = rules.refusal_for_quota(granted, used=before.used)
        if refusal is None and not _set_granted(application.id, granted):
            refusal = rules.refusal_for_quota(granted, used=granted + 1)
        if refusal is not None:
            raise FieldRefused("granted", refusal, most=rules.MOST_PASSES, used=before.used)
    else:
        db.session.execute(
            update(PassQuota).where(PassQuota.application_id == application.id).values(granted=None)
        )
    write_journal(
        "passes_granted", actor=actor, entity="application", key=application.code, now=now,
        edition_id=application.edition_id,
        before={"granted": before.granted}, after={"granted": granted},
    )  # fmt: skip


def settle_terms(
    edition: Edition, *, most_by_default: int, name_by: date | None, actor: Actor, now: datetime
) -> None:
    """What holds for everybody without a number of their own."""
    insert_once(
        PassTerms, unique="edition_id", edition_id=edition.id, most_by_default=most_by_default
    )
    row = db.session.get_one(PassTerms, edition.id, populate_existing=True)
    row.most_by_default, row.name_by = most_by_default, name_by
    write_journal(
        "pass_terms_settled", actor=actor, entity="edition", key=edition.slug, now=now,
        edition_id=edition.id,
        after={
            "most_by_default": most_by_default,
            "name_by": name_by.isoformat() if name_by else None,
        },
    )  # fmt: skip


def _check_person(application: Application, *, name: str, language: str) -> None:
    if not name:
        raise FieldRefused("name", mark("Say whose pass it is; the name stands on the badge."))
    if language not in application.edition.languages:
        raise FieldRefused("language", mark("Choose one of the festival's languages."))


def _check_named(row: TeamPass) -> None:
    db.session.refresh(row, with_for_update={"of": TeamPass})
    if row.ended_at is not None:
        raise PassEnded


def _open_quota(application_id: int) -> None:
    insert_once(PassQuota, unique="application_id", application_id=application_id, used=0)


def _take_place(application: Application) -> None:
    """Guarded, so that of two who name the last pass at once only one has it."""
    _open_quota(application.id)
    most = func.coalesce(PassQuota.granted, _granted_by_default(application))
    done = db.session.execute(
        update(PassQuota)
        .where(PassQuota.application_id == application.id, PassQuota.used < most)
        .values(used=PassQuota.used + 1)
    )
    if not cast("CursorResult[Any]", done).rowcount:
        raise QuotaUsed


def _granted_by_default(application: Application) -> int:
    return rules.granted_passes(
        wanted=application.team_passes_wanted,
        most=terms_of(application.edition).most_by_default,
        by_hand=None,
    )


def _set_granted(application_id: int, granted: int) -> bool:
    done = db.session.execute(
        update(PassQuota)
        .where(PassQuota.application_id == application_id, PassQuota.used <= granted)
        .values(granted=granted)
    )
    return bool(cast("CursorResult[Any]", done).rowcount)


def _end(row: TeamPass, *, now: datetime) -> bool:
    """Guarded, so that a pass gives its place back once."""
    done = db.session.execute(
        update(TeamPass)
        .where(TeamPass.id == row.id, TeamPass.ended_at.is_(None))
        .values(ended_at=now)
    )
    return bool(cast("CursorResult[Any]", done).rowcount)


def _close_badge(row: TeamPass, *, reason: str, actor: Actor, now: datetime) -> None:
    """Revoke the badge, unless the organizers did before."""
    db.session.refresh(row.badge)
    if row.badge.state == BadgeState.ACTIVE:
        revoke_badge(row.badge, reason=reason, actor=actor, now=now)


def _tell(what: str, row: TeamPass, *, actor: Actor, now: datetime) -> None:
    """Into the journal: whose pass it is stands in its own row only."""
    write_journal(
        f"team_pass_{what}", actor=actor, entity="team_pass", key=row.code, now=now,
        edition_id=row.edition_id, after={"application_id": row.application_id},
    )  # fmt: skip
