"""Texts of decisions: the organizers' own, or the built-in ones, in the applicant's language."""

from __future__ import annotations

from collections.abc import Mapping

from babel.dates import format_date, format_interval
from flask_babel import force_locale, gettext

from festival.exhibitors.models import Application
from festival.exhibitors.states import ApplicationState
from festival.festivals.models import Edition
from festival.mail.batches.rules import filled
from festival.shared.languages import DEFAULT, LANGUAGES
from festival.shared.sentences import mark

BUILT_IN = {
    ApplicationState.ACCEPTED: mark(
        "Dear {name}, we are glad that {organization} takes part. Stand, time and everything else "
        "will follow."
    ),
    ApplicationState.ACCEPTED_WITH_CHANGES: mark(
        "Dear {name}, we would like to have {organization} with us. Please tell us soon whether "
        "you agree."
    ),
    ApplicationState.WAITLISTED: mark(
        "Dear {name}, more organizations have applied than we have places for. We like what "
        "{organization} offers and will write to you as soon as a place becomes free."
    ),
    ApplicationState.DECLINED: mark(
        "Dear {name}, more organizations have applied than we have places for, and we had to "
        "choose. Please come as our guests, and apply again next time."
    ),
}
"""Names in braces are filled in; translators keep them as they are."""

Texts = Mapping[tuple[ApplicationState, str], str]


def language_of(application: Application) -> str:
    """The language in which the applicant is written to."""
    return application.language if application.language in LANGUAGES else DEFAULT


def prepared_text(texts: Texts, state: ApplicationState, *, locale: str) -> str:
    """The organizers' text in the language, or the built-in one."""
    return texts.get((state, locale)) or built_in(state, locale=locale)


def built_in(state: ApplicationState, *, locale: str) -> str:
    with force_locale(locale):
        return str(gettext(BUILT_IN[state]))


def filled_text(text: str, *, application: Application, conditions: str = "") -> str:
    """The text with this applicant's facts in place of the names in braces."""
    who, edition = application.organization, application.edition
    return filled(
        text,
        {
            "name": who.contact_name or who.name,
            "organization": who.name,
            "festival": edition.title,
            "city": edition.festival.city_name,
            "dates": _days(edition, locale=language_of(application)),
            "conditions": conditions,
        },
    )


def _days(edition: Edition, *, locale: str) -> str:
    if edition.starts_on == edition.ends_on:
        return str(format_date(edition.starts_on, "long", locale=locale))
    return str(format_interval(edition.starts_on, edition.ends_on, "yMMMd", locale=locale))
