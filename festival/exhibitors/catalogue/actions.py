"""What an organization shows of itself all year, and the terms of the open data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from festival.exhibitors.catalogue.models import CatalogueTerms, LearningPlace
from festival.exhibitors.catalogue.queries import (
    ENTITY,
    face_mark,
    places_of,
    public_face_of,
    shown_in,
    terms_of,
)
from festival.exhibitors.catalogue.rules.places import (
    MOST_PLACES,
    UNREADABLE,
    read_position,
)
from festival.exhibitors.catalogue.states import Licence
from festival.exhibitors.models import Organization
from festival.extensions import db
from festival.festivals.actions import touch_edition
from festival.festivals.models import Edition
from festival.shared.errors import FieldRefused, StaleVersion
from festival.shared.journal import Actor, write_journal
from festival.shared.once import insert_once
from festival.shared.sentences import mark
from festival.shared.tokens import make_code
from festival.shared.translations import translate


@dataclass(frozen=True, slots=True)
class PlaceValues:
    """A learning place as it was typed; ``code`` is empty for a new one."""

    name: str
    address: str = ""
    district: str = ""
    position: str = ""
    """A pair of degrees, a ``geo:`` address or a map's link."""
    code: str = ""


@dataclass(frozen=True, slots=True)
class CardValues:
    """What everybody may have of the organization, if ``agreed``."""

    email: str = ""
    phone: str = ""
    agreed: bool = False


def save_public_face(
    organization: Organization,
    *,
    edition: Edition,
    places: Sequence[PlaceValues],
    abouts: Mapping[str, str],
    card: CardValues,
    actor: Actor,
    now: datetime,
    seen: str | None = None,
) -> None:
    """Save learning places, texts in more languages and the contact card.

    A place that is left out goes; one that stays keeps its code.  ``seen`` is the mark of what the
    form showed: when something else is saved by now and would be overwritten, ``StaleVersion`` is
    raised.  Raises ``FieldRefused`` (places-0-position, places).
    """
    db.session.flush()
    db.session.refresh(organization, with_for_update={"of": Organization})
    if len(places) > MOST_PLACES:
        raise FieldRefused("places", mark("Name at most twelve places."))
    before = public_face_of(organization)
    with db.session.begin_nested():  # undone as a whole where it is refused
        _put(organization, places, abouts=abouts, card=card, now=now)
        after = public_face_of(organization)
        if after != before and seen not in (None, face_mark(before)):
            raise StaleVersion(
                mark("Somebody else has changed this page since you opened it."),
                kept=mark("Nothing was overwritten, and what you typed is still here."),
            )
    if after == before:
        return
    for edition_id in {edition.id, *shown_in(organization.id)}:
        touch_edition(edition_id)
    write_journal(
        "public_face_saved", actor=actor, entity="organization", key=organization.code, now=now,
        edition_id=edition.id, before=_for_the_journal(before), after=_for_the_journal(after),
    )  # fmt: skip


def choose_terms(
    edition: Edition,
    *,
    licence: Licence | None,
    source: str,
    note: str,
    actor: Actor,
    now: datetime,
) -> CatalogueTerms:
    """Say under which licence the data can be used, whom to name, and what to know."""
    insert_once(CatalogueTerms, unique="edition_id", edition_id=edition.id, changed_at=now)
    row = terms_of(edition)
    assert row is not None
    db.session.refresh(row, with_for_update={"of": CatalogueTerms})
    before = {"licence": row.licence, "source": row.source, "note": row.note}
    after = {"licence": licence, "source": source, "note": note}
    if before == after:
        return row
    row.licence, row.source, row.note, row.changed_at = licence, source, note, now
    touch_edition(edition.id)
    write_journal(
        "catalogue_terms_saved", actor=actor, entity="edition", key=edition.slug, now=now,
        edition_id=edition.id, before=before, after=after,
    )  # fmt: skip
    return row


def _put(
    organization: Organization,
    places: Sequence[PlaceValues],
    *,
    abouts: Mapping[str, str],
    card: CardValues,
    now: datetime,
) -> None:
    _save_places(organization, places, now=now)
    for locale, text in abouts.items():
        translate(ENTITY, organization.id, field="about", locale=locale, text=text)
    organization.card_email, organization.card_phone = card.email, card.phone
    if not card.agreed:
        organization.card_agreed_at = None
    elif organization.card_agreed_at is None:
        organization.card_agreed_at = now
    db.session.flush()


def _save_places(
    organization: Organization, places: Sequence[PlaceValues], *, now: datetime
) -> None:
    known = {each.code: each for each in places_of(organization.id)}
    for number, each in enumerate(places):
        where = _position(each, number=number)
        row = known.pop(each.code, None) or _same(known, each)
        if row is None:
            row = LearningPlace(
                organization_id=organization.id, code=make_code(), name=each.name, changed_at=now
            )
            db.session.add(row)
        row.position, row.name, row.address = number, each.name, each.address
        row.district = each.district
        row.latitude, row.longitude = where
        if db.session.is_modified(row):
            row.changed_at = now
    for row in known.values():
        db.session.delete(row)
    db.session.flush()


def _same(known: dict[str, LearningPlace], place: PlaceValues) -> LearningPlace | None:
    """A place that was typed anew, or sent twice, is the one that is there already."""
    for code, row in known.items():
        if not place.code and (row.name, row.address) == (place.name, place.address):
            return known.pop(code)
    return None


def _position(place: PlaceValues, *, number: int) -> tuple[float | None, float | None]:
    if not place.position:
        return None, None
    found = read_position(place.position)
    if found is None:
        raise FieldRefused(f"places-{number}-position", UNREADABLE)
    return found


def _for_the_journal(face: dict[str, object]) -> dict[str, object]:
    """Of the card only whether there is one, because a journal cannot be erased."""
    card = face["card"]
    assert isinstance(card, list)
    return {**face, "card": [bool(each) for each in card]}
