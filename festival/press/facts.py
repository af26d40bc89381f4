"""The fact sheet: figures that can be quoted, each with its definition, date and method.

The programme is counted here.  Rooms above this one bring their figures by ``provide_facts``, so
that the press never waits for them and never copies what they know.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from flask_babel import format_decimal
from flask_babel import gettext as _

from festival.festivals.models import Edition
from festival.programme.published import PublishedProgramme, PublishedSession
from festival.programme.queries import published_programme
from festival.shared.tables import Cell, csv_table


@dataclass(frozen=True, slots=True)
class Fact:
    """One figure.  Texts are in the reader's language, ``key`` and ``value`` for programs."""

    key: str
    name: str
    value: float | None
    """None where nothing was counted or the number is too small to be shown."""
    value_text: str
    definition: str
    method: str
    as_of: datetime
    """Instant of counting, aware."""
    note: str = ""


FactSource = Callable[[Edition, datetime], list[Fact]]
_sources: list[FactSource] = []


def provide_facts(source: FactSource) -> None:
    """Register a function (edition, now) → facts; called once, when its room is opened."""
    if source not in _sources:
        _sources.append(source)


def fact_sheet(edition: Edition, *, now: datetime) -> list[Fact]:
    """All facts in the reader's language: the programme first, then what other rooms counted."""
    facts = programme_facts(published_programme(edition))
    for source in _sources:
        facts += source(edition, now)
    return facts


def programme_facts(programme: PublishedProgramme) -> list[Fact]:
    """Counts of the published programme; none before the first publication."""
    published_at = programme.published_at
    if published_at is None:
        return []
    held = [pair for pair in programme.held if not pair[1].is_cancelled]
    sessions = {session.code: session for session, _occurrence in held}.values()
    method = _(
        "Counted in version %(version)s of the published programme", version=programme.version
    )

    def fact(key: str, name: str, value: int, definition: str) -> Fact:
        text = str(format_decimal(value))
        return Fact(key, name, value, text, definition, method, published_at)

    return [
        fact("sessions", _("Sessions"), len(sessions),
             _("Activities and conference sessions that are not cancelled.")),
        fact("activities", _("Activities"), _count(sessions, "activity"),
             _("Hands-on activities among the sessions.")),
        fact("conference", _("Conference sessions"), _count(sessions, "conference"),
             _("Talks, panels and workshops of the conference among the sessions.")),
        fact("dates", _("Dates in the programme"), len(held),
             _("Times at which a session is held; a session may be held several times.")),
        fact("places", _("Places"),
             len({pair[1].space.venue.slug for pair in held if pair[1].space}),
             _("Venues in which something is held.")),
        fact("organizations", _("Organizations"),
             len({session.organization for session in sessions if session.organization}),
             _("Organizations that hold at least one session.")),
        fact("cities", _("Twin cities"),
             len({session.city.slug for session in sessions if session.city}),
             _("Twin cities that lead or join at least one session.")),
    ]  # fmt: skip


def _count(sessions: Iterable[PublishedSession], kind: str) -> int:
    return sum(1 for session in sessions if session.kind == kind)


def facts_csv(facts: list[Fact]) -> bytes:
    """CSV: a line per fact; ``as_of`` in UTC, ISO 8601."""
    rows: list[tuple[Cell, ...]] = [
        (each.key, each.name, each.value_text, each.definition, each.method, each.note, _iso(each))
        for each in facts
    ]
    return csv_table(("key", "name", "value", "definition", "method", "note", "as_of"), rows)


def facts_data(facts: list[Fact]) -> list[dict[str, object]]:
    """The facts as JSON data; ``value`` is a number, or null where there is none to show."""
    return [
        {
            "key": each.key, "name": each.name, "value": each.value, "text": each.value_text,
            "definition": each.definition, "method": each.method, "note": each.note,
            "as_of": _iso(each),
        }
        for each in facts
    ]  # fmt: skip


def _iso(fact: Fact) -> str:
    return fact.as_of.isoformat(timespec="seconds")
