"""Reads of quotas and passes."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from festival.exhibitors.calls.queries import find_call
from festival.exhibitors.calls.states import CallKind
from festival.exhibitors.models import Application
from festival.extensions import db
from festival.festivals.models import Edition
from festival.portal.passes.models import PassQuota, PassTerms, TeamPass
from festival.portal.passes.rules import MOST_BY_DEFAULT, Quota, Terms, granted_passes


def terms_of(edition: Edition) -> Terms:
    """What was settled; where nothing was, as many as the call offers and no date."""
    found = db.session.get(PassTerms, edition.id)
    if found is not None:
        return Terms(found.most_by_default, found.name_by)
    call = find_call(edition, kind=CallKind.EXHIBITORS)
    return Terms(call.most_passes if call is not None else MOST_BY_DEFAULT)


def quotas_of(edition: Edition, applications: Iterable[Application]) -> dict[int, Quota]:
    """Application → its quota; the same number of queries however many."""
    rows = list(applications)
    most = terms_of(edition).most_by_default
    kept = {
        each.application_id: each
        for each in db.session.scalars(
            select(PassQuota).where(PassQuota.application_id.in_([row.id for row in rows]))
        )
    }
    return {row.id: _quota(row, kept.get(row.id), most=most) for row in rows}


def quota_of(application: Application) -> Quota:
    """The quota of one application."""
    return quotas_of(application.edition, [application])[application.id]


def _quota(row: Application, kept: PassQuota | None, *, most: int) -> Quota:
    by_hand = kept.granted if kept is not None else None
    return Quota(
        wanted=row.team_passes_wanted,
        granted=granted_passes(wanted=row.team_passes_wanted, most=most, by_hand=by_hand),
        used=kept.used if kept is not None else 0,
        is_by_hand=by_hand is not None,
    )


def passes_of(application_id: int) -> list[TeamPass]:
    """Those that are named now, with their badges, in the order of naming."""
    return passes_of_all([application_id]).get(application_id, [])


def passes_of_all(application_ids: Iterable[int]) -> dict[int, list[TeamPass]]:
    """Application → its passes that are named now, in one query."""
    found: dict[int, list[TeamPass]] = {}
    for row in db.session.scalars(
        select(TeamPass)
        .where(TeamPass.application_id.in_(list(application_ids)), TeamPass.ended_at.is_(None))
        .options(joinedload(TeamPass.badge))
        .order_by(TeamPass.id)
    ):
        found.setdefault(row.application_id, []).append(row)
    return found


def passes_in(edition_id: int) -> list[TeamPass]:
    """Every pass of an edition, ended ones too, with badge, application and organization."""
    return list(
        db.session.scalars(
            select(TeamPass)
            .where(TeamPass.edition_id == edition_id)
            .options(
                joinedload(TeamPass.badge),
                joinedload(TeamPass.application).joinedload(Application.organization),
            )
            .order_by(TeamPass.id)
        )
    )


def find_pass(application_id: int, code: str) -> TeamPass | None:
    """A pass of this application, also one that has ended."""
    return db.session.scalar(
        select(TeamPass)
        .where(TeamPass.application_id == application_id, TeamPass.code == code)
        .options(joinedload(TeamPass.badge))
    )
