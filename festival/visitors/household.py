"""A household's row: found by the secret of its link, locked before anything of it changes."""

from __future__ import annotations

from sqlalchemy import select

from festival.extensions import db
from festival.festivals.models import Edition
from festival.shared.errors import FieldRefused, NotFound, RuleBroken
from festival.shared.sentences import mark
from festival.shared.tokens import token_hash
from festival.visitors import rules
from festival.visitors.models import Registration
from festival.visitors.states import RegistrationState


class RegistrationEnded(RuleBroken):
    """The household has cancelled; a new registration is needed."""


def find_by_key(edition: Edition, *, key: str) -> Registration | None:
    return db.session.scalar(
        select(Registration).where(
            Registration.manage_hash == token_hash(key), Registration.edition_id == edition.id
        )
    )


def get_by_key(edition: Edition, *, key: str) -> Registration:
    """The registration whose link holds this secret; raises ``NotFound``."""
    row = find_by_key(edition, key=key)
    if row is None:
        raise NotFound(mark("There is no such registration."))
    return row


def lock(registration: Registration) -> None:
    """Take the household's row and read it anew; raises ``RegistrationEnded`` once cancelled."""
    lock_row(registration)
    if registration.state == RegistrationState.CANCELLED:
        raise RegistrationEnded(
            mark("This registration was cancelled."),
            next_step=mark("Register again; it takes a minute."),
        )


def lock_row(registration: Registration) -> None:
    """Take the row for this unit of work and read it anew; a household's changes queue here."""
    db.session.flush()
    db.session.refresh(registration, with_for_update=True)


def refuse(refusal: rules.Refusal | None) -> None:
    """Raise what a rule answered."""
    if refusal is not None:
        raise FieldRefused(refusal.field, refusal.sentence, **refusal.values)
