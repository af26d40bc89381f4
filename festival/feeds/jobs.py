"""The worker's part: applying a checked import."""

from __future__ import annotations

from flask_babel import force_locale, gettext, ngettext

from festival.feeds.actions import apply_kept, give_up
from festival.feeds.actions.imports import KIND
from festival.shared.clock import utc_now
from festival.shared.journal import Actor
from festival.shared.tasks import TaskResult, TaskRun, task
from festival.shared.work import work


@task(KIND)
def apply(run: TaskRun) -> TaskResult:
    """Write the whole import, or nothing of it."""
    payload = run.payload
    assert run.edition_id is not None
    try:
        with work():
            applied = apply_kept(
                payload["code"],
                edition_id=run.edition_id,
                digest=payload["digest"],
                withdraw_missing=payload["withdraw_missing"],
                publish=payload["publish"],
                actor=Actor(label=payload["actor"], person_id=run.person_id),
                now=utc_now(),
                progress=run.report,
            )
    except Exception:
        with work():
            give_up(payload["code"], edition_id=run.edition_id, now=utc_now())
        raise
    written = applied.new + applied.changed if applied else 0
    with force_locale(payload["locale"]):
        text = ngettext("One session was written.", "%(num)s sessions were written.", written)
        label = gettext("Look at the import")
    return {"text": str(text), "links": [{"label": str(label), "href": payload["href"]}]}
