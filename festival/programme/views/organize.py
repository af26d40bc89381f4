"""What the organizer's pages share: the tabs, the lists to choose from, looking things up."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask import abort, g, url_for
from flask_babel import gettext as _

from festival.programme.forms import Choices, SessionChoices
from festival.programme.models import Occurrence, ProgrammeSession
from festival.programme.queries import (
    cities_to_choose,
    find_occurrence,
    find_session,
    organizations_to_choose,
    presenters_of,
    spaces_to_choose,
    strands_of,
)
from festival.programme.rules import Clash
from festival.programme.views.asked import tag_names
from festival.programme.views.cards import language_names
from festival.shared.languages import LANGUAGES


@dataclass(frozen=True, slots=True)
class Tab:
    label: str
    href: str
    is_current: bool


def tabs(current: str) -> list[Tab]:
    """The organizer's pages of this room; ``current`` is an endpoint without the room."""
    pages = [
        ("sessions", _("Sessions")),
        ("offers", _("Offers")),
        ("clashes", _("Clashes")),
        ("strands", _("Strands")),
        ("presenters", _("People")),
        ("publish", _("Publish")),
        ("versions", _("Versions")),
    ]
    return [Tab(text, url_for(f"programme.{name}"), name == current) for name, text in pages]


def session_or_404(code: str) -> ProgrammeSession:
    """A session of the draft of the edition in the address."""
    return find_session(g.edition, code=code) or abort(404)


def occurrence_or_404(uid: str) -> Occurrence:
    return find_occurrence(g.edition, uid=uid) or abort(404)


def session_choices(session: ProgrammeSession | None = None) -> SessionChoices:
    """What a session can be connected with in this edition; whatever it has already is in it."""
    names = language_names(g.locale)
    codes = [*g.edition.languages, *LANGUAGES]
    if session is not None:
        codes += [session.language, *session.languages]
    organizations = organizations_to_choose(g.edition)
    if session is not None and session.organization is not None:
        present = (session.organization.code, session.organization.name)
        organizations = sorted({*organizations, present}, key=lambda pair: pair[1])
    cities = cities_to_choose(g.edition)
    codes += [code for city in cities for code in city.languages]
    return SessionChoices(
        languages=[(code, names.get(code, code)) for code in dict.fromkeys(codes) if code],
        strands=[(each.slug, each.name) for each, _count in strands_of(g.edition)],
        organizations=organizations,
        cities=[(each.slug, each.name) for each in cities],
        presenters=[
            (each.code, f"{each.name} ({each.affiliation})" if each.affiliation else each.name)
            for each, _count in presenters_of(g.edition)
        ],
        tags=list(tag_names().items()),
        locales=tuple(g.edition.languages),
    )


def space_choices() -> Choices:
    """Spaces with their venue, ``Reading Hall, Library (80)``."""
    return [
        (
            each.slug,
            f"{each.name}, {each.venue.name}" + (f" ({each.capacity})" if each.capacity else ""),
        )
        for each in spaces_to_choose(g.edition)
    ]


@dataclass(frozen=True, slots=True)
class ClashOnPage:
    """A clash as a person reads it; ``held`` pairs of (session, occurrence)."""

    sentence: str
    is_serious: bool
    held: list[Any]


def clashes_on_page(clashes: Iterable[Clash]) -> list[ClashOnPage]:
    return [
        ClashOnPage(
            sentence=_(each.sentence) % {"name": each.name},
            is_serious=each.is_serious,
            held=[pair for pair in (each.first, each.other) if pair],
        )
        for each in clashes
    ]
