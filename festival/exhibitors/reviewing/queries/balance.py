"""The balance of the festival as it is and as it would be."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select

from festival.exhibitors.models import ActivityOffer, Application, Organization
from festival.exhibitors.reviewing import rules
from festival.exhibitors.reviewing.models import BalanceTarget, Trial
from festival.exhibitors.reviewing.states import AgeGroup, Dimension, History
from festival.exhibitors.states import PROMISED, ApplicationState, Sector
from festival.extensions import db
from festival.festivals.models import Edition, Strand
from festival.festivals.states import SESSION_ACCESS, SESSION_MANNERS

COUNTED = (
    ApplicationState.SUBMITTED,
    ApplicationState.WAITLISTED,
    ApplicationState.DECLINED,
    *sorted(PROMISED),
)


def trials_of(edition: Edition, *, person_id: int | None) -> dict[int, ApplicationState]:
    """Application id → the decision that this person tries."""
    rows = db.session.execute(
        select(Trial.application_id, Trial.state).where(
            Trial.edition_id == edition.id, Trial.person_id == person_id
        )
    )
    return {number: state for number, state in rows}


def targets_of(edition: Edition) -> dict[tuple[Dimension, str], int]:
    """(dimension, value) → how many exhibitors are wanted."""
    rows = db.session.scalars(select(BalanceTarget).where(BalanceTarget.edition_id == edition.id))
    return {(row.dimension, row.value): row.wanted for row in rows}


def balance_of(edition: Edition, *, trials: Mapping[int, ApplicationState]) -> rules.Balance:
    """Accepted, tried and waiting along every dimension; five statements whatever is there."""
    strands = db.session.execute(
        select(Strand.id, Strand.slug)
        .where(Strand.edition_id == edition.id)
        .order_by(Strand.position, Strand.id)
    ).all()
    return rules.balance(
        _facts(edition, strands={number: slug for number, slug in strands}),
        trials=trials,
        targets=targets_of(edition),
        order={
            Dimension.SECTOR: [each.value for each in Sector],
            Dimension.STRAND: [slug for _number, slug in strands],
            Dimension.AGE: [each.value for each in AgeGroup],
            Dimension.ACCESS: [*SESSION_ACCESS, *SESSION_MANNERS],
            Dimension.HISTORY: [each.value for each in History],
        },
    )


def _facts(edition: Edition, *, strands: Mapping[int, str]) -> list[rules.BalanceFacts]:
    offered = _offered(edition)
    before = _returning(edition)
    rows = db.session.execute(
        select(
            Application.id, Application.state, Application.strand_id, Organization.id,
            Organization.sector, Organization.district, Organization.languages,
        )
        .join(Application.organization)
        .where(Application.edition_id == edition.id, Application.state.in_(COUNTED))
        .order_by(Application.id)
    )  # fmt: skip
    found = []
    for number, state, strand_id, organization_id, sector, district, languages in rows:
        ages, spoken, access = offered.get(number, (set(), set(), set()))
        values = {
            Dimension.SECTOR: {sector.value},
            Dimension.STRAND: {strands.get(strand_id or 0, "")},
            Dimension.DISTRICT: {district},
            Dimension.AGE: ages,
            Dimension.LANGUAGE: spoken | set(languages),
            Dimension.ACCESS: access,
            Dimension.HISTORY: {rules.history_of(has_taken_part=organization_id in before)},
        }
        found.append(rules.BalanceFacts(number, state, values))
    return found


def _offered(edition: Edition) -> dict[int, tuple[set[str], set[str], set[str]]]:
    """Application id → (age groups, languages, accessibility) of its activities."""
    rows = db.session.execute(
        select(
            ActivityOffer.application_id, ActivityOffer.age_min, ActivityOffer.age_max,
            ActivityOffer.languages, ActivityOffer.access_facts, ActivityOffer.tags,
        )
        .join(ActivityOffer.application)
        .where(Application.edition_id == edition.id)
    )  # fmt: skip
    found: dict[int, tuple[set[str], set[str], set[str]]] = {}
    for number, age_min, age_max, languages, access, tags in rows:
        ages, spoken, facts = found.setdefault(number, (set(), set(), set()))
        ages |= rules.age_groups(age_min, age_max=age_max)
        spoken |= set(languages)
        facts |= {*access, *tags}
    return found


def _returning(edition: Edition) -> frozenset[int]:
    """Organizations that were accepted in another edition of the festival before this one."""
    here = select(Application.organization_id).where(Application.edition_id == edition.id)
    return frozenset(
        db.session.scalars(
            select(Application.organization_id)
            .join(Edition, Edition.id == Application.edition_id)
            .where(
                Application.organization_id.in_(here),
                Application.edition_id != edition.id,
                Application.state == ApplicationState.ACCEPTED,
                Edition.starts_on < edition.starts_on,
            )
        )
    )
