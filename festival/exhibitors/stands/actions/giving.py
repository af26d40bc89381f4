"""Who gets which stand: guarded, so that two organizers at once cannot give one stand twice."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select, update

from festival.exhibitors.models import Application
from festival.exhibitors.moving import lock
from festival.exhibitors.stands import queries
from festival.exhibitors.stands.models import PlacementWish, Stand, StandAssignment
from festival.exhibitors.stands.rules.constraints import Fault, faults_of
from festival.exhibitors.stands.rules.facts import Hall
from festival.exhibitors.stands.states import StandState, WishKind
from festival.exhibitors.states import PROMISED
from festival.extensions import db
from festival.festivals.actions import touch_edition
from festival.shared.errors import FieldRefused, RuleBroken
from festival.shared.journal import Actor, write_journal
from festival.shared.once import insert_once
from festival.shared.sentences import mark

TO_BE_HAD = (StandState.FREE, StandState.RESERVED)


def faults_if_given(hall: Hall, *, exhibitor_id: int, stand_id: int) -> list[Fault]:
    """Everything that would be wrong if this exhibitor got this stand now."""
    return faults_of(hall, exhibitor_id, placing={**hall.present, exhibitor_id: stand_id})


def assign(
    stand: Stand, application: Application, *, actor: Actor, now: datetime, pinned: bool = False
) -> None:
    """Give the stand; a stand that the exhibitor had before becomes free.

    Constraints that are not met do not forbid it (see ``faults_if_given``).  Raises ``RuleBroken``
    when the stand is blocked or has been given away, or no place is promised to the exhibitor.
    """
    lock(application)
    if application.state not in PROMISED or application.edition_id != stand.edition_id:
        raise RuleBroken(
            mark("Only an exhibitor who is accepted can have a stand."),
            next_step=mark("Open the application: somebody may have changed its state."),
        )
    had = _take_away(application.id)
    before = db.session.get(Stand, had) if had is not None else None
    _claim(stand)
    inserted = insert_once(
        StandAssignment,
        unique="stand_id",
        edition_id=stand.edition_id,
        stand_id=stand.id,
        application_id=application.id,
        is_pinned=pinned,
        assigned_at=now,
        assigned_by_id=actor.person_id,
    )
    if not inserted:
        raise _gone()
    db.session.expire(stand)
    touch_edition(stand.edition_id)
    write_journal(
        "stand_assigned", actor=actor, entity="stand", key=stand.code, now=now,
        edition_id=stand.edition_id,
        before={"had": before.number} if before else None,
        after={"number": stand.number, "application": application.code},
    )  # fmt: skip


def free(stand: Stand, *, actor: Actor, now: datetime) -> None:
    """Take the stand back; a second press changes nothing."""
    gone = db.session.execute(
        delete(StandAssignment)
        .where(StandAssignment.stand_id == stand.id)
        .returning(StandAssignment.application_id)
    ).scalar_one_or_none()
    if gone is None:
        return
    _put_back(stand.id)
    db.session.expire(stand)
    touch_edition(stand.edition_id)
    application = db.session.get(Application, gone)
    write_journal(
        "stand_freed", actor=actor, entity="stand", key=stand.code, now=now,
        edition_id=stand.edition_id,
        before={"number": stand.number, "application": application and application.code},
    )  # fmt: skip


def release_of(application_id: int, *, actor: Actor, now: datetime) -> None:
    """The application takes no part any more: its stand and its wishes go, if it has any."""
    stand = queries.stand_of(application_id)
    if stand is not None:
        free(stand, actor=actor, now=now)
    db.session.execute(
        delete(PlacementWish).where(
            (PlacementWish.application_id == application_id)
            | (PlacementWish.other_id == application_id)
        )
    )


def pin(stand: Stand, *, is_pinned: bool, actor: Actor, now: datetime) -> None:
    """A proposal leaves a pinned exhibitor where it is.  Raises ``RuleBroken`` on an empty one."""
    row = db.session.scalar(select(StandAssignment).where(StandAssignment.stand_id == stand.id))
    if row is None:
        raise RuleBroken(mark("Nobody has this stand, so there is nothing to pin."))
    if row.is_pinned != is_pinned:
        row.is_pinned = is_pinned
        write_journal(
            "stand_pinned" if is_pinned else "stand_unpinned", actor=actor, entity="stand",
            key=stand.code, now=now, edition_id=stand.edition_id,
        )  # fmt: skip


def add_wish(
    one: Application, other: Application, *, kind: WishKind, actor: Actor, now: datetime
) -> None:
    """Both want to be near or apart; a second wish of the same two replaces the first.

    Raises ``FieldRefused`` (other).
    """
    if one.id == other.id:
        raise FieldRefused("other", mark("Choose another exhibitor."))
    if one.edition_id != other.edition_id:
        raise FieldRefused("other", mark("This exhibitor is not in this edition."))
    first, second = sorted((one, other), key=lambda each: each.id)
    row = db.session.scalar(
        select(PlacementWish).where(
            PlacementWish.application_id == first.id, PlacementWish.other_id == second.id
        )
    )
    if row is None:
        row = PlacementWish(
            edition_id=one.edition_id, application_id=first.id, other_id=second.id,
            kind=kind, created_at=now,
        )  # fmt: skip
        db.session.add(row)
    row.kind = kind
    write_journal(
        "placement_wished", actor=actor, entity="application", key=one.code, now=now,
        edition_id=one.edition_id, after={"kind": kind.value, "other": other.code},
    )  # fmt: skip
    db.session.flush()


def remove_wish(wish: PlacementWish, *, actor: Actor, now: datetime) -> None:
    """The two may stand anywhere."""
    write_journal(
        "placement_wish_removed", actor=actor, entity="application", key=wish.application.code,
        now=now, edition_id=wish.edition_id,
        before={"kind": wish.kind.value, "other": wish.other.code},
    )  # fmt: skip
    db.session.delete(wish)
    db.session.flush()


def _claim(stand: Stand) -> None:
    """One conditional UPDATE decides who gets it, on both databases."""
    claimed = db.session.execute(
        update(Stand)
        .where(Stand.id == stand.id, Stand.state.in_(TO_BE_HAD))
        .values(state=StandState.ASSIGNED, version=Stand.version + 1)
        .returning(Stand.id)
        .execution_options(synchronize_session=False)
    ).scalar_one_or_none()
    if claimed is None:
        raise _gone()


def _gone() -> RuleBroken:
    return RuleBroken(
        mark("This stand is blocked or has been given to somebody else meanwhile."),
        kept=mark("Nothing was changed."),
        next_step=mark("Choose another stand, or free this one first."),
    )


def _take_away(application_id: int) -> int | None:
    """Take the present stand of an exhibitor away; answers its id."""
    had = db.session.execute(
        delete(StandAssignment)
        .where(StandAssignment.application_id == application_id)
        .returning(StandAssignment.stand_id)
    ).scalar_one_or_none()
    if had is not None:
        _put_back(had)
    return had


def _put_back(stand_id: int) -> None:
    db.session.execute(
        update(Stand)
        .where(Stand.id == stand_id, Stand.state == StandState.ASSIGNED)
        .values(state=StandState.FREE, version=Stand.version + 1)
        .execution_options(synchronize_session=False)
    )
