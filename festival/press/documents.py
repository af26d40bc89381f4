"""Press documents as PDF: a release, and the published programme day by day.

The typesetting is in ``typst/`` and never changes at run time.  What varies goes in as JSON text,
so that what somebody typed is printed as it is and never read as markup.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import unicodedata
from dataclasses import asdict
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import format_date, format_datetime, gettext

from festival.badges.lettering import is_right_to_left, language_of
from festival.badges.sheet import FONTS, LONGEST_SECONDS, TYPESETTER, TypesettingFailed
from festival.press.models import PressContact, Release
from festival.programme.published import PublishedOccurrence, PublishedProgramme, PublishedSession
from festival.shared.languages import LANGUAGES
from festival.shared.markdown import Block, blocks_of

FOLDER = Path(__file__).with_name("typst")
LONGEST_WORD = 40
"""Characters; a longer word may be broken anywhere, so that it stays on the page."""
_ENDLESS = re.compile(rf"\S{{{LONGEST_WORD},}}")
_OVERRIDES = {
    "\u202a",
    "\u202b",
    "\u202c",
    "\u202d",
    "\u202e",
    "\u2066",
    "\u2067",
    "\u2068",
    "\u2069",
}


def _(message: str, **values: object) -> str:
    return str(gettext(message, **values))


def release_pdf(
    release: Release, *, edition_title: str, zone_name: str, contact: PressContact | None
) -> bytes:
    """The release in its own language, with right-to-left where that is; labels likewise.

    Called with the release's language as the present locale.
    """
    lang = release.language
    sheet = {
        "lang": lang,
        "rtl": _is_rtl_language(lang),
        "edition": said(edition_title, lang=lang),
        "status": said(status_text(release, zone_name=zone_name), lang=lang),
        "headline": said(release.headline, lang=lang),
        "dateline": said(release.dateline, lang=lang),
        "lead": blocks(release.lead, lang=lang),
        "body": blocks(release.body, lang=lang),
        "quotes": [
            {
                "text": blocks(quote.get("text", ""), lang=lang),
                "speaker": said(speaker_text(quote), lang=lang),
            }
            for quote in release.quotes
            if quote.get("text", "").strip()
        ],
        "notes": blocks(release.notes, lang=lang),
        "boilerplate": blocks(release.boilerplate, lang=lang),
        "contact": [said(line, lang=lang) for line in contact_lines(contact)],
        "labels": {
            "notes": said(_("Notes to editors"), lang=lang),
            "about": said(_("About"), lang=lang),
            "contact": said(_("Press contact"), lang=lang),
        },
        "stamp": said(text_stamp(release, zone_name=zone_name), lang=lang),
    }
    return _typeset("release", sheet)


def status_text(release: Release, *, zone_name: str) -> str:
    """For immediate release, or until when it is embargoed: on the city's clocks and in UTC."""
    if release.embargo_until is None:
        return _("For immediate release")
    local = release.embargo_until.astimezone(ZoneInfo(zone_name))
    return _(
        "Embargoed until %(local)s (%(zone)s), %(utc)s UTC",
        local=format_datetime(local, "d MMMM y, HH:mm", rebase=False),
        zone=zone_name,
        utc=format_datetime(release.embargo_until, "d MMMM y, HH:mm", rebase=False),
    )


def text_stamp(release: Release, *, zone_name: str) -> str:
    """When the text was last changed, so that two prints can be told apart."""
    local = release.changed_at.astimezone(ZoneInfo(zone_name))
    moment = format_datetime(local, "d MMMM y, HH:mm", rebase=False)
    return _("Text of %(moment)s (%(zone)s)", moment=moment, zone=zone_name)


def speaker_text(quote: dict[str, str]) -> str:
    """Who says it, and as what."""
    return ", ".join(part for part in (quote.get("speaker", ""), quote.get("role", "")) if part)


def contact_lines(contact: PressContact | None) -> list[str]:
    """Name, role, address, telephone, hours and languages of a contact."""
    if contact is None:
        return []
    languages = ", ".join(
        LANGUAGES[code].autonym if code in LANGUAGES else code for code in contact.languages
    )
    lines = (
        ", ".join(part for part in (contact.name, contact.role) if part),
        " · ".join(part for part in (contact.email, contact.phone) if part),
        " · ".join(part for part in (contact.hours, languages) if part),
    )
    return [line for line in lines if line]


