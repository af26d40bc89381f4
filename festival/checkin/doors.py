"""Door links and gates: made, mailed and ended by organizers; ``actions`` offers them."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select

from festival.accounts.queries import find_person
from festival.checkin import rules
from festival.checkin.models import DoorLink, Gate
from festival.extensions import db
from festival.festivals.models import Edition
from festival.mail.actions import queue_mail
from festival.shared.clock import day_bounds
from festival.shared.errors import FieldRefused
from festival.shared.forms import normalised_email
from festival.shared.journal import Actor, write_journal
from festival.shared.sentences import mark
from festival.shared.tokens import make_token, token_hash


def make_door_link(
    edition: Edition,
    *,
    label: str,
    gate_id: int | None = None,
    occurrence_id: int | None = None,
    last_day: date,
    actor: Actor,
    now: datetime,
) -> tuple[DoorLink, str]:
    """A link for one gate or one occurrence, ending with a local day; and its secret, told once.

    Raises ``FieldRefused`` (last_day).
    """
    zone = ZoneInfo(edition.time_zone)
    expires_at = day_bounds(last_day, zone=zone)[1]
    ends_at = day_bounds(edition.ends_on, zone=zone)[1]
    refusal = rules.refusal_for_expiry(expires_at, edition_ends_at=ends_at, now=now)
    if refusal:
        raise FieldRefused("last_day", refusal)
    token = make_token()
    link = DoorLink(
        edition_id=edition.id,
        token_hash=token_hash(token),
        label=label,
        gate_id=gate_id,
        occurrence_id=occurrence_id,
        expires_at=expires_at,
        created_by_id=actor.person_id,
        created_at=now,
    )
    db.session.add(link)
    db.session.flush()
    _tell("opened", link, actor=actor, now=now)
    return link, token


def mail_door_link(link: DoorLink, *, token: str, email: str, actor: Actor, now: datetime) -> None:
    """Send a link that was just made to whoever will scan; only now is its secret known.

    In the language of the person's account, else the edition's first.  Raises ``FieldRefused``
    (email).
    """
    email = normalised_email(email)
    person = find_person(email)
    queue_mail(
        "door_link",
        key=f"door_link:{link.token_hash[:32]}",
        recipient=email,
        recipient_name=person.name if person else "",
        locale=person.locale if person else link.edition.languages[0],
        edition_id=link.edition_id,
        context={
            "edition": link.edition,
            "label": link.label,
            "place": door_name(link),
            "occurrence": link.occurrence,
            "expires_at": link.expires_at,
            "token": token,
        },
        now=now,
        reply_to=link.edition.contact_email,
    )
    _tell("mailed", link, actor=actor, now=now)


def door_name(link: DoorLink) -> str:
    """Name of the gate, or title of the session."""
    if link.occurrence is not None:
        return link.occurrence.session.title
    return link.gate.name if link.gate else ""


def revoke_door_link(link: DoorLink, *, actor: Actor, now: datetime) -> None:
    """A phone was lost, or its holder goes home: the link ends at once.  Twice is once."""
    if link.revoked_at is None:
        link.revoked_at = now
        _tell("revoked", link, actor=actor, now=now)


def add_gate(edition: Edition, *, name: str, actor: Actor, now: datetime) -> Gate:
    """An entrance that is counted.  Raises ``FieldRefused`` (name)."""
    if not name:
        raise FieldRefused("name", mark("Give the gate a name."))
    taken = db.session.scalar(
        select(Gate.id).where(Gate.edition_id == edition.id, Gate.name == name)
    )
    if taken:
        raise FieldRefused("name", mark("There is a gate with this name already."))
    gate = Gate(edition_id=edition.id, name=name)
    db.session.add(gate)
    db.session.flush()
    write_journal(
        "added", actor=actor, entity="gate", key=gate.id, now=now,
        edition_id=edition.id, after={"name": name},
    )  # fmt: skip
    return gate


def _tell(what: str, link: DoorLink, *, actor: Actor, now: datetime) -> None:
    write_journal(
        what,
        actor=actor,
        entity="door_link",
        key=link.id,
        now=now,
        edition_id=link.edition_id,
        after={"label": link.label, "until": link.expires_at.isoformat()},
    )
