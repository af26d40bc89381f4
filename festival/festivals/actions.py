"""What changes festivals and editions.  Venues and spaces: see places.py."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from festival.accounts.models import RoleGrant
from festival.accounts.states import Role
from festival.extensions import db
from festival.festivals import queries, rules
from festival.festivals.events import EditionCloned, edition_cloned
from festival.festivals.models import Edition, Festival, OpeningHours, Space, Venue
from festival.festivals.rules import EditionFacts
from festival.festivals.states import EditionState
from festival.shared.errors import FieldRefused, RuleBroken
from festival.shared.journal import Actor, write_journal
from festival.shared.sentences import mark

ADDRESS_TAKEN = mark("This address is taken. Choose another one.")


@dataclass(frozen=True, slots=True)
class FestivalFacts:
    """What an administrator says about a festival."""

    name: str
    city_name: str
    country: str
    time_zone: str
    default_language: str
    about: str = ""


def touch_edition(edition_id: int) -> None:
    """Something that cached public pages show has changed: they are made anew."""
    db.session.execute(
        update(Edition)
        .where(Edition.id == edition_id)
        .values(content_version=Edition.content_version + 1)
        .execution_options(synchronize_session="fetch")
    )


def found_festival(facts: FestivalFacts, *, slug: str, actor: Actor, now: datetime) -> Festival:
    """A new festival; ``FieldRefused`` on ``slug`` when the address is taken or reserved."""
    _refuse_slug(slug, reserved=rules.RESERVED)
    festival = Festival(slug=slug, created_at=now, **_columns(facts))
    _add_or_refuse(festival, field="slug", sentence=ADDRESS_TAKEN)
    write_journal(
        "festival founded", actor=actor, entity="festival", key=slug, now=now, after=_columns(facts)
    )
    return festival


def change_festival(
    festival: Festival, facts: FestivalFacts, *, actor: Actor, now: datetime
) -> None:
    """Editions keep the zone that they were opened with."""
    before = {name: getattr(festival, name) for name in _columns(facts)}
    for name, value in _columns(facts).items():
        setattr(festival, name, value)
    for edition in festival.editions:
        touch_edition(edition.id)
    write_journal(
        "festival changed", actor=actor, entity="festival", key=festival.slug, now=now,
        before=before, after=_columns(facts),
    )  # fmt: skip


def _columns(facts: FestivalFacts) -> dict[str, Any]:
    return {
        "name": facts.name,
        "city_name": facts.city_name,
        "country": facts.country,
        "time_zone": facts.time_zone,
        "default_language": facts.default_language,
        "about": facts.about,
    }


def open_edition(
    festival: Festival, facts: EditionFacts, *, slug: str, actor: Actor, now: datetime
) -> Edition:
    """A new edition as a draft; raises ``FieldRefused`` with the field that is wrong."""
    _refuse_slug(slug, reserved=())
    _refuse_faults(facts)
    edition = Edition(
        festival_id=festival.id, slug=slug, state=EditionState.DRAFT, created_at=now,
        **edition_columns(facts),
    )  # fmt: skip
    _add_or_refuse(edition, field="slug", sentence=ADDRESS_TAKEN)
    _journal("edition opened", edition, actor=actor, now=now, after=_plain(edition_columns(facts)))
    return edition


def change_edition(edition: Edition, facts: EditionFacts, *, actor: Actor, now: datetime) -> None:
    """Take the facts over; cached public pages are made anew."""
    _refuse_faults(facts)
    if facts.time_zone != edition.time_zone:
        refusal = rules.refusal_for_zone_change(programme_version=edition.programme_version)
        if refusal:
            raise FieldRefused("time_zone", refusal)
    wanted = edition_columns(facts)
    changed = {name: value for name, value in wanted.items() if getattr(edition, name) != value}
    if not changed:
        return
    before = {name: getattr(edition, name) for name in changed}
    for name, value in changed.items():
        setattr(edition, name, value)
    db.session.flush()
    touch_edition(edition.id)
    _journal(
        "edition changed", edition, actor=actor, now=now, before=_plain(before),
        after=_plain(changed),
    )  # fmt: skip


def edition_columns(facts: EditionFacts) -> dict[str, Any]:
    """Column → value; the windows become instants by the clock of the edition."""
    zone = ZoneInfo(facts.time_zone)

    def instant(wall: datetime | None) -> datetime | None:
        return wall.replace(tzinfo=zone) if wall else None

    return {
        "title": facts.title,
        "theme": facts.theme,
        "about": facts.about,
        "starts_on": facts.starts_on,
        "ends_on": facts.ends_on,
        "time_zone": facts.time_zone,
        "languages": list(facts.languages),
        "inhabitants": facts.inhabitants,
        "inhabitants_year": facts.inhabitants_year,
        "contact_email": facts.contact_email,
        "registration_opens_at": instant(facts.registration_opens),
        "registration_closes_at": instant(facts.registration_closes),
    }


def move_edition(edition: Edition, *, to: EditionState, actor: Actor, now: datetime) -> None:
    """Show the edition to everybody, take it back, archive it, or open it again."""
    refusal = rules.refusal_for_move(edition.state, to)
    if refusal:
        raise RuleBroken(refusal)
    before = edition.state
    edition.state = to
    db.session.flush()
    touch_edition(edition.id)
    _journal(
        "edition moved", edition, actor=actor, now=now,
        before={"state": before.value}, after={"state": to.value},
    )  # fmt: skip


def clone_edition(
    source: Edition, *, slug: str, title: str, starts_on: date, actor: Actor, now: datetime
) -> Edition:
    """A draft of the next edition with the places, hours, languages and windows of ``source``.

    Days move by whole days and keep their wall-clock times.  The organizers keep their role; no
    other person, no organization, registration or session goes along.
    """
    _refuse_slug(slug, reserved=())
    days = (starts_on - source.starts_on).days
    zone = ZoneInfo(source.time_zone)
    copy = Edition(
        festival_id=source.festival_id, slug=slug, title=title, theme=source.theme,
        about=source.about, starts_on=starts_on,
        ends_on=starts_on + (source.ends_on - source.starts_on),
        time_zone=source.time_zone, languages=list(source.languages),
        inhabitants=source.inhabitants, inhabitants_year=source.inhabitants_year,
        contact_email=source.contact_email, state=EditionState.DRAFT, created_at=now,
    )  # fmt: skip
    for name in ("registration_opens_at", "registration_closes_at"):
        moved = rules.same_wall_time(getattr(source, name), days=days, zone=zone)
        setattr(copy, name, moved)
    _add_or_refuse(copy, field="slug", sentence=ADDRESS_TAKEN)
    for venue in queries.venues_with_spaces(source.id):
        _copy_venue(venue, into=copy, move=starts_on - source.starts_on)
    _keep_organizers(source, into=copy, actor=actor, now=now)
    _journal("edition cloned", copy, actor=actor, now=now, after={"from": source.slug})
    edition_cloned.send(clone_edition, event=EditionCloned(source, copy, actor, now))
    return copy


def _keep_organizers(source: Edition, *, into: Edition, actor: Actor, now: datetime) -> None:
    organizers = select(RoleGrant.person_id).where(
        RoleGrant.edition_id == source.id, RoleGrant.role == Role.ORGANIZER
    )
    for person_id in db.session.scalars(organizers):
        grant = RoleGrant(
            person_id=person_id, role=Role.ORGANIZER, edition_id=into.id,
            granted_by_id=actor.person_id, granted_at=now,
        )  # fmt: skip
        db.session.add(grant)


def _copy_venue(venue: Venue, *, into: Edition, move: timedelta) -> None:
    same = ("slug", "name", "address", "district", "latitude", "longitude", "access_note")
    copy = Venue(
        edition_id=into.id,
        access_facts=list(venue.access_facts),
        **{name: getattr(venue, name) for name in same},
    )
    db.session.add(copy)
    db.session.flush()
    for space in venue.spaces:
        db.session.add(
            Space(
                edition_id=into.id, venue_id=copy.id, slug=space.slug, name=space.name,
                floor=space.floor, capacity=space.capacity, features=list(space.features),
            )
        )  # fmt: skip
    for hours in venue.opening_hours:
        db.session.add(
            OpeningHours(
                venue_id=copy.id, day=hours.day + move,
                opens_at=hours.opens_at, closes_at=hours.closes_at,
            )
        )  # fmt: skip


def _refuse_slug(slug: str, *, reserved: Iterable[str]) -> None:
    fault = rules.slug_fault(slug, reserved=reserved)
    if fault:
        raise FieldRefused("slug", fault)


def _refuse_faults(facts: EditionFacts) -> None:
    faults = rules.edition_faults(facts)
    if faults:
        raise FieldRefused(faults[0].field, faults[0].sentence)


def _add_or_refuse(row: Any, *, field: str, sentence: str) -> None:
    """Add a row; the database's own uniqueness decides, so that two at once cannot both win."""
    try:
        with db.session.begin_nested():
            db.session.add(row)
            db.session.flush()
    except IntegrityError as taken:
        raise FieldRefused(field, sentence) from taken


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    """Values as JSON for the journal."""
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in values.items()
    }


def _journal(action: str, edition: Edition, **more: Any) -> None:
    write_journal(action, entity="edition", key=edition.slug, edition_id=edition.id, **more)