def programme_pdf(programme: PublishedProgramme, *, locale: str) -> bytes:
    """The programme by day; times on the city's clocks, stamped with version and date.

    Called with ``locale`` as the present locale.
    """
    days = [
        {
            "label": said(format_date(day, "EEEE d MMMM y"), lang=locale),
            "entries": [
                _entry(session, held, programme=programme, locale=locale)
                for session, held in programme.held
                if programme.local_day(held) == day
            ],
        }
        for day in programme.days
    ]
    sheet = {
        "lang": locale,
        "rtl": _is_rtl_language(locale),
        "title": said(programme.title, lang=locale),
        "subtitle": said(programme.city_name, lang=locale),
        "zone": said(
            _("All times are local times in %(zone)s.", zone=programme.time_zone), lang=locale
        ),
        "stamp": said(version_text(programme), lang=locale),
        "empty": said(_("No programme has been published yet."), lang=locale),
        "days": days,
    }
    return _typeset("programme", sheet)


def version_text(programme: PublishedProgramme) -> str:
    """Which version, and when it was published on the city's clocks."""
    if programme.published_at is None:
        return _("The programme is not published yet")
    local = programme.published_at.astimezone(programme.zone)
    return _(
        "Programme version %(number)s, published %(moment)s (%(zone)s)",
        number=programme.version,
        moment=format_datetime(local, "d MMMM y, HH:mm", rebase=False),
        zone=programme.time_zone,
    )


def _entry(
    session: PublishedSession,
    held: PublishedOccurrence,
    *,
    programme: PublishedProgramme,
    locale: str,
) -> dict[str, Any]:
    start, end = held.starts_at.astimezone(programme.zone), held.ends_at.astimezone(programme.zone)
    people = ", ".join(person.name for person in session.presenters)
    who = " · ".join(part for part in (people, session.organization) if part)
    cancelled = _("Cancelled") if held.is_cancelled else ""
    strand = session.strand.name if session.strand else ""
    details = (who, " · ".join(part for part in (cancelled, strand, session.cost) if part))
    place = f"{held.space.name}, {held.space.venue.name}" if held.space else ""
    return {
        "time": f"{start:%H:%M}–{end:%H:%M}",
        "title": said(session.text("title", locale), lang=session.language or locale),
        "details": [said(line, lang=locale) for line in details if line],
        "place": said(place, lang=locale),
        "accent": session.strand.accent if session.strand else "",
        "cancelled": held.is_cancelled,
    }


def said(text: str, *, lang: str) -> dict[str, Any]:
    """A line with the language and direction of its own script."""
    line = printable(text).replace("\n", " ")
    return {
        "text": line,
        "lang": language_of(line, otherwise=lang.split("-")[0]),
        "rtl": is_right_to_left(line) if line.strip() else _is_rtl_language(lang),
    }


def blocks(text: str, *, lang: str) -> list[dict[str, Any]]:
    """Markdown as blocks, each with the language and direction of its own script."""
    return [_block(block, lang=lang) for block in blocks_of(text)]


def _block(block: Block, *, lang: str) -> dict[str, Any]:
    words = "".join(run.text for run in block.runs)
    data = asdict(block)
    for run in data["runs"]:
        run["text"] = printable(run["text"])
    return data | {
        "lang": language_of(words, otherwise=lang.split("-")[0]),
        "rtl": is_right_to_left(words) if words.strip() else _is_rtl_language(lang),
    }


def printable(text: str) -> str:
    """Without control characters and direction overrides; endless words may be broken."""
    kept = "".join(
        each
        for each in text
        if each == "\n"
        or (unicodedata.category(each) not in ("Cc", "Cs", "Co", "Cn") and each not in _OVERRIDES)
    )
    return _ENDLESS.sub(lambda match: "\u200b".join(match[0]), kept)


def _is_rtl_language(lang: str) -> bool:
    return lang in LANGUAGES and LANGUAGES[lang].direction == "rtl"


def _typeset(name: str, sheet: dict[str, Any]) -> bytes:
    """In a process of its own, which gives its memory back and can be stopped."""
    job = {"source": str(FOLDER / f"{name}.typ"), "fonts": str(FONTS), "sheet": sheet}
    made = subprocess.run(  # noqa: S603  our interpreter, our script, data by standard input
        [sys.executable, "-I", str(TYPESETTER)],
        input=json.dumps(job).encode(),
        capture_output=True,
        timeout=LONGEST_SECONDS,
        check=False,
    )
    if made.returncode:
        raise TypesettingFailed(made.stderr.decode(errors="replace")[-2000:])
    return made.stdout
