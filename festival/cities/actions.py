"""What changes twin cities."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from festival.accounts.granting import Place, invite, revoke_role
from festival.accounts.models import Person
from festival.accounts.states import Role
from festival.cities import queries
from festival.cities.models import TwinCity
from festival.extensions import db
from festival.festivals.actions import touch_edition
from festival.festivals.models import Edition, Festival
from festival.festivals.rules import free_slug, slug_from
from festival.shared.errors import FieldRefused, RuleBroken
from festival.shared.journal import Actor, write_journal
from festival.shared.pictures import StoredPicture, store_picture
from festival.shared.sentences import mark


@dataclass(frozen=True, slots=True)
class CityProfile:
    """What a city says about itself; its partner may change it."""

    about: str = ""
    languages: tuple[str, ...] = ()
    contact_name: str = ""
    contact_email: str = ""
    website: str = ""
    learning_city_since: int | None = None
    logo_terms: str = ""
    """How the logo may be used; needed together with a logo."""


@dataclass(frozen=True, slots=True)
class NewLogo:
    """A file that somebody sent."""

    data: bytes
    original_name: str
    media_folder: Path


@dataclass(frozen=True, slots=True)
class CityFacts:
    """What the host says: which city it is and which clock it lives by."""

    name: str
    country: str
    time_zone: str
    twinned_since: int | None = None


def add_city(
    festival: Festival,
    facts: CityFacts,
    profile: CityProfile,
    *,
    actor: Actor,
    now: datetime,
    logo: NewLogo | None = None,
) -> TwinCity:
    """Raises ``FieldRefused`` on ``logo`` for a bad picture, on ``logo_terms`` without terms."""
    picture = _stored(logo, terms=profile.logo_terms, now=now)
    wanted = slug_from(facts.name, fallback="city")
    taken = queries.city_slugs(festival.id) | {"new"}  # /cities/new is a page of its own
    columns = _columns(facts) | _columns(profile)
    city = TwinCity(
        festival_id=festival.id, slug=free_slug(wanted, taken=taken), created_at=now, **columns
    )
    city.logo_id = picture.id if picture else None
    db.session.add(city)
    db.session.flush()
    _touch(city)
    _journal("city added", city, actor=actor, now=now, after=columns)
    return city


def change_city(
    city: TwinCity,
    facts: CityFacts,
    profile: CityProfile,
    *,
    actor: Actor,
    now: datetime,
    logo: NewLogo | None = None,
) -> None:
    """The organizer may change everything but the address of the page; logo as in ``add_city``."""
    picture = _stored(logo, terms=profile.logo_terms, now=now)
    wanted = _columns(facts) | _columns(profile)
    _change(city, wanted, picture=picture, actor=actor, now=now)


def change_profile(
    city: TwinCity,
    profile: CityProfile,
    *,
    actor: Actor,
    now: datetime,
    logo: NewLogo | None = None,
) -> None:
    """The partner changes what the city says about itself, not which city it is."""
    picture = _stored(logo, terms=profile.logo_terms, now=now)
    _change(city, _columns(profile), picture=picture, actor=actor, now=now)


def invite_partner(
    city: TwinCity,
    *,
    edition: Edition,
    email: str,
    name: str,
    locale: str,
    actor: Actor,
    now: datetime,
) -> Person:
    """Somebody speaks for the city from now on; raises what ``granting.invite`` raises."""
    place = _place(city, edition)
    return invite(
        email=email, name=name, role=Role.PARTNER, place=place, locale=locale, actor=actor, now=now
    )


def dismiss_partner(
    city: TwinCity, person_id: int, *, edition: Edition, actor: Actor, now: datetime
) -> None:
    """Somebody no longer speaks for the city; ``NotFound`` when nobody by that number does."""
    revoke_role(person_id, Role.PARTNER, place=_place(city, edition), actor=actor, now=now)


def _place(city: TwinCity, edition: Edition) -> Place:
    return Place(name=city.name, twin_city_id=city.id, edition=edition)


def remove_city(city: TwinCity, *, actor: Actor, now: datetime) -> None:
    """Refused while a session is held with the city or somebody speaks for it."""
    name = city.name
    _touch(city)
    try:
        with db.session.begin_nested():
            db.session.delete(city)
            db.session.flush()
    except IntegrityError as used:
        raise RuleBroken(
            mark("“%(name)s” still takes part, so it stays."),
            next_step=mark("Take its sessions and its partner people away first."),
            name=name,
        ) from used
    _journal("city removed", city, actor=actor, now=now, before={"name": name})


def _stored(logo: NewLogo | None, *, terms: str, now: datetime) -> StoredPicture | None:
    if logo is None:
        return None
    if not terms:
        raise FieldRefused("logo_terms", mark("Say how the logo may be used."))
    return store_picture(
        logo.data, media_folder=logo.media_folder, now=now,
        original_name=logo.original_name, field="logo",
    )  # fmt: skip


def _change(
    city: TwinCity,
    wanted: dict[str, Any],
    *,
    picture: StoredPicture | None,
    actor: Actor,
    now: datetime,
) -> None:
    if picture is not None:
        wanted = wanted | {"logo_id": picture.id}
    changed = {name: value for name, value in wanted.items() if getattr(city, name) != value}
    if not changed:
        return
    before = {name: getattr(city, name) for name in changed}
    for name, value in changed.items():
        setattr(city, name, value)
    db.session.flush()
    db.session.expire(city, ["logo"])
    _touch(city)
    _journal("city changed", city, actor=actor, now=now, before=before, after=changed)


def _columns(facts: CityFacts | CityProfile) -> dict[str, Any]:
    return {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in asdict(facts).items()
    }


def _touch(city: TwinCity) -> None:
    """A city is shown by every edition of its festival."""
    editions = select(Edition.id).where(Edition.festival_id == city.festival_id)
    for edition_id in db.session.scalars(editions).all():
        touch_edition(edition_id)


def _journal(action: str, city: TwinCity, **more: Any) -> None:
    write_journal(action, entity="twin_city", key=city.slug, **more)
