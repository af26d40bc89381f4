"""Trying decisions, and what the organizers would like to have."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import delete, select

from festival.exhibitors.models import Application
from festival.exhibitors.reviewing.models import BalanceTarget, Trial
from festival.exhibitors.reviewing.queries import not_barred, targets_of
from festival.exhibitors.reviewing.states import Dimension
from festival.exhibitors.rules import may_move
from festival.exhibitors.states import ApplicationState, Mover
from festival.extensions import db
from festival.festivals.models import Edition
from festival.shared.errors import FieldRefused
from festival.shared.journal import Actor, write_journal
from festival.shared.sentences import mark

MOST_WANTED = 10_000


def try_decision(
    edition: Edition,
    *,
    codes: Collection[str],
    to: ApplicationState | None,
    person_id: int,
) -> tuple[int, int]:
    """Try a decision on these applications, or none any more (``to`` None).

    Answers (how many are tried now, how many cannot be decided so).  Nothing is decided, nobody
    else sees it; what the person stays away from is left out.
    """
    rows = db.session.execute(
        select(Application.id, Application.state).where(
            Application.edition_id == edition.id,
            Application.code.in_(codes),
            not_barred(person_id),
        )
    ).all()
    chosen = [
        number for number, state in rows if to is None or may_move(state, to=to, by=Mover.ORGANIZER)
    ]
    db.session.execute(
        delete(Trial).where(Trial.person_id == person_id, Trial.application_id.in_(chosen))
    )
    if to is not None:
        for number in chosen:
            db.session.add(
                Trial(edition_id=edition.id, person_id=person_id, application_id=number, state=to)
            )
    db.session.flush()
    return len(chosen), len(rows) - len(chosen)


def save_targets(
    edition: Edition,
    targets: Mapping[tuple[Dimension, str], int],
    *,
    now: datetime,
    actor: Actor,
) -> None:
    """How many exhibitors of each value are wanted; 0 is no wish.  Raises ``FieldRefused``."""
    for (dimension, value), wanted in targets.items():
        if not 0 <= wanted <= MOST_WANTED or len(value) > 200:
            raise FieldRefused(
                f"{dimension.value}:{value}", mark("Give a number from 0 to 10,000.")
            )
    db.session.refresh(edition, with_for_update={"of": Edition})
    before = targets_of(edition)
    after = {key: wanted for key, wanted in targets.items() if wanted}
    if after == before:
        return
    db.session.execute(delete(BalanceTarget).where(BalanceTarget.edition_id == edition.id))
    for (dimension, value), wanted in after.items():
        db.session.add(
            BalanceTarget(edition_id=edition.id, dimension=dimension, value=value, wanted=wanted)
        )
    db.session.flush()
    write_journal(
        "balance_targets_saved",
        actor=actor,
        entity="edition",
        key=edition.slug,
        now=now,
        edition_id=edition.id,
        before={f"{kind.value}:{value}": number for (kind, value), number in before.items()},
        after={f"{kind.value}:{value}": number for (kind, value), number in after.items()},
    )
