"""Proposals: asked for, worked out by a task, accepted whole or in part, taken back."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from festival.exhibitors.models import Application
from festival.exhibitors.stands import queries
from festival.exhibitors.stands.actions.giving import assign, free
from festival.exhibitors.stands.documents import fingerprint, proposal_document
from festival.exhibitors.stands.models import Stand, StandAssignment, StandProposal
from festival.exhibitors.stands.rules.constraints import faults_of
from festival.exhibitors.stands.rules.facts import Hall
from festival.exhibitors.stands.states import PROPOSAL_MOVES, ProposalState
from festival.extensions import db
from festival.festivals.models import Edition
from festival.shared.errors import RuleBroken, StaleVersion
from festival.shared.journal import SYSTEM, Actor, write_journal
from festival.shared.sentences import mark
from festival.shared.tasks import enqueue
from festival.shared.tokens import make_code

KIND = "stand_proposal"
TITLE = mark("Proposal for the stands")
EFFORTS = {"quick": (8.5, 8.0), "thorough": (60.0, 60.0), "long": (300.0, 300.0)}
"""Name → seconds at most, and the solver's own measure of work (see ``solving.order``).

Starting, building the model and checking take one or two seconds more.
"""


def start_proposal(
    edition: Edition,
    *,
    effort: str,
    address: Callable[[str], str],
    locale: str,
    actor: Actor,
    now: datetime,
) -> StandProposal:
    """Write down that one is wanted; a task works it out.

    ``address`` makes the address of the proposal's page from its code; ``locale`` is the language
    in which the task's page tells what came of it.
    Raises ``RuleBroken`` without stands or exhibitors.
    """
    _check_worth(queries.hall_of(edition.id))
    row = StandProposal(
        edition_id=edition.id, code=make_code(), state=ProposalState.COMPUTING,
        created_at=now, created_by_id=actor.person_id,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    task = enqueue(
        KIND,
        key=f"{KIND}:{row.code}",
        title=TITLE,
        payload={
            "proposal": row.code,
            "effort": effort if effort in EFFORTS else "quick",
            "href": address(row.code),
            "locale": locale,
        },
        edition_id=edition.id,
        person_id=actor.person_id,
        now=now,
    )
    row.task_code = task.code
    _write("stand_proposal_asked", row, actor=actor, now=now)
    return row


def keep_result(row: StandProposal, hall: Hall, result: dict[str, Any], *, now: datetime) -> None:
    """Check the solver's plan and keep it with reasons; ``hall`` is what the solver was told.

    Raises ``ProposalRefused`` when it breaks a constraint.  A proposal that was put aside
    meanwhile stays so.
    """
    db.session.refresh(row, with_for_update={"of": StandProposal})
    if ProposalState.READY not in PROPOSAL_MOVES[row.state]:
        return
    row.result = proposal_document(hall, result)
    row.fingerprint = fingerprint(hall)
    row.state = ProposalState.READY
    _write("stand_proposal_ready", row, actor=SYSTEM, now=now)


def is_stale(row: StandProposal, hall: Hall) -> bool:
    """Whether something that the solver was told has changed since."""
    return row.state == ProposalState.READY and row.fingerprint != fingerprint(hall)


def accept(row: StandProposal, chosen: Collection[int], *, actor: Actor, now: datetime) -> int:
    """Give the stands that the proposal names to the ``chosen`` exhibitors (application ids).

    Answers how many got another stand than before.  Raises ``StaleVersion`` when the hall has
    changed since, and ``RuleBroken`` when a part of the proposal does not work without the rest.
    """
    _move(row, to=ProposalState.ACCEPTED)
    hall = queries.hall_of(row.edition_id)
    if row.fingerprint != fingerprint(hall):
        raise StaleVersion(
            mark("Stands, exhibitors or wishes have changed since this proposal was worked out."),
            kept=mark("Nothing was changed."),
            next_step=mark("Have it worked out anew: the present stands count."),
        )
    wanted = {
        each["exhibitor"]: each["stand"]
        for each in (row.result or {}).get("places", ())
        if each["exhibitor"] in chosen and each["stand"] != each["was"]
    }
    if not wanted:
        raise RuleBroken(
            mark("Nothing would change."), next_step=mark("Choose at least one exhibitor.")
        )
    _check_part(hall, wanted)
    row.before = {
        str(who): {"before": hall.present.get(who), "after": where} for who, where in wanted.items()
    }
    _give(wanted, hall=hall, actor=actor, now=now)
    row.decided_at = now
    _write("stand_proposal_accepted", row, actor=actor, now=now, after={"stands": len(wanted)})
    return len(wanted)


def undo(row: StandProposal, *, actor: Actor, now: datetime) -> int:
    """Put everybody back where they stood before the proposal was accepted.

    Answers how many.  Raises ``RuleBroken`` when one of them has been moved since, or a former
    stand has been given away.
    """
    _move(row, to=ProposalState.UNDONE)
    hall = queries.hall_of(row.edition_id)
    changes = {int(who): each for who, each in (row.before or {}).items()}
    holders = {where: who for who, where in hall.present.items()}
    for who, each in changes.items():
        is_elsewhere = hall.present.get(who) != each["after"]
        rival = holders.get(each["before"])
        is_given = rival is not None and rival not in changes
        if is_elsewhere or is_given or who not in hall.exhibitors:
            raise RuleBroken(
                mark("Stands have been given by hand since then, so it cannot be undone as one."),
                kept=mark("Nothing was changed."),
                next_step=mark("Give the stands back one by one."),
            )
    _free_all(changes, actor=actor, now=now)
    back = {who: each["before"] for who, each in changes.items() if each["before"] is not None}
    _give(back, hall=queries.hall_of(row.edition_id), actor=actor, now=now)
    row.decided_at = now
    _write("stand_proposal_undone", row, actor=actor, now=now, after={"stands": len(changes)})
    return len(changes)


def discard(row: StandProposal, *, actor: Actor, now: datetime) -> None:
    """Put it aside; a second press changes nothing."""
    if row.state == ProposalState.DISCARDED:
        return
    _move(row, to=ProposalState.DISCARDED)
    row.decided_at = now
    _write("stand_proposal_discarded", row, actor=actor, now=now)


def _check_worth(hall: Hall) -> None:
    if not hall.stands:
        raise RuleBroken(
            mark("There is no stand yet."), next_step=mark("Draw a floor plan with stands first.")
        )
    if not hall.exhibitors:
        raise RuleBroken(
            mark("No exhibitor is accepted yet."), next_step=mark("Decide on applications first.")
        )


def _check_part(hall: Hall, wanted: dict[int, int]) -> None:
    """A part must hold on its own: nobody on a stand that its holder does not leave."""
    placing = {**hall.present, **wanted}
    for who in wanted:
        wrong = [each for each in faults_of(hall, who, placing=placing) if not each.only_warns]
        if wrong:
            raise RuleBroken(
                mark("This part does not work alone. %(name)s on %(stand)s: %(why)s"),
                kept=mark("Nothing was changed."),
                next_step=mark("Choose the others that change places with it as well."),
                name=hall.exhibitors[who].name,
                stand=hall.stands[wanted[who]].number,
                why=wrong[0].said.in_english(),
            )


def _give(wanted: dict[int, int], *, hall: Hall, actor: Actor, now: datetime) -> None:
    """First everybody leaves, then everybody gets the new stand."""
    pinned = hall.pinned & wanted.keys()
    _free_all([who for who in wanted if who in hall.present], actor=actor, now=now)
    stands = {
        each.id: each
        for each in db.session.scalars(select(Stand).where(Stand.id.in_(wanted.values())))
    }
    people = {
        each.id: each
        for each in db.session.scalars(select(Application).where(Application.id.in_(wanted.keys())))
    }
    for who, where in wanted.items():
        assign(stands[where], people[who], actor=actor, now=now, pinned=who in pinned)


def _free_all(people: Collection[int], *, actor: Actor, now: datetime) -> None:
    rows = db.session.scalars(
        select(Stand)
        .join(StandAssignment, StandAssignment.stand_id == Stand.id)
        .where(StandAssignment.application_id.in_(list(people)))
    ).all()
    for each in rows:
        free(each, actor=actor, now=now)


def _move(row: StandProposal, *, to: ProposalState) -> None:
    """One conditional UPDATE: two who press at once do it once."""
    before = [state for state, after in PROPOSAL_MOVES.items() if to in after]
    moved = db.session.execute(
        update(StandProposal)
        .where(StandProposal.id == row.id, StandProposal.state.in_(before))
        .values(state=to)
        .returning(StandProposal.id)
        .execution_options(synchronize_session=False)
    ).scalar_one_or_none()
    db.session.refresh(row)
    if moved is None:
        raise RuleBroken(
            mark("This proposal cannot be used any more."),
            next_step=mark("Open the list of proposals, or have a new one worked out."),
        )


def _write(action: str, row: StandProposal, *, actor: Actor, now: datetime, **told: Any) -> None:
    write_journal(
        action, actor=actor, entity="stand_proposal", key=row.code, now=now,
        edition_id=row.edition_id, **told,
    )  # fmt: skip
