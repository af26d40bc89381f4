"""The list of applications: filtered, ordered and cut into pages by the database."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Select, String, cast, exists, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from festival.exhibitors.models import (
    ActivityOffer,
    Application,
    Exhibit,
    Organization,
)
from festival.exhibitors.reviewing import rules
from festival.exhibitors.reviewing.folding import every_word_in, folded
from festival.exhibitors.reviewing.models import (
    Assignment,
    Decision,
    Review,
    ReviewMessage,
    Trial,
)
from festival.exhibitors.reviewing.queries.conflicts import not_barred
from festival.exhibitors.reviewing.queries.rounds import STILL_HERE
from festival.exhibitors.reviewing.states import Audience
from festival.exhibitors.states import ApplicationState, Sector
from festival.extensions import db
from festival.festivals.models import Edition, Strand
from festival.mail.models import OutboxMessage

PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for, and by whom."""

    person_id: int | None
    decides: bool = False
    """An organizer sees scores without having given one, unless they shall still judge."""
    state: ApplicationState | None = None
    sector: Sector | None = None
    strand: str = ""
    """Slug."""
    district: str | None = None
    """Empty: those without a district."""
    score_from: float | None = None
    unread: bool = False
    search: str = ""
    order: str = "changed"
    """``changed``, ``waiting`` (first handed in), ``score`` or ``name``."""


@dataclass(slots=True)
class Listed:
    """One row of the list; scores are None where this reader may not see them."""

    application: Application
    exhibits: int
    activities: int
    given: int = 0
    assigned: int = 0
    mine: float | None = None
    mean: float | None = None
    spread: float | None = None
    scores_hidden: bool = False
    unread: int = 0
    trial: ApplicationState | None = None
    is_held: bool = False
    """The mail with the decision has not left yet."""
    means: list[float] = field(default_factory=list)


def list_page(edition: Edition, wanted: Wanted, *, number: int) -> tuple[list[Listed], int]:
    """(rows of page ``number`` from 1, how many match); seven statements whatever is in it."""
    query = _matching(edition, wanted)
    count = db.session.scalar(select(func.count()).select_from(query.subquery())) or 0
    page = _ordered(query, wanted).limit(PER_PAGE).offset((number - 1) * PER_PAGE)
    return _filled(page, wanted), count


def listed_all(edition: Edition, wanted: Wanted) -> list[Listed]:
    """All that match, with everything in them, for the table."""
    query = _ordered(_matching(edition, wanted), wanted).options(
        selectinload(Application.exhibits),
        selectinload(Application.offers),
        joinedload(Application.strand),
    )
    return _filled(query, wanted)


def counts_seen_by(edition: Edition, *, person_id: int | None) -> dict[ApplicationState, int]:
    """State → applications that this person may see; states that nobody is in count 0."""
    rows = db.session.execute(
        select(Application.state, func.count())
        .where(Application.edition_id == edition.id, not_barred(person_id))
        .group_by(Application.state)
    )
    counts = {state: count for state, count in rows}
    return {state: counts.get(state, 0) for state in ApplicationState}


def choices_of(edition: Edition) -> tuple[list[Strand], list[str]]:
    """Strands and districts that can be chosen as filters."""
    strands = db.session.scalars(
        select(Strand).where(Strand.edition_id == edition.id).order_by(Strand.position, Strand.id)
    ).all()
    districts = db.session.scalars(
        select(Organization.district)
        .join(Application, Application.organization_id == Organization.id)
        .where(Application.edition_id == edition.id, Organization.district != "")
        .distinct()
        .order_by(Organization.district)
    ).all()
    return list(strands), list(districts)


def _matching(edition: Edition, wanted: Wanted) -> Select[Application]:
    query = (
        select(Application)
        .join(Application.organization)
        .where(Application.edition_id == edition.id, not_barred(wanted.person_id))
    )
    return query.where(*_conditions(wanted))


def _conditions(wanted: Wanted) -> Iterable[ColumnElement[bool]]:
    if wanted.state is not None:
        yield Application.state == wanted.state
    if wanted.sector is not None:
        yield Organization.sector == wanted.sector
    if wanted.strand:
        yield Application.strand.has(Strand.slug == wanted.strand)
    if wanted.district is not None:
        yield Organization.district == wanted.district
    if wanted.unread:
        yield _unread()
    if wanted.score_from is not None:
        yield _seen_score(wanted) >= wanted.score_from
    yield from every_word_in(wanted.search, [_texts()]) if wanted.search else ()


def _texts() -> ColumnElement[str]:
    """Everything that the search looks at, as one text."""
    line = cast("\n", String)
    exhibits = (
        select(func.coalesce(_joined(Exhibit.title), ""))
        .where(Exhibit.application_id == Application.id)
        .scalar_subquery()
    )
    offers = (
        select(func.coalesce(_joined(ActivityOffer.title), ""))
        .where(ActivityOffer.application_id == Application.id)
        .scalar_subquery()
    )
    parts: Sequence[Any] = (
        Organization.name, Organization.district, Organization.about,
        Application.code, exhibits, offers,
    )  # fmt: skip
    text = parts[0]
    for part in parts[1:]:
        text = text + line + part
    return cast(text, String)


