"""The sheet of a pack: its facts in the words of one language, ready for the typesetter.

The typesetting is in ``typst/pack.typ`` and never changes at run time.  What varies goes in as JSON
text, so that what somebody typed is printed as it is and never read as markup.  Nothing in a sheet
depends on when it is made, so that the same facts have the same digest.
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
import logging
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_skeleton
from flask_babel import force_locale, format_date, gettext, ngettext
from PIL import Image

from festival.badges.face import dates_of
from festival.badges.sheet import (
    A4_TEN,
    FONTS,
    BadgeFace,
    TypesettingFailed,
    sheet_data,
    typeset,
)
from festival.badges.states import KIND_NAMES, BadgeKind
from festival.exhibitors.models import Application
from festival.exhibitors.stands.models import FloorPlan, Stand
from festival.exhibitors.stands.queries import stand_facts
from festival.festivals.models import Edition
from festival.portal.pack.facts import Held, PackFacts, Span
from festival.portal.pack.wording import labels, letter, usual_contacts, usual_rules
from festival.press.documents import blocks, said
from festival.shared.languages import DEFAULT, LANGUAGES

logger = logging.getLogger(__name__)

ROOT = Path(__file__).resolve().parents[2]
SOURCE = Path(__file__).with_name("typst") / "pack.typ"
LONGEST_SIDE = 1600
"""Pixels of a plan's background on paper: 200 to an inch over the page."""

MARK = "\u200e"
"""Left-to-right mark: a span of time runs that way in Arabic too."""

Sheet = dict[str, Any]
Line = dict[str, Any]


def _(message: str, **values: object) -> str:
    return str(gettext(message, **values))


def language_of(application: Application) -> str:
    """The language of the pack: the applicant's, where the house speaks it."""
    return application.language if application.language in LANGUAGES else DEFAULT


def sheet_of(facts: PackFacts, *, edition: Edition) -> Sheet:
    """Everything but the background of the plan and the stamp; in the application's language."""
    lang = language_of(facts.application)
    with force_locale(lang):
        return _sheet(facts, edition=edition, lang=lang)


def own(text: str, *, lang: str) -> Line:
    """A line of ours: it runs as its language does, whatever name it begins with."""
    return said(text, lang=lang) | {"rtl": LANGUAGES[lang].direction == "rtl"}


def digest_of(sheet: Sheet) -> str:
    """SHA-256 over the sheet and the way it is set; another one means that a pack is old."""
    told = json.dumps(sheet, sort_keys=True).encode()
    return hashlib.sha256(told + SOURCE.read_bytes()).hexdigest()


def pack_pdf(sheet: Sheet, *, background: str, stamp: str) -> bytes:
    """The PDF.  A background that cannot be drawn is left out; the stands are what matters.

    Raises ``TypesettingFailed`` and ``subprocess.TimeoutExpired`` when the fault is ours.
    """
    told = sheet | {"stamp": own(stamp, lang=sheet["lang"])}
    job = {"source": str(SOURCE), "root": str(ROOT), "fonts": str(FONTS)}
    try:
        return typeset(job | {"sheet": told | {"background": background}})
    except TypesettingFailed:
        if not background:
            raise
        logger.warning("the background of a plan cannot be printed and is left out")
        return typeset(job | {"sheet": told | {"background": ""}})


def stamp_of(now: datetime, *, edition: Edition, lang: str) -> str:
    """When the pack was made, on the city's clocks."""
    local = _local(now, edition)
    with force_locale(lang):
        return _(
            "Made on %(moment)s (%(zone)s). What the portal shows now is what holds.",
            moment=f"{format_date(local.date(), 'long')}, {local:%H:%M}",
            zone=edition.time_zone,
        )


def background_of(plan: FloorPlan | None, *, media_folder: Path) -> str:
    """An SVG that fills the plan: our copy of a drawing, or one that holds the picture."""
    if plan is None:
        return ""
    if plan.picture is None:
        return plan.drawing
    try:
        with Image.open(media_folder / plan.picture.file_name) as picture:
            small = picture.convert("RGB")
            small.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    except OSError:
        return ""
    out = io.BytesIO()
    small.save(out, "JPEG", quality=80)
    data = base64.b64encode(out.getvalue()).decode()
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {plan.width_cm} {plan.depth_cm}">'
        f'<image href="data:image/jpeg;base64,{data}" width="{plan.width_cm}" '
        f'height="{plan.depth_cm}" preserveAspectRatio="none"/></svg>'
    )


def _sheet(facts: PackFacts, *, edition: Edition, lang: str) -> Sheet:
    def line(text: str) -> Line:
        return own(text, lang=lang)

    title = edition.title
    return _badges(facts, edition=edition, lang=lang) | {
        "rtl": LANGUAGES[lang].direction == "rtl",
        "edition": said(title, lang=lang),
        "when": line(f"{edition.festival.city_name} · {dates_of(edition, locale=lang)}"),
        "heading": line(_("Your pack for %(edition)s", edition=title)),
        "to": [said(each, lang=lang) for each in _address(facts.application, lang=lang)],
        "letter": [line(each) for each in letter(facts.application, edition=edition, lang=lang)],
        "closing": [line(_("See you there!")), line(_("The team of %(edition)s", edition=title))],
        "labels": {name: line(text) for name, text in labels().items()},
        "glance": [
            [line(label), said(value, lang=lang)]
            for label, value in _glance(facts, edition=edition, lang=lang)
        ],
        "plan": _plan(facts, lang=lang),
        "spans": [_span(each, edition=edition, lang=lang) for each in facts.spans],
        "activities": [_held(each, edition=edition, lang=lang) for each in facts.activities],
        "rules": blocks(facts.rules or usual_rules(), lang=lang),
        "contacts": blocks(facts.contacts or usual_contacts(edition), lang=lang),
        "own_contacts": [said(each, lang=lang) for each in _own_contacts(facts.application)],
        "background_key": _background_key(facts.plan),
    }


