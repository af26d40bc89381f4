"""One of every kind of object in a corner, each with a canary in its words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from festival.accounts.actions import make_link, start_sign_in
from festival.accounts.models import SignIn
from festival.accounts.states import LinkPurpose
from festival.badges.actions import issue_badge
from festival.badges.models import Badge
from festival.badges.states import BadgeKind
from festival.cities.models import TwinCity
from festival.exhibitors.calls.models import CallLink, Question, StandClass
from festival.exhibitors.catalogue.actions import CardValues, PlaceValues
from festival.exhibitors.models import Application, Paper
from festival.exhibitors.reviewing.actions import ask_applicant, declare_conflict, tell_team
from festival.exhibitors.reviewing.models import Conflict, DecisionRound
from festival.exhibitors.stands.models import FloorPlan, PlacementWish, Stand, StandProposal
from festival.exhibitors.states import ApplicationState
from festival.extensions import db
from festival.feeds.actions import imports, personal
from festival.feeds.actions.imports import KIND
from festival.mail.batches.models import MailBatch
from festival.mail.models import OutboxMessage
from festival.portal.leads.models import LeadPage
from festival.portal.passes.models import TeamPass
from festival.portal.slots.models import Slot, VehicleGate
from festival.press.actions import make_embargo_link
from festival.press.models import EmbargoLink, PressContact, PressPicture, Release
from festival.programme.models import Occurrence, Presenter, ProgrammeSession, Strand
from festival.shared.clock import utc_now
from festival.shared.journal import SYSTEM
from festival.shared.tasks import Task, TaskState, enqueue
from festival.visitors.actions import book
from festival.visitors.models import Registration
from tests.factories import (
    batches,
    calls,
    catalogue,
    checkin,
    exhibitors,
    leads,
    papers,
    portal,
    press,
    programme,
    returns,
    reviewing,
    stands,
    visitors,
)
from tests.factories.feeds import SMALL_XML
from tests.factories.world import NOW, Corner

SOON = datetime(2098, 5, 14, 9, 0, tzinfo=UTC)


@dataclass
class Everything:
    """What ``fill`` made; ``…_token`` are the secrets of links."""

    corner: Corner
    application: Application
    application_token: str
    draft_application: Application
    paper: Paper
    question: Question
    stand_class: StandClass
    call_link: CallLink
    call_link_token: str
    draft_application_token: str
    floor_plan: FloorPlan
    stand: Stand
    placement_wish: PlacementWish
    stand_proposal: StandProposal
    waiting_application: Application
    decision_round: DecisionRound
    conflict: Conflict
    strand: Strand
    presenter: Presenter
    session: ProgrammeSession
    occurrence: Occurrence
    hosted: Occurrence
    return_token: str
    registration: Registration
    household_token: str
    feed_token: str
    badge: Badge
    door_reference: str
    door_token: str
    scan_key: str
    release: Release
    contact: PressContact
    picture: PressPicture
    newsroom: EmbargoLink
    newsroom_token: str
    import_code: str
    task: Task
    message: OutboxMessage
    batch: MailBatch
    pile: MailBatch
    sign_in: SignIn
    reset_token: str
    city: TwinCity
    vehicle_gate: VehicleGate
    gate_slot: Slot
    team_pass: TeamPass
    exhibitor_feed_token: str
    lead_page: LeadPage
    lead_token: str


def fill(corner: Corner, *, canary: str) -> Everything:
    """Fill the corner; everything that a person could read of it holds ``canary``."""
    made: dict[str, Any] = {"corner": corner, "city": corner.city}
    corner.organization.name = f"{canary} Makers"
    _applications(made, corner, canary=canary)
    _review(made, corner, canary=canary)
    made |= stands.fill_stands(
        corner, made["application"], made["draft_application"], canary=canary
    )
    _programme(made, corner, canary=canary)
    _visitors(made, corner, canary=canary)
    made |= portal.fill_portal(corner, made["application"], canary=canary)
    _leads(made, canary=canary)
    _press(made, corner, canary=canary)
    _machinery(made, corner, canary=canary)
    db.session.commit()
    return Everything(**made)


def _applications(made: dict[str, Any], corner: Corner, *, canary: str) -> None:
    mail = f"{canary.lower()}@{corner.festival.slug}.example"
    made["application"], made["application_token"] = exhibitors.make_application(
        corner, state=ApplicationState.ACCEPTED, name=f"{canary} Paper", email=mail
    )
    made["draft_application"], made["draft_application_token"] = exhibitors.make_draft(
        corner, name=f"{canary} Draft", email=mail
    )
    catalogue.show(
        made["application"],
        PlaceValues(f"{canary} place", f"{canary} street", canary, catalogue.MADRID),
        card=CardValues(email=mail, agreed=True),
        fr=f"{canary} texte",
    )
    made["paper"] = papers.make_paper(made["application"])
    made["question"] = calls.make_question(corner, f"{canary} question?")
    made["stand_class"] = calls.make_stand_class(corner, f"{canary} table")
    made["call_link"], made["call_link_token"] = calls.make_late_link(
        corner, email=f"late-{canary.lower()}@{corner.festival.slug}.example"
    )


def _review(made: dict[str, Any], corner: Corner, *, canary: str) -> None:
    """A rubric, scores, words, a decision whose mail waits, and a conflict of interest."""
    row, _token = exhibitors.make_application(
        corner, name=f"{canary} Waiting", email=f"waiting@{canary.lower()}.example"
    )
    made["waiting_application"] = row
    reviewing.make_rubric(corner)
    reviewing.make_review(
        row, corner.people["organizer"], scores=[3, 4], comment=f"{canary} comment"
    )
    ask_applicant(row, text=f"{canary} question", now=NOW, actor=SYSTEM)
    tell_team(row, text=f"{canary} note", now=NOW, actor=SYSTEM)
    made["decision_round"] = reviewing.make_round(corner, [(row, ApplicationState.WAITLISTED)])
    made["conflict"] = declare_conflict(
        made["draft_application"], person=corner.people["evaluator"], is_impartial=False,
        reason=f"{canary} reason", now=NOW,
    )  # fmt: skip


def _programme(made: dict[str, Any], corner: Corner, *, canary: str) -> None:
    edition = corner.edition
    made["strand"] = programme.make_strand(edition, slug=f"strand-{canary.lower()}", name=canary)
    made["presenter"] = programme.make_presenter(edition, name=f"{canary} Presenter")
    made["session"] = programme.make_session(
        edition,
        title=f"{canary} session",
        starts_at=SOON,
        space=corner.space,
        presenters=(made["presenter"],),
        strand=made["strand"],
        occurrence={"is_bookable": True, "capacity": 20},
    )
    made["occurrence"] = made["session"].occurrences[0]
    made["hosted"], made["return_token"] = returns.fill_returns(corner, canary=canary)
    db.session.commit()


def _visitors(made: dict[str, Any], corner: Corner, *, canary: str) -> None:
    mail = f"household-{canary.lower()}@{corner.festival.slug}.example"
    row, token = visitors.make_household(corner, name=f"{canary} Household", email=mail)
    made["registration"], made["household_token"] = row, token
    book(row, occurrence_id=made["occurrence"].id, people=2, now=NOW, token=token)
    made["feed_token"] = personal.make_personal_feed(row, token=token, now=NOW)
    made["badge"] = issue_badge(
        corner.edition.id, kind=BadgeKind.CREW, name=f"{canary} Crew", people=1, actor=SYSTEM,
        now=NOW,
    )  # fmt: skip
    db.session.commit()
    door, made["door_token"] = checkin.make_door(
        corner, label=f"{canary} door", last_day=date(2027, 5, 16)
    )
    made["door_reference"] = door.token_hash
    made["scan_key"] = checkin.scan(door, made["badge"], at=NOW).key


def _leads(made: dict[str, Any], *, canary: str) -> None:
    made["lead_page"] = leads.make_page(made["application"], purposes={"en": f"{canary} purpose"})
    _link, made["lead_token"] = leads.leave(
        made["lead_page"], name=f"{canary} Visitor", email=f"{canary.lower()}@visitor.example"
    )


def _press(made: dict[str, Any], corner: Corner, *, canary: str) -> None:
    made["release"] = press.make_release(
        corner, slug=f"release-{canary.lower()}", headline=f"{canary} headline",
        embargo_until=SOON,
    )  # fmt: skip
    made["contact"] = press.make_contact(corner, name=f"{canary} Contact")
    made["picture"] = press.make_picture(corner, in_kit=False)
    made["newsroom"], made["newsroom_token"] = make_embargo_link(
        corner.edition, outlet=f"{canary} Gazette", actor=SYSTEM, now=NOW
    )


def _machinery(made: dict[str, Any], corner: Corner, *, canary: str) -> None:
    edition = corner.edition
    made["import_code"] = imports.keep_import(
        edition, SMALL_XML, file_name=f"{canary}.xml", actor=SYSTEM, now=NOW
    ).code
    task = enqueue(
        KIND, key=f"test:{canary}", title=f"{canary} task", payload={},
        edition_id=edition.id, now=NOW,
    )  # fmt: skip
    task.state, task.error = TaskState.FAILED, f"{canary} failed"
    made["task"] = task
    made["message"] = db.session.scalars(
        db.select(OutboxMessage).where(OutboxMessage.edition_id == edition.id)
    ).first()
    words = {"en": {"subject": f"{canary} message", "body": f"{canary} opens at nine."}}
    made["batch"] = batches.make_batch(corner, title=f"{canary} message", texts=words)
    made["pile"] = batches.make_pile(corner, title=f"{canary} news")
    person = corner.people["organizer"]
    person.name = f"{canary} Organizer"
    now = utc_now()
    start_sign_in(person, now=now, expires_at=now + timedelta(days=1))
    db.session.flush()
    made["sign_in"] = db.session.scalars(
        db.select(SignIn).where(SignIn.person_id == person.id)
    ).first()
    made["reset_token"] = make_link(LinkPurpose.RESET, person=person, now=now)[0]
