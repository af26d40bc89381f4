"""The face of a badge in a language: the words that stand on it, on paper and on the phone."""

from __future__ import annotations

from babel.dates import format_date, format_interval
from flask_babel import gettext, ngettext

from festival.badges.models import Badge
from festival.badges.sheet import BadgeFace
from festival.badges.states import KIND_NAMES
from festival.festivals.models import Edition


def face_of(badge: Badge, *, edition: Edition, locale: str) -> BadgeFace:
    """Needs a request, for the translations of ``locale``."""
    return BadgeFace(
        code=badge.code,
        kind=badge.kind.value,
        kind_word=gettext(KIND_NAMES[badge.kind]),
        name=badge.holder_name,
        edition_title=edition.title,
        city_name=edition.festival.city_name,
        dates_text=dates_of(edition, locale=locale),
        people_text=people_text(badge.people) if badge.people > 1 else "",
    )


def people_text(people: int) -> str:
    text: str = ngettext("%(num)d person", "%(num)d people", people)
    return text


def dates_of(edition: Edition, *, locale: str) -> str:
    """``14–16 May 2027`` in the language."""
    if edition.starts_on == edition.ends_on:
        return format_date(edition.starts_on, "long", locale=locale)
    return format_interval(edition.starts_on, edition.ends_on, skeleton="yMMMd", locale=locale)
