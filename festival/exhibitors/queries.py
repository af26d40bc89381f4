"""What is asked about organizations and their applications."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from festival.exhibitors import rules
from festival.exhibitors.models import Application, Organization
from festival.exhibitors.states import ApplicationState, Sector
from festival.extensions import db
from festival.festivals.models import Edition

WHOLE = (
    joinedload(Application.organization).joinedload(Organization.logo),
    selectinload(Application.exhibits),
    selectinload(Application.offers),
)


def find_application(edition: Edition, *, code: str) -> Application | None:
    """An application of this edition with everything in it."""
    return db.session.scalar(
        select(Application)
        .where(Application.edition_id == edition.id, Application.code == code)
        .options(*WHOLE)
    )


def applications_of(
    edition: Edition,
    *,
    state: ApplicationState | None = None,
    sector: Sector | None = None,
    search: str = "",
) -> list[Application]:
    """Those that match, the longest waiting first among what was handed in, then by change."""
    query = select(Application).where(Application.edition_id == edition.id).options(*WHOLE)
    query = query.join(Application.organization)
    if state is not None:
        query = query.where(Application.state == state)
    if sector is not None:
        query = query.where(Organization.sector == sector)
    rows = db.session.scalars(query.order_by(Application.changed_at.desc(), Application.id))
    return [each for each in rows if rules.matches(search, texts=_texts_of(each))]


def counts_by_state(edition: Edition) -> dict[ApplicationState, int]:
    """State → applications of the edition; states that nobody is in count 0."""
    rows = db.session.execute(
        select(Application.state, func.count())
        .where(Application.edition_id == edition.id)
        .group_by(Application.state)
    )
    counts = {state: count for state, count in rows}
    return {state: counts.get(state, 0) for state in ApplicationState}


def counts_by_call(edition: Edition) -> dict[int, dict[ApplicationState, int]]:
    """Call id → state → applications."""
    rows = db.session.execute(
        select(Application.call_id, Application.state, func.count())
        .where(Application.edition_id == edition.id)
        .group_by(Application.call_id, Application.state)
    )
    found: dict[int, dict[ApplicationState, int]] = {}
    for call_id, state, count in rows:
        found.setdefault(call_id or 0, {})[state] = count
    return found


def organizations_of(edition: Edition) -> list[Organization]:
    """Every organization of the festival that was not merged into another, by name."""
    return list(
        db.session.scalars(
            select(Organization)
            .where(
                Organization.festival_id == edition.festival_id,
                Organization.merged_into_id.is_(None),
            )
            .order_by(Organization.name, Organization.id)
        )
    )


def has_applied(organization: Organization) -> bool:
    """Whether there is anything that could be filled in for it."""
    return bool(
        db.session.scalar(
            select(func.count())
            .select_from(Application)
            .where(
                Application.organization_id == organization.id,
                Application.state != ApplicationState.DRAFT,
            )
        )
    )


def earlier_exhibitors(edition: Edition) -> list[Application]:
    """The latest accepted application of each organization in other editions of the festival.

    Whoever has an application in this edition is left out; by name.
    """
    here = select(Application.organization_id).where(Application.edition_id == edition.id)
    rows = db.session.scalars(
        select(Application)
        .join(Application.organization)
        .join(Application.edition)
        .where(
            Organization.festival_id == edition.festival_id,
            Organization.merged_into_id.is_(None),
            Application.edition_id != edition.id,
            Application.state == ApplicationState.ACCEPTED,
            Application.organization_id.not_in(here),
        )
        .options(joinedload(Application.organization), joinedload(Application.edition))
        .order_by(Edition.starts_on.desc(), Application.id)
    )
    latest: dict[int, Application] = {}
    for each in rows:
        latest.setdefault(each.organization_id, each)
    return sorted(latest.values(), key=lambda each: rules.folded(each.organization.name))


def organizations_with(ids: Iterable[int], *, festival_id: int) -> list[Organization]:
    """Those of the festival among the ids, by name."""
    wanted = list(ids)
    if not wanted:
        return []
    return list(
        db.session.scalars(
            select(Organization)
            .where(Organization.id.in_(wanted), Organization.festival_id == festival_id)
            .order_by(Organization.name)
        )
    )


def applications_by(organizations: Iterable[Organization]) -> dict[int, list[Application]]:
    """Organization id → its applications in all editions, the newest first."""
    found: dict[int, list[Application]] = {each.id: [] for each in organizations}
    if found:
        rows = db.session.scalars(
            select(Application)
            .where(Application.organization_id.in_(found))
            .options(joinedload(Application.edition))
            .order_by(Application.created_at.desc())
        )
        for each in rows:
            found[each.organization_id].append(each)
    return found


def _texts_of(application: Application) -> list[str]:
    organization = application.organization
    return [
        organization.name,
        *organization.names.values(),
        organization.district,
        organization.about,
        application.code,
        *(each.title for each in application.exhibits),
        *(each.title for each in application.offers),
    ]
