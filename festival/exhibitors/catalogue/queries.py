"""What the catalogue reads; a constant number of queries, however many exhibitors."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select

from festival.exhibitors.catalogue.models import CatalogueTerms, LearningPlace
from festival.exhibitors.catalogue.rules.facts import (
    CardFacts,
    Entry,
    ExhibitFacts,
    OfferFacts,
    PlaceFacts,
    StandNumber,
    StrandFacts,
)
from festival.exhibitors.catalogue.rules.places import position_text
from festival.exhibitors.models import ActivityOffer, Application, Exhibit, Organization
from festival.exhibitors.reviewing.queries.telling import told_state_of, untold_decisions
from festival.exhibitors.stands.models import FloorPlan, Stand, StandAssignment
from festival.exhibitors.states import ApplicationState
from festival.extensions import db
from festival.festivals.models import Edition, Strand, Venue
from festival.shared.pictures import StoredPicture
from festival.shared.translations import translations_of

ENTITY = "organization"
"""Under which translations of what an organization says are kept; the field is ``about``."""


def entries_of(edition: Edition, *, now: datetime) -> list[Entry]:
    """Everybody who is accepted and was told so, in six queries."""
    return _entries(edition, now=now)


def find_entry(edition: Edition, *, code: str, now: datetime) -> Entry | None:
    """The exhibitor with this code of an organization."""
    found = _entries(edition, Organization.code == code, now=now)
    return found[0] if found else None


def shown_applications(edition_id: int, *, now: datetime) -> frozenset[int]:
    """Ids of applications that may be named in public."""
    return frozenset(db.session.scalars(select(Application.id).where(*_is_shown(edition_id, now))))


def shown_codes(edition_id: int, *, now: datetime) -> list[str]:
    """Codes of the organizations in the catalogue."""
    return list(
        db.session.scalars(
            select(Organization.code)
            .join(Application, Application.organization_id == Organization.id)
            .where(*_is_shown(edition_id, now))
            .order_by(Organization.code)
        )
    )


def what_is_untold(edition: Edition, *, now: datetime) -> tuple[int, ...]:
    """What the catalogue depends on besides the edition's versions: mails that still wait."""
    return untold_decisions(edition.id, now=now)


def terms_of(edition: Edition) -> CatalogueTerms | None:
    """What the edition says about its open data; None while nobody has said anything."""
    return db.session.scalar(select(CatalogueTerms).where(CatalogueTerms.edition_id == edition.id))


def places_of(organization_id: int) -> list[LearningPlace]:
    """Learning places of an organization in their order."""
    return list(
        db.session.scalars(
            select(LearningPlace)
            .where(LearningPlace.organization_id == organization_id)
            .order_by(LearningPlace.position, LearningPlace.id)
        )
    )


def venues_of(edition: Edition) -> list[Venue]:
    """The edition's venues by name."""
    return list(
        db.session.scalars(
            select(Venue).where(Venue.edition_id == edition.id).order_by(Venue.name, Venue.id)
        )
    )


def abouts_of(organization_id: int) -> dict[str, str]:
    """Language → what the organization says of itself in it."""
    found = translations_of(ENTITY, ids=[organization_id]).get(organization_id, {})
    return {locale: texts["about"] for locale, texts in found.items() if texts.get("about")}


def public_face_of(organization: Organization) -> dict[str, object]:
    """All that its page about itself holds, as plain values."""
    return {
        "places": [
            [each.code, each.name, each.address, each.district,
             position_text(each.latitude, each.longitude)]
            for each in places_of(organization.id)
        ],
        "abouts": abouts_of(organization.id),
        "card": [
            organization.card_agreed_at is not None, organization.card_email,
            organization.card_phone,
        ],
    }  # fmt: skip


def face_mark(face: dict[str, object]) -> str:
    """The same for the same values: what a form has seen."""
    told = json.dumps(face, sort_keys=True, ensure_ascii=False)
    return hashlib.blake2b(told.encode(), digest_size=12).hexdigest()


def shown_in(organization_id: int) -> list[int]:
    """Ids of editions whose catalogue shows the organization, told or not."""
    return list(
        db.session.scalars(
            select(Application.edition_id).where(
                Application.organization_id == organization_id,
                Application.state == ApplicationState.ACCEPTED,
            )
        )
    )


def _is_shown(edition_id: int, now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        Application.edition_id == edition_id,
        told_state_of(now) == ApplicationState.ACCEPTED,
    )


