"""What changes badges."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, select, update

from festival.badges import rules
from festival.badges.codes import code_hash, make_badge_code
from festival.badges.events import BadgeReplaced, badge_replaced
from festival.badges.models import Badge
from festival.badges.qr import qr_png
from festival.badges.states import BadgeKind, BadgeState
from festival.extensions import db
from festival.mail.actions import Attachment, queue_mail
from festival.shared.errors import FieldRefused, RuleBroken
from festival.shared.journal import Actor, write_journal
from festival.shared.sentences import mark

REPLACED = mark("Replaced by a new badge.")
CANCELLED = mark("The registration was cancelled.")


class BadgeRevoked(RuleBroken):
    """The badge was revoked before; what is asked for needs one that opens the door."""

    def __init__(self) -> None:
        super().__init__(
            mark("This badge was revoked already."),
            kept=mark("Nothing was changed."),
            next_step=mark("Look for the badge that replaced it, or make a new one."),
        )


def issue_badge(
    edition_id: int,
    *,
    kind: BadgeKind,
    name: str = "",
    people: int = 1,
    registration_id: int | None = None,
    organization_id: int | None = None,
    replaces_id: int | None = None,
    actor: Actor,
    now: datetime,
) -> Badge:
    """A new badge with a new code.  Raises ``FieldRefused`` (people)."""
    refusal = rules.refusal_for_people(people)
    if refusal:
        raise FieldRefused("people", refusal, most=rules.MOST_PEOPLE)
    code = make_badge_code()
    badge = Badge(
        edition_id=edition_id,
        kind=kind,
        code=code,
        code_hash=code_hash(code),
        registration_id=registration_id,
        organization_id=organization_id,
        replaces_id=replaces_id,
        holder_name=name,
        people=people,
        state=BadgeState.ACTIVE,
        issued_at=now,
    )
    db.session.add(badge)
    db.session.flush()
    _tell("issued", badge, actor=actor, now=now, after={"kind": kind.value, "people": people})
    return badge


def issue_badges(
    edition_id: int,
    *,
    count: int,
    kind: BadgeKind,
    name: str = "",
    people: int = 1,
    actor: Actor,
    now: datetime,
) -> list[Badge]:
    """Several equal badges, for a team or as spares.  Raises ``FieldRefused`` (count, people)."""
    refusal = rules.refusal_for_count(count)
    if refusal:
        raise FieldRefused("count", refusal, most=rules.MOST_AT_ONCE)
    return [
        issue_badge(edition_id, kind=kind, name=name, people=people, actor=actor, now=now)
        for _ in range(count)
    ]


def revoke_badge(badge: Badge, *, reason: str, actor: Actor, now: datetime) -> None:
    """End a badge for good.  Raises ``FieldRefused`` (reason) and ``BadgeRevoked``."""
    reason = reason.strip()
    if not reason:
        raise FieldRefused("reason", mark("Say why, in a few words; the door shows it to nobody."))
    if not rules.may_revoke(badge.state) or not _end(badge, reason=reason, now=now):
        raise BadgeRevoked
    _tell("revoked", badge, actor=actor, now=now, after={"reason": reason})


def reissue_badge(badge: Badge, *, actor: Actor, now: datetime) -> Badge:
    """Revoke a lost badge and give a new code to the same holder.  Raises ``BadgeRevoked``."""
    revoke_badge(badge, reason=REPLACED, actor=actor, now=now)
    successor = issue_badge(
        badge.edition_id,
        kind=badge.kind,
        name=badge.holder_name,
        people=badge.people,
        registration_id=badge.registration_id,
        organization_id=badge.organization_id,
        replaces_id=badge.id,
        actor=actor,
        now=now,
    )
    badge_replaced.send(
        reissue_badge, event=BadgeReplaced(old_id=badge.id, new_id=successor.id, now=now)
    )
    mail_badge(successor, now=now)
    return successor


def rename_badge(badge: Badge, *, name: str, actor: Actor, now: datetime) -> None:
    """Another spelling of the holder's name; the code stays.  Raises ``BadgeRevoked``."""
    if not rules.may_revoke(badge.state):
        raise BadgeRevoked
    badge.holder_name = name
    _tell("renamed", badge, actor=actor, now=now)


def mail_badge(badge: Badge, *, now: datetime) -> None:
    """Send a household its new badge, if it gave an address: the old one opens no door now."""
    household = badge.registration
    if household is None or not household.email:
        return
    queue_mail(
        "badge",
        key=f"badge:{badge.code_hash[:32]}",
        recipient=household.email,
        recipient_name=household.name,
        locale=household.locale,
        edition_id=badge.edition_id,
        context={"edition": badge.edition, "badge_code": badge.code, "people": badge.people},
        now=now,
        attachments=[Attachment("badge.png", "image/png", qr_png(badge.code))],
    )


def follow_registration(
    registration_id: int, *, name: str, people: int, actor: Actor, now: datetime
) -> None:
    """The household has another name or size now; its badge keeps its code."""
    for badge in _active_of(registration_id):
        before = {"people": badge.people}
        badge.holder_name, badge.people = name, people
        _tell("changed", badge, actor=actor, now=now, before=before, after={"people": people})


def revoke_of_registration(registration_id: int, *, actor: Actor, now: datetime) -> None:
    """The household does not come; its badges no longer open the door."""
    for badge in _active_of(registration_id):
        revoke_badge(badge, reason=CANCELLED, actor=actor, now=now)


def _active_of(registration_id: int) -> list[Badge]:
    return list(
        db.session.scalars(
            select(Badge).where(
                Badge.registration_id == registration_id, Badge.state == BadgeState.ACTIVE
            )
        )
    )


def _end(badge: Badge, *, reason: str, now: datetime) -> bool:
    """Guarded, so that of two who revoke or replace at once only one does."""
    result = db.session.execute(
        update(Badge)
        .where(Badge.id == badge.id, Badge.state == BadgeState.ACTIVE)
        .values(
            state=BadgeState.REVOKED,
            revoked_at=now,
            revoked_reason=reason[: rules.LONGEST_REASON],
        )
    )
    return bool(cast("CursorResult[Any]", result).rowcount)


def _tell(what: str, badge: Badge, *, actor: Actor, now: datetime, **values: Any) -> None:
    write_journal(
        what,
        actor=actor,
        entity="badge",
        key=badge.id,
        now=now,
        edition_id=badge.edition_id,
        **values,
    )
