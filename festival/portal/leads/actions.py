"""What changes pages for visitors' interest, and leads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, select, update

from festival.exhibitors.calls.rules import words_in
from festival.exhibitors.models import Application
from festival.extensions import db
from festival.festivals.models import Edition
from festival.mail.actions import queue_mail
from festival.mail.forgetting import forget_mail
from festival.portal.leads.models import InterestLead, LeadLink, LeadPage, LeadRules, LeadWording
from festival.portal.leads.rules import Wording, agreed_details, person_key, refusal_for
from festival.portal.leads.states import FIELD_NAMES, MOST_KEPT_DAYS, LeadField
from festival.shared.errors import FieldRefused, StaleVersion
from festival.shared.journal import SYSTEM, VISITOR, Actor, write_journal
from festival.shared.once import insert_once
from festival.shared.sentences import mark
from festival.shared.tokens import make_code, token_hash

CHANGED = mark("Somebody else saved this page meanwhile; nothing was overwritten.")
OTHER_WORDS = mark("What this page says has changed since you opened it. Read it again, please.")


@dataclass(frozen=True, slots=True)
class PageFacts:
    """What an organization decides about its page."""

    fields: Sequence[str]
    purposes: dict[str, str]
    is_open: bool


def change_rules(
    edition: Edition,
    *,
    fields: Sequence[str],
    texts: dict[str, str],
    kept_days: int,
    version: int,
    actor: Actor,
    now: datetime,
) -> None:
    """The organizers decide what may be passed on.  Raises ``FieldRefused``, ``StaleVersion``.

    Leads that exist keep the last day that was promised to them.
    """
    if not 0 <= kept_days <= MOST_KEPT_DAYS:
        raise FieldRefused(
            "kept_days", mark("Give a number of days from 0 to %(most)s."), most=MOST_KEPT_DAYS
        )
    insert_once(
        LeadRules, unique="edition_id", edition_id=edition.id, fields=[], texts={},
        kept_days=kept_days, version=0, changed_at=now,
    )  # fmt: skip
    values = {"fields": list(fields), "texts": texts, "kept_days": kept_days}
    _guarded(LeadRules, LeadRules.edition_id == edition.id, values, version=version, now=now)
    write_journal(
        "lead_rules_changed", actor=actor, entity="edition", key=edition.slug, now=now,
        edition_id=edition.id, after={"fields": list(fields), "kept_days": kept_days},
    )  # fmt: skip


def change_page(
    application: Application, facts: PageFacts, *, version: int, actor: Actor, now: datetime
) -> None:
    """The organization decides what it asks for.  Raises ``FieldRefused``, ``StaleVersion``."""
    if facts.is_open and not facts.fields:
        raise FieldRefused(
            "fields_asked", mark("Choose at least one thing that visitors may leave.")
        )
    if facts.is_open and not any(facts.purposes.values()):
        raise FieldRefused("purposes", mark("Say in at least one language what you will do."))
    insert_once(
        LeadPage, unique="application_id", application_id=application.id, code=make_code(6),
        fields=[], purposes={}, is_open=False, withdrawn_count=0, lapsed_count=0, version=0,
        changed_at=now,
    )  # fmt: skip
    values = {"fields": list(facts.fields), "purposes": facts.purposes, "is_open": facts.is_open}
    _guarded(
        LeadPage, LeadPage.application_id == application.id, values, version=version, now=now
    )  # fmt: skip
    write_journal(
        "lead_page_changed", actor=actor, entity="application", key=application.code, now=now,
        edition_id=application.edition_id,
        after={"fields": list(facts.fields), "is_open": facts.is_open},
    )  # fmt: skip


def give_interest(
    page: LeadPage,
    *,
    wording: Wording,
    read_digest: str,
    typed: Mapping[str, str],
    token: str,
    locale: str,
    now: datetime,
) -> None:
    """A visitor pressed the button: agreed, at this moment, to this wording.

    ``read_digest`` is the wording that stood before them; raises ``StaleVersion`` for another one,
    ``FieldRefused`` where nothing could be done with it.  The same ``token`` twice, and the same
    person twice, are one lead; what was typed last holds.
    """
    digest = wording.digest(page_code=page.code)
    if read_digest != digest:
        raise StaleVersion(OTHER_WORDS)
    fields = [LeadField(each) for each in wording.fields]
    details = agreed_details(typed, fields=fields)
    refusal = refusal_for(details, fields=fields)
    if refusal:
        raise FieldRefused(refusal[0].value, refusal[1])
    hashed = token_hash(token)
    if db.session.scalar(select(LeadLink.id).where(LeadLink.token_hash == hashed)):
        return
    values = {
        "details": details, "locale": locale, "given_at": now,
        "kept_until": date.fromisoformat(wording.kept_until),
        "wording_id": _wording_id(page, wording, digest=digest, now=now),
    }  # fmt: skip
    lead_id = _keep(page, person_key(page.code, details, token=token), values)
    is_new = insert_once(
        LeadLink, unique="token_hash", page_id=page.id, lead_id=lead_id, token_hash=hashed,
        made_at=now,
    )  # fmt: skip
    if is_new:
        _note("interest_given", page, actor=VISITOR, now=now, fields=list(details), digest=digest)
        _confirm(page, wording, details=details, token=token, locale=locale, now=now)


def withdraw_interest(link: LeadLink, *, now: datetime) -> None:
    """Taken back: gone everywhere at once, with the mail that confirmed it.  Twice is once."""
    if link.lead_id is None:
        return
    hashes = _hashes([link.lead_id])
    gone = _delete([link.lead_id])
    if not gone:  # by another link of the same person, a moment ago
        return
    _raise_count(link.page_id, withdrawn_count=1)
    forget_mail([_mail_key(each) for each in hashes])
    db.session.expire_all()
    _note("interest_withdrawn", link.page, actor=VISITOR, now=now)


def remove_lapsed(ids: Sequence[int]) -> int:
    """Delete leads that were kept as long as was promised; how many.  A number stays."""
    rows = db.session.execute(
        select(InterestLead.id, InterestLead.page_id).where(InterestLead.id.in_(ids))
    ).all()
    keys = [_mail_key(each) for each in _hashes(ids)]
    gone = _delete(ids)
    for page_id in {page_id for _, page_id in rows}:
        _raise_count(page_id, lapsed_count=sum(each == page_id for _, each in rows))
    forget_mail(keys)
    return gone


def _guarded(
    model: type[LeadRules] | type[LeadPage],
    which: Any,
    values: dict[str, Any],
    *,
    version: int,
    now: datetime,
) -> None:
    """Save if nobody saved since ``version`` was read."""
    found: Any = db.session.execute(
        update(model)
        .where(which, model.version == version)
        .values(**values, version=version + 1, changed_at=now)
        .execution_options(synchronize_session=False)
    )
    if not found.rowcount:
        raise StaleVersion(CHANGED)
    db.session.expire_all()


def _wording_id(page: LeadPage, wording: Wording, *, digest: str, now: datetime) -> int:
    insert_once(
        LeadWording, unique="digest", page_id=page.id, digest=digest, facts=wording.facts(),
        made_at=now,
    )  # fmt: skip
    return db.session.scalars(select(LeadWording.id).where(LeadWording.digest == digest)).one()


def _keep(page: LeadPage, key: str, values: dict[str, Any]) -> int:
    """One row for one person; its id.  A second time replaces what was typed first."""
    if not insert_once(
        InterestLead, unique="person_key", page_id=page.id, person_key=key, **values
    ):
        db.session.execute(
            update(InterestLead)
            .where(InterestLead.person_key == key)
            .values(**values)
            .execution_options(synchronize_session=False)
        )
    return db.session.scalars(select(InterestLead.id).where(InterestLead.person_key == key)).one()


def _hashes(ids: Sequence[int]) -> list[str]:
    return list(
        db.session.scalars(select(LeadLink.token_hash).where(LeadLink.lead_id.in_(ids)))
    )  # fmt: skip


def _delete(ids: Sequence[int]) -> int:
    """Rows deleted; their links stay and lead to nothing."""
    quiet = {"synchronize_session": False}
    db.session.execute(
        update(LeadLink)
        .where(LeadLink.lead_id.in_(ids))
        .values(lead_id=None)
        .execution_options(**quiet)
    )
    done: Any = db.session.execute(
        delete(InterestLead).where(InterestLead.id.in_(ids)).execution_options(**quiet)
    )
    db.session.expire_all()
    return int(done.rowcount)


def _raise_count(page_id: int, **more: int) -> None:
    """In the database itself, so that two at once count two."""
    db.session.execute(
        update(LeadPage)
        .where(LeadPage.id == page_id)
        .values(**{name: getattr(LeadPage, name) + count for name, count in more.items()})
        .execution_options(synchronize_session=False)
    )


def _confirm(
    page: LeadPage,
    wording: Wording,
    *,
    details: Mapping[str, str],
    token: str,
    locale: str,
    now: datetime,
) -> None:
    """To the address that was given, if one was: what was passed on, and how to take it back."""
    email = details.get(LeadField.EMAIL.value, "")
    if not email:
        return
    edition = page.application.edition
    queue_mail(
        "interest_given",
        key=_mail_key(token_hash(token)),
        recipient=email,
        recipient_name=details.get(LeadField.NAME.value, ""),
        locale=locale,
        edition_id=edition.id,
        context={
            "edition": edition,
            "organization": wording.name_in(locale),
            "field_names": [FIELD_NAMES[LeadField(each)] for each in details],
            "purpose": words_in(wording.purposes, languages=[locale, *edition.languages]),
            "kept_until": date.fromisoformat(wording.kept_until),
            "token": token,
        },
        now=now,
        by_stranger=True,
    )


def _mail_key(hashed: str) -> str:
    return f"interest_given:{hashed[:40]}"


def _note(action: str, page: LeadPage, *, actor: Actor = SYSTEM, now: datetime,
          fields: Sequence[str] = (), digest: str = "") -> None:  # fmt: skip
    """In the journal stands that it happened, never what was passed on or by whom."""
    write_journal(
        action, actor=actor, entity="lead_page", key=page.code, now=now,
        edition_id=page.application.edition_id,
        after={"fields": list(fields), "wording": digest[:8]} if digest else None,
    )  # fmt: skip
