"""Turns a kind of mail and its facts into subject, text and HTML in one language.

A kind is two templates: ``templates/mail/<kind>.txt``, whose first line is the subject, and
``templates/mail/<kind>.html``, which extends ``mail/frame.html``.  They see the context and

- ``_``, ``ngettext``: gettext in the recipient's language;
- ``link(endpoint, **values)``: an absolute address on the configured public address, never on the
  ``Host`` of a request; language and edition (``context["edition"]``) are filled in;
- ``moment(instant, zone)``, ``day(date)``: date and time as the language writes them;
- ``tag``, ``direction``, ``site_name``, ``public_url``, ``subject`` (HTML only);
- ``unsubscribe``: address where the recipient chooses what to receive, or empty;
- ``note``: paragraphs that an organizer put above the letters of a batch; shown by the frame.

Users' words arrive as values only: nothing that a person wrote is ever read as a template.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from babel.dates import (
    format_date,
    get_timezone_location,
)
from babel.support import Translations
from flask import current_app
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from festival.config import ROOT, Settings
from festival.mail.facts import unpacked
from festival.mail.models import OutboxMessage
from festival.mail.occasions import OCCASIONS, SAMPLE_EDITION, SAMPLE_TOKEN
from festival.mail.signs import choice_token
from festival.shared.languages import DEFAULT, LANGUAGES

LONGEST_SUBJECT = 200
DAYS = {"zh": "y年M月d日 EEEE", "es": "EEEE d 'de' MMMM 'de' y"}
"""Where weekday, day, month and year stand otherwise than in most languages."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """One mail, ready to be written down."""

    subject: str
    text: str
    html: str


def render_mail(kind: str, *, locale: str, context: Mapping[str, Any]) -> Rendered:
    """Render both templates of ``kind``; an unknown locale falls back to English.

    Raises ``jinja2.TemplateNotFound`` for an unknown kind and ``jinja2.UndefinedError`` when the
    context lacks a name that the template uses: both are programming errors.
    """
    environment = _environment(known_locale(locale))
    subject, text = _head_and_text(environment, kind, context)
    facts = {**_surroundings(environment, context), **context}
    html = environment.get_template(f"mail/{kind}.html").render(facts, subject=subject)
    return Rendered(subject=subject, text=text, html=html)


def _head_and_text(
    environment: Environment, kind: str, context: Mapping[str, Any]
) -> tuple[str, str]:
    """(subject, text part with what stands above and below it)."""
    facts = {**_surroundings(environment, context), **context}
    whole = environment.get_template(f"mail/{kind}.txt").render(facts)
    subject, _, text = whole.strip().partition("\n")
    foot = environment.get_template("mail/frame.txt").render(facts).strip()
    body = "\n\n".join([*facts["note"], text.strip(), *([f"-- \n{foot}"] if foot else [])])
    return one_line(subject)[:LONGEST_SUBJECT], re.sub(r"\n{3,}", "\n\n", body) + "\n"


def render_message(message: OutboxMessage, *, unsubscribe: str = "") -> Rendered:
    """The message as it will be, or was, sent; changes nothing.

    What is stored is answered as it is; a letter that waits is rendered from its facts, with the
    organizers' words above its batch.  ``unsubscribe``: address of the recipient's choice.
    """
    if message.facts is None:
        return Rendered(message.subject, message.body_text, message.body_html)
    context = _context_of(message) | {"unsubscribe": unsubscribe}
    return render_mail(message.kind, locale=message.locale, context=context)


def subject_of(message: OutboxMessage) -> str:
    """The subject that it has, or will have; changes nothing."""
    if message.facts is None:
        return message.subject
    environment = _environment(known_locale(message.locale))
    return _head_and_text(environment, message.kind, _context_of(message))[0]


def _context_of(message: OutboxMessage) -> dict[str, Any]:
    note = message.batch.note_in(message.locale) if message.batch is not None else ()
    return {"edition": message.edition, "note": note, **unpacked(message.facts)}


def render_sample(kind: str, *, locale: str, edition: Any = None) -> Rendered:
    """A mail as it would look, for the preview; an invented edition stands in for none."""
    found = OCCASIONS[kind]
    shown = edition or SAMPLE_EDITION
    facts: dict[str, Any] = {"edition": shown, "unsubscribe": "", **found.sample(shown)}
    if found.topic:
        link = link_maker(locale=locale)
        facts["unsubscribe"] = link(
            "all_mail.unsubscribe", token=SAMPLE_TOKEN, topic=found.topic.value
        )
    return render_mail(kind, locale=locale, context=facts)


def choice_address(recipient_id: int, *, message: OutboxMessage) -> str:
    """Where this recipient says that they do not want the message's topic any more."""
    settings: Settings = current_app.config["SETTINGS"]
    token = choice_token(recipient_id, secret=settings.secret_key)
    link = link_maker(locale=known_locale(message.locale), edition=message.edition)
    return link("all_mail.unsubscribe", token=token, topic=message.topic)


