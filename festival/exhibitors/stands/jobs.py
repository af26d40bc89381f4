"""The long work of this room: a proposal, worked out in the solver's own process."""

from __future__ import annotations

from flask_babel import force_locale, gettext

from festival.exhibitors.stands import queries
from festival.exhibitors.stands.actions.proposals import EFFORTS, KIND, keep_result
from festival.exhibitors.stands.models import StandProposal
from festival.exhibitors.stands.solving.order import order_of
from festival.exhibitors.stands.solving.running import solve
from festival.exhibitors.stands.states import ProposalState
from festival.extensions import db
from festival.shared.clock import utc_now
from festival.shared.tasks import TaskResult, TaskRun, task
from festival.shared.work import work


@task(KIND)
def propose(run: TaskRun) -> TaskResult:
    """Work a proposal out; safe to repeat, because only a proposal in work takes a result."""
    payload = run.payload
    with work():
        row = _find(run.edition_id, payload["proposal"])
        if row is None or row.state != ProposalState.COMPUTING:
            return None
        hall = queries.hall_of(row.edition_id)
    seconds, effort = EFFORTS[payload["effort"]]

    def heard(gone: float) -> None:
        run.report(min(round(gone), round(seconds)), round(seconds))

    result = solve(order_of(hall, seconds=seconds, effort=effort), heard=heard)
    with work():
        row = _find(run.edition_id, payload["proposal"])
        if row is None:
            return None
        keep_result(row, hall, result, now=utc_now())
    with force_locale(payload["locale"]):
        text = gettext(
            "%(placed)s of %(all)s exhibitors have a stand in it.",
            placed=result["placed"],
            all=len(hall.exhibitors),
        )
        label = gettext("Look at the proposal")
    return {"text": str(text), "links": [{"label": str(label), "href": payload["href"]}]}


def _find(edition_id: int | None, code: str) -> StandProposal | None:
    found = queries.find_proposal(edition_id or 0, code)
    if found is not None:
        db.session.refresh(found)
    return found
