"""Writes the letters of a released message into the outbox, outside the request."""

from __future__ import annotations

from festival.mail.batches import actions, letters, queries
from festival.shared.clock import utc_now
from festival.shared.tasks import TaskResult, TaskRun, every, task
from festival.shared.work import work


@task(actions.TASK)
def write_letters(run: TaskRun) -> TaskResult:
    """May be run again: what is in the outbox already is not written twice."""
    with work():
        batch = queries.find_batch(run.edition_id or 0, run.payload["batch"])
        count = letters.queue_batch(batch, now=utc_now()) if batch else 0
    return {"letters": count}


@every(seconds=30)
def keep_stopped() -> None:
    """Timed: sooner than the first pause between two tries of a letter is over."""
    if queries.has_stopped_letters_waiting():
        with work():
            actions.stop_what_failed_meanwhile()