def _address(application: Application, *, lang: str) -> list[str]:
    organization = application.organization
    return [each for each in (organization.name_in(lang), organization.contact_name) if each]


def _glance(facts: PackFacts, *, edition: Edition, lang: str) -> list[tuple[str, str]]:
    """(label, value), the shortest answer to each first question."""
    found = [(_("Number of the application"), facts.application.code)]
    if facts.stand is not None:
        found.append((_("Stand"), f"{facts.stand.number} · {facts.stand.plan.name}"))
    if facts.plan is not None and facts.plan.venue is not None:
        venue = facts.plan.venue
        found.append((_("Where"), ", ".join(each for each in (venue.name, venue.address) if each)))
    found += [
        (_(each.kind), f"{_when(each, edition, lang=lang)} · {each.gate}") for each in facts.spans
    ]
    if facts.badges:
        found.append((_("Team badges"), str(len(facts.badges))))
    if edition.contact_email:
        found.append((_("E-mail of the organizers"), edition.contact_email))
    return found


def _plan(facts: PackFacts, *, lang: str) -> dict[str, Any] | None:
    """The plan with every stand, in centimetres from the upper left corner."""
    stand, plan = facts.stand, facts.plan
    if stand is None or plan is None:
        return None
    return {
        "name": said(plan.name, lang=lang),
        "alt": _(
            "Plan of %(plan)s with stand %(number)s marked", plan=plan.name, number=stand.number
        ),
        "width": plan.width_cm,
        "depth": plan.depth_cm,
        "number": said(stand.number, lang=lang),
        "facts": [own(each, lang=lang) for each in _stand_lines(stand)],
        "stands": [_box(each, own=each.id == stand.id) for each in plan.stands],
    }


def _box(stand: Stand, *, own: bool) -> dict[str, Any]:
    facts = stand_facts(stand)
    return {
        "x": facts.x, "y": facts.y, "width": facts.width, "depth": facts.depth,
        "number": said(stand.number, lang="en"), "own": own,
    }  # fmt: skip


def _stand_lines(stand: Stand) -> list[str]:
    lines = [
        _("%(width)s × %(depth)s m", width=_metres(stand.width_cm), depth=_metres(stand.depth_cm))
    ]
    if stand.watts:
        lines.append(_("Power: %(watts)s W", watts=stand.watts))
    for has, words in (
        (stand.has_water, _("Water")),
        (stand.has_internet, _("Internet")),
        (stand.is_step_free, _("Without steps")),
        (not stand.is_indoor, _("In the open air")),
    ):
        if has:
            lines.append(words)
    return lines


def _metres(centimetres: int) -> str:
    return f"{centimetres / 100:g}"


def _span(span: Span, *, edition: Edition, lang: str) -> dict[str, Any]:
    return {
        "title": own(_(span.kind), lang=lang),
        "when": own(_when(span, edition, lang=lang), lang=lang),
        "gate": said(", ".join(each for each in (span.gate, span.address) if each), lang=lang),
        "note": said(span.note, lang=lang),
    }


def _held(held: Held, *, edition: Edition, lang: str) -> dict[str, Any]:
    places = (
        ngettext("%(num)s place to book", "%(num)s places to book", held.capacity)
        if held.capacity is not None
        else ""
    )
    return {
        "when": own(_when(held, edition, lang=lang), lang=lang),
        "title": said(held.title, lang=held.language or lang),
        "place": said(held.place, lang=lang),
        "places": own(places, lang=lang),
    }


def _when(span: Span | Held, edition: Edition, *, lang: str) -> str:
    """``Fri, May 14 · 09:00–10:00`` on the city's clocks, as the language writes days."""
    start, end = _local(span.starts_at, edition), _local(span.ends_at, edition)
    dash = f"{MARK}–{MARK}" if LANGUAGES[lang].direction == "rtl" else "–"
    day = format_skeleton("MMMMEEEEd", start, locale=lang)
    return f"{day} · {start:%H:%M}{dash}{end:%H:%M}"


def _local(instant: datetime, edition: Edition) -> datetime:
    return instant.astimezone(ZoneInfo(edition.time_zone))


def _own_contacts(application: Application) -> list[str]:
    organization = application.organization
    people = [
        (organization.contact_name, "", organization.contact_phone, organization.contact_email),
        *((each.name, each.role, each.phone, each.email) for each in organization.contacts),
    ]
    return [" · ".join(part for part in each if part) for each in people if any(each)]


def _background_key(plan: FloorPlan | None) -> str:
    """Says which background it is without holding it."""
    if plan is None:
        return ""
    if plan.picture is not None:
        return plan.picture.sha256
    return hashlib.sha256(plan.drawing.encode()).hexdigest() if plan.drawing else ""


def _badges(facts: PackFacts, *, edition: Edition, lang: str) -> Sheet:
    """The same cards as on the organizers' sheets, with the organization's name on them."""
    word = _(KIND_NAMES[BadgeKind.EXHIBITOR])
    return sheet_data(
        [
            BadgeFace(
                code=each.code,
                kind=BadgeKind.EXHIBITOR.value,
                kind_word=word,
                name=each.name,
                edition_title=edition.title,
                city_name=edition.festival.city_name,
                dates_text=dates_of(edition, locale=lang),
                subtitle=facts.application.organization.name_in(lang),
            )
            for each in facts.badges
        ],
        layout=A4_TEN,
        title=_("Your pack for %(edition)s", edition=edition.title),
        lang=lang,
        qr_alt=_("QR code of the badge"),
    )