def _joined(column: Any) -> ColumnElement[str]:
    return func.aggregate_strings(column, "\n")


def _unread() -> ColumnElement[bool]:
    return exists().where(
        ReviewMessage.application_id == Application.id,
        ReviewMessage.audience == Audience.APPLICANT,
        ReviewMessage.is_from_applicant.is_(True),
        ReviewMessage.read_at.is_(None),
    )


def _may_see(wanted: Wanted) -> ColumnElement[bool]:
    """Condition: this reader may see the others' scores (``rules.may_see_scores``)."""
    own = exists().where(
        Review.application_id == Application.id, Review.person_id == wanted.person_id
    )
    shall = exists().where(
        Assignment.application_id == Application.id, Assignment.person_id == wanted.person_id
    )
    return or_(own, ~shall) if wanted.decides else own


def _seen_score(wanted: Wanted) -> ColumnElement[Any]:
    """The mean score where the reader may see it: neither filter nor order give it away."""
    mean: ColumnElement[Any] = (
        select(func.avg(Review.mean))
        .where(Review.application_id == Application.id, _may_see(wanted))
        .correlate(Application)
        .scalar_subquery()
    )
    return mean


def _ordered(query: Select[Application], wanted: Wanted) -> Select[Application]:
    if wanted.order == "waiting":
        query = query.order_by(Application.submitted_at.is_(None), Application.submitted_at)
    elif wanted.order == "name":
        query = query.order_by(folded(Organization.name))
    elif wanted.order == "score":
        query = query.order_by(func.coalesce(_seen_score(wanted), -1).desc())
    else:
        query = query.order_by(Application.changed_at.desc())
    return query.order_by(Application.id).options(contains_eager(Application.organization))


def _filled(query: Select[Application], wanted: Wanted) -> list[Listed]:
    """The rows with what stands beside them."""
    exhibits = _number_of(Exhibit)
    activities = _number_of(ActivityOffer)
    shall = exists().where(
        Assignment.application_id == Application.id, Assignment.person_id == wanted.person_id
    )
    assigned = (
        select(func.count(Assignment.id))
        .where(Assignment.application_id == Application.id)
        .scalar_subquery()
    )
    columns = query.add_columns(exhibits, activities, assigned, shall)
    found: dict[int, Listed] = {}
    shall_review: dict[int, bool] = {}
    for row, shown, offered, people, mine in db.session.execute(columns):
        found[row.id] = Listed(row, shown, offered, assigned=people)
        shall_review[row.id] = mine
    _add_scores(found, wanted, shall_review)
    _add_marks(found, wanted)
    return list(found.values())


def _number_of(model: type[Exhibit] | type[ActivityOffer]) -> ColumnElement[int]:
    return (
        select(func.count(model.id))
        .where(model.application_id == Application.id)
        .correlate(Application)
        .scalar_subquery()
    )


def _add_scores(found: dict[int, Listed], wanted: Wanted, shall: dict[int, bool]) -> None:
    rows = db.session.execute(
        select(Review.application_id, Review.person_id, Review.mean)
        .where(Review.application_id.in_(found))
        .order_by(Review.id)
    )
    for number, person_id, mean in rows:
        found[number].means.append(mean)
        if person_id == wanted.person_id:
            found[number].mine = mean
    for number, each in found.items():
        each.given = len(each.means)
        if rules.may_see_scores(
            decides=wanted.decides, shall_review=shall[number], has_given=each.mine is not None
        ):
            each.mean, each.spread = rules.mean_of(each.means), rules.spread_of(each.means)
        else:
            each.scores_hidden, each.means = bool(each.means), []


def _add_marks(found: dict[int, Listed], wanted: Wanted) -> None:
    """Unread answers, what this person tries, and decisions whose mail has not left."""
    unread = db.session.execute(
        select(ReviewMessage.application_id, func.count())
        .where(
            ReviewMessage.application_id.in_(found),
            ReviewMessage.audience == Audience.APPLICANT,
            ReviewMessage.is_from_applicant.is_(True),
            ReviewMessage.read_at.is_(None),
        )
        .group_by(ReviewMessage.application_id)
    )
    for number, count in unread:
        found[number].unread = count
    trials = db.session.execute(
        select(Trial.application_id, Trial.state).where(
            Trial.person_id == wanted.person_id, Trial.application_id.in_(found)
        )
    )
    for number, state in trials:
        found[number].trial = state
    held = db.session.scalars(
        select(Decision.application_id)
        .join(OutboxMessage, OutboxMessage.id == Decision.message_id)
        .where(
            Decision.application_id.in_(found),
            Decision.is_undone.is_(False),
            OutboxMessage.state.in_(STILL_HERE),
        )
    )
    for number in held:
        found[number].is_held = True


def applications_with(
    edition: Edition, *, ids: Iterable[int], person_id: int | None
) -> list[Application]:
    """Those of the edition among the ids that the person may see, their organization loaded."""
    return list(
        db.session.scalars(
            select(Application)
            .join(Application.organization)
            .where(
                Application.edition_id == edition.id,
                Application.id.in_(list(ids)),
                not_barred(person_id),
            )
            .options(
                contains_eager(Application.organization),
                joinedload(Application.edition).joinedload(Edition.festival),
            )
            .order_by(Application.id)
        )
    )
