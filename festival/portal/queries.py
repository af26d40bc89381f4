"""What an exhibitor finds on its first page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from festival.exhibitors.catalogue.queries import shown_applications
from festival.exhibitors.models import Application, Paper
from festival.exhibitors.papers.rules import PaperFacts, is_covered
from festival.exhibitors.papers.states import PaperKind
from festival.exhibitors.reviewing.models import ReviewMessage
from festival.exhibitors.reviewing.queries import messages_about
from festival.exhibitors.reviewing.states import Audience
from festival.exhibitors.stands import queries as stands
from festival.exhibitors.stands.models import FloorPlan, Stand
from festival.exhibitors.values import call_of
from festival.portal.rules import neighbours_of


@dataclass(frozen=True, slots=True)
class OwnPlace:
    """The stand of an exhibitor with everything on its plan, and who is beside it."""

    stand: Stand
    plan: FloorPlan
    neighbours: list[Stand]
    told: frozenset[int]
    """Ids of applications that may be named."""

    def is_told(self, stand: Stand) -> bool:
        """Whether everybody may know who stands there: accepted, and told so."""
        row = stand.assignment
        return row is not None and row.application_id in self.told


def place_of(application: Application, *, now: datetime) -> OwnPlace | None:
    """The own stand and its plan; neighbours only where everybody can see the plan."""
    stand = stands.stand_of(application.id)
    plan = stands.find_plan(application.edition_id, stand.plan.code) if stand else None
    if stand is None or plan is None:
        return None
    beside = neighbours_of(
        stands.stand_facts(stand), [stands.stand_facts(each) for each in plan.stands]
    )
    by_id = {each.id: each for each in plan.stands}
    place = OwnPlace(stand, plan, [], shown_applications(application.edition_id, now=now))
    if plan.is_public:
        place.neighbours.extend(by_id[each] for each in beside if place.is_told(by_id[each]))
    return place


def wanted_papers(application: Application) -> list[PaperKind]:
    """Kinds of papers that the call asks for."""
    call = call_of(application)
    return [PaperKind(each) for each in (call.papers_wanted if call else [])]


def covers(application: Application, kind: PaperKind) -> bool:
    """Whether a paper of the kind holds until the festival ends."""
    return is_covered(kind, paper_facts(application.papers), last_day=application.edition.ends_on)


def paper_facts(papers: Iterable[Paper]) -> list[PaperFacts]:
    return [PaperFacts(each.kind, each.state, each.expires_on) for each in papers]


def open_question(application: Application) -> ReviewMessage | None:
    """The organizers' last question that the applicant has not answered."""
    thread = messages_about(application, audience=Audience.APPLICANT)
    asked = [each for each in thread if not each.is_from_applicant and each.read_at is None]
    return asked[-1] if asked else None
