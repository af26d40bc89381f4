"""Times that organizations held, published, and what they told of them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from flask import current_app

from festival.evaluation.returns.actions import file_return
from festival.evaluation.returns.links import return_token
from festival.evaluation.returns.models import HostReturn
from festival.evaluation.returns.queries import HostedTime, find_hosted_time
from festival.evaluation.returns.rules import ReturnValues
from festival.evaluation.returns.states import CountMethod, FiledBy
from festival.exhibitors.models import Organization
from festival.extensions import db
from festival.programme.actions import publish_programme
from festival.programme.models import Occurrence
from festival.shared.clock import utc_now
from festival.shared.journal import SYSTEM
from tests.factories.programme import TEN_O_CLOCK, make_session
from tests.factories.world import NOW, Corner

ENDED = TEN_O_CLOCK + timedelta(minutes=60)
"""When what ``hold`` makes has ended."""
AFTERWARDS = TEN_O_CLOCK + timedelta(days=1)


def hold(
    corner: Corner,
    *,
    title: str = "Solar ovens",
    organization: Organization | None = None,
    starts_at: datetime = TEN_O_CLOCK,
    publish: bool = True,
    **occurrence: Any,
) -> Occurrence:
    """One time that an organization (the corner's unless said) holds, in the corner's space."""
    session = make_session(
        corner.edition, title=title, starts_at=starts_at, space=corner.space,
        organization_id=(organization or corner.organization).id, occurrence=occurrence,
    )  # fmt: skip
    if publish:
        publish_programme(corner.edition, actor=SYSTEM, now=NOW)
    db.session.commit()
    return session.occurrences[0]


def time_of(corner: Corner, occurrence: Occurrence) -> HostedTime:
    found = find_hosted_time(corner.edition, uid=occurrence.uid)
    assert found is not None
    return found


def told(**values: Any) -> ReturnValues:
    return ReturnValues(**{"method": CountMethod.TALLY, "total": 12} | values)


def make_return(
    corner: Corner, occurrence: Occurrence, *, now: datetime = AFTERWARDS, **values: Any
) -> HostReturn:
    row = file_return(
        corner.edition, time_of(corner, occurrence), told(**values), version=0, by=FiledBy.HOST,
        actor=SYSTEM, now=now,
    )  # fmt: skip
    db.session.commit()
    return row


def fill_returns(corner: Corner, *, canary: str) -> tuple[Occurrence, str]:
    """For ``factories.everything``: a time that has just ended, told of, and its link's secret."""
    now = utc_now()
    occurrence = hold(
        corner, title=f"{canary} hosted", starts_at=(now - timedelta(hours=3)).replace(second=0)
    )
    make_return(corner, occurrence, now=now, went_well=f"{canary} went well")
    secret = current_app.config["SETTINGS"].secret_key
    token = return_token(occurrence.id, organization_id=corner.organization.id, secret=secret)
    return occurrence, token
