"""Strands and presenters."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from festival.extensions import db
from festival.festivals.models import Edition
from festival.festivals.rules import free_slug, slug_from
from festival.festivals.states import ACCENTS
from festival.programme.models import (
    Presenter,
    ProgrammeSession,
    SessionPresenter,
    Strand,
)
from festival.shared.errors import FieldRefused, RuleBroken
from festival.shared.journal import Actor, write_journal
from festival.shared.languages import LANGUAGES
from festival.shared.sentences import mark
from festival.shared.tokens import make_code


def add_strand(
    edition: Edition, *, name: str, accent: str, position: int = 0, actor: Actor, now: datetime
) -> Strand:
    """A new theme; its address is made from the name once and then stays."""
    _check_strand(name, accent)
    taken = set(db.session.scalars(select(Strand.slug).where(Strand.edition_id == edition.id)))
    strand = Strand(
        edition_id=edition.id,
        slug=free_slug(slug_from(name, fallback="strand"), taken=taken),
        name=name,
        accent=accent,
        position=position,
    )
    db.session.add(strand)
    db.session.flush()
    _note("strand added", strand, key=strand.slug, actor=actor, now=now, after={"name": name})
    return strand


def edit_strand(
    strand: Strand, *, name: str, accent: str, position: int, actor: Actor, now: datetime
) -> None:
    _check_strand(name, accent)
    before = {"name": strand.name, "accent": strand.accent, "position": strand.position}
    strand.name, strand.accent, strand.position = name, accent, position
    after = {"name": name, "accent": accent, "position": position}
    if before != after:
        _note(
            "strand edited", strand, key=strand.slug, actor=actor, now=now,
            before=before, after=after,
        )  # fmt: skip


def remove_strand(strand: Strand, *, actor: Actor, now: datetime) -> None:
    """Only one without sessions can be removed."""
    used = db.session.scalar(select(func.count()).where(ProgrammeSession.strand_id == strand.id))
    if used:
        raise RuleBroken(mark("Sessions still belong to this strand."))
    _note("strand removed", strand, key=strand.slug, actor=actor, now=now)
    db.session.delete(strand)


def add_presenter(
    edition: Edition,
    *,
    name: str,
    affiliation: str = "",
    biography: str = "",
    email: str = "",
    locale: str = "",
    actor: Actor,
    now: datetime,
) -> Presenter:
    presenter = Presenter(
        edition_id=edition.id,
        code=make_code(),
        name=_named(name),
        affiliation=affiliation,
        biography=biography,
        email=email,
        locale=_known(locale),
    )
    db.session.add(presenter)
    db.session.flush()
    _note("presenter added", presenter, key=presenter.code, actor=actor, now=now)
    return presenter


def edit_presenter(
    presenter: Presenter,
    *,
    name: str,
    affiliation: str,
    biography: str,
    email: str,
    locale: str,
    actor: Actor,
    now: datetime,
) -> None:
    presenter.name = _named(name)
    presenter.affiliation, presenter.biography = affiliation, biography
    presenter.email, presenter.locale = email, _known(locale)
    _note("presenter edited", presenter, key=presenter.code, actor=actor, now=now)


def remove_presenter(presenter: Presenter, *, actor: Actor, now: datetime) -> None:
    """Only somebody who leads nothing can be removed."""
    used = db.session.scalar(
        select(func.count()).where(SessionPresenter.presenter_id == presenter.id)
    )
    if used:
        raise RuleBroken(mark("This person still leads sessions."))
    _note("presenter removed", presenter, key=presenter.code, actor=actor, now=now)
    db.session.delete(presenter)


def _check_strand(name: str, accent: str) -> None:
    _named(name)
    if accent not in ACCENTS:
        raise FieldRefused("accent", mark("Choose one of the colours."))


def _named(name: str) -> str:
    if not name:
        raise FieldRefused("name", mark("Give a name."))
    return name


def _known(locale: str) -> str:
    if locale and locale not in LANGUAGES:
        raise FieldRefused("locale", mark("Choose one of the list."))
    return locale


def _note(
    action: str,
    row: Strand | Presenter,
    *,
    key: str,
    actor: Actor,
    now: datetime,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    write_journal(
        action,
        actor=actor,
        entity=row.__tablename__,
        key=key,
        now=now,
        edition_id=row.edition_id,
        before=before,
        after=after,
    )
