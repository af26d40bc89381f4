"""Timed work of the press: kits stand ready before somebody asks, also when an embargo ends."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import select

from festival.extensions import db
from festival.festivals.models import Edition
from festival.festivals.states import EditionState
from festival.press.actions import end_embargo
from festival.press.kit import plan_kit
from festival.press.kit_shelf import RENEWED_AFTER, kept_kit
from festival.press.queries import embargo_instants
from festival.shared.appointments import LOOKBACK, Appointment, appointments
from festival.shared.clock import utc_now
from festival.shared.sentences import mark
from festival.shared.tasks import TaskResult, TaskRun, every, task
from festival.shared.work import work

logger = logging.getLogger(__name__)

LOOKED_AFTER = timedelta(days=60)
"""After the last day of a festival; later a kit is built for whoever asks."""


@every(seconds=30)
def keep_kits_ready() -> None:
    """Build what is missing or has moved, for each public edition.

    Two workers may build the same kit: both write the same file, one after the other.
    """
    now = utc_now()
    editions = select(Edition).where(
        Edition.state == EditionState.PUBLIC, Edition.ends_on >= (now - LOOKED_AFTER).date()
    )
    for edition in db.session.scalars(editions).all():
        try:
            build_kit_of(edition, now=now)
        except Exception:  # one edition's broken picture must not stop the others
            logger.exception("the press kit of %s could not be built", edition.slug)


def build_kit_of(edition: Edition, *, now: datetime) -> bool:
    """The kit of this instant stands on the shelf; False while it is blocked."""
    settings = current_app.config["SETTINGS"]
    plan = plan_kit(edition, now=now)
    if plan.is_blocked:
        return False
    kept_kit(
        plan,
        instance=settings.instance_path,
        public_url=settings.public_url,
        now=now,
        oldest=RENEWED_AFTER,
    )
    return True


@appointments
def ends_of_embargoes(*, now: datetime, horizon: timedelta) -> Iterator[Appointment]:
    """One per edition and instant, however many releases and languages become public then.

    Pages need none: they ask the clock themselves.  This one makes kept pages and the kit anew.
    """
    for edition_id, instant in embargo_instants(begin=now - LOOKBACK, end=now + horizon):
        yield Appointment(
            key=f"embargo_ends:{edition_id}:{instant:%Y%m%dT%H%M%S}",
            at=instant,
            kind="embargo_ends",
            title=mark("An embargo ends"),
            payload={"instant": instant.isoformat()},
            edition_id=edition_id,
        )


@task("embargo_ends")
def embargo_ends(run: TaskRun) -> TaskResult:
    """Kept pages are made anew and the kit is built before somebody asks for it."""
    now = utc_now()
    edition = db.session.get(Edition, run.edition_id)
    instant = datetime.fromisoformat(run.payload["instant"])
    if edition is None or now < instant:
        return None
    with work():
        count = end_embargo(edition, instant=instant, now=now)
    if edition.state == EditionState.PUBLIC:
        build_kit_of(edition, now=now)
    return {"text": f"{count} texts are public now."}
