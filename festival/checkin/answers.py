"""The answer to a scan in the words of the page's language, for the phone and for the page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_time
from flask_babel import gettext as _
from flask_babel import ngettext

from festival.badges.states import KIND_NAMES
from festival.checkin.actions import CheckIn
from festival.checkin.models import DoorLink
from festival.checkin.rules import UNDO_OFFERED
from festival.checkin.states import UNDONE, WORDS, Verdict
from festival.shared.sentences import mark


@dataclass(frozen=True, slots=True)
class Answer:
    """``verdict`` is a value of ``Verdict`` or ``undone``; the texts are ready to be read."""

    verdict: str
    title: str
    detail: str
    name: str
    people: int
    scan: str
    undo_until: str | None

    def as_json(self, *, inside: int) -> dict[str, Any]:
        """What the scanner's script reads; see ``static/js/scanner-verdict.js``."""
        fields = {name: getattr(self, name) for name in self.__slots__}
        return fields | {"count": {"inside": inside}}


def answer_to(result: CheckIn, *, door: DoorLink, locale: str) -> Answer:
    """Needs a request, for the translations of ``locale``."""
    verdict = UNDONE if result.is_undone else result.verdict.value
    badge = result.badge
    may_undo = verdict == Verdict.ADMITTED
    return Answer(
        verdict=verdict,
        title=_(WORDS[verdict]),
        detail=_detail(result, verdict=verdict, door=door, locale=locale),
        name=(badge.holder_name or _(KIND_NAMES[badge.kind])) if badge else "",
        people=badge.people if badge else 0,
        scan=result.key,
        undo_until=(result.received_at + UNDO_OFFERED).isoformat() if may_undo else None,
    )


def _detail(result: CheckIn, *, verdict: str, door: DoorLink, locale: str) -> str:
    if verdict == UNDONE:
        return str(_("Not counted. The badge can be scanned again."))
    if verdict == Verdict.ADMITTED and result.badge:
        kind = _(KIND_NAMES[result.badge.kind])
        people = ngettext("%(num)d person", "%(num)d people", result.badge.people)
        told = f"{people} · {kind}"
        if result.released_at:
            time = _clock(result.released_at, door=door, locale=locale)
            again = _("Their places were released at %(time)s; they have them again.", time=time)
            told = f"{told}. {again}"
        return told
    if verdict == Verdict.RELEASED and result.released_at:
        return str(
            _(
                "Their places were released at %(time)s and others have them. "
                "When somebody leaves, scan again.",
                time=_clock(result.released_at, door=door, locale=locale),
            )
        )
    if verdict == Verdict.ALREADY_IN and result.admitted_at:
        time = _clock(result.admitted_at, door=door, locale=locale)
        return str(_("Let in at %(time)s, %(door)s", time=time, door=result.admitted_door))
    return str(_(HINTS[verdict]))


def _clock(moment: datetime, *, door: DoorLink, locale: str) -> str:
    zone = ZoneInfo(door.edition.time_zone)
    return str(format_time(moment, "short", tzinfo=zone, locale=locale))


HINTS: dict[str, str] = {
    Verdict.ADMITTED: mark("Let in and counted."),
    Verdict.ALREADY_IN: mark("It was let in before."),
    Verdict.REVOKED: mark("This badge was revoked or replaced. Send them to the information desk."),
    Verdict.WRONG_EDITION: mark("The badge is for another festival or year."),
    Verdict.UNKNOWN: mark("Not a badge of ours. Scan again, type the code or look for the name."),
    Verdict.RELEASED: mark("Their places were released, and others have them."),
}
