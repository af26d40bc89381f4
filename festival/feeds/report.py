"""What an import would do, as JSON: kept with the import, shown to the organizer, printed.

Sentences stay templates with values, so that each reader gets them in their own language.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

from festival.feeds.imported import ImportedOccurrence, ImportedProgramme, ImportProblem
from festival.feeds.intake import MINUTES_WITHOUT_END, count_outside, count_without_end
from festival.feeds.rules import FieldChange, ImportPlan, KnownOccurrence, SessionMatch
from festival.festivals.models import Edition
from festival.shared.sentences import mark

Report = dict[str, Any]
LONGEST_SHOWN = 300


def problem_rows(problems: Iterable[ImportProblem]) -> list[dict[str, Any]]:
    """Each ``line``, ``field``, ``template`` and ``values``."""
    return [
        {
            "line": each.line,
            "field": each.field,
            "template": each.template,
            "values": dict(each.values),
        }
        for each in problems
    ]


def report_of(
    programme: ImportedProgramme, plan: ImportPlan, *, edition: Edition, withdrawn: set[str]
) -> Report:
    """``programme`` is the fitted one that the plan was made from."""
    return {
        "title": programme.title,
        "source": programme.source,
        "time_zone": programme.time_zone or "",
        "counts": {
            "events": programme.occurrence_count,
            "sessions": len(programme.sessions),
            "rooms": len(programme.rooms),
            "people": len(programme.people),
            "days": len(programme.days),
        },
        "warnings": problem_rows(programme.warnings),
        "notes": _notes(programme, plan, edition=edition, withdrawn=withdrawn),
        "digest": plan_digest(plan),
        "new": [
            {"title": each.title, "held": [_imported(occ) for occ in each.occurrences]}
            for each in plan.new
        ],
        "changed": [
            {
                "code": each.known.code,
                "title": each.imported.title,
                "changes": [_change(change, each) for change in each.changes],
            }
            for each in plan.changed
        ],
        "same": len(plan.same),
        "missing": [{"code": each.code, "title": each.title} for each in plan.missing],
    }


def plan_digest(plan: ImportPlan) -> str:
    """Changes with everything that the plan would do."""
    facts = (
        [(each.title, each.guid, each.occurrences) for each in plan.new],
        [(each.known.code, each.changes, each.occurrences) for each in plan.changed],
        [each.known.code for each in plan.same],
        [each.code for each in plan.missing],
    )
    return hashlib.blake2b(repr(facts).encode(), digest_size=16).hexdigest()


def _notes(
    programme: ImportedProgramme, plan: ImportPlan, *, edition: Edition, withdrawn: set[str]
) -> list[dict[str, Any]]:
    notes: list[tuple[str, dict[str, object]]] = []
    if endless := count_without_end(programme):
        notes.append(
            (
                mark("Times without an end: %(count)s. New ones are held for %(minutes)s minutes."),
                {"count": endless, "minutes": MINUTES_WITHOUT_END},
            )
        )
    zone, first, last = edition.time_zone, edition.starts_on, edition.ends_on
    if outside := count_outside(programme, first=first, last=last, zone=zone):
        notes.append(
            (
                mark("Times outside the days of this edition: %(count)s."),
                {"count": outside},
            )
        )
    if programme.time_zone and programme.time_zone != edition.time_zone:
        notes.append(
            (
                mark("The file is in the zone %(theirs)s, this edition in %(ours)s."),
                {"theirs": programme.time_zone, "ours": edition.time_zone},
            )
        )
    here = {each.known.code for each in (*plan.changed, *plan.same)} & withdrawn
    if here:
        notes.append(
            (
                mark("Sessions that are withdrawn here and stay so: %(codes)s."),
                {"codes": ", ".join(sorted(here)[:20])},
            )
        )
    return [{"template": template, "values": values} for template, values in notes]


def _change(change: FieldChange, match: SessionMatch) -> dict[str, Any]:
    """``before`` and ``after``: a text, or for ``occurrences`` lists of times."""
    if change.field == "occurrences":
        pairs = [pair for pair in match.occurrences if pair.is_change]
        return {
            "field": "occurrences",
            "before": [_known(pair.known) for pair in pairs if pair.known],
            "after": [_imported(pair.imported) for pair in pairs if pair.imported],
        }
    return {
        "field": change.field,
        "before": value_text(change.before),
        "after": value_text(change.after),
    }


def value_text(value: object) -> str:
    """A value as one text, shortened."""
    if value is None:
        return ""
    if isinstance(value, tuple):
        text = ", ".join(each[0] if isinstance(each, tuple) else str(each) for each in value)
    else:
        text = str(value)
    return text if len(text) <= LONGEST_SHOWN else text[:LONGEST_SHOWN].rstrip() + "…"


def _known(held: KnownOccurrence) -> dict[str, Any]:
    return {
        "at": held.starts_at.isoformat(),
        "minutes": held.minutes,
        "room": held.room,
        "is_cancelled": held.is_cancelled,
    }


def _imported(held: ImportedOccurrence) -> dict[str, Any]:
    return {
        "at": held.starts_at.isoformat(),
        "minutes": held.minutes,
        "room": held.room,
        "is_cancelled": held.is_cancelled,
    }