def _entries(edition: Edition, *more: ColumnElement[bool], now: datetime) -> list[Entry]:
    rows = db.session.execute(
        select(Application.id, Application.language, Organization, StoredPicture, Strand)
        .join(Organization, Organization.id == Application.organization_id)
        .outerjoin(StoredPicture, StoredPicture.id == Organization.logo_id)
        .outerjoin(Strand, Strand.id == Application.strand_id)
        .where(*_is_shown(edition.id, now), *more)
        .order_by(Application.id)
    ).all()
    if not rows:
        return []
    parts = _Parts(
        [row[0] for row in rows], organizations=[row[2].id for row in rows], edition_id=edition.id
    )
    return [_entry(parts, *row) for row in rows]


class _Parts:
    """What belongs to the entries, by the id of the application or of the organization."""

    def __init__(
        self, applications: list[int], *, organizations: list[int], edition_id: int
    ) -> None:
        self.exhibits = _exhibits(Exhibit.application_id.in_(applications))
        self.offers = _offers(ActivityOffer.application_id.in_(applications))
        self.stands = _stands(edition_id)
        self.places = _places(organizations)
        texts = translations_of(ENTITY, ids=organizations)
        self.abouts = {
            key: {locale: each.get("about", "") for locale, each in found.items()}
            for key, found in texts.items()
        }


def _grouped(pairs: Iterable[tuple[int, Any]]) -> dict[int, tuple[Any, ...]]:
    found: dict[int, list[Any]] = {}
    for key, value in pairs:
        found.setdefault(key, []).append(value)
    return {key: tuple(values) for key, values in found.items()}


def _exhibits(condition: ColumnElement[bool]) -> dict[int, tuple[ExhibitFacts, ...]]:
    rows = db.session.execute(
        select(
            Exhibit.application_id, Exhibit.kind, Exhibit.title, Exhibit.description,
            Exhibit.all_year,
        ).where(condition).order_by(Exhibit.position, Exhibit.id)
    )  # fmt: skip
    return _grouped((row[0], ExhibitFacts(*row[1:])) for row in rows)


def _offers(condition: ColumnElement[bool]) -> dict[int, tuple[OfferFacts, ...]]:
    each = ActivityOffer
    rows = db.session.execute(
        select(
            each.application_id, each.title, each.description, each.capacity, each.minutes,
            each.age_min, each.age_max, each.languages, each.bring, each.repeats, each.tags,
            each.access_facts, each.is_bookable,
        ).where(condition).order_by(each.position, each.id)
    )  # fmt: skip
    return _grouped(
        (
            key,
            OfferFacts(
                title, description, capacity, minutes, age_min, age_max, tuple(languages), bring,
                repeats, tuple(tags), tuple(access), is_bookable,
            ),
        )
        for key, title, description, capacity, minutes, age_min, age_max, languages, bring,
        repeats, tags, access, is_bookable in rows
    )  # fmt: skip


def _stands(edition_id: int) -> dict[int, StandNumber]:
    """Application → its stand, where the plan is public."""
    rows = db.session.execute(
        select(
            StandAssignment.application_id, Stand.number, Stand.code, FloorPlan.code, FloorPlan.name
        )
        .join(Stand, Stand.id == StandAssignment.stand_id)
        .join(FloorPlan, FloorPlan.id == Stand.plan_id)
        .where(StandAssignment.edition_id == edition_id, FloorPlan.is_public)
    )
    return {row[0]: StandNumber(*row[1:]) for row in rows}


def _places(organizations: list[int]) -> dict[int, tuple[PlaceFacts, ...]]:
    each = LearningPlace
    rows = db.session.execute(
        select(
            each.organization_id, each.code, each.name, each.address, each.district,
            each.latitude, each.longitude,
        ).where(each.organization_id.in_(organizations)).order_by(each.position, each.id)
    )  # fmt: skip
    return _grouped((row[0], PlaceFacts(*row[1:])) for row in rows)


def _entry(
    parts: _Parts,
    application_id: int,
    language: str,
    who: Organization,
    logo: StoredPicture | None,
    strand: Strand | None,
) -> Entry:
    return Entry(
        application_id=application_id,
        organization_id=who.id,
        code=who.code,
        name=who.name,
        names={code: str(name) for code, name in who.names.items() if name},
        sector=who.sector,
        district=who.district,
        languages=tuple(who.languages),
        about=who.about,
        about_language=language,
        abouts=parts.abouts.get(who.id, {}),
        website=who.website,
        logo=logo.file_name.rpartition("/")[2] if logo else "",
        strand=StrandFacts(strand.slug, strand.name, strand.accent) if strand else None,
        stand=parts.stands.get(application_id),
        card=CardFacts(who.card_email, who.card_phone) if who.card_agreed_at else None,
        exhibits=parts.exhibits.get(application_id, ()),
        offers=parts.offers.get(application_id, ()),
        places=parts.places.get(who.id, ()),
    )
