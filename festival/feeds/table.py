"""The published programme as a table: one row for each occurrence, in CSV.

A cell that a spreadsheet would take for a formula gets an apostrophe in front; it stays
readable, and a number written as a number stays one.
"""

from __future__ import annotations

from collections.abc import Callable

from festival.feeds.texts import many_lines, one_line
from festival.programme.published import PublishedOccurrence, PublishedProgramme, PublishedSession
from festival.shared.tables import Cell, csv_table

PageUrl = Callable[[PublishedSession], str]

COLUMNS = (
    "code", "title", "subtitle", "kind", "type", "strand", "date", "start", "end", "minutes",
    "time_zone", "venue", "space", "status", "languages", "age_min", "age_max", "tags", "cost",
    "bring", "presenters", "organization", "city", "capacity", "url", "abstract", "description",
)  # fmt: skip


def programme_csv(programme: PublishedProgramme, *, page_url: PageUrl, locale: str = "") -> bytes:
    """The table in UTF-8 with a byte order mark and CRLF; a header row, then by start."""
    rows = (
        _cells(session, held, programme, page_url=page_url, locale=locale)
        for session, held in programme.held
    )
    return csv_table(COLUMNS, ([cells[name] for name in COLUMNS] for cells in rows))


def _cells(
    session: PublishedSession,
    held: PublishedOccurrence,
    programme: PublishedProgramme,
    *,
    page_url: PageUrl,
    locale: str,
) -> dict[str, Cell]:
    starts = held.starts_at.astimezone(programme.zone)
    space = held.space
    return {
        "code": session.code,
        "title": one_line(session.text("title", locale)),
        "subtitle": one_line(session.text("subtitle", locale)),
        "kind": session.kind,
        "type": one_line(session.type_label),
        "strand": one_line(session.strand.name) if session.strand else "",
        "date": starts.date().isoformat(),
        "start": f"{starts:%H:%M}",
        "end": f"{held.ends_at.astimezone(programme.zone):%H:%M}",
        "minutes": held.minutes,
        "time_zone": programme.time_zone,
        "venue": one_line(space.venue.name) if space else "",
        "space": one_line(space.name) if space else "",
        "status": held.status,
        "languages": " ".join(session.languages) or session.language,
        "age_min": session.age_min,
        "age_max": session.age_max,
        "tags": " ".join(session.tags),
        "cost": one_line(session.cost),
        "bring": one_line(session.bring),
        "presenters": "; ".join(one_line(who.name) for who in session.presenters),
        "organization": one_line(session.organization),
        "city": one_line(session.city.name) if session.city else "",
        "capacity": held.capacity,
        "url": page_url(session),
        "abstract": many_lines(session.text("abstract", locale)),
        "description": many_lines(session.text("description", locale)),
    }
