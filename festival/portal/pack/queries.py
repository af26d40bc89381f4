"""What packs are made from, and which packs there are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from festival.badges.states import BadgeState
from festival.exhibitors.models import Application, Organization
from festival.exhibitors.stands.models import FloorPlan
from festival.exhibitors.stands.queries import plans_of, stands_of
from festival.exhibitors.states import PROMISED
from festival.extensions import db
from festival.festivals.models import Edition
from festival.portal.pack.facts import Held, PackFacts, Span, TeamBadge
from festival.portal.pack.models import ExhibitorPack, PackText
from festival.portal.pack.shelf import path_of
from festival.portal.passes.queries import passes_of_all
from festival.portal.slots.queries import bookings_in
from festival.portal.slots.states import KIND_NAMES
from festival.programme.models import ProgrammeSession
from festival.programme.published import PublishedOccurrence, PublishedSession
from festival.programme.queries import published_programme
from festival.shared.tasks import Task


def find_pack(application_id: int) -> ExhibitorPack | None:
    return db.session.get(ExhibitorPack, application_id)


def packs_of(edition_id: int) -> dict[int, ExhibitorPack]:
    """Application → its pack."""
    rows = db.session.scalars(select(ExhibitorPack).where(ExhibitorPack.edition_id == edition_id))
    return {each.application_id: each for each in rows}


def task_of(pack: ExhibitorPack | None) -> Task | None:
    """The work that makes the pack, or made it last."""
    if pack is None or not pack.task_code:
        return None
    return db.session.scalar(select(Task).where(Task.code == pack.task_code))


def names_of_files() -> set[str]:
    """Names of the files of all packs that were made last."""
    rows = db.session.execute(
        select(Application.code, ExhibitorPack.digest)
        .join(Application, Application.id == ExhibitorPack.application_id)
        .where(ExhibitorPack.digest != "")
    )
    return {path_of(code, digest=digest, folder=Path()).name for code, digest in rows}


def texts_of(edition_id: int) -> dict[str, PackText]:
    """Language → the organizers' words."""
    rows = db.session.scalars(select(PackText).where(PackText.edition_id == edition_id))
    return {each.language: each for each in rows}


def exhibitors_with_contacts(
    edition_id: int, *, codes: Iterable[str] | None = None
) -> list[Application]:
    """Applications with a promised place by name, with all that a letter names."""
    query = (
        select(Application)
        .join(Application.organization)
        .where(Application.edition_id == edition_id, Application.state.in_(PROMISED))
        .options(joinedload(Application.organization).selectinload(Organization.contacts))
        .order_by(Organization.name, Application.id)
    )
    if codes is not None:
        query = query.where(Application.code.in_(list(codes)))
    return list(db.session.scalars(query))


def facts_of(edition: Edition, applications: Iterable[Application]) -> dict[int, PackFacts]:
    """Application → what its pack tells; the same number of queries however many."""
    rows = list(applications)
    ids = [each.id for each in rows]
    stands = stands_of(ids)
    plans = _plans(edition) if stands else {}
    spans = _spans(edition)
    activities = _activities(edition, rows)
    passes = passes_of_all(ids)
    texts = texts_of(edition.id)
    return {
        row.id: PackFacts(
            application=row,
            stand=stands.get(row.id),
            plan=plans.get(stands[row.id].plan_id) if row.id in stands else None,
            spans=tuple(spans.get(row.id, ())),
            activities=tuple(activities.get(row.organization_id, ())),
            badges=tuple(
                TeamBadge(each.name, each.badge.code)
                for each in passes.get(row.id, ())
                if each.badge.state == BadgeState.ACTIVE
            ),
            rules=texts[row.language].rules if row.language in texts else "",
            contacts=texts[row.language].contacts if row.language in texts else "",
        )
        for row in rows
    }


def _plans(edition: Edition) -> Mapping[int, FloorPlan]:
    return {each.id: each for each in plans_of(edition.id)}


def _spans(edition: Edition) -> dict[int, list[Span]]:
    found: dict[int, list[Span]] = {}
    for booking, slot in bookings_in(edition.id):
        found.setdefault(booking.application_id, []).append(
            Span(
                kind=KIND_NAMES[booking.kind],
                starts_at=slot.starts_at,
                ends_at=slot.ends_at,
                gate=slot.gate.name,
                address=slot.gate.address,
                note=slot.gate.note,
            )
        )
    return {key: sorted(each, key=lambda span: span.starts_at) for key, each in found.items()}


def _activities(edition: Edition, rows: Iterable[Application]) -> dict[int, list[Held]]:
    """Organization → what it holds, by time; only what is published and not cancelled."""
    whose = {each.organization_id: each.language for each in rows}
    owners = db.session.execute(
        select(ProgrammeSession.code, ProgrammeSession.organization_id).where(
            ProgrammeSession.edition_id == edition.id,
            ProgrammeSession.organization_id.in_(list(whose)),
        )
    )
    owner_of = {code: organization_id for code, organization_id in owners}
    found: dict[int, list[Held]] = {}
    if not owner_of:
        return found
    for session, occurrence in published_programme(edition).held:
        owner = owner_of.get(session.code)
        if owner is not None and not occurrence.is_cancelled:
            found.setdefault(owner, []).append(_held(session, occurrence, locale=whose[owner]))
    return found


def _held(session: PublishedSession, occurrence: PublishedOccurrence, *, locale: str) -> Held:
    space = occurrence.space
    return Held(
        title=session.text("title", locale),
        language=session.language,
        starts_at=occurrence.starts_at,
        ends_at=occurrence.ends_at,
        place=f"{space.name}, {space.venue.name}" if space else "",
        capacity=occurrence.capacity if occurrence.bookable else None,
    )
