"""What changes people and their sign-ins; roles are changed in ``granting``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update

from festival.accounts.likeness import likeness
from festival.accounts.models import OneTimeLink, Person, SignIn, SignInAttempt
from festival.accounts.queries import find_open_link, resets_asked, tries_of
from festival.accounts.rules import (
    CLIENT_LIMITS,
    RESET_LIMITS,
    SIGN_IN_LIMITS,
    is_too_often,
    password_refusal,
)
from festival.accounts.states import LinkPurpose
from festival.extensions import db
from festival.mail.actions import queue_mail
from festival.mail.rendering import render_mail
from festival.shared.errors import FieldRefused, NotFound
from festival.shared.forms import is_email
from festival.shared.journal import SYSTEM, Actor, write_journal
from festival.shared.sentences import mark
from festival.shared.tokens import make_token, token_hash

SIGN_IN_LASTS = timedelta(days=14)
KEPT_AFTER_END = timedelta(days=30)
LINK_LASTS = {
    LinkPurpose.INVITATION: timedelta(days=7),
    LinkPurpose.RESET: timedelta(minutes=30),
    LinkPurpose.SETUP: timedelta(days=1),
}
LINK_SPENT = mark("This link has been used already, or it is too old.")
LINK_NEXT = mark("Ask for a new link on the page “Forgot your password?”, or ask who invited you.")


@dataclass(frozen=True, slots=True)
class Try:
    """Who tries to sign in, as hashes: the address (with the known device) and the client."""

    email_hash: str
    client_hash: str


def start_sign_in(person: Person, *, now: datetime, expires_at: datetime, device: str = "") -> str:
    """Open a sign-in and answer its token, which is shown to nobody but the browser."""
    token = make_token()
    db.session.add(
        SignIn(
            token_hash=token_hash(token),
            person_id=person.id,
            started_at=now,
            expires_at=expires_at,
            device=device[:200],
        )
    )
    return token


def count_try(attempt: Try, *, now: datetime) -> bool:
    """Write one try down before it is made; False when there were too many already.

    Written first and one after the other, so that a hundred tries sent at once are counted like a
    hundred in a row.
    """
    _take_turns(attempt.email_hash)
    of_account, of_client = tries_of(
        email_hash=attempt.email_hash, client_hash=attempt.client_hash, now=now
    )
    if is_too_often(of_account, limits=SIGN_IN_LIMITS, now=now):
        return False
    if is_too_often(of_client, limits=CLIENT_LIMITS, now=now):
        return False
    db.session.add(
        SignInAttempt(email_hash=attempt.email_hash, client_hash=attempt.client_hash, at=now)
    )
    return True


def _take_turns(name: str) -> None:
    """Wait for whoever else counts under this name.  SQLite has one writer at a time anyway."""
    if db.session.get_bind().dialect.name == "postgresql":
        db.session.execute(select(func.pg_advisory_xact_lock(func.hashtext(name))))


def forgive_tries(attempt: Try) -> None:
    """The person has come in: what was mistyped before no longer counts."""
    db.session.execute(delete(SignInAttempt).where(SignInAttempt.email_hash == attempt.email_hash))


def forget_what_is_over(*, now: datetime) -> None:
    """Delete tries older than a day, and sign-ins and links that ended thirty days ago."""
    long_ago = now - KEPT_AFTER_END
    db.session.execute(delete(SignInAttempt).where(SignInAttempt.at < now - timedelta(days=1)))
    db.session.execute(delete(SignIn).where(SignIn.expires_at < long_ago))
    db.session.execute(delete(SignIn).where(SignIn.ended_at < long_ago))
    db.session.execute(delete(OneTimeLink).where(OneTimeLink.expires_at < long_ago))


def end_sign_in(sign_in_id: int, *, person_id: int, now: datetime) -> None:
    """End one sign-in of this person; its cookie is worth nothing from now on."""
    ended = db.session.scalar(
        update(SignIn)
        .where(SignIn.id == sign_in_id, SignIn.person_id == person_id, SignIn.ended_at.is_(None))
        .values(ended_at=now)
        .returning(SignIn.id)
    )
    if ended is None:
        raise NotFound(mark("This sign-in has ended already."))


def end_all_sign_ins(person_id: int, *, but: int | None = None, now: datetime) -> None:
    """End every sign-in of a person, but perhaps the present one."""
    db.session.execute(
        update(SignIn)
        .where(
            SignIn.person_id == person_id,
            SignIn.ended_at.is_(None),
            SignIn.id != (but or 0),
        )
        .values(ended_at=now)
    )


def change_profile(person: Person, *, name: str, locale: str, actor: Actor, now: datetime) -> None:
    """Name and language of a person."""
    before = {"name": person.name, "locale": person.locale}
    person.name, person.locale = name, locale
    write_journal(
        "profile_changed",
        actor=actor,
        entity="person",
        key=person.id,
        now=now,
        before=before,
        after={"name": name, "locale": locale},
    )


def set_password(
    person: Person,
    password_hash: str,
    *,
    actor: Actor,
    now: datetime,
    keep_sign_in: int | None = None,
) -> None:
    """Keep a new password, end the other sign-ins and open links, and tell them by mail."""
    had_one = bool(person.password_hash)
    person.password_hash = password_hash
    end_all_sign_ins(person.id, but=keep_sign_in, now=now)
    db.session.execute(
        update(OneTimeLink)
        .where(OneTimeLink.person_id == person.id, OneTimeLink.used_at.is_(None))
        .values(used_at=now)
    )
    write_journal("password_set", actor=actor, entity="person", key=person.id, now=now)
    if had_one:
        queue_mail(
            "account_password_changed",
            key=f"account_password_changed:{person.id}:{now.isoformat()}",
            recipient=person.email,
            recipient_name=person.name,
            locale=person.locale,
            context={"person_name": person.name, "changed_at": now},
            now=now,
        )


def check_new_password(password: str, *, own_words: tuple[str, ...] = ()) -> None:
    """Raise ``FieldRefused("password", …)`` for a password that strangers guess."""
    refusal = password_refusal(password, own_words=own_words)
    if refusal is not None:
        raise FieldRefused("password", refusal)


def make_link(
    purpose: LinkPurpose, *, person: Person | None, now: datetime
) -> tuple[str, datetime]:
    """A new one-time link: its secret, and when it ends."""
    token = make_token()
    expires_at = now + LINK_LASTS[purpose]
    db.session.add(
        OneTimeLink(
            token_hash=token_hash(token),
            purpose=purpose,
            person=person,
            created_at=now,
            expires_at=expires_at,
        )
    )
    return token, expires_at


def use_link(token: str, *, purposes: tuple[LinkPurpose, ...], now: datetime) -> OneTimeLink:
    """Use a link up.  One conditional UPDATE: of two at once, one gets it, the other NotFound."""
    used = db.session.scalar(
        update(OneTimeLink)
        .where(
            OneTimeLink.token_hash == token_hash(token),
            OneTimeLink.purpose.in_(purposes),
            OneTimeLink.used_at.is_(None),
            OneTimeLink.expires_at > now,
        )
        .values(used_at=now)
        .returning(OneTimeLink.id)
    )
    if used is None:
        raise NotFound(LINK_SPENT, next_step=LINK_NEXT)
    return db.session.scalars(select(OneTimeLink).where(OneTimeLink.id == used)).one()


def ask_reset(person: Person | None, *, now: datetime) -> None:
    """Send a link for a new password.  Says nothing: known and unknown look the same outside."""
    if person is None or not person.is_active:
        words = {"person_name": "", "token": "nobody", "expires_at": now}
        render_mail("account_reset", locale="en", context=words)  # the same work for nobody
        return
    if is_too_often(resets_asked(person.id, now=now), limits=RESET_LIMITS, now=now):
        return
    token, expires_at = make_link(LinkPurpose.RESET, person=person, now=now)
    queue_mail(
        "account_reset",
        key=f"account_reset:{token_hash(token)[:32]}",
        recipient=person.email,
        recipient_name=person.name,
        locale=person.locale,
        context={"person_name": person.name, "token": token, "expires_at": expires_at},
        now=now,
    )
    write_journal("reset_asked", actor=SYSTEM, entity="person", key=person.id, now=now)


def set_up(
    token: str, *, email: str, name: str, locale: str, password_hash: str, now: datetime
) -> Person:
    """The first administrator, made with the link that the console printed.

    Raises ``NotFound`` for a link that is spent, ``FieldRefused("email", …)`` for an address that
    somebody has or that looks like one.
    """
    use_link(token, purposes=(LinkPurpose.SETUP,), now=now)
    person = add_person(email=email, name=name, locale=locale, now=now)
    person.is_administrator = True
    person.password_hash = password_hash
    write_journal(
        "administrator_made", actor=SYSTEM, entity="person", key=person.id, now=now,
        after={"is_administrator": True},
    )  # fmt: skip
    return person


def add_person(*, email: str, name: str, locale: str, now: datetime) -> Person:
    """A new person without a password; see ``granting.invite`` for the whole of it."""
    check_address(email)
    person = Person(email=email, name=name, locale=locale, created_at=now)
    person.email_likeness = likeness(email)
    db.session.add(person)
    db.session.flush()
    return person


def check_address(email: str, *, but: int | None = None) -> None:
    """Raise ``FieldRefused("email", …)`` for an address that is, or looks like, somebody's."""
    if not is_email(email):
        raise FieldRefused("email", mark("Give exactly one e-mail address."))
    found = db.session.execute(
        select(Person.id, Person.email).where(Person.email_likeness == likeness(email))
    ).first()
    if found is not None and found.id != but:
        raise FieldRefused(
            "email",
            mark("Somebody has the address %(other)s, which is the same or looks the same."),
            other=found.email,
        )


def person_for_link(token: str, *, now: datetime) -> tuple[OneTimeLink, Person]:
    """The open invitation or reset and its person, for showing the form; changes nothing."""
    link = find_open_link(token, purposes=(LinkPurpose.INVITATION, LinkPurpose.RESET), now=now)
    if link is None or link.person is None or not link.person.is_active:
        raise NotFound(LINK_SPENT, next_step=LINK_NEXT)
    return link, link.person