def known_locale(locale: str) -> str:
    """The language, or English for one that the interface does not speak."""
    return locale if locale in LANGUAGES else DEFAULT


def one_line(text: str) -> str:
    """Safe in a header: one line, no control or invisible formatting characters."""
    return " ".join(
        "".join(
            " " if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp") else char
            for char in text
        ).split()
    )


@functools.lru_cache(maxsize=len(LANGUAGES))
def _environment(locale: str) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(ROOT / "templates"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
        auto_reload=False,
    )
    catalogue = Translations.load(str(ROOT / "festival" / "translations"), [locale])
    environment.install_gettext_translations(catalogue, newstyle=True)  # type: ignore[attr-defined]
    language = LANGUAGES[locale]
    environment.globals.update(
        locale=locale,
        tag=language.tag,
        direction=language.direction,
        moment=functools.partial(_moment, locale=locale),
        day=functools.partial(_day, locale=locale),
        span=functools.partial(_span, locale=locale),
    )
    return environment


def _moment(instant: datetime, zone: str = "UTC", *, locale: str) -> str:
    """``Friday 14 May 2027, 10:00 (Madrid)``: the zone's city; abbreviations mislead."""
    local = instant.astimezone(ZoneInfo(zone))
    return f"{_day(local, locale=locale)}, {local:%H:%M} ({_city_of(zone, locale=locale)})"


def _span(starts_at: datetime, minutes: int, zone: str = "UTC", *, locale: str) -> str:
    """``Friday 14 May 2027, 10:00–11:30 (Madrid)``, in 24 hours as on the programme's pages."""
    begin = starts_at.astimezone(ZoneInfo(zone))
    end = (starts_at + timedelta(minutes=minutes)).astimezone(ZoneInfo(zone))
    times = f"{begin:%H:%M}–{end:%H:%M} ({_city_of(zone, locale=locale)})"
    return f"{_day(begin, locale=locale)}, {times}"


def _city_of(zone: str, *, locale: str) -> str:
    return "UTC" if zone == "UTC" else get_timezone_location(zone, locale, return_city=True)


def _day(value: date, *, locale: str) -> str:
    """``Friday 14 May 2027``, as on the programme's pages."""
    text: str = format_date(value, DAYS.get(locale[:2], "EEEE d MMMM y"), locale=locale)
    return text


def _surroundings(environment: Environment, context: Mapping[str, Any]) -> dict[str, Any]:
    settings: Settings = current_app.config["SETTINGS"]
    return {
        "site_name": settings.site_name,
        "public_url": settings.public_url,
        "edition": None,
        "note": [],
        "unsubscribe": "",
        "link": link_maker(
            locale=str(environment.globals["locale"]), edition=context.get("edition")
        ),
    }


def link_maker(*, locale: str, edition: Any = None) -> Callable[..., str]:
    """A function that builds absolute addresses from the configuration alone."""
    public = urlsplit(current_app.config["SETTINGS"].public_url)
    routes = current_app.url_map
    adapter = routes.bind(
        public.netloc, script_name=public.path or "/", url_scheme=public.scheme or "http"
    )

    def link(endpoint: str, **values: Any) -> str:
        for rule in routes.iter_rules(endpoint):
            if "lang" in rule.arguments:
                values.setdefault("lang", locale)
            if "edition_slug" in rule.arguments and edition is not None:
                values.setdefault("edition_slug", edition.slug)
                values.setdefault("festival_slug", edition.festival.slug)
        return adapter.build(endpoint, values, force_external=True)

    return link
